//! Links, groups, memberships and inspections.

use std::collections::BTreeMap;

use llpr_domain::import::{Dataset, Encoding, Statement};
use llpr_domain::inspection::standing::{Reading, standing};
use llpr_domain::inspection::{Era, Findings, Inspection};

use super::{Batch, Row, Summary, notes, read};

/// A file's statements and what was noted.
fn statements(dataset: Dataset, path: &str) -> Option<(Vec<Statement>, Summary, Batch)> {
    let (batch, summary) = read(dataset, path, None)?;
    let rows = batch.rows.iter().filter_map(|row| match row {
        Row::Statement { statement, .. } => Some(statement.clone()),
        Row::School { .. } | Row::District { .. } | Row::Figures { .. } | Row::Person { .. } => {
            None
        }
    });
    Some((rows.collect(), summary, batch))
}

#[test]
fn the_links_of_2025_read_whole() {
    let path = "gias-links/links_edubasealldata20250422_trimmed.csv";
    let Some((found, summary, batch)) = statements(Dataset::GiasLinks, path) else {
        return;
    };
    assert_eq!(
        (summary.rows, summary.encoding),
        (827, Encoding::Windows1252)
    );
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut dated = 0;
    for statement in &found {
        let Statement::Link(link) = statement else {
            panic!("a link");
        };
        *kinds.entry(link.kind.as_str()).or_default() += 1;
        dated += usize::from(link.established.is_some());
    }
    println!("{kinds:?} {:#?}", notes(&batch));
    assert_eq!(found.len(), 827);
    assert_eq!((kinds["predecessor"], kinds["successor"]), (408, 400));
    assert_eq!(dated, 827 - 222);
}

#[test]
fn the_groups_of_2024_read_whole() {
    let path = "gias-groups/allgroupsdata20241221_trimmed.csv";
    let Some((found, summary, batch)) = statements(Dataset::GiasGroups, path) else {
        return;
    };
    assert_eq!((summary.rows, found.len(), summary.schools), (554, 554, 0));
    println!("{:#?}", notes(&batch));
    let count = |wanted: &str, closed: bool| {
        let fits = |statement: &&Statement| {
            matches!(statement, Statement::Group(group)
                if group.kind.as_str() == wanted && group.is_closed == closed)
        };
        found.iter().filter(fits).count()
    };
    assert_eq!(
        count("multi-academy-trust", true) + count("multi-academy-trust", false),
        153
    );
    assert_eq!(count("federation", true) + count("federation", false), 63);
    let closed = found
        .iter()
        .filter(|one| matches!(one, Statement::Group(group) if group.is_closed));
    assert_eq!(closed.count(), 124);
}

#[test]
fn the_group_links_of_2024_read_whole() {
    let path = "gias-groups/grouplinks_edubaseallacademiesandfree20240329_trimmed.csv";
    let Some((found, summary, batch)) = statements(Dataset::GiasGroupLinks, path) else {
        return;
    };
    assert_eq!((summary.rows, found.len()), (532, 532));
    // Every row has one field fewer than the header.
    assert!(
        notes(&batch)
            .iter()
            .any(|note| note.contains("532 rows have 20 of 21 fields"))
    );
    let joined = found
        .iter()
        .filter(|one| matches!(one, Statement::Membership(member) if member.joined.is_some()));
    assert_eq!(joined.count(), 532);
}

#[test]
fn the_inspections_of_february_2026_read_in_their_eras() {
    let path = "ofsted/ofsted_mi_latest_inspections_20260228_leeds_part1.csv";
    let Some((found, summary, batch)) = statements(Dataset::Ofsted, path) else {
        return;
    };
    assert_eq!((summary.rows, found.len()), (140, 140));
    assert_eq!(summary.layout, "ofsted-report-cards");
    assert_eq!(notes(&batch), Vec::<String>::new());
    let schools: Vec<&Vec<Inspection>> = found
        .iter()
        .map(|statement| match statement {
            Statement::Inspections { inspections, .. } => inspections,
            other => panic!("{other:?}"),
        })
        .collect();
    let count = |fits: &dyn Fn(&Inspection) -> bool| {
        schools
            .iter()
            .flat_map(|all| all.iter())
            .filter(|one| fits(one))
            .count()
    };
    assert_eq!(
        count(&|one| one.is_graded() && one.era() == Era::OverallGrade),
        58
    );
    assert_eq!(
        count(&|one| one.is_graded() && one.era() == Era::KeyJudgements),
        20
    );
    assert_eq!(count(&|one| one.era() == Era::ReportCard), 1);
    assert_eq!(count(&|one| !one.is_graded()), 81);
    assert_eq!(count(&|one| one.concern.is_some()), 1);
    assert_eq!(count(&|one| one.predecessor.is_some()), 0);
    // No overall grade where none was given.
    assert_eq!(
        count(&|one| matches!(&one.findings, Findings::OverallGrade { overall: None, .. })),
        0
    );
    let mut readings: BTreeMap<Option<Reading>, usize> = BTreeMap::new();
    for all in &schools {
        *readings
            .entry(standing(all).map(|found| found.reading))
            .or_default() += 1;
    }
    println!("{readings:?}");
}
