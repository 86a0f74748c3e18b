//! The fuzz targets of `tests/fuzz`, each for a while, by cargo-fuzz.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use super::seeds;

/// Most memory that a target may hold, in megabytes; the sanitizer needs most of it.
const MEMORY: u32 = 1024;
/// Largest piece of memory that it may ask for at once, in megabytes: no input is that long.
const PIECE: u32 = 64;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How long each target runs, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// The targets; all of them if none is named.
    targets: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match fuzz(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(told) => {
            eprintln!("fuzz: {told}");
            ExitCode::FAILURE
        }
    }
}

fn fuzz(arguments: &Arguments) -> Result<(), String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let work = here.parent().unwrap_or(here).join("target/fuzz");
    if !cargo(&["fuzz", "--version"])
        .output()
        .is_ok_and(|told| told.status.success())
    {
        succeeds(
            &mut cargo(&["install", "cargo-fuzz", "--locked"]),
            "cargo-fuzz is not installed",
        )?;
    }
    let known = targets(here)?;
    let wanted = if arguments.targets.is_empty() {
        &known
    } else {
        &arguments.targets
    };
    let corpus = work.join("corpus");
    seeds::write(&corpus, &known)
        .map_err(|error| format!("the seeds can't be written: {error}"))?;
    let mut broken = Vec::new();
    for target in wanted {
        if !known.contains(target) {
            return Err(format!(
                "there is no target {target}; known are {}",
                known.join(", ")
            ));
        }
        println!("-- {target}, {} s", arguments.seconds);
        let mut run = in_workspace("run", here, &work);
        run.args([target.as_str(), &of(&corpus, target)?])
            .arg("--")
            .args([
                format!("-max_total_time={}", arguments.seconds),
                format!("-rss_limit_mb={MEMORY}"),
                format!("-malloc_limit_mb={PIECE}"),
                "-timeout=10".into(),
                "-max_len=65536".into(),
                "-print_final_stats=1".into(),
                "-verbosity=0".into(),
                "-print_funcs=0".into(),
                format!("-artifact_prefix={}/found-{target}-", work.display()),
            ]);
        if succeeds(&mut run, "").is_err() {
            broken.push(target.as_str());
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!(
        "found something in {}; the inputs are {}/found-*",
        broken.join(", "),
        work.display()
    ))
}

/// The names of the targets, as their workspace has them.
fn targets(here: &Path) -> Result<Vec<String>, String> {
    let folder = here.join("fuzz/targets");
    let files =
        std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    let mut names: Vec<String> = files
        .flatten()
        .filter_map(|file| stem(file.path()))
        .collect();
    names.sort();
    Ok(names)
}

/// A target's own corpus, which grows from run to run.
fn of(corpus: &Path, target: &str) -> Result<String, String> {
    let folder = corpus.join(target);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.display().to_string())
}

fn cargo(words: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(words);
    cargo
}

/// A command of cargo-fuzz. Sanitizers are still unstable, which the variable allows on the
/// toolchain that everything else is built with.
fn in_workspace(command: &str, here: &Path, work: &Path) -> Command {
    let mut fuzz = cargo(&["fuzz", command, "--fuzz-dir"]);
    fuzz.arg(here.join("fuzz"))
        .arg("--target-dir")
        .arg(work.join("build"))
        .env("RUSTC_BOOTSTRAP", "1");
    fuzz
}

fn succeeds(command: &mut Command, otherwise: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{otherwise} ({status})")),
        Err(error) => Err(format!("{otherwise}: {error}")),
    }
}
