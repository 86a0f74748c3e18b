//! The handlers of `ProgrammeService`.

pub(super) mod approve_programme_draft;
pub(super) mod create_programme_draft;
pub(super) mod delete_programme_draft;
pub(super) mod get_programme_draft;
pub(super) mod get_programme_draft_diff;
pub(super) mod get_programme_draft_preview;
pub(super) mod get_programme_version;
pub(super) mod get_programme_version_diff;
pub(super) mod get_programme_year;
pub(super) mod list_programme_drafts;
pub(super) mod list_programme_versions;
pub(super) mod list_programme_years;
pub(super) mod update_programme_draft;

use llpr_domain::programme::{self, Programme, Violation};
use llpr_domain::year::AcademicYear;
use llpr_proto::names;
use llpr_store::programme::VersionName;

use crate::problem::Problem;

/// The year in `programmeYears/{year}`, or of a name below it.
fn year(field: &str, name: &str) -> Result<AcademicYear, Problem> {
    let year = name.split('/').nth(1).unwrap_or_default();
    year.parse::<AcademicYear>()
        .map_err(|error| Problem::field(field, error.to_string()))
}

/// The version in `programmeYears/{year}/versions/{number}`.
fn version(field: &str, name: &str) -> Result<VersionName, Problem> {
    let number = name.rsplit('/').next().unwrap_or_default();
    Ok(VersionName {
        year: year(field, name)?,
        number: number
            .parse()
            .map_err(|_| Problem::field(field, "has no number of a version"))?,
    })
}

/// What a document of a year says. One of another year is a fault like any other.
fn read(year: AcademicYear, document: &str) -> Result<Programme, Vec<Violation>> {
    let programme = programme::parse(document)?;
    if programme.year == year {
        return Ok(programme);
    }
    let line = document
        .lines()
        .position(|line| line.trim_start().starts_with("year"));
    Err(vec![Violation {
        line: line.unwrap_or(0) + 1,
        key: "year".to_owned(),
        message: format!(
            "is {}, but this is the draft of {year}; name that year, or use {}",
            programme.year,
            names::programme_draft(programme.year.slug())
        ),
    }])
}
