//! What the layouts of schools' circumstances share: a table of columns, and cells read with
//! their rules.

use chrono::NaiveDate;

use super::fields::{DATE_FORMS, date};
use super::issue::{Issue, IssueCode};
use super::layout::{Column, Found, Layout, Record};
use super::rows::{Batch, Met, Seen, counted};
use crate::urn::Urn;

/// A row of a table of columns: official name and aliases, whether required, what it holds.
pub(super) type Entry<F> = (&'static [&'static str], bool, F);

/// A layout from its table of columns and the patterns of those that are left out.
pub(super) fn layout<F: Copy>(
    columns: &[Entry<F>],
    known: &'static [&'static [&'static str]],
) -> Layout<F> {
    let columns = columns.iter().map(|(names, required, field)| Column {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        required: *required,
        field: *field,
    });
    Layout {
        columns: columns.collect(),
        known,
    }
}

/// Marks that an issue was told and the row can't be used.
pub(super) struct Told;

/// The cells of one row.
pub(super) struct Cells<'a, F> {
    pub(super) found: &'a Found<F>,
    pub(super) record: Record<'a>,
}

impl<'a, F: Copy + PartialEq> Cells<'a, F> {
    /// A cell's text; empty if the file or the row doesn't have it.
    pub(super) fn text(&self, field: F) -> &'a str {
        self.record.cell(self.found.position(field))
    }

    /// A text that may be absent.
    pub(super) fn words(&self, field: F) -> Option<String> {
        let text = self.text(field);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Tells an issue with a cell.
    pub(super) fn tell(
        &self,
        field: F,
        code: IssueCode,
        message: impl Into<String>,
        out: &mut Batch,
    ) -> Told {
        let position = self.found.position(field);
        out.issues.push(self.record.issue(code, position, message));
        Told
    }

    /// A URN; `None` for the shorter numbers of children's centres, which are no schools.
    pub(super) fn establishment(&self, field: F, out: &mut Batch) -> Result<Option<Urn>, Told> {
        let text = self.text(field);
        let short = (1..6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if short {
            return Ok(None);
        }
        self.urn(field, out).map(Some)
    }

    /// A school's URN.
    pub(super) fn urn(&self, field: F, out: &mut Batch) -> Result<Urn, Told> {
        self.text(field).parse().map_err(|_| {
            let message = "A URN has six digits, such as 900001. Download the file again, or \
                           correct the cell; if the file was edited, a column may have moved.";
            self.tell(field, IssueCode::InvalidUrn, message, out)
        })
    }

    /// A date that may be absent.
    pub(super) fn day(&self, field: F, out: &mut Batch) -> Result<Option<NaiveDate>, Told> {
        let text = self.text(field);
        if text.is_empty() || text.eq_ignore_ascii_case("NULL") {
            return Ok(None);
        }
        date(text).map(Some).ok_or_else(|| {
            let message = format!("This is not a date. Write it as {DATE_FORMS}.");
            self.tell(field, IssueCode::InvalidDate, message, out)
        })
    }

    /// Whether a key is new; if not, says that the row is the same as another, or differs.
    pub(super) fn is_new(
        &self,
        seen: &mut Seen,
        key: u64,
        content: &impl std::hash::Hash,
        field: F,
        differs: Differs,
        out: &mut Batch,
    ) -> bool {
        let (code, message) = match seen.meet(key, self.record.line, content) {
            Met::Never => return true,
            Met::Same { line } => (
                IssueCode::IdenticalDuplicate,
                format!("The same as line {line}; counted once."),
            ),
            Met::Different { line } => match differs {
                Differs::FirstCounts => (
                    IssueCode::LeftOut,
                    format!("Line {line} says this with other details: that line counts."),
                ),
                Differs::Contradicts => (
                    IssueCode::ContradictingDuplicate,
                    format!(
                        "Line {line} says something else of the same. Keep one of the two lines, \
                         or download the file again."
                    ),
                ),
            },
        };
        self.tell(field, code, message, out);
        false
    }
}

/// What it means when the same thing is told twice with other details.
#[derive(Clone, Copy)]
pub(super) enum Differs {
    /// Usual in the register's own files.
    FirstCounts,
    /// One of the two is wrong.
    Contradicts,
}

/// Rows that are left out for one reason: how many, and the first one's line.
#[derive(Default)]
pub(super) struct LeftOut(Option<(u64, u64)>);

impl LeftOut {
    pub(super) fn row(&mut self, line: u64) {
        let (count, first) = self.0.unwrap_or((0, line));
        self.0 = Some((count + 1, first));
    }

    /// One note for all of them.
    pub(super) fn note(&self, one: &str, many: &str, out: &mut Batch) {
        if let Some((count, first)) = self.0 {
            let rows = counted(count, one, many);
            let message = format!("{rows} left out, the first on line {first}. Nothing to do.");
            out.issues
                .push(Issue::new(IssueCode::LeftOut, message).at_line(first));
        }
    }
}
