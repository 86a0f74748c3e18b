//! `llpr import reports`: the reports of past visits, found in a folder by their bytes.

use std::path::{Path, PathBuf};

use clap::Args;
use futures::TryStreamExt as _;
use llpr_client::v1::{ListPastVisitDocumentsRequest, PastVisitDocument};
use llpr_client::{Session, file_sha256, items, upload_report};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::names::bare;
use crate::output::{Column, Format, Record, count, json as message_json};
use crate::upload::begin;

/// How many files people are told that are still missing.
const SHOWN: usize = 20;

/// Load the reports of last year's visits from a folder
///
/// Files are known by their SHA-256, whatever they are called: what the list of visits (`last-year`)
/// names and the server lacks is loaded, everything else is left alone. So the same command goes on
/// where it stopped. A file at fault does not hold up the others; the exit code is then 7.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import reports reports/ --dry-run
  llpr import reports reports/
  llpr import reports reports/ --output csv > loaded.csv")]
pub(crate) struct Reports {
    /// The folder; folders in it are looked through too
    folder: PathBuf,
    /// Say what would be loaded, and load nothing
    #[arg(long)]
    dry_run: bool,
}

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Loaded,
    Already,
    Fit,
    NotNamed,
    WithoutHash,
    Rejected,
}

impl Outcome {
    const ALL: [Self; 6] = [
        Self::Loaded,
        Self::Already,
        Self::Fit,
        Self::NotNamed,
        Self::WithoutHash,
        Self::Rejected,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::Already => "already there",
            Self::Fit => "would be loaded",
            Self::NotNamed => "no visit names it",
            Self::WithoutHash => "SHA-256 not in the list",
            Self::Rejected => "rejected",
        }
    }
}

/// A file, the school it belongs to, and what came of it.
#[derive(Clone, Debug)]
struct Done {
    file: String,
    school: String,
    sha256: String,
    outcome: Outcome,
    message: String,
}

impl Record for Done {
    const TABLE: &'static [Column<Self>] = &[
        column("File", |done| done.file.clone()),
        column("School", |done| bare(&done.school).to_owned()),
        column("Outcome", |done| done.outcome.word().to_owned()),
        column("Remark", |done| done.message.clone()),
    ];
    const ALL: &'static [Column<Self>] = &[
        column("File", |done| done.file.clone()),
        column("School", |done| bare(&done.school).to_owned()),
        column("SHA-256", |done| done.sha256.clone()),
        column("Outcome", |done| done.outcome.word().to_owned()),
        column("Remark", |done| done.message.clone()),
    ];

    fn json(&self) -> Result<Value, Failure> {
        Ok(json!({
            "path": self.file,
            "school": self.school,
            "sha256": self.sha256,
            "outcome": self.outcome.word().replace(' ', "-"),
            "message": self.message,
        }))
    }
}

const fn column(heading: &'static str, cell: fn(&Done) -> String) -> Column<Done> {
    Column { heading, cell }
}

impl Reports {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let files = files(&self.folder)?;
        let session = context.session()?;
        let mut documents = documents(&session).await?;
        if documents.is_empty() {
            return Err(Failure::NotFound(
                "No visit of the past names a report. Load the list of last year's visits first: `llpr import template \
                 last-year` prints one to fill in."
                    .into(),
            ));
        }
        let mut done = Vec::new();
        let mut stopped = Ok(());
        for (number, path) in files.iter().enumerate() {
            context.note(&format!(
                "{} of {}: {}",
                number + 1,
                files.len(),
                path.display()
            ))?;
            let taken = self.take(context, &session, path, &mut documents, &mut done);
            stopped = taken.await;
            if stopped.is_err() {
                break;
            }
        }
        let missing: Vec<_> = documents
            .iter()
            .filter(|document| document.report.is_none())
            .collect();
        self.print(context, &done, &missing)?;
        stopped?;
        match with(&done, Outcome::Rejected) {
            0 => Ok(()),
            rejected => Err(Failure::Rejected(format!(
                "{} not loaded. Mend what is said of each, and run the command again: files that were loaded are known.",
                count(rejected, "file")
            ))),
        }
    }

    /// Takes a file to each school whose visits name it. What is wrong with the file is an outcome.
    async fn take(
        &self,
        context: &mut Context,
        session: &Session,
        path: &Path,
        documents: &mut [PastVisitDocument],
        done: &mut Vec<Done>,
    ) -> Result<(), Failure> {
        let mut result = Done {
            file: path.display().to_string(),
            school: String::new(),
            sha256: String::new(),
            outcome: Outcome::NotNamed,
            message: String::new(),
        };
        match file_sha256(path).await {
            Ok(sha256) => result.sha256 = sha256,
            Err(error) => {
                result.outcome = Outcome::Rejected;
                result.message = error.to_string();
                done.push(result);
                return Ok(());
            }
        }
        let schools = schools(documents, &result.sha256);
        if schools.is_empty() {
            if let Some(named) = without_hash(documents, path) {
                result.school.clone_from(&named.school);
                result.outcome = Outcome::WithoutHash;
                result.message = format!(
                    "Put {} into its line of the list of visits ({}), load the list, then run this again.",
                    result.sha256, named.visit_date
                );
            }
            done.push(result);
            return Ok(());
        }
        for (school, there) in schools {
            let mut result = Done {
                school,
                ..result.clone()
            };
            result.outcome = if there {
                Outcome::Already
            } else if self.dry_run {
                Outcome::Fit
            } else {
                load(context, session, path, documents, &mut result).await?
            };
            done.push(result);
        }
        Ok(())
    }

    fn print(
        &self,
        context: &mut Context,
        done: &[Done],
        missing: &[&PastVisitDocument],
    ) -> Result<(), Failure> {
        match context.format {
            Format::Json => {
                let files: Result<Vec<_>, _> = done.iter().map(Record::json).collect();
                let missing = missing.iter();
                let missing: Result<Vec<_>, _> = missing
                    .map(|&document| message_json("PastVisitDocument", document))
                    .collect();
                context.object(&json!({
                    "dryRun": self.dry_run,
                    "files": files?,
                    "missing": missing?,
                }))
            }
            Format::Csv => context.rows(done, ""),
            Format::Table => {
                context.rows(done, "There is no file in this folder.")?;
                context.say("")?;
                context.say(&totals(done))?;
                tell_missing(context, missing)
            }
        }
    }
}

/// Loads a file; what is wrong with it is an outcome.
async fn load(
    context: &mut Context,
    session: &Session,
    path: &Path,
    documents: &mut [PastVisitDocument],
    result: &mut Done,
) -> Result<Outcome, Failure> {
    let length = std::fs::metadata(path).map_or(0, |found| found.len());
    let bar = begin(context, &result.file, length)?;
    let shown = bar.clone();
    let loaded = upload_report(session, &result.school, path, move |bytes| {
        shown.set_message("sending");
        shown.set_position(bytes);
    })
    .await;
    bar.finish_and_clear();
    match loaded.map_err(Failure::from) {
        Ok(report) => {
            for document in of(documents, &report.sha256) {
                if document.school == report.school {
                    document.report = Some(report.clone());
                }
            }
            Ok(Outcome::Loaded)
        }
        Err(failure) => {
            result.message = failure.to_string();
            match failure.exit() {
                Exit::Rejected | Exit::Usage | Exit::Conflict => Ok(Outcome::Rejected),
                Exit::Ok | Exit::Other | Exit::NotAllowed | Exit::NotFound | Exit::Unavailable => {
                    Err(failure)
                }
            }
        }
    }
}

/// `3 loaded, 2 already there.`
fn totals(done: &[Done]) -> String {
    let counted = Outcome::ALL.into_iter().filter_map(|outcome| {
        let number = with(done, outcome);
        (number > 0).then(|| format!("{number} {}", outcome.word()))
    });
    let parts: Vec<_> = counted.collect();
    format!(
        "{}: {}.",
        count(i64::try_from(done.len()).unwrap_or(i64::MAX), "file"),
        parts.join(", ")
    )
}

fn with(done: &[Done], outcome: Outcome) -> i64 {
    let with = done.iter().filter(|done| done.outcome == outcome);
    i64::try_from(with.count()).unwrap_or(i64::MAX)
}

fn tell_missing(context: &mut Context, missing: &[&PastVisitDocument]) -> Result<(), Failure> {
    if missing.is_empty() {
        return context.say("Every report that a visit names is there.");
    }
    let number = i64::try_from(missing.len()).unwrap_or(i64::MAX);
    context.say(&format!("Not there yet: {}.", count(number, "report")))?;
    for document in missing.iter().take(SHOWN) {
        context.say(&format!(
            "  {} {}, visit of {}: {}",
            bare(&document.school),
            document.school_display_name,
            document.visit_date,
            document.file_name
        ))?;
    }
    if missing.len() > SHOWN {
        context.say("  … and more; --output json lists them all.")?;
    }
    Ok(())
}

/// Every file that a past visit names.
async fn documents(session: &Session) -> Result<Vec<PastVisitDocument>, Failure> {
    let found = items(|page_token| {
        let mut client = session.imports();
        let request = ListPastVisitDocumentsRequest {
            page_size: 500,
            page_token,
            missing_only: false,
        };
        async move { client.list_past_visit_documents(request).await }
    });
    Ok(found.try_collect().await?)
}

fn of<'a>(
    documents: &'a mut [PastVisitDocument],
    sha256: &'a str,
) -> impl Iterator<Item = &'a mut PastVisitDocument> {
    documents
        .iter_mut()
        .filter(move |document| document.sha256 == sha256)
}

/// The schools whose visits name a file, and whether the report is there already.
fn schools(documents: &[PastVisitDocument], sha256: &str) -> Vec<(String, bool)> {
    let named = documents
        .iter()
        .filter(|document| document.sha256 == sha256);
    let mut schools: Vec<_> = named
        .map(|document| (document.school.clone(), document.report.is_some()))
        .collect();
    schools.dedup();
    schools
}

/// A document of a file's name whose line has no SHA-256.
fn without_hash<'a>(
    documents: &'a [PastVisitDocument],
    path: &Path,
) -> Option<&'a PastVisitDocument> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let mut found = documents.iter();
    found.find(|document| document.sha256.is_empty() && document.file_name.to_lowercase() == name)
}

/// The files of a folder and of those in it, in the order of their paths. What is hidden is left out.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |source| Failure::File {
            path: folder.display().to_string(),
            source,
        };
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // A link is not followed: it may lead anywhere, or back.
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}
