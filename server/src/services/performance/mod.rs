//! The handlers of `PerformanceService`.

pub(super) mod get_data_health;
pub(super) mod list_district_figures;
pub(super) mod list_measures;
pub(super) mod list_school_figures;

use llpr_domain::measure::Measure;
use llpr_domain::year::{AcademicYear, InvalidAcademicYear};
use llpr_proto::names;
use llpr_proto::v1::PupilGroup;
use llpr_store::figures::FigureFilter;

use crate::convert;
use crate::problem::Problem;

/// Which figures a request asks for.
struct Asked<'a> {
    measures: &'a [String],
    groups: Vec<PupilGroup>,
    year: &'a str,
}

fn filter(asked: &Asked<'_>) -> Result<FigureFilter, Problem> {
    let measure = |name: &String| {
        let known = names::id(name, "measures").and_then(Measure::parse);
        known.ok_or_else(|| {
            Problem::field(
                "measures",
                format!("There is no measure {name}. ListMeasures names them."),
            )
        })
    };
    let groups = asked.groups.iter().copied();
    Ok(FigureFilter {
        measures: asked
            .measures
            .iter()
            .map(measure)
            .collect::<Result<_, _>>()?,
        groups: groups.filter_map(convert::group).collect(),
        year: year(asked.year)?,
    })
}

/// The academic year of a request; `None` if empty.
fn year(text: &str) -> Result<Option<AcademicYear>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|error: InvalidAcademicYear| Problem::field("academic_year", error.to_string()))
}
