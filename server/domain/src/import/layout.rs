//! Finding columns by name: tables of columns, and how a header matches one.

use super::decode::Text;
use super::issue::{Issue, IssueCode, shortened};

/// One column of a layout.
pub(super) struct Column<F> {
    /// The official name first, then others in order of preference.
    pub(super) names: Vec<String>,
    /// Whether a file without it is refused.
    pub(super) required: bool,
    /// What the column holds.
    pub(super) field: F,
}

/// A layout: the columns that are used, and patterns of those that are known and left out.
///
/// In a pattern `*` stands for any letters and `#` for one digit.
pub(super) struct Layout<F> {
    pub(super) columns: Vec<Column<F>>,
    pub(super) known: &'static [&'static [&'static str]],
}

/// The header of a file.
#[derive(Default)]
pub(super) struct Header {
    names: Vec<String>,
}

impl Header {
    pub(super) fn new(text: &Text) -> Self {
        let fields = (0..text.len()).filter_map(|index| text.get(index));
        // Double spaces inside a name come and go between releases.
        let fold = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            names: fields.map(fold).collect(),
        }
    }

    /// How many columns the header has; empty names at its end don't count.
    pub(super) fn len(&self) -> usize {
        let last = self.names.iter().rposition(|name| !name.is_empty());
        last.map_or(0, |last| last + 1)
    }

    /// The name of a column as the file has it.
    pub(super) fn name(&self, position: usize) -> &str {
        self.names.get(position).map_or("", String::as_str)
    }

    /// The names in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    fn positions(&self, name: &str) -> impl Iterator<Item = usize> {
        self.names
            .iter()
            .enumerate()
            .filter(move |(_, found)| found.eq_ignore_ascii_case(name))
            .map(|(position, _)| position)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// The first column of this name, whatever the case.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.positions(name).next()
    }
}

/// Where the columns of a layout stand in a file.
pub(super) struct Found<F> {
    /// Fields with their positions.
    pub(super) fields: Vec<(F, usize)>,
    /// Official names of required columns that aren't there.
    pub(super) missing: Vec<String>,
    /// Columns that the layout uses and the file has twice.
    pub(super) doubled: Vec<String>,
    /// Names that the layout doesn't know.
    pub(super) unknown: Vec<String>,
}

impl<F: Copy + PartialEq> Found<F> {
    /// The position of a field, if the file has its column.
    pub(super) fn position(&self, field: F) -> Option<usize> {
        self.fields
            .iter()
            .find(|(found, _)| *found == field)
            .map(|(_, position)| *position)
    }
}

impl<F: Copy> Layout<F> {
    /// Finds the layout's columns in a header.
    pub(super) fn find(&self, header: &Header) -> Found<F> {
        let mut found = Found {
            fields: Vec::new(),
            missing: Vec::new(),
            doubled: Vec::new(),
            unknown: Vec::new(),
        };
        for column in &self.columns {
            let mut positions = column
                .names
                .iter()
                .map(|name| header.positions(name))
                .find_map(|mut positions| positions.next().map(|first| (first, positions)));
            match &mut positions {
                Some((first, others)) => {
                    found.fields.push((column.field, *first));
                    if others.next().is_some() {
                        found.doubled.push(header.name(*first).to_owned());
                    }
                }
                None if column.required => {
                    found.missing.extend(column.names.first().cloned());
                }
                None => {}
            }
        }
        found.unknown = header
            .names()
            .filter(|name| !name.is_empty() && !self.knows(name))
            .map(shortened)
            .collect();
        found
    }

    fn knows(&self, name: &str) -> bool {
        // No known name is nearly as long; this bounds the work on a hostile header.
        name.len() <= 100
            && (self
                .columns
                .iter()
                .flat_map(|column| &column.names)
                .any(|known| known.eq_ignore_ascii_case(name))
                || self
                    .known
                    .iter()
                    .flat_map(|patterns| patterns.iter())
                    .any(|pattern| fits(pattern.as_bytes(), name.as_bytes())))
    }
}

/// Whether a name fits a pattern, whatever the case.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) | (Some((b'*', [])), _) => true,
        (Some((b'*', rest)), _) => {
            (0..=name.len()).any(|start| name.get(start..).is_some_and(|name| fits(rest, name)))
        }
        (Some((b'#', rest)), Some((digit, name))) => digit.is_ascii_digit() && fits(rest, name),
        (Some((letter, rest)), Some((other, name))) => {
            letter.eq_ignore_ascii_case(other) && fits(rest, name)
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// One record, as a layout sees it.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) line: u64,
    pub(super) text: &'a Text,
    pub(super) header: &'a Header,
}

impl<'a> Record<'a> {
    /// A cell, trimmed; empty if the file or the row doesn't have it.
    pub(super) fn cell(&self, position: Option<usize>) -> &'a str {
        position
            .and_then(|position| self.text.get(position))
            .unwrap_or("")
    }

    /// An issue with a cell.
    pub(super) fn issue(
        &self,
        code: IssueCode,
        position: Option<usize>,
        message: impl Into<String>,
    ) -> Issue {
        let issue = Issue::new(code, message).at_line(self.line);
        match position {
            Some(position) => issue
                .in_column(self.header.name(position))
                .with_value(self.cell(Some(position))),
            None => issue,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_know_letters_and_digits() {
        assert!(fits(b"*PROG_*", b"ReadProg_B_Lower"));
        assert!(fits(b"*_##", b"TELIG_18"));
        assert!(!fits(b"*_##", b"TELIG_3YR"));
        assert!(fits(b"TAB15", b"tab15"));
        assert!(!fits(b"TAB15", b"tab151"));
        assert!(!fits(b"TAB15", b"tab1"));
    }
}
