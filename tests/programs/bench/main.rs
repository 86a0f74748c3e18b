//! `llpr-bench`: how fast the server is beside named limits that are measured in the same run.
//!
//! Start it with `tests/bench`, which builds the programs and starts PostgreSQL. It asserts
//! nothing: it prints what it measured and what was aimed at. `server/docs/performance.md` says
//! what the figures mean.

#![expect(
    clippy::expect_used,
    reason = "a measurement that fails stops with a panic"
)]

mod calls;
mod child;
mod county;
mod echo;
mod files;
mod national;
mod report;
mod shells;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use llpr_tests::Engine;

use calls::{Rates, Waits, beside, engine_name};
use child::Took;
use county::Bench;
use files::{FIRST_URN, Files, SCHOOLS};
use report::Report;

// As llpr-server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Pair = (Duration, Duration);

/// What one run on one engine measured.
struct Run {
    start: Duration,
    register: Pair,
    register_again: Pair,
    first: Pair,
    again: Pair,
    shuffled: Pair,
    shuffled_to_sorted: Pair,
    calls: Rates,
    server_memory: u64,
    client_memory: u64,
    waits: Waits,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(part())
}

/// The measurement, or one of the processes that it measures: they are the libraries of which
/// `llpr-server` and `llpr` consist.
async fn part() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => serve().await?,
        ["echo", answer] => echo::serve(answer).await?,
        ["llpr", ..] => {
            return Ok(llpr_cli::run(&arguments, llpr_cli::Io::system())
                .await
                .into());
        }
        [] => {
            bench(5, Duration::from_secs(2), &ENGINES).await?;
            for engine in ENGINES {
                national::measure(engine).await?;
            }
        }
        ["--national", "sqlite"] => national::measure(Engine::Sqlite).await?,
        ["--national", "postgres"] => national::measure(Engine::Postgres).await?,
        ["--quick"] => bench(1, Duration::from_secs(1), &ENGINES).await?,
        ["--quick", "sqlite"] => bench(1, Duration::from_secs(1), &[Engine::Sqlite]).await?,
        ["--quick", "postgres"] => bench(1, Duration::from_secs(1), &[Engine::Postgres]).await?,
        _ => {
            return Err(
                "usage: tests/bench [--quick [sqlite|postgres] | --national sqlite|postgres]"
                    .into(),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The server, with settings from the environment, until Ctrl-C.
async fn serve() -> Result<(), Box<dyn Error>> {
    let config = llpr_server::Config::load(None, std::env::vars())?;
    llpr_server::logging::init(&config.log)?;
    let server = llpr_server::start(config).await?;
    server
        .until(async { drop(tokio::signal::ctrl_c().await) })
        .await;
    Ok(())
}

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

async fn bench(runs: usize, time: Duration, engines: &[Engine]) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let files = Files::write(folder.path())?;
    println!(
        "{} figures of {} schools; a register of {SCHOOLS} schools; medians of {runs}.\n",
        files.figures, files.schools
    );
    for &engine in engines {
        let mut done = Vec::new();
        for _ in 0..runs {
            done.push(run(engine, &files, time).await?);
        }
        told(engine, &done).print();
        println!();
    }
    Ok(())
}

async fn run(engine: Engine, files: &Files, time: Duration) -> Result<Run, Box<dyn Error>> {
    let bench = Bench::start(engine).await?;
    let register = bench
        .import("gias-establishments", &files.register, None)
        .await?;
    let register_again = bench
        .import("gias-establishments", &files.register, None)
        .await?;
    let as_text = shells::register(&bench, &files.register)?;
    bench.import("districts", &files.districts, None).await?;
    bench.give_districts(&["north"]).await;
    let first = bench.import("ks2", &files.sorted, Some("2023/24")).await?;
    let by_shell = shells::figures(&bench, &files.parsed)?;
    let again = bench.import("ks2", &files.sorted, Some("2023/24")).await?;
    let shuffled = bench
        .import("ks2", &files.shuffled, Some("2024/25"))
        .await?;
    let shuffled_by_shell = shells::figures(&bench, &files.parsed_shuffled)?;
    let server_memory = bench.server.memory();
    let calls = calls::measure(&bench, files.schools, time).await;
    let start = bench.start;
    bench.end().await;
    let all = [register, register_again, first, again, shuffled];
    Ok(Run {
        start,
        register: (register.time, as_text),
        register_again: (register_again.time, as_text),
        first: (first.time, by_shell),
        again: (again.time, by_shell),
        shuffled: (shuffled.time, shuffled_by_shell),
        shuffled_to_sorted: (shuffled.time, first.time),
        calls,
        server_memory,
        client_memory: all.iter().map(|took| took.memory).max().unwrap_or_default(),
        waits: waits(engine, files).await?,
    })
}

/// The same imports once more, with others at work beside them.
async fn waits(engine: Engine, files: &Files) -> Result<Waits, Box<dyn Error>> {
    let bench = Bench::start(engine).await?;
    let mut worst = Waits::default();
    let mut note = |step: &str, took: Took, waits: Waits| {
        println!(
            "  {} with others at work, {step}: {:.2} s, worst read {} ms, worst write {} ms, \
            server at most {} MB",
            engine_name(engine),
            took.time.as_secs_f64(),
            waits.read.as_millis(),
            waits.write.as_millis(),
            bench.server.memory() / 1_000_000
        );
        worst.read = worst.read.max(waits.read);
        worst.write = worst.write.max(waits.write);
    };
    for (step, dataset, file, year, urn) in [
        (
            "register",
            "gias-establishments",
            &files.register,
            None,
            None,
        ),
        (
            "register again",
            "gias-establishments",
            &files.register,
            None,
            Some(FIRST_URN),
        ),
        (
            "figures",
            "ks2",
            &files.sorted,
            Some("2023/24"),
            Some(FIRST_URN),
        ),
        (
            "figures again",
            "ks2",
            &files.sorted,
            Some("2023/24"),
            Some(FIRST_URN),
        ),
        (
            "figures shuffled",
            "ks2",
            &files.shuffled,
            Some("2024/25"),
            Some(FIRST_URN),
        ),
    ] {
        let (took, waits) = beside(&bench, urn, bench.import(dataset, file, year)).await;
        note(step, took?, waits);
    }
    bench.end().await;
    Ok(worst)
}

fn told(engine: Engine, runs: &[Run]) -> Report {
    let shell = shells::name(engine);
    let aim = match engine {
        Engine::Sqlite => "0.4",
        Engine::Postgres => "0.5",
    };
    let name = engine_name(engine);
    let pairs = |of: fn(&Run) -> Pair| runs.iter().map(of).collect::<Vec<_>>();
    let rates = |of: fn(&Run) -> (f64, f64)| runs.iter().map(of).collect::<Vec<_>>();
    let mut report = Report::default();
    report.rate(
        format!("{name}: GetSchool"),
        "echo",
        &rates(|run| (run.calls.school, run.calls.echo)),
        "0.06",
    );
    report.rate(
        format!("{name}: GetSchool"),
        "SQL by hand",
        &rates(|run| (run.calls.school, run.calls.by_hand)),
        "",
    );
    report.time(
        format!("{name}: figures, first load"),
        shell,
        &pairs(|run| run.first),
        aim,
    );
    report.time(
        format!("{name}: figures, again"),
        shell,
        &pairs(|run| run.again),
        aim,
    );
    report.time(
        format!("{name}: figures, shuffled"),
        shell,
        &pairs(|run| run.shuffled),
        "",
    );
    report.times(
        format!("{name}: figures, shuffled"),
        "times sorted,",
        &pairs(|run| run.shuffled_to_sorted),
        "at most 1.5",
    );
    report.time(
        format!("{name}: register, first load"),
        shell,
        &pairs(|run| run.register),
        "",
    );
    report.time(
        format!("{name}: register, again"),
        shell,
        &pairs(|run| run.register_again),
        "",
    );
    let waits =
        |of: fn(&Waits) -> Duration| runs.iter().map(|run| of(&run.waits)).collect::<Vec<_>>();
    report.wait(
        format!("{name}: another's worst read"),
        &waits(|waits| waits.read),
        "under 50 ms",
    );
    report.wait(
        format!("{name}: another's worst write"),
        &waits(|waits| waits.write),
        "under 50 ms",
    );
    let memory = |of: fn(&Run) -> u64| runs.iter().map(of).collect::<Vec<_>>();
    report.memory(
        format!("{name}: server, at most"),
        &memory(|run| run.server_memory),
        "under 256 MB",
    );
    report.memory(
        format!("{name}: client, at most"),
        &memory(|run| run.client_memory),
        "",
    );
    report.wait(
        format!("{name}: start to first answer"),
        &runs.iter().map(|run| run.start).collect::<Vec<_>>(),
        "",
    );
    report
}
