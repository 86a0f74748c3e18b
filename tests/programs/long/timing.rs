//! Whether an unknown address, or a foreign school, shows in how long the answer takes.

use std::process::ExitCode;

use llpr_tests::{Engine, Start, tell, timing};

/// Above this area under the ROC curve two kinds of call count as told apart.
const TOLD_APART: f64 = 0.55;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many pairs of calls to time, on each engine.
    #[arg(long, default_value_t = 2_000)]
    pairs: usize,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        tell(engine, Start::County, async |mut world| {
            let found = timing::separations(&mut world, arguments.pairs).await;
            println!(
                "timing on {engine:?}, {} pairs: unknown address and wrong password {:.3}, link for a known and an unknown \
                 address {:.3}, foreign and invented school {:.3} (at most {TOLD_APART}); a check that is left out {:.3}",
                arguments.pairs, found.sign_in, found.link, found.school, found.planted
            );
            let worst = found.sign_in.max(found.link).max(found.school);
            if worst > TOLD_APART || found.planted < 0.9 {
                code = ExitCode::FAILURE;
            }
        });
    }
    code
}
