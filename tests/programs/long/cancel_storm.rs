//! The cancel storm at full length.

use std::process::ExitCode;
use std::time::Instant;

use llpr_tests::{Engine, Start, dice, storm, tell};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many calls of each method to cut off, on each engine.
    #[arg(long, default_value_t = 20_000)]
    times: i64,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let seed = dice::seed("cancel-storm");
    let mut code = ExitCode::SUCCESS;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let begun = Instant::now();
        tell(engine, Start::County, async |mut world| {
            let report = storm::run(&mut world, arguments.times, seed).await;
            println!(
                "cancel-storm on {engine:?}: {} calls of each of {} methods in {:.0} s\n{report}",
                arguments.times,
                report.methods.len(),
                begun.elapsed().as_secs_f64()
            );
            if !report.findings.is_empty() {
                code = ExitCode::FAILURE;
            }
        });
    }
    code
}
