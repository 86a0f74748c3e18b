//! The crash loop at full length.

use std::process::ExitCode;
use std::time::Instant;

use llpr_tests::{Engine, crash, dice};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How often to kill, on each engine.
    #[arg(long, default_value_t = 200)]
    cycles: u32,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let seed = dice::seed("crash-loop");
    let mut code = ExitCode::SUCCESS;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let begun = Instant::now();
        let report = llpr_tests::block_on(crash::run(engine, arguments.cycles, seed));
        println!(
            "crash-loop on {engine:?}: {} cycles in {:.0} s\n{report}",
            arguments.cycles,
            begun.elapsed().as_secs_f64()
        );
        if !report.findings.is_empty() {
            code = ExitCode::FAILURE;
        }
    }
    code
}
