//! Calls that are cut off lose nothing and leave nothing.

use std::collections::BTreeSet;

use llpr_tests::{dice, on_both_engines, storm};

/// Calls of each method; `llpr-long cancel-storm` makes many more.
const TIMES: i64 = 200;

#[test]
fn every_method_that_changes_something_has_a_scenario() {
    let mutating: BTreeSet<_> = storm::mutating().into_iter().collect();
    let covered: BTreeSet<_> = storm::SCENARIOS.iter().map(|each| each.method).collect();
    let lacking: Vec<_> = mutating.difference(&covered).collect();
    assert!(
        lacking.is_empty(),
        "these methods have no scenario in tests/harness/storm/scenarios.rs: {lacking:?}"
    );
    let strange: Vec<_> = covered.difference(&mutating).collect();
    assert!(
        strange.is_empty(),
        "these scenarios belong to no method that changes something: {strange:?}"
    );
}

on_both_engines! {
    County async fn calls_that_are_cut_off_lose_nothing_and_leave_nothing(world) {
        let report = storm::run(&mut world, TIMES, dice::seed("cancel storm")).await;
        println!("{report}");
        assert!(report.findings.is_empty(), "{report}");
    }
}
