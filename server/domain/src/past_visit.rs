//! A visit of a year before this software: what the county knows of it, so that the first year has
//! a past (paragraph 30: last year's actions are looked at again).

use chrono::NaiveDate;

use crate::urn::Urn;

/// Most actions of a visit, and the longest one in characters.
pub const MOST_ACTIONS: usize = 20;
/// The longest action in characters.
pub const LONGEST_ACTION: usize = 500;

/// A visit of the past.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PastVisit {
    /// The school.
    pub urn: Urn,
    /// The day of the visit.
    pub visited: NaiveDate,
    /// The day of its report; none where there is none.
    pub reported: Option<NaiveDate>,
    /// Whether the school became a priority for support; none where that was not said.
    pub priority: Option<bool>,
    /// The actions agreed, in the words of the report.
    pub actions: Vec<String>,
    /// The report's file; its bytes come by an upload of their own ([`crate::past_report`]).
    pub document: Option<PastDocument>,
}

/// A report's file, known by name and content.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PastDocument {
    /// The file's name, without folders.
    pub name: String,
    /// SHA-256 of its bytes in lower-case hexadecimal, where it is known.
    pub sha256: Option<String>,
}
