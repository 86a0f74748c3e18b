//! A disk that fails, or is full, loses nothing that was acknowledged, and nobody goes on in
//! silence. The checkers show that they can find both.

use std::time::Duration;

use llpr_tests::faults::{self, Fault, Report};
use llpr_tests::{Engine, block_on, dice};

/// Failures; `llpr-long io-errors` makes many more.
const FAILURES: u32 = 4;
/// Times that the disk is full; `llpr-long full-disk` fills it more often.
const FILLS: u32 = 2;

fn sound(report: &Report) {
    println!("{report}");
    assert!(report.findings.is_empty(), "{report}");
}

/// The same on both engines.
macro_rules! on_both {
    ($($name:ident($engine:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            fn story($engine: Engine) $body

            #[test]
            fn sqlite() {
                story(Engine::Sqlite);
            }

            #[test]
            fn postgres() {
                story(Engine::Postgres);
            }
        }
    )+};
}

on_both! {
    a_disk_that_fails_loses_nothing_that_was_acknowledged(engine) {
        let seed = dice::seed("input and output errors");
        sound(&block_on(faults::io::run(engine, FAILURES, seed)));
    }

    a_full_disk_is_told_and_once_there_is_room_all_goes_on(engine) {
        sound(&block_on(faults::full::run(engine, FILLS, dice::seed("full disk"))));
    }

    // The planted faults.

    an_acknowledgement_of_what_was_never_made_durable_is_found(engine) {
        // The call that makes durable is never made, and the database is told that it was.
        let lies = Fault { calls: "fsync,fdatasync", end: "retval=0".into() };
        let told = block_on(faults::io::once(engine, lies, Duration::from_secs(2)));
        assert!(told.join("\n").contains("goes on in silence"), "{told:?}");
    }

    acknowledged_writes_that_a_disk_has_lost_are_found(engine) {
        let told = block_on(faults::lost::run(engine));
        assert!(told.join("\n").contains("acknowledged and"), "{told:?}");
    }
}
