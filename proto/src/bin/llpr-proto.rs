//! `llpr-proto`: the contract for people and for code generators.

use std::error::Error as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use llpr_proto::tool;

const UPDATE: &str = "cargo run -p llpr-proto --features tool -- docs";

/// The contract: descriptor image, reference and access table.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the descriptor image (`google.protobuf.FileDescriptorSet` with imports, comments
    /// and options), from which clients are generated.
    Export {
        /// File to write; standard output if not given.
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Writes reference.md, errors.md and access.md.
    Docs {
        /// Folder of the documents.
        #[arg(long, default_value = "proto/docs")]
        dir: PathBuf,
        /// Change nothing; fail if a document differs from the contract.
        #[arg(long)]
        check: bool,
    },
    /// Prints who may call what, as in access.md.
    Matrix,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Export { file: Some(file) } => fs::write(&file, llpr_proto::DESCRIPTOR_IMAGE)
            .map_err(|source| tool::Error::File { path: file, source }),
        Command::Export { file: None } => print(llpr_proto::DESCRIPTOR_IMAGE),
        Command::Matrix => tool::matrix().and_then(|text| print(text.as_bytes())),
        Command::Docs { dir, check: false } => {
            tool::documents().and_then(|documents| tool::write(&dir, &documents))
        }
        Command::Docs { dir, check: true } => match check(&dir) {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("llpr-proto: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprint!(": {error}");
                cause = error.source();
            }
            eprintln!();
            ExitCode::FAILURE
        }
    }
}

/// Whether the documents are those of the contract; names those that are not.
fn check(folder: &Path) -> Result<bool, tool::Error> {
    let differing = tool::differing(folder, &tool::documents()?)?;
    for path in &differing {
        eprintln!("{} differs from the contract", path.display());
    }
    if !differing.is_empty() {
        eprintln!("Update with: {UPDATE}");
    }
    Ok(differing.is_empty())
}

/// Writes to standard output; a reader that has had enough is no error.
fn print(bytes: &[u8]) -> Result<(), tool::Error> {
    match io::stdout().lock().write_all(bytes) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(tool::Error::File {
            path: "standard output".into(),
            source,
        }),
        Ok(()) | Err(_) => Ok(()),
    }
}
