//! The long runs, each by its name: what `tests/it` does a few times, done until it would show.

use clap::{Parser, Subcommand};

mod cancel_storm;
mod crash_loop;
mod timing;

/// Runs that take too long for every day. `tests/long-run` starts PostgreSQL and all of them.
#[derive(Debug, Parser)]
#[command(name = "llpr-long", version)]
struct Arguments {
    #[command(subcommand)]
    run: Run,
}

#[derive(Debug, Subcommand)]
enum Run {
    /// Cuts calls off at every moment; nothing may be lost, half there or left open.
    CancelStorm(cancel_storm::Arguments),
    /// Kills servers and back ends while clients write; everything acknowledged stays.
    CrashLoop(crash_loop::Arguments),
    /// Times answers that must not be told apart; nobody can by how long they take.
    Timing(timing::Arguments),
}

fn main() -> std::process::ExitCode {
    match Arguments::parse().run {
        Run::CancelStorm(arguments) => cancel_storm::run(&arguments),
        Run::CrashLoop(arguments) => crash_loop::run(&arguments),
        Run::Timing(arguments) => timing::run(&arguments),
    }
}
