//! The handlers of `RiskService`.

pub(super) mod confirm_suggestion;
pub(super) mod dismiss_suggestion;
pub(super) mod get_suggestion;
pub(super) mod list_suggestions;

use llpr_domain::year::AcademicYear;
use llpr_proto::names;
use llpr_store::risk::SuggestionName;

use crate::problem::Problem;

/// A suggestion's name, which was found to be of the right form.
fn suggestion_name(name: &str) -> Result<SuggestionName, Problem> {
    let read = name.parse::<SuggestionName>();
    read.map_err(|error| Problem::field("name", error.to_string()))
}

/// A programme year by its name; `None` where none is given.
fn year(field: &str, name: &str) -> Result<Option<AcademicYear>, Problem> {
    let Some(slug) = names::id(name, "programmeYears") else {
        return Ok(None);
    };
    let read = slug.parse::<AcademicYear>();
    read.map(Some)
        .map_err(|error| Problem::field(field, error.to_string()))
}
