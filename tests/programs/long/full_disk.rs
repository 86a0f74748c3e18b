//! Disks that are full, again and again.

use std::process::ExitCode;
use std::time::Instant;

use llpr_tests::{Engine, dice, faults};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How often the disk is full, on each engine.
    #[arg(long, default_value_t = 20)]
    rounds: u32,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let seed = dice::seed("full-disk");
    let mut code = ExitCode::SUCCESS;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let begun = Instant::now();
        let report = llpr_tests::block_on(faults::full::run(engine, arguments.rounds, seed));
        println!(
            "full-disk on {engine:?} in {:.0} s\n{report}",
            begun.elapsed().as_secs_f64()
        );
        if !report.findings.is_empty() {
            code = ExitCode::FAILURE;
        }
    }
    code
}
