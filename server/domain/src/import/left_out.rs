//! Rows that a file has and that are not meant to be loaded, counted by reason.

use std::collections::BTreeMap;

use super::issue::{Issue, IssueCode};
use super::rows::{Batch, counted};

/// Why rows are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// A region.
    Region,
    /// Another year than the import says.
    OtherYear,
    /// A single week.
    Week,
    /// Two authorities under one label.
    CombinedAuthority,
    /// A kind of school that is no comparator here.
    OtherPhase,
}

impl Why {
    const fn words(self) -> &'static str {
        match self {
            Self::Region => {
                "is for a region: schools are compared with their authority and England"
            }
            Self::OtherYear => "is for another year than the import says",
            Self::Week => {
                "is for a single week: use the file of the year to date or of the whole year"
            }
            Self::CombinedAuthority => "is for two authorities together",
            Self::OtherPhase => {
                "is for nurseries, alternative provision or another kind of school that primary \
                 schools are not compared with"
            }
        }
    }
}

/// Counts rows that are left out.
#[derive(Default)]
pub(super) struct LeftOut(BTreeMap<Why, (u64, u64)>);

impl LeftOut {
    pub(super) fn count(&mut self, why: Why, line: u64) {
        self.0.entry(why).or_insert((0, line)).0 += 1;
    }

    /// One note for each reason; a fatal issue if nothing else was in the file.
    pub(super) fn notes(&self, anything: bool, out: &mut Batch) {
        for (why, (count, first)) in &self.0 {
            let rows = counted(*count, "row was", "rows were");
            let message = format!(
                "{rows} left out, the first on line {first}; it {}.",
                why.words()
            );
            out.issues
                .push(Issue::new(IssueCode::RowsLeftOut, message).at_line(*first));
        }
        if !anything && !self.0.is_empty() {
            let message = "No row of the file can be used. Check the year and the kind of file.";
            out.issues.push(Issue::new(IssueCode::NoRows, message));
        }
    }
}
