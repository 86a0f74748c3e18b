//! The handlers of `ContextService`.

pub(super) mod decide_programme_context;
pub(super) mod decide_programme_contexts;
pub(super) mod get_programme_context;
pub(super) mod list_programme_contexts;

use llpr_domain::year::AcademicYear;

use super::risk::{last, required_year, year};
use crate::problem::Problem;

/// The year of `schools/{urn}/programmeContexts/{year}`; `None` for the one that is open.
fn context_year(name: &str) -> Result<Option<AcademicYear>, Problem> {
    match last(name) {
        "-" => Ok(None),
        slug => slug
            .parse()
            .map(Some)
            .map_err(|_| Problem::field("name", "is not schools/{urn}/programmeContexts/{year}")),
    }
}
