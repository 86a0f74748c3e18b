//! The list of people.

use super::*;
use crate::access::{Node, Role};

fn people(text: &str) -> (Batch, Summary) {
    read(Dataset::People, text)
}

#[test]
fn a_line_is_an_account_with_a_role_or_without() {
    let (batch, _) = people(
        "Name,E-mail,Role,At,From,To\nIda Fenwick,Ida.Fenwick@Marlshire.example,governor,900001,01/09/2026,31/08/2030\n\
         Sam Ash,sam@marlshire.example,SIM,North Marl,,\nKit,kit@marlshire.example,,,,\n",
    );
    assert_eq!(batch.issues, []);
    let lines: Vec<_> = batch
        .rows
        .iter()
        .map(|row| match row {
            Row::Person { person, .. } => person.as_ref(),
            other => panic!("{other:?}"),
        })
        .collect();
    let governor = lines[0].role.as_ref().unwrap();
    assert_eq!(lines[0].email, "ida.fenwick@marlshire.example");
    assert_eq!(governor.role, Role::Governor);
    assert_eq!(governor.until.unwrap().to_string(), "2030-09-01");
    let sim = lines[1].role.as_ref().unwrap();
    assert!(matches!(&sim.node, Node::District(slug) if slug.to_string() == "north-marl"));
    assert_eq!(lines[2].role, None);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let (batch, summary) = people(
        "Name,E-mail,Role,At,From,To\n,no address,boss,900001,31/02/2026,\nA,a@b.example,governor,county,,\n\
         B,b@b.example,sim,,02/09/2026,01/09/2026\nOther,a@b.example,governor,900001,,\nC,a@b.example,governor,900001,,\n",
    );
    let told: Vec<_> = batch
        .issues
        .iter()
        .map(|issue| (issue.line.unwrap(), issue.column.clone().unwrap()))
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(line, column)| (*line, column.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (2, "Name"),
            (2, "E-mail"),
            (2, "From"),
            (2, "Role"),
            (3, "At"),
            (4, "At"),
            (6, "Name"),
        ]
    );
    assert!(summary.fatal);
}
