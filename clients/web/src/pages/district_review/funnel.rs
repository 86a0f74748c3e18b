//! Each mainstream school of a district among others of its size: the plot, and the table that
//! says the same.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use llpr_client::v1::{FunnelZone, PupilGroup};
use serde::Deserialize;
use tonic::Code;

use super::plot::Plot;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::risk::{Heading, View, below, district, programme, spoken, urn};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};
use crate::words::{self, Choice};

const MEASURE: &str = "measure";
const GROUP: &str = "group";
const YEAR: &str = "year";

/// The measures that a funnel can be drawn of, as the contract says.
const MEASURES: [(&str, &str); 4] = [
    (
        "ks2-rwm-expected",
        "Reading, writing and mathematics, key stage 2",
    ),
    ("phonics-met", "Phonics, Year 1"),
    ("persistent-absence", "Persistent absence"),
    ("suspended-pupils", "Suspended pupils"),
];

/// What is looked at.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    measure: String,
    /// The word of a pupil group; empty for all pupils.
    #[serde(default)]
    group: String,
    /// `2023/24`; empty for the latest.
    #[serde(default)]
    year: String,
}

#[derive(Template)]
#[template(path = "district_funnel.html")]
struct Page {
    layout: Layout,
    heading: Heading,
    tabs: Tabs,
    /// Where the filters are sent.
    path: String,
    groups: Vec<Choice>,
    /// Whether suggested schools are told.
    shows_suggested: bool,
    funnel: Shown,
}

/// What the server says of the plot.
struct Shown {
    wanted: Wanted,
    measures: Vec<Choice>,
    years: Vec<Choice>,
    title: String,
    england: String,
    england_release: &'static str,
    more_is_worse: bool,
    left_out: i32,
    plot: Option<Plot>,
    rows: Vec<Row>,
}

struct Row {
    urn: String,
    school: String,
    counted: String,
    value: String,
    inner: String,
    outer: String,
    zone: &'static str,
    is_strength: bool,
    suggested: String,
    predecessor: String,
}

/// Shows them.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let method = "DistrictReviewService/GetDistrictFunnel";
    let name = district(&signed_in, &slug, method).await?;
    let path = format!("/districts/{slug}/funnel");
    let measure = match wanted.measure.as_str() {
        "" => String::new(),
        id => format!("measures/{id}"),
    };
    let group = words::all::<PupilGroup>().find(|group| words::group_word(*group) == wanted.group);
    let request = v1::GetDistrictFunnelRequest {
        name: format!("districts/{slug}/reviews/-"),
        measure,
        group: group.unwrap_or(PupilGroup::All).into(),
        academic_year: wanted.year.clone(),
    };
    let answer = match read!(signed_in, district_reviews().get_district_funnel(request)).await {
        Ok(answer) => answer,
        // A year or a group that this measure is not looked at by: the plot without them.
        Err(error)
            if error.code() == Code::InvalidArgument
                && !(wanted.year.is_empty() && wanted.group.is_empty()) =>
        {
            let known = MEASURES.iter().find(|(id, _)| *id == wanted.measure);
            let to = known.map_or_else(|| path.clone(), |(id, _)| format!("{path}?measure={id}"));
            return Ok(Redirect::to(&to).into_response());
        }
        Err(error) => return Err(Failure::hidden(error)),
    };
    let programme = programme(&signed_in, &answer.programme_year).await?;
    let page = Page {
        layout: below(&signed_in, &slug, &name),
        tabs: View::Funnel.tabs(&signed_in.caller, &slug),
        path,
        groups: groups(&programme),
        shows_suggested: signed_in.caller.can_in(
            "RiskService/ListRiskAssessments",
            &format!("districts/{slug}"),
        ),
        heading: Heading {
            slug,
            name,
            year: spoken(&answer.programme_year),
        },
        funnel: Shown::of(&answer),
    };
    Ok(render(StatusCode::OK, &page))
}

impl Shown {
    fn of(answer: &v1::GetDistrictFunnelResponse) -> Self {
        let group = match answer.group() {
            PupilGroup::Unspecified | PupilGroup::All => String::new(),
            group => words::group_word(group),
        };
        let choice = |text: &String| Choice::new(text.as_str(), text.as_str());
        Self {
            wanted: Wanted {
                measure: answer.measure.trim_start_matches("measures/").to_owned(),
                group,
                year: answer.academic_year.clone(),
            },
            measures: MEASURES
                .into_iter()
                .map(|(id, text)| Choice::new(id, text))
                .collect(),
            years: answer.academic_years.iter().map(choice).collect(),
            title: format!(
                "{}, {}: {}",
                answer.measure_display_name,
                answer.academic_year,
                words::group(answer.group())
            ),
            england: answer
                .england
                .map_or_else(String::new, |england| format!("{england:.1}%")),
            england_release: words::release(answer.england_release()),
            more_is_worse: answer.more_is_worse,
            left_out: answer.left_out_count,
            plot: Plot::draw(answer),
            rows: answer.points.iter().map(Row::of).collect(),
        }
    }
}

/// All pupils, and the groups of the programme that have figures.
fn groups(programme: &v1::Programme) -> Vec<Choice> {
    let known = programme.groups.iter().filter_map(|group| {
        let mut all = words::all::<PupilGroup>();
        let found = all.find(|one| words::group_word(*one) == group.figures)?;
        Some(Choice::new(group.figures.as_str(), words::group(found)))
    });
    std::iter::once(Choice::new("", words::group(PupilGroup::All)))
        .chain(known)
        .collect()
}

/// Where a school lies, without a judgement.
fn zone(zone: FunnelZone) -> &'static str {
    match zone {
        FunnelZone::Unspecified => "",
        FunnelZone::FarBelow => "Below the outer limit",
        FunnelZone::Below => "Below the inner limit",
        FunnelZone::Within => "Within the limits",
        FunnelZone::Above => "Above the inner limit",
        FunnelZone::FarAbove => "Above the outer limit",
    }
}

impl Row {
    fn of(point: &v1::FunnelPoint) -> Self {
        let limits = point.limits.unwrap_or_default();
        let range = |lower: f64, upper: f64| format!("{lower:.0}–{upper:.0}%");
        Self {
            urn: urn(&point.school).to_owned(),
            school: point.school_display_name.clone(),
            counted: format!("{} of {}", point.met, point.cohort),
            value: format!("{:.1}%", point.value),
            inner: range(limits.lower95, limits.upper95),
            outer: range(limits.lower998, limits.upper998),
            zone: zone(point.zone()),
            is_strength: point.is_strength,
            suggested: point.suggested_criteria.join(", "),
            predecessor: urn(&point.predecessor).to_owned(),
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |answer: &v1::GetDistrictFunnelResponse, shows_suggested| Self {
            layout: Layout::sample(),
            heading: Heading::sample(),
            tabs: View::Funnel.sample(),
            path: "/districts/north/funnel".into(),
            groups: vec![Choice::new("", "All pupils")],
            shows_suggested,
            funnel: Shown::of(answer),
        };
        let none = v1::GetDistrictFunnelResponse {
            points: Vec::new(),
            lines: Vec::new(),
            ..super::plot::sample_funnel()
        };
        vec![
            page(&super::plot::sample_funnel(), true),
            page(&super::plot::sample_funnel(), false),
            page(&none, false),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
    }

    #[test]
    fn only_groups_of_the_programme_that_have_figures_can_be_chosen() {
        let group = |figures: &str| v1::ProgrammeGroup {
            figures: figures.into(),
            ..Default::default()
        };
        let programme = v1::Programme {
            groups: vec![group("disadvantaged"), group("")],
            ..Default::default()
        };
        let values: Vec<String> = groups(&programme)
            .into_iter()
            .map(|one| one.value)
            .collect();
        assert_eq!(values, ["", "disadvantaged"]);
    }

    #[test]
    fn the_table_says_what_the_plot_shows() {
        let page = Shown::of(&super::super::plot::sample_funnel());
        let row = &page.rows[0];
        assert_eq!(
            (row.counted.as_str(), row.value.as_str()),
            ("8 of 24", "20.0%")
        );
        assert_eq!(
            (row.inner.as_str(), row.outer.as_str()),
            ("40–80%", "28–92%")
        );
        assert_eq!(
            (row.zone, row.suggested.as_str()),
            ("Below the outer limit", "a")
        );
        assert_eq!(page.wanted.measure, "ks2-rwm-expected");
    }
}
