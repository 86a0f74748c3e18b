//! The handlers of `DistrictReviewService`.

pub(super) mod acknowledge_district_review;
pub(super) mod get_district_funnel;
pub(super) mod get_district_review;
pub(super) mod get_district_review_figures;
pub(super) mod list_county_districts;
pub(super) mod list_district_review_versions;
pub(super) mod print_district_pack;
pub(super) mod share_district_review;
pub(super) mod write_district_review;

use llpr_domain::year::AcademicYear;

use crate::problem::Problem;

/// The year of `districts/{slug}/reviews/{year}`; `None` for the one that is open.
fn review_year(field: &str, name: &str) -> Result<Option<AcademicYear>, Problem> {
    match name.rsplit('/').next().unwrap_or_default() {
        "-" => Ok(None),
        slug => slug
            .parse()
            .map(Some)
            .map_err(|_| Problem::field(field, "is not districts/{slug}/reviews/{year}")),
    }
}

/// The year of a name that must give it.
fn given_year(name: &str) -> Result<AcademicYear, Problem> {
    let year = review_year("name", name)?;
    year.ok_or_else(|| Problem::field("name", "must name the year"))
}
