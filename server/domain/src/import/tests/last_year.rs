//! Last year's visits.

use super::*;

pub(super) const VISITS: &str = "URN,School,Visit,Report,Priority,Actions,Report file,SHA-256\n\
     900001,Oakfield,12/11/2024,29/11/2024,no,Map the reading curriculum; Train new staff,900001-report.pdf,\n";

#[test]
fn a_visit_has_its_actions_one_by_one() {
    let (batch, _) = read(Dataset::LastYear, VISITS);
    let found = statements(&batch);
    let [Statement::PastVisit(visit)] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(visit.visited.to_string(), "2024-11-12");
    assert_eq!(visit.priority, Some(false));
    assert_eq!(
        visit.actions,
        ["Map the reading curriculum", "Train new staff"]
    );
    assert_eq!(visit.document.as_ref().unwrap().name, "900001-report.pdf");
    assert_eq!(batch.issues, []);
}

#[test]
fn all_that_is_wrong_with_a_visit_is_told_at_once() {
    let file = format!(
        "{}12,,,31/02/2025,perhaps,{},../x.exe,12\n900002,,2024-11-12,2024-11-11,,,,\n",
        VISITS.split_inclusive('\n').next().unwrap(),
        "x".repeat(501)
    );
    let (batch, _) = read(Dataset::LastYear, file);
    let told: Vec<_> = batch
        .issues
        .iter()
        .map(|issue| (issue.line.unwrap(), issue.column.as_deref().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            (2, "URN"),
            (2, "Visit"),
            (2, "Report"),
            (2, "Priority"),
            (2, "Actions"),
            (2, "Report file"),
            (3, "Report"),
        ]
    );
}
