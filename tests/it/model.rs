//! The whole programme interface against a simple model, on both engines with the same steps.

use llpr_tests::model::{self, Fault, Plan};
use llpr_tests::{Engine, dice};

const BOTH: &[Engine] = &[Engine::Sqlite, Engine::Postgres];

/// Sequences; `LLPR_TEST_CASES` or `llpr-long properties` makes more.
const CASES: u32 = 10;

fn plan(engines: &'static [Engine], seed: u64) -> Plan {
    Plan {
        engines,
        cases: dice::cases(CASES),
        seed,
        shrinks: 200,
        fault: None,
    }
}

#[test]
fn both_engines_answer_as_the_model_does() {
    let seed = dice::seed("model");
    if let Err(failure) = model::run(plan(BOTH, seed)) {
        let path = model::keep(&failure, seed);
        panic!(
            "LLPR_TEST_SEED={seed} fails, and is kept as {}: {failure}",
            path.display()
        );
    }
}

#[test]
fn sequences_that_once_failed_hold() {
    for (name, steps) in model::kept() {
        if let Err(what) = model::replay(BOTH, &steps) {
            panic!("{name}: {what}");
        }
    }
}

mod the_model_finds {
    use super::*;

    /// The steps that show a planted fault.
    fn shown(engine: &'static [Engine], fault: Fault) -> model::Failure {
        let plan = Plan {
            fault: Some(fault),
            cases: 60,
            shrinks: 4,
            ..plan(engine, 20)
        };
        let failure = model::run(plan).expect_err("the fault is found");
        println!("{fault:?}: {failure}");
        let by_model = ["the model answers", "in the end"]
            .iter()
            .any(|words| failure.what.contains(words));
        assert!(by_model, "{failure}");
        failure
    }

    #[test]
    fn a_scope_check_that_is_skipped() {
        let found = shown(&[Engine::Sqlite], Fault::ForeignSchool);
        assert!(found.what.contains("AccessDenied"), "{found}");
        let found = shown(&[Engine::Postgres], Fault::ForeignSchool);
        assert!(found.what.contains("AccessDenied"), "{found}");
    }

    #[test]
    fn an_acknowledged_write_that_is_dropped() {
        shown(&[Engine::Sqlite], Fault::DroppedWrite);
    }

    #[test]
    fn figures_that_stand_after_their_import_was_taken_back() {
        let found = shown(&[Engine::Sqlite], Fault::KeptFigures);
        assert!(
            found.what.contains("Figure") || found.what.contains("Import"),
            "{found}"
        );
    }
}
