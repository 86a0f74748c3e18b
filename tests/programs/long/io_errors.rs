//! Disks that fail, at full length.

use std::process::ExitCode;
use std::time::Instant;

use llpr_tests::{Engine, dice, faults};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How often the disk fails, on each engine.
    #[arg(long, default_value_t = 40)]
    rounds: u32,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let seed = dice::seed("io-errors");
    let mut code = ExitCode::SUCCESS;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let begun = Instant::now();
        let report = llpr_tests::block_on(faults::io::run(engine, arguments.rounds, seed));
        println!(
            "io-errors on {engine:?} in {:.0} s\n{report}",
            begun.elapsed().as_secs_f64()
        );
        if !report.findings.is_empty() {
            code = ExitCode::FAILURE;
        }
    }
    code
}
