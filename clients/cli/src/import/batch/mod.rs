//! `llpr import batch`: a whole year's files in one go, safe to run again and from a timer.
//!
//! A short tour: `manifest` is the list of files, `applied` knows from the server's imports which
//! of them it has, `load` takes one file through, and `report` says what came of all.

mod applied;
mod load;
mod manifest;
mod report;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use futures::TryStreamExt;
use llpr_client::v1::{Dataset, Import, ImportState, ListImportsRequest};
use llpr_client::{Session, file_sha256, items};

use super::dataset::datasets;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::bare;
use crate::output::time;
use applied::{Wanted, already};
pub(super) use manifest::EXAMPLE;
use manifest::{Entry, Fault};
use report::{Done, Outcome};

/// Load all files of a manifest
///
/// Files are loaded in the order of the data sets, then by year, those of several years last. A file that the server has already
/// is left alone, so the same command goes on where it stopped; it can run from a timer with a
/// service account. A file at fault does not hold up the others; the exit code is then 7.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import template batch > manifest.toml
  llpr import batch manifest.toml --check
  llpr import batch manifest.toml --dry-run
  llpr import batch manifest.toml --output json
  LLPR_TOKEN_FILE=import.token llpr import batch manifest.toml --quiet --on-rejected stop")]
pub(crate) struct Batch {
    /// The manifest; `llpr import template batch` prints an example
    manifest: PathBuf,
    /// Check every file on the server and apply none
    #[arg(long)]
    dry_run: bool,
    /// Check the manifest and that its files are there, and ask no server
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// What to do where a file is rejected
    #[arg(long, value_enum, value_name = "WHAT", default_value = "go-on")]
    on_rejected: OnRejected,
}

/// What to do where a file is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OnRejected {
    /// Load the other files
    GoOn,
    /// Leave the files after it
    Stop,
}

impl Batch {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let entries = self.read()?;
        if self.check {
            self.sound(&manifest::check(&entries, None))?;
            let files = entries.len();
            return context.say(&format!("The manifest is sound; it names {files} files."));
        }
        let session = context.session()?;
        let datasets = datasets(&session).await?;
        self.sound(&manifest::check(&entries, Some(&datasets)))?;
        let batch = in_order(context, entries, &datasets).await?;
        others_at_it(context, &session).await?;

        let mut done = Vec::with_capacity(batch.len());
        let stopped = self.load_all(context, &session, &batch, &mut done).await;
        for (position, wanted) in batch.iter().enumerate().skip(done.len()) {
            done.push(Done::new(position, wanted, Outcome::NotTried));
        }
        report::print(context, &done, self.dry_run)?;
        stopped?;
        report::failure(&done).map_or(Ok(()), Err)
    }

    /// Loads one file after the other. An error ends the batch.
    async fn load_all(
        &self,
        context: &mut Context,
        session: &Session,
        batch: &[Wanted],
        done: &mut Vec<Done>,
    ) -> Result<(), Failure> {
        let mut applied: Vec<Import> = Vec::new();
        let mut listed = "";
        for (position, wanted) in batch.iter().enumerate() {
            let dataset = wanted.entry.dataset.as_str();
            if listed != dataset {
                applied = imports(session, dataset, ImportState::Applied).await?;
                listed = dataset;
            }
            context.note(&format!(
                "{} of {}: {}",
                position + 1,
                batch.len(),
                wanted.entry.written
            ))?;
            if let Some(import) = already(batch, position, &applied) {
                let mut result = Done::new(position, wanted, Outcome::Already);
                result.import = Some(import.clone());
                done.push(result);
                continue;
            }
            let result = load::load(context, session, batch, position, self.dry_run).await?;
            if result.outcome == Outcome::Applied {
                applied.extend(result.import.clone());
            }
            let rejected = result.outcome == Outcome::Rejected;
            done.push(result);
            if rejected && self.on_rejected == OnRejected::Stop {
                context.note("Stopped at the rejected file, as asked.")?;
                break;
            }
        }
        Ok(())
    }

    fn read(&self) -> Result<Vec<Entry>, Failure> {
        let text = std::fs::read_to_string(&self.manifest).map_err(|source| {
            let path = self.manifest.display().to_string();
            Failure::File { path, source }
        })?;
        let folder = self.manifest.parent().unwrap_or(&self.manifest);
        manifest::read(&text, folder).map_err(|faults| self.unsound(&faults))
    }

    fn sound(&self, faults: &[Fault]) -> Result<(), Failure> {
        if faults.is_empty() {
            Ok(())
        } else {
            Err(self.unsound(faults))
        }
    }

    fn unsound(&self, faults: &[Fault]) -> Failure {
        Failure::Manifest {
            path: self.manifest.display().to_string(),
            faults: faults.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The files in the order in which they are loaded, each with its hash.
async fn in_order(
    context: &mut Context,
    entries: Vec<Entry>,
    datasets: &[Dataset],
) -> Result<Vec<Wanted>, Failure> {
    let place = |entry: &Entry| {
        let mut names = datasets.iter().map(|dataset| bare(&dataset.name));
        names.position(|name| name == entry.dataset)
    };
    let mut sorted = entries.clone();
    // A stable sort: what is equal stays as the manifest has it.
    sorted.sort_by_cached_key(|entry| {
        let several = entry.year.is_empty();
        (place(entry), several, entry.year.clone())
    });
    if sorted != entries {
        context.note(
            "Loading in the order of the data sets (the register, districts and links before \
             figures), then by year, files of several years last; the manifest has another order.",
        )?;
    }
    let mut batch = Vec::with_capacity(sorted.len());
    for entry in sorted {
        let sha256 = file_sha256(&entry.path).await.unwrap_or_default();
        batch.push(Wanted { entry, sha256 });
    }
    Ok(batch)
}

/// Says whose files are arriving at the same time. Nothing comes of two at once but that one waits
/// or repeats.
async fn others_at_it(context: &mut Context, session: &Session) -> Result<(), Failure> {
    for import in imports(session, "", ImportState::Uploading).await? {
        let who = match import.creator_display_name.as_str() {
            "" => &import.creator,
            name => name,
        };
        let since = time(import.create_time);
        context.note(&format!(
            "{who} is uploading {} ({}) since {since}. Files that touch the same things are \
             compared again.",
            import.file_name,
            bare(&import.dataset)
        ))?;
    }
    Ok(())
}

/// All imports of a data set in a state; with an empty one, of every data set.
async fn imports(
    session: &Session,
    dataset: &str,
    state: ImportState,
) -> Result<Vec<Import>, Failure> {
    let dataset = match dataset {
        "" => String::new(),
        dataset => crate::names::full("datasets", dataset),
    };
    let found = items(|page_token| {
        let mut client = session.imports();
        let request = ListImportsRequest {
            page_size: 500,
            page_token,
            dataset: dataset.clone(),
            state: state.into(),
        };
        async move { client.list_imports(request).await }
    });
    Ok(found.try_collect().await?)
}
