//! Imports.

use llpr_domain::import::{Class, Dataset, Issue, YearRule};
use llpr_proto::{names, v1};
use llpr_store::imports::{Change, ChangeKind, Counts, Import, ImportState, KeptIssue};

use super::{release_message, timestamp};

pub(crate) fn dataset(dataset: Dataset) -> v1::Dataset {
    v1::Dataset {
        name: names::dataset(dataset.as_str()),
        display_name: dataset.title().to_owned(),
        description: dataset.description().to_owned(),
        year_required: dataset.year_rule() == YearRule::Given,
        has_figures: dataset.has_figures(),
        template: dataset.template().unwrap_or_default(),
        is_data: dataset.is_data(),
    }
}

pub(crate) fn import(import: Import) -> v1::Import {
    let Import {
        id,
        dataset,
        year,
        release,
        file_name,
        size_bytes,
        sha256,
        state,
        creator,
        created_at,
        applied_at,
        received_bytes,
        encoding,
        counts,
        version,
    } = import;
    let Counts {
        rows,
        schools,
        comparators,
        pending,
        added,
        changed,
        unchanged,
        missing,
        fatal,
        notes,
    } = counts;
    v1::Import {
        name: names::import(id),
        dataset: names::dataset(dataset.as_str()),
        academic_year: year.map_or(String::new(), |year| year.to_string()),
        release: release_message(release).into(),
        file_name,
        size_bytes,
        sha256,
        state: state_message(state).into(),
        creator: if creator.is_service_account {
            names::service_account(&creator.id)
        } else {
            names::user(&creator.id)
        },
        creator_display_name: creator.name,
        create_time: Some(timestamp(created_at)),
        apply_time: applied_at.map(timestamp),
        received_bytes,
        encoding,
        row_count: rows,
        school_count: schools,
        comparator_count: comparators,
        pending_school_count: pending,
        added_count: added,
        changed_count: changed,
        unchanged_count: unchanged,
        missing_count: missing,
        fatal_count: fatal,
        note_count: notes,
        etag: version.to_string(),
    }
}

fn state_message(state: ImportState) -> v1::ImportState {
    match state {
        ImportState::Uploading => v1::ImportState::Uploading,
        ImportState::Staged => v1::ImportState::Staged,
        ImportState::Rejected => v1::ImportState::Rejected,
        ImportState::Applied => v1::ImportState::Applied,
        ImportState::Discarded => v1::ImportState::Discarded,
        ImportState::Reverted => v1::ImportState::Reverted,
    }
}

/// The state that a request names; `None` where it is unspecified.
pub(crate) fn import_state(state: v1::ImportState) -> Option<ImportState> {
    ImportState::ALL
        .into_iter()
        .find(|&ours| state_message(ours) == state)
}

fn class_message(class: Class) -> v1::IssueClass {
    match class {
        Class::Fatal => v1::IssueClass::Fatal,
        Class::Pending => v1::IssueClass::Pending,
        Class::Note => v1::IssueClass::Note,
    }
}

/// The class that a request names; `None` where it is unspecified.
pub(crate) fn issue_class(class: v1::IssueClass) -> Option<Class> {
    [Class::Fatal, Class::Pending, Class::Note]
        .into_iter()
        .find(|&ours| class_message(ours) == class)
}

pub(crate) fn issue(issue: KeptIssue) -> v1::ImportIssue {
    let KeptIssue {
        class,
        code,
        line,
        column,
        cell,
        value,
        message,
    } = issue;
    v1::ImportIssue {
        class: class_message(class).into(),
        code,
        line,
        column,
        value,
        message,
        cell,
    }
}

/// An issue that was just found in a file.
pub(crate) fn file_issue(issue: Issue) -> v1::ImportIssue {
    let Issue {
        code,
        line,
        column,
        cell,
        value,
        message,
    } = issue;
    v1::ImportIssue {
        class: class_message(code.class()).into(),
        code: code.as_str().to_owned(),
        line: line.and_then(|line| i64::try_from(line).ok()),
        column: column.unwrap_or_default(),
        value: value.unwrap_or_default(),
        message,
        cell: cell.unwrap_or_default(),
    }
}

pub(crate) fn changes(changes: Vec<Change>) -> Vec<v1::ImportChange> {
    changes
        .into_iter()
        .map(|change| {
            let Change {
                kind,
                subject,
                subject_name,
                field,
                before,
                after,
            } = change;
            let kind = match kind {
                ChangeKind::Added => v1::ChangeKind::Added,
                ChangeKind::Changed => v1::ChangeKind::Changed,
                ChangeKind::Missing => v1::ChangeKind::Missing,
            };
            v1::ImportChange {
                kind: kind.into(),
                subject,
                subject_display_name: subject_name,
                field,
                before,
                after,
            }
        })
        .collect()
}
