//! A server that is killed has kept everything that it acknowledged.

use llpr_tests::{Engine, block_on, crash, dice};

/// Kills; `llpr-long crash-loop` makes many more.
const CYCLES: u32 = 40;

fn loop_on(engine: Engine) {
    let report = block_on(crash::run(engine, CYCLES, dice::seed("crash loop")));
    println!("{report}");
    assert!(report.findings.is_empty(), "{report}");
}

mod a_killed_server_has_kept_what_it_acknowledged {
    use super::*;

    #[test]
    fn sqlite() {
        loop_on(Engine::Sqlite);
    }

    #[test]
    fn postgres() {
        loop_on(Engine::Postgres);
    }
}
