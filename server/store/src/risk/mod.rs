//! The annual risk analysis: what figures, inspections and support suggest, and what people decide.
//!
//! Suggestions are worked out from what stands now, each time they are read; decisions are kept, each
//! with what it was decided about, and `notes` of what data said before. Nothing here asks a
//! statement for each school.

mod assessments;
mod criteria;
mod decisions;
mod district_review;
mod districts;
mod exhibit;
mod notes;
mod pack;
mod preview;
mod sources;
mod suggestions;
mod visible;
mod wordings;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::ConnectionTrait;

use crate::error::{Refusal, StoreError};
use crate::{programme, sql};

pub use assessments::{Assessment, AssessmentName, NewAssessment, Version};
pub use criteria::{Answer, Judgement, NewJudgement};
pub use decisions::Decided;
pub use district_review::{
    CountyDistrict, CountyDistricts, DistrictFunnel, FunnelLine, FunnelSchool, PooledNumber,
    PooledYear, Review, ReviewFigures, ReviewKey, ReviewPoint, ReviewState, ReviewVersion, Series,
    SharedPriority, Standing,
};
pub use districts::{AssessmentKey, Assessments, MOST_AT_ONCE};
pub use exhibit::{Exhibit, ExhibitIntake, ExhibitKind, ExhibitYear};
pub use notes::Earlier;
pub(crate) use notes::may_differ;
pub use pack::{About, PackSchool};
pub use preview::Preview;
pub(crate) use sources::{SUBJECT_COLUMNS, SubjectRow, inspections_of, support_of};
pub use suggestions::{
    Change, Choice, SchoolKey, SchoolSuggestions, State, Suggested, Suggestions,
};
pub(crate) use suggestions::{asked_year, every_school, subjects};
pub use wordings::{NewWording, Wording};

/// What names a suggestion: `schools/900001/suggestions/2024-2025-a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuggestionName {
    /// The school.
    pub urn: Urn,
    /// The programme year.
    pub year: AcademicYear,
    /// The criterion's letter.
    pub letter: char,
}

impl fmt::Display for SuggestionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { urn, year, letter } = self;
        write!(f, "schools/{urn}/suggestions/{}-{letter}", year.slug())
    }
}

/// The text is no suggestion's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not schools/{{urn}}/suggestions/{{year}}-{{letter}}")]
pub struct NoSuggestionName;

impl FromStr for SuggestionName {
    type Err = NoSuggestionName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut parts = name.split('/');
        let (Some("schools"), Some(urn), Some("suggestions"), Some(id), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(NoSuggestionName);
        };
        let (year, letter) = id.rsplit_once('-').ok_or(NoSuggestionName)?;
        let mut letters = letter.chars();
        let (Some(letter @ 'a'..='z'), None) = (letters.next(), letters.next()) else {
            return Err(NoSuggestionName);
        };
        Ok(Self {
            urn: urn.parse().map_err(|_| NoSuggestionName)?,
            year: year.parse().map_err(|_| NoSuggestionName)?,
            letter,
        })
    }
}

/// The year that is worked on: the latest that has an approved programme and has begun or, before
/// any has, the first.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no programme at all.
pub(crate) async fn open_year(
    connection: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<AcademicYear, StoreError> {
    const OPEN: &str = "SELECT CAST(COALESCE(
        (SELECT MAX(year) FROM programme_versions WHERE year <= $1),
        (SELECT MIN(year) FROM programme_versions), 0) AS BIGINT)";
    let now =
        AcademicYear::of_date(today).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let found = sql::number(connection, OPEN, vec![i32::from(now.start()).into()]).await?;
    let found = u16::try_from(found).ok();
    let found = found.and_then(|start| AcademicYear::from_start(start).ok());
    found.ok_or_else(|| programme::missing_year(now))
}

/// Refuses work on a year that is over or yet to begin.
pub(crate) async fn must_be_open(
    connection: &impl ConnectionTrait,
    year: AcademicYear,
    today: NaiveDate,
) -> Result<(), StoreError> {
    let open = open_year(connection, today).await?;
    if year == open {
        Ok(())
    } else {
        Err(Refusal::YearNotOpen { asked: year, open }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back() {
        let name = "schools/900001/suggestions/2024-2025-a";
        assert_eq!(name.parse::<SuggestionName>().unwrap().to_string(), name);
        for wrong in [
            "schools/900001/suggestions/2024-2025",
            "schools/900001/suggestions/2024-2026-a",
            "schools/900001/suggestions/2024-2025-a/x",
            "schools/900001/suggestions/2024-2025-A",
            "districts/north/suggestions/2024-2025-a",
        ] {
            assert_eq!(
                wrong.parse::<SuggestionName>(),
                Err(NoSuggestionName),
                "{wrong}"
            );
        }
    }
}
