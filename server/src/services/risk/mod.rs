//! The handlers of `RiskService`.

pub(super) mod add_risk_criterion;
pub(super) mod assess_school;
pub(super) mod confirm_suggestion;
pub(super) mod decide_risk_criterion;
pub(super) mod dismiss_suggestion;
pub(super) mod get_risk_assessment;
pub(super) mod get_suggestion;
pub(super) mod list_risk_assessments;
pub(super) mod list_risk_wordings;
pub(super) mod list_shared_risks;
pub(super) mod list_suggestions;
pub(super) mod release_risk_wording;
pub(super) mod review_schools;
pub(super) mod share_risk_assessments;

use llpr_domain::urn::Urn;
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
pub(super) fn year(field: &str, name: &str) -> Result<Option<AcademicYear>, Problem> {
    let Some(slug) = names::id(name, "programmeYears") else {
        return Ok(None);
    };
    let read = slug.parse::<AcademicYear>();
    read.map(Some)
        .map_err(|error| Problem::field(field, error.to_string()))
}

/// A programme year that must be given.
pub(super) fn required_year(field: &str, name: &str) -> Result<AcademicYear, Problem> {
    let read = year(field, name)?;
    read.ok_or_else(|| Problem::field(field, "is not programmeYears/{year}"))
}

/// The year of `schools/{urn}/riskAssessments/{year}`; `None` for the one that is open.
fn assessment_year(name: &str) -> Result<Option<AcademicYear>, Problem> {
    match name.rsplit('/').next().unwrap_or_default() {
        "-" => Ok(None),
        slug => slug
            .parse()
            .map(Some)
            .map_err(|_| Problem::field("name", "is not schools/{urn}/riskAssessments/{year}")),
    }
}

/// Schools by their names, which were found to be of the right form.
fn schools(names: &[String]) -> Result<Vec<Urn>, Problem> {
    let read = names.iter().map(|name| {
        let urn = names::id(name, "schools").and_then(|urn| urn.parse().ok());
        urn.ok_or_else(|| Problem::field("schools", "are not all schools/{urn}"))
    });
    read.collect()
}

/// The last part of a name.
pub(super) fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}
