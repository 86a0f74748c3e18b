//! The interface against the model, with many more sequences.

use std::process::ExitCode;
use std::time::Instant;

use llpr_tests::model::{self, Plan};
use llpr_tests::{Engine, dice};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many sequences of steps to try, each on both engines.
    #[arg(long, default_value_t = 300)]
    cases: u32,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let seed = dice::seed("properties");
    let begun = Instant::now();
    let done = model::run(Plan {
        engines: &[Engine::Sqlite, Engine::Postgres],
        cases: arguments.cases,
        seed,
        shrinks: 400,
        fault: None,
    });
    match done {
        Ok(()) => {
            println!(
                "properties: {} sequences in {:.0} s, and both engines answered as the model does",
                arguments.cases,
                begun.elapsed().as_secs_f64()
            );
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let path = model::keep(&failure, seed);
            println!("properties: kept as {}\n{failure}", path.display());
            ExitCode::FAILURE
        }
    }
}
