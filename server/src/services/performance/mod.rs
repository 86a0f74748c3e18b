//! The handlers of `PerformanceService`.

pub(super) mod get_data_health;
pub(super) mod list_measures;
pub(super) mod list_school_figures;

use llpr_domain::year::{AcademicYear, InvalidAcademicYear};

use crate::problem::Problem;

/// The academic year of a request; `None` if empty.
fn year(text: &str) -> Result<Option<AcademicYear>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|error: InvalidAcademicYear| Problem::field("academic_year", error.to_string()))
}
