//! Rows that are shorter or longer than the header, and rows without content.

use std::collections::BTreeMap;

use super::decode::Text;
use super::issue::{Issue, IssueCode};
use super::rows::{Batch, counted};

/// Most different lengths that are told apart; further ones count together.
const LENGTHS: usize = 64;

/// Counts odd rows, to tell them once: in some files every row is short.
#[derive(Default)]
pub(super) struct Shape {
    /// By number of fields: how many rows, and the first one's line.
    lengths: BTreeMap<usize, (u64, u64)>,
    /// Blank rows: how many, and the first one's line.
    blank: Option<(u64, u64)>,
}

impl Shape {
    pub(super) fn blank(&mut self, line: u64) {
        let (count, first) = self.blank.unwrap_or((0, line));
        self.blank = Some((count + 1, first));
    }

    /// Counts a row if it is shorter than the header, or longer with something in it.
    pub(super) fn row(&mut self, line: u64, text: &Text, columns: usize) {
        let fields = text.len();
        let filled = |at: usize| text.get(at).is_some_and(|cell| !cell.is_empty());
        if fields < columns || (columns..fields).any(filled) {
            let known = self.lengths.contains_key(&fields) || self.lengths.len() < LENGTHS;
            let length = if known { fields } else { usize::MAX };
            self.lengths.entry(length).or_insert((0, line)).0 += 1;
        }
    }

    /// One note per length, and one for blank rows.
    pub(super) fn notes(&self, columns: usize, out: &mut Batch) {
        for (fields, (count, first)) in &self.lengths {
            let rows = counted(*count, "row has", "rows have");
            let message = match *fields {
                usize::MAX => format!(
                    "{rows} other numbers of fields than the header's {columns}. Check that the \
                     file is whole."
                ),
                fields if fields < columns => format!(
                    "{rows} {fields} of {columns} fields; the missing ones count as not supplied. \
                     This is usual in these files."
                ),
                fields => format!(
                    "{rows} {fields} fields where the header has {columns}; the extra ones were \
                     left out. Check that no comma stands inside a name without quotation marks."
                ),
            };
            out.issues
                .push(Issue::new(IssueCode::RaggedRow, message).at_line(*first));
        }
        if let Some((count, first)) = self.blank {
            let rows = counted(count, "blank row was", "blank rows were");
            let message = format!("{rows} left out, the first on line {first}.");
            out.issues
                .push(Issue::new(IssueCode::BlankRow, message).at_line(first));
        }
    }
}
