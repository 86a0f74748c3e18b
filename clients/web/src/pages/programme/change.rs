//! What differs between two documents.

use llpr_client::v1;

use crate::words::programme;

/// A part that differs.
pub(super) struct Change {
    pub(super) part: String,
    pub(super) paragraph: String,
    pub(super) kind: &'static str,
    pub(super) before: String,
    pub(super) after: String,
}

impl From<v1::ProgrammeChange> for Change {
    fn from(change: v1::ProgrammeChange) -> Self {
        Self {
            kind: programme::change(change.kind()),
            part: change.display_name,
            paragraph: change.paragraph,
            before: change.before,
            after: change.after,
        }
    }
}

/// All that differs.
pub(super) struct Changes {
    /// What it was compared with, `version 2 of 2024/25`.
    pub(super) base: String,
    pub(super) rows: Vec<Change>,
    /// Whether not even a comment differs.
    pub(super) same_document: bool,
}

impl Changes {
    pub(super) fn of(base: &str, changes: Vec<v1::ProgrammeChange>, same_document: bool) -> Self {
        let number = base.rsplit('/').next().unwrap_or_default();
        Self {
            base: format!("version {number} of {}", super::spoken(super::slug(base))),
            rows: changes.into_iter().map(Change::from).collect(),
            same_document,
        }
    }

    #[cfg(test)]
    pub(super) fn sample() -> Self {
        let change =
            |kind: v1::ProgrammeChangeKind, before: &str, after: &str| v1::ProgrammeChange {
                kind: kind.into(),
                display_name: "Days <b>Byron</b>".into(),
                paragraph: "25".into(),
                before: before.into(),
                after: after.into(),
                ..Default::default()
            };
        Self::of(
            "programmeYears/2024-2025/versions/1",
            vec![
                change(v1::ProgrammeChangeKind::Added, "", "7 days"),
                change(v1::ProgrammeChangeKind::Changed, "<Infant>", "8 days"),
                change(v1::ProgrammeChangeKind::Removed, "8 days", ""),
            ],
            false,
        )
    }

    #[cfg(test)]
    pub(super) fn sample_none(same_document: bool) -> Self {
        Self::of(
            "programmeYears/2024-2025/versions/1",
            Vec::new(),
            same_document,
        )
    }
}
