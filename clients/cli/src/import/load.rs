//! Loading a file: upload, look at what it does, then apply or discard.

use std::path::PathBuf;

use clap::Args;
use futures::TryStreamExt;
use llpr_client::v1::{Import, ImportIssue, ImportState, IssueClass, Release};
use llpr_client::{Session, Upload, request_id};
use serde_json::json;

use super::{apply, changes_nothing, discard, staged, summary};
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{self, Format, Record, count, plain};
use crate::upload::upload;
use crate::words::parser;

/// How many issues of a rejected file people are shown at once.
const SHOWN_ISSUES: usize = 20;

#[derive(Args)]
struct Source {
    /// The data set; `llpr import datasets` lists them
    dataset: String,
    /// The file, as the publisher or the county made it
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Academic year of the figures, such as 2018/19
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// How final the figures are
    #[arg(long, value_parser = parser::<Release>())]
    release: Option<Release>,
    /// Take a file that has far fewer schools than stand
    #[arg(long)]
    accept_missing: bool,
}

impl Source {
    async fn upload(self, context: &mut Context, session: &Session) -> Result<Import, Failure> {
        let file_name = self.path.file_name().unwrap_or(self.path.as_os_str());
        let header = Upload {
            dataset: full("datasets", &self.dataset),
            academic_year: self.year.unwrap_or_default(),
            release: self.release.unwrap_or_default(),
            file_name: file_name.to_string_lossy().into_owned(),
            accept_missing: self.accept_missing,
            request_id: request_id(),
        };
        upload(context, session, header, &self.path).await
    }
}

/// Check a file without applying it
///
/// Uploads the file, prints what was found in it and what it would change, and drops it again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import validate districts districts.csv
  llpr import validate ks2 england_ks2final.csv --year 2018/19 --release final --output json")]
pub(crate) struct Validate {
    #[command(flatten)]
    source: Source,
}

impl Validate {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let import = self.source.upload(context, &session).await?;
        let issues = issues(&session, &import, IssueClass::Unspecified).await;
        drop_import(context, &session, &import).await?;
        let issues = issues?;
        report(context, &import, &issues)?;
        if import.state() == ImportState::Rejected {
            return Err(rejected(&import));
        }
        context.say(&summary(&import))?;
        context.note("The file can be applied. Nothing was changed by this check.")
    }
}

/// Load a file
///
/// Uploads the file and applies it as a whole. A file with fatal issues is not applied: they are
/// printed, and the exit code is 7.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import apply gias-establishments edubasealldata20260901.csv
  llpr import apply ks2 england_ks2final.csv --year 2018/19 --release final
  llpr import apply districts districts.csv --accept-missing")]
pub(crate) struct Apply {
    #[command(flatten)]
    source: Source,
}

impl Apply {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let import = self.source.upload(context, &session).await?;
        if import.state() == ImportState::Rejected {
            let issues = issues(&session, &import, IssueClass::Fatal).await;
            drop_import(context, &session, &import).await?;
            report(context, &import, &issues?)?;
            return Err(rejected(&import));
        }
        let applied = apply(&session, &import.name, &import.etag).await?;
        if context.format == Format::Table && applied.pending_school_count > 0 {
            let pending = issues(&session, &applied, IssueClass::Pending).await?;
            report(context, &applied, &pending)?;
        }
        finish(context, &applied)
    }
}

/// Prints what an applied import did.
pub(super) fn finish(context: &mut Context, import: &Import) -> Result<(), Failure> {
    if context.format != Format::Table {
        return context.one(import);
    }
    context.say(&summary(import))?;
    if changes_nothing(import) {
        context.say("Nothing changed.")?;
    }
    context.say(&format!("Applied as import {}.", bare(&import.name)))
}

pub(super) async fn issues(
    session: &Session,
    import: &Import,
    class: IssueClass,
) -> Result<Vec<ImportIssue>, llpr_client::Error> {
    // The server keeps a thousand at most.
    staged::issues(session, &import.name, class)
        .try_collect()
        .await
}

/// Drops an upload that will not be applied. That this fails is worth a line, not a failure.
pub(super) async fn drop_import(
    context: &mut Context,
    session: &Session,
    import: &Import,
) -> Result<(), Failure> {
    match discard(session, &import.name).await {
        Ok(_) => Ok(()),
        Err(error) => context.note(&format!(
            "The upload was not dropped ({error}). Drop it with `llpr import discard {}`.",
            bare(&import.name)
        )),
    }
}

/// Prints the issues of a file: all for programs; for people as many as can be read.
fn report(context: &mut Context, import: &Import, issues: &[ImportIssue]) -> Result<(), Failure> {
    match context.format {
        Format::Json => {
            let found: Result<Vec<_>, _> = issues.iter().map(Record::json).collect();
            let import = output::json("Import", import)?;
            context.object(&json!({ "import": import, "issues": found? }))
        }
        Format::Csv => context.rows(issues, ""),
        Format::Table => {
            for issue in issues.iter().take(SHOWN_ISSUES) {
                context.say(&line(issue))?;
            }
            let more = issues.len().saturating_sub(SHOWN_ISSUES);
            if more > 0 {
                context.say(&format!(
                    "… and {more} more; --output csv prints all that are kept."
                ))?;
            }
            Ok(())
        }
    }
}

/// `line 7, column LEA, "12x": not a number`.
pub(crate) fn line(issue: &ImportIssue) -> String {
    let mut place = Vec::new();
    if !issue.cell.is_empty() {
        place.push(format!("cell {}", issue.cell));
    } else if let Some(line) = issue.line {
        place.push(format!("line {line}"));
    }
    if !issue.column.is_empty() {
        place.push(format!("column {}", issue.column));
    }
    if !issue.value.is_empty() {
        place.push(format!("{:?}", plain(&issue.value)));
    }
    if place.is_empty() {
        place.push("whole file".to_owned());
    }
    let class = match issue.class() {
        IssueClass::Unspecified | IssueClass::Fatal => "",
        IssueClass::Pending => "pending: ",
        IssueClass::Note => "note: ",
    };
    format!("{class}{}: {}", place.join(", "), issue.message)
}

fn rejected(import: &Import) -> Failure {
    Failure::Rejected(format!(
        "{} was rejected: {}. Nothing was changed. Mend the file and load it again.",
        import.file_name,
        count(import.fatal_count, "fatal issue")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_says_where_it_is_as_far_as_that_is_known() {
        let mut issue = ImportIssue {
            class: IssueClass::Fatal.into(),
            line: Some(7),
            column: "TELIG".into(),
            value: "12x".into(),
            message: "This is no number.".into(),
            ..ImportIssue::default()
        };
        assert_eq!(
            line(&issue),
            "line 7, column TELIG, \"12x\": This is no number."
        );
        issue.line = None;
        issue.column.clear();
        issue.value.clear();
        issue.class = IssueClass::Note.into();
        assert_eq!(line(&issue), "note: whole file: This is no number.");
    }
}
