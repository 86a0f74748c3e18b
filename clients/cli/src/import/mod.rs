//! `llpr import`: data files, from upload to taking them back.

mod batch;
mod dataset;
pub(crate) mod load;
mod reports;
mod staged;

use clap::Subcommand;
use llpr_client::v1::{
    ApplyImportRequest, ChangeKind, DiscardImportRequest, GetImportRequest, Import, ImportIssue,
    ImportState, IssueClass, Release,
};
use llpr_client::{Error, Retry, Session, request_id, retry};
use std::time::Duration;

use crate::context::Context;
use crate::exit::Failure;
use crate::names::bare;
use crate::output::{count, record, time};
use crate::words::word_of;

/// Applying a register of the whole country takes longer than other calls.
pub(crate) const LONG: Duration = Duration::from_mins(10);

/// Data files: check, apply, compare, take back
#[derive(Subcommand)]
pub(crate) enum Command {
    Datasets(dataset::Datasets),
    Template(dataset::Template),
    Validate(load::Validate),
    Apply(load::Apply),
    Batch(batch::Batch),
    Reports(reports::Reports),
    ApplyStaged(staged::ApplyStaged),
    List(staged::List),
    Show(staged::Show),
    Issues(staged::Issues),
    Diff(staged::Diff),
    Discard(staged::Discard),
    Revert(staged::Revert),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Datasets(datasets) => datasets.run(context).await,
            Self::Template(template) => template.run(context).await,
            Self::Validate(validate) => validate.run(context).await,
            Self::Apply(apply) => apply.run(context).await,
            Self::Batch(batch) => batch.run(context).await,
            Self::Reports(reports) => reports.run(context).await,
            Self::ApplyStaged(apply) => apply.run(context).await,
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Issues(issues) => issues.run(context).await,
            Self::Diff(diff) => diff.run(context).await,
            Self::Discard(discard) => discard.run(context).await,
            Self::Revert(revert) => revert.run(context).await,
        }
    }
}

record!(
    Import,
    table: [
        "Import" => |import| bare(&import.name).to_owned(),
        "Data set" => |import| bare(&import.dataset).to_owned(),
        "Year" => |import| import.academic_year.clone(),
        "Release" => |import| word_of::<Release>(import.release),
        "State" => |import| word_of::<ImportState>(import.state),
        "File" => |import| import.file_name.clone(),
        "Uploaded" => |import| time(import.create_time),
        "Applied" => |import| time(import.apply_time),
    ],
    all: [
        "Import" => |import| bare(&import.name).to_owned(),
        "Data set" => |import| bare(&import.dataset).to_owned(),
        "Year" => |import| import.academic_year.clone(),
        "Release" => |import| word_of::<Release>(import.release),
        "State" => |import| word_of::<ImportState>(import.state),
        "File" => |import| import.file_name.clone(),
        "Bytes" => |import| import.size_bytes.to_string(),
        "SHA-256" => |import| import.sha256.clone(),
        "Uploaded by" => |import| import.creator_display_name.clone(),
        "Uploaded" => |import| time(import.create_time),
        "Applied" => |import| time(import.apply_time),
        "Encoding" => |import| import.encoding.clone(),
        "Rows" => |import| import.row_count.to_string(),
        "Schools" => |import| import.school_count.to_string(),
        "Comparators" => |import| import.comparator_count.to_string(),
        "Pending schools" => |import| import.pending_school_count.to_string(),
        "Added" => |import| import.added_count.to_string(),
        "Changed" => |import| import.changed_count.to_string(),
        "Unchanged" => |import| import.unchanged_count.to_string(),
        "Missing" => |import| import.missing_count.to_string(),
        "Fatal issues" => |import| import.fatal_count.to_string(),
        "Notes" => |import| import.note_count.to_string(),
    ]
);

record!(
    ImportIssue,
    table: [
        "Class" => |issue| word_of::<IssueClass>(issue.class),
        "Line" => line_or_cell,
        "Column" => |issue| issue.column.clone(),
        "Value" => |issue| issue.value.clone(),
        "Message" => |issue| issue.message.clone(),
    ],
    all: [
        "Class" => |issue| word_of::<IssueClass>(issue.class),
        "Code" => |issue| issue.code.clone(),
        "Line" => |issue| issue.line.map(|line| line.to_string()).unwrap_or_default(),
        "Cell" => |issue| issue.cell.clone(),
        "Column" => |issue| issue.column.clone(),
        "Value" => |issue| issue.value.clone(),
        "Message" => |issue| issue.message.clone(),
    ]
);

fn line_or_cell(issue: &ImportIssue) -> String {
    match (issue.cell.as_str(), issue.line) {
        ("", Some(line)) => line.to_string(),
        ("", None) => String::new(),
        (cell, _) => cell.to_owned(),
    }
}

record!(
    ImportChange,
    table: [
        "Change" => |change| word_of::<ChangeKind>(change.kind),
        "Subject" => |change| change.subject.clone(),
        "Name" => |change| change.subject_display_name.clone(),
        "Field" => |change| change.field.clone(),
        "Before" => |change| change.before.clone(),
        "After" => |change| change.after.clone(),
    ]
);

async fn get(session: &Session, name: &str) -> Result<Import, Failure> {
    let answer = retry(Retry::default(), || {
        let mut client = session.imports();
        let request = GetImportRequest { name: name.into() };
        async move { client.get_import(request).await }
    })
    .await?;
    answer.import.ok_or_else(Failure::empty_answer)
}

async fn apply(session: &Session, name: &str, etag: &str) -> Result<Import, Failure> {
    let message = ApplyImportRequest {
        name: name.into(),
        etag: etag.into(),
        request_id: request_id(),
        validate_only: false,
    };
    let answer = retry(Retry::default(), || {
        let mut client = session.imports();
        let mut request = tonic::Request::new(message.clone());
        request.set_timeout(LONG);
        async move { client.apply_import(request).await }
    })
    .await?;
    answer.import.ok_or_else(Failure::empty_answer)
}

async fn discard(session: &Session, name: &str) -> Result<Import, Error> {
    let request = DiscardImportRequest {
        name: name.into(),
        etag: String::new(),
        request_id: request_id(),
    };
    let answer = retry(Retry::default(), || {
        let mut client = session.imports();
        let request = request.clone();
        async move { client.discard_import(request).await }
    })
    .await?;
    answer.import.ok_or(Error::Protocol(
        "the answer to DiscardImport holds no import",
    ))
}

/// What an import does, in a line.
fn summary(import: &Import) -> String {
    let Import {
        row_count,
        school_count,
        added_count,
        changed_count,
        unchanged_count,
        missing_count,
        pending_school_count,
        note_count,
        ..
    } = import;
    let mut parts = vec![format!(
        "{} of {}: {added_count} added, {changed_count} changed, {unchanged_count} unchanged, \
         {missing_count} missing from the file",
        count(*row_count, "row"),
        count(*school_count, "school")
    )];
    if *pending_school_count > 0 {
        parts.push(format!(
            "{} that the register does not have yet",
            count(*pending_school_count, "school")
        ));
    }
    if *note_count > 0 {
        parts.push(count(*note_count, "note"));
    }
    parts.join("; ") + "."
}

/// Whether an import leaves everything as it is. The register keeps what a file lacks; figures
/// that a file lacks stop standing.
fn changes_nothing(import: &Import) -> bool {
    // Every import of figures says how final they are, and no other does.
    let figures = import.release() != Release::Unspecified;
    import.added_count == 0 && import.changed_count == 0 && !(figures && import.missing_count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_a_file_lacks_are_a_change_and_schools_that_it_lacks_are_none() {
        let register = Import {
            unchanged_count: 5,
            missing_count: 2,
            ..Import::default()
        };
        assert!(changes_nothing(&register));
        let figures = Import {
            release: Release::Final.into(),
            ..register
        };
        assert!(!changes_nothing(&figures));
    }
}
