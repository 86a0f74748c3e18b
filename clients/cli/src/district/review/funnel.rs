//! The funnel plot of a district's schools, as a table.

use clap::Args;
use llpr_client::v1::{
    FunnelLimits, FunnelPoint, FunnelZone, GetDistrictFunnelRequest, GetDistrictFunnelResponse,
    PupilGroup, Release,
};
use llpr_client::{Retry, retry};

use super::Which;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{Format, count, json, record};
use crate::words::{parser, word_of};

record!(
    FunnelPoint,
    table: [
        "URN" => |point| bare(&point.school).to_owned(),
        "School" => |point| point.school_display_name.clone(),
        "Children" => |point| point.cohort.to_string(),
        "Met" => |point| point.met.to_string(),
        "Share" => |point| format!("{:.1}%", point.value),
        "95% limits" => |point| between(point, |limits| (limits.lower95, limits.upper95)),
        "99.8% limits" => |point| between(point, |limits| (limits.lower998, limits.upper998)),
        "Lies" => |point| lies(point),
        "¶12" => |point| point.suggested_criteria.join(" "),
    ],
    all: [
        "URN" => |point| bare(&point.school).to_owned(),
        "School" => |point| point.school_display_name.clone(),
        "Children" => |point| point.cohort.to_string(),
        "Met" => |point| point.met.to_string(),
        "Value" => |point| point.value.to_string(),
        "Lower 95" => |point| limit(point, |limits| limits.lower95),
        "Upper 95" => |point| limit(point, |limits| limits.upper95),
        "Lower 998" => |point| limit(point, |limits| limits.lower998),
        "Upper 998" => |point| limit(point, |limits| limits.upper998),
        "Chance lower 95" => |point| limit(point, |limits| limits.chance_lower95),
        "Chance upper 95" => |point| limit(point, |limits| limits.chance_upper95),
        "Chance lower 998" => |point| limit(point, |limits| limits.chance_lower998),
        "Chance upper 998" => |point| limit(point, |limits| limits.chance_upper998),
        "Lies" => |point| word_of::<FunnelZone>(point.zone),
        "Strength" => |point| point.is_strength.to_string(),
        "Suggested" => |point| point.suggested_criteria.join(" "),
        "Predecessor" => |point| bare(&point.predecessor).to_owned(),
    ]
);

fn between(point: &FunnelPoint, told: fn(&FunnelLimits) -> (f64, f64)) -> String {
    point.limits.as_ref().map_or(String::new(), |limits| {
        let (low, high) = told(limits);
        format!("{low:.1} to {high:.1}")
    })
}

fn limit(point: &FunnelPoint, told: fn(&FunnelLimits) -> f64) -> String {
    let limits = point.limits.as_ref();
    limits
        .map(|limits| told(limits).to_string())
        .unwrap_or_default()
}

fn lies(point: &FunnelPoint) -> String {
    let zone = word_of::<FunnelZone>(point.zone);
    if point.is_strength {
        format!("{zone}: a strength")
    } else {
        zone
    }
}

/// Show the funnel plot of a measure: each mainstream school with the limits that its size allows
///
/// It is by name and ranks nobody. Small schools may lie far out by chance; the limits show how far,
/// and beyond them on the good side lie strengths to learn from.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district review funnel north-marl
  llpr district review funnel north-marl --measure persistent-absence
  llpr district review funnel north-marl --group disadvantaged --results 2022/23 --output json")]
pub(crate) struct Plot {
    #[command(flatten)]
    which: Which,
    /// ks2-rwm-expected, phonics-met, persistent-absence or suspended-pupils [default: the first]
    #[arg(long, value_name = "MEASURE")]
    measure: Option<String>,
    /// A group of pupils of the programme year [default: all]
    #[arg(long, value_parser = parser::<PupilGroup>(), value_name = "GROUP")]
    group: Option<PupilGroup>,
    /// Results of this academic year, such as 2022/23 [default: the latest]
    #[arg(long, value_name = "YEAR")]
    results: Option<String>,
}

impl Plot {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let measure = self.measure.map(|measure| full("measures", &measure));
        let request = GetDistrictFunnelRequest {
            name: self.which.name()?,
            measure: measure.unwrap_or_default(),
            group: self.group.unwrap_or_default().into(),
            academic_year: self.results.unwrap_or_default(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.district_reviews(), request.clone());
            async move { client.get_district_funnel(request).await }
        })
        .await?;
        if context.format == Format::Json {
            return context.object(&json("GetDistrictFunnelResponse", &answer)?);
        }
        context.rows(
            &answer.points,
            "No school has a result that can be counted.",
        )?;
        context.say("")?;
        context.say(&told(&answer))
    }
}

/// What the plot is of.
fn told(plot: &GetDistrictFunnelResponse) -> String {
    let pupils = word_of::<PupilGroup>(plot.group);
    let Some(england) = plot.england else {
        return format!(
            "{}, {pupils}: England has no results yet.",
            plot.measure_display_name
        );
    };
    format!(
        "{}, {pupils}, {}. England {england}% ({}). {} without such a result.",
        plot.measure_display_name,
        plot.academic_year,
        word_of::<Release>(plot.england_release),
        count(plot.left_out_count, "other school"),
    )
}
