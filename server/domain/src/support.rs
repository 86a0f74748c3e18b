//! What support a school has had, when, and what came of it (paragraphs 7 and 12 g).

use chrono::NaiveDate;

use crate::names::named;
use crate::urn::Urn;

named! {
    /// What kind of support.
    pub enum SupportKind {
        /// The wider strategy of paragraph 7 (1).
        Significant => "significant", "Significant support";
        /// Support on some named priorities.
        Targeted => "targeted", "Targeted support";
        /// Support that the school chose to buy.
        Commissioned => "commissioned", "Commissioned by the school";
    }
}

named! {
    /// What came of it.
    pub enum SupportOutcome {
        /// It goes on, or nobody has said yet.
        Open => "open", "Not said yet";
        /// It did what it was for, and is no longer needed (paragraph 7 (2)).
        Successful => "successful", "Successful";
        /// Some of what it was for.
        Some => "some", "Some improvement";
        /// Little sustained improvement (paragraph 12 g).
        Little => "little", "Little sustained improvement";
    }
}

/// Support that a school had for a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Support {
    /// The school.
    pub urn: Urn,
    /// What kind.
    pub kind: SupportKind,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none while it goes on.
    pub until: Option<NaiveDate>,
    /// What came of it.
    pub outcome: SupportOutcome,
}
