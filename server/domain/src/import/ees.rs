//! What the files of Explore Education Statistics have in common: one row per place, period and
//! phase, with the year in the row.

use super::issue::IssueCode;
use super::left_out::Why;
use super::places::by_level;
use super::rows::Batch;
use super::wide::{Cells, Key, Site, Skip, Source};
use crate::figure::{Marker, Period};

/// Who and when. Until September 2025 the phase was called `school_type`.
pub(super) const KEYS: &[(&[&str], bool, Key)] = &[
    (&["time_period"], true, Key::Year),
    (&["time_identifier"], false, Key::Term),
    (&["geographic_level"], true, Key::Level),
    (&["old_la_code"], false, Key::Authority),
    (&["school_urn"], true, Key::Urn),
    (&["school_name"], false, Key::Name),
    (&["education_phase", "school_type"], false, Key::Phase),
];

/// The markers of the service.
pub(super) const MARKERS: &[(&str, Marker)] = &[
    ("z", Marker::NotApplicable),
    ("c", Marker::Suppressed),
    ("x", Marker::NotAvailable),
    (":", Marker::NotAvailable),
    ("low", Marker::RoundsToZero),
    ("u", Marker::Unreliable),
];

/// Columns of geography that are known and left out.
pub(super) const KNOWN: &[&str] = &[
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "new_la_code",
    "la_name",
    "school_laestab",
    "school_name",
];

/// Rows of the service, whose year counts as a whole or as far as it has come.
pub(super) struct Statistics {
    year: Period,
}

impl Statistics {
    /// Figures of a year that is over.
    pub(super) const fn whole_year() -> Self {
        Self { year: Period::Year }
    }

    /// Figures of a year that goes on.
    pub(super) const fn year_to_date() -> Self {
        Self {
            year: Period::YearToDate,
        }
    }
}

impl Source for Statistics {
    fn site(&self, cells: Cells<'_>, out: &mut Batch) -> Result<Site, Skip> {
        by_level(cells, out)
    }

    fn period(&self, cells: Cells<'_>, out: &mut Batch) -> Result<Period, Skip> {
        let text = cells.get(Key::Term).to_lowercase();
        match text.as_str() {
            "" | "academic year" => Ok(self.year),
            "autumn term" => Ok(Period::Autumn),
            "spring term" => Ok(Period::Spring),
            "summer term" => Ok(Period::Summer),
            "autumn and spring term" | "autumn and spring terms" => Ok(Period::AutumnSpring),
            _ if text.starts_with("week") => Err(Skip::LeftOut(Why::Week)),
            _ => {
                let message = "The period is Academic year, a term, or Autumn and spring term. \
                               Download the file again; if it was edited, a column may have moved.";
                Err(cells.tell(Key::Term, IssueCode::InvalidValue, message, out))
            }
        }
    }
}
