//! The long runs, each by its name: what `tests/it` does a few times, done until it would show.

use clap::{Parser, Subcommand};

mod cancel_storm;
mod crash_loop;
mod full_disk;
mod fuzz;
mod io_errors;
mod properties;
mod seeds;
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
    /// Lets disks fail while clients write; nothing acknowledged is lost, nobody goes on in silence.
    IoErrors(io_errors::Arguments),
    /// Fills a disk while clients write; everybody is told, and once there is room all goes on.
    FullDisk(full_disk::Arguments),
    /// Feeds whatever comes from outside to what reads it (cargo-fuzz).
    Fuzz(fuzz::Arguments),
    /// Tries sequences of calls against a model; both engines must answer as it does.
    Properties(properties::Arguments),
    /// Times answers that must not be told apart; nobody can by how long they take.
    Timing(timing::Arguments),
}

fn main() -> std::process::ExitCode {
    match Arguments::parse().run {
        Run::CancelStorm(arguments) => cancel_storm::run(&arguments),
        Run::CrashLoop(arguments) => crash_loop::run(&arguments),
        Run::IoErrors(arguments) => io_errors::run(&arguments),
        Run::FullDisk(arguments) => full_disk::run(&arguments),
        Run::Fuzz(arguments) => fuzz::run(&arguments),
        Run::Properties(arguments) => properties::run(&arguments),
        Run::Timing(arguments) => timing::run(&arguments),
    }
}
