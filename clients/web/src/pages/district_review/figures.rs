//! A district's figures: its schools taken together, beside the county's and England's, with how
//! they have changed.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;
use llpr_client::v1::{PooledFigure, TrendDirection, Unit};
use serde::Deserialize;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::risk::{Heading, View, below, district, spoken};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};
use crate::words::{self, Choice, risk};

const MEASURE: &str = "measure";

/// The measure that paragraph 11 calls the key one.
const KEY: &str = "measures/ks2-rwm-expected";

/// What is looked at.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// The end of a measure's name; empty for the key one.
    #[serde(default)]
    measure: String,
}

#[derive(Template)]
#[template(path = "district_figures.html")]
struct Page {
    layout: Layout,
    heading: Heading,
    tabs: Tabs,
    /// Where the filter is sent.
    path: String,
    schools: i32,
    measure: String,
    measures: Vec<Choice>,
    tables: Vec<Table>,
}

/// The years of a measure and pupil group.
struct Table {
    caption: String,
    rows: Vec<Row>,
    trend: Option<Trend>,
}

struct Row {
    year: String,
    district: String,
    /// Of how many pupils and schools, and who is missing.
    words: String,
    release: &'static str,
    county: String,
    england: String,
    england_release: &'static str,
    authority: String,
    gap: String,
}

struct Trend {
    direction: &'static str,
    words: String,
}

/// Shows them.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let method = "DistrictReviewService/GetDistrictReviewFigures";
    let name = district(&signed_in, &slug, method).await?;
    let request = v1::GetDistrictReviewFiguresRequest {
        name: format!("districts/{slug}/reviews/-"),
    };
    let answer = read!(
        signed_in,
        district_reviews().get_district_review_figures(request)
    )
    .await;
    let answer = answer.map_err(Failure::hidden)?;
    let measure = chosen(&answer.series, &wanted.measure);
    let page = Page {
        layout: below(&signed_in, &slug, &name),
        tabs: View::Figures.tabs(&signed_in.caller, &slug),
        path: format!("/districts/{slug}/figures"),
        schools: answer.school_count,
        measures: measures(&answer.series),
        tables: tables(&answer.series, &measure),
        measure: measure.trim_start_matches("measures/").to_owned(),
        heading: Heading {
            slug,
            name,
            year: spoken(&answer.programme_year),
        },
    };
    Ok(render(StatusCode::OK, &page))
}

/// The measure that is wanted, or the key one, or the first that there is.
fn chosen(series: &[v1::PooledSeries], wanted: &str) -> String {
    let wanted = format!("measures/{wanted}");
    let known = |name: &&str| series.iter().any(|one| one.measure == *name);
    let first = series.first().map(|one| one.measure.as_str());
    let found = [wanted.as_str(), KEY].into_iter().find(known).or(first);
    found.unwrap_or(KEY).to_owned()
}

fn measures(series: &[v1::PooledSeries]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for one in series {
        let id = one.measure.trim_start_matches("measures/");
        if !choices.iter().any(|choice| choice.value == id) {
            choices.push(Choice::new(id, one.measure_display_name.clone()));
        }
    }
    choices
}

fn tables(series: &[v1::PooledSeries], measure: &str) -> Vec<Table> {
    let fitting = series.iter().filter(|one| one.measure == measure);
    fitting
        .map(|one| {
            let period = match one.period() {
                v1::Period::Unspecified | v1::Period::Year => String::new(),
                period => format!(", {}", risk::period(period)),
            };
            Table {
                caption: format!(
                    "{}: {}{period}",
                    one.measure_display_name,
                    words::group(one.group())
                ),
                rows: one
                    .years
                    .iter()
                    .map(|year| Row::of(year, one.unit()))
                    .collect(),
                trend: one.trend.as_ref().map(|trend| Trend {
                    direction: direction(trend.direction()),
                    words: trend.words.clone(),
                }),
            }
        })
        .collect()
}

fn direction(direction: TrendDirection) -> &'static str {
    match direction {
        TrendDirection::Unspecified => "",
        TrendDirection::Better => "Better.",
        TrendDirection::Worse => "Worse.",
        TrendDirection::NoClearChange => "No clear change.",
    }
}

impl Row {
    fn of(year: &v1::PooledYear, unit: Unit) -> Self {
        let value = |number: Option<f64>| number.map_or_else(String::new, |one| told(one, unit));
        let pooled =
            |figure: &Option<PooledFigure>| value(figure.as_ref().and_then(|figure| figure.value));
        Self {
            year: year.academic_year.clone(),
            district: words::given(pooled(&year.district), "none that counts"),
            words: year
                .district
                .as_ref()
                .map_or_else(String::new, |figure| figure.words.clone()),
            release: words::release(year.release()),
            county: pooled(&year.county),
            england: value(year.england),
            england_release: words::release(year.england_release()),
            authority: value(year.authority),
            gap: year
                .england_gap
                .map_or_else(String::new, |gap| format!("{gap:+.1}")),
        }
    }
}

/// To one decimal, in the measure's unit.
fn told(number: f64, unit: Unit) -> String {
    words::value((number * 10.0).round() / 10.0, unit)
}

#[cfg(test)]
fn sample_series(measure: &str, group: v1::PupilGroup) -> v1::PooledSeries {
    let figure = |value| PooledFigure {
        value,
        words: "34 of 52 pupils <b>Byron</b>, 3 schools; 1 suppressed.".into(),
        ..Default::default()
    };
    let year = |year: &str, value| v1::PooledYear {
        academic_year: year.into(),
        district: Some(figure(value)),
        county: Some(figure(value)),
        england: value,
        england_gap: value.map(|_| -4.26),
        release: v1::Release::Final.into(),
        ..Default::default()
    };
    v1::PooledSeries {
        measure: measure.into(),
        measure_display_name: "Reading <b>Byron</b>".into(),
        unit: Unit::PercentOfPupils.into(),
        group: group.into(),
        period: v1::Period::Year.into(),
        years: vec![year("2022/23", None), year("2023/24", Some(65.384))],
        trend: Some(v1::PooledTrend {
            direction: TrendDirection::Worse.into(),
            words: "From 70 to 65 <b>Byron</b>".into(),
            ..Default::default()
        }),
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |series: &[v1::PooledSeries]| Self {
            layout: Layout::sample(),
            heading: Heading::sample(),
            tabs: View::Figures.sample(),
            path: "/districts/north/figures".into(),
            schools: 12,
            measure: "ks2-rwm-expected".into(),
            measures: measures(series),
            tables: tables(series, KEY),
        };
        let series = [
            sample_series(KEY, v1::PupilGroup::All),
            sample_series(KEY, v1::PupilGroup::Disadvantaged),
        ];
        vec![page(&[]), page(&series)]
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
    fn a_measure_has_a_table_for_each_group_and_a_year_without_figures_says_so() {
        let series = [
            sample_series("measures/phonics-met", v1::PupilGroup::All),
            sample_series(KEY, v1::PupilGroup::All),
            sample_series(KEY, v1::PupilGroup::Disadvantaged),
        ];
        assert_eq!(chosen(&series, ""), KEY);
        assert_eq!(chosen(&series, "phonics-met"), "measures/phonics-met");
        assert_eq!(chosen(&series, "nonsense"), KEY);
        assert_eq!(chosen(&series[..1], ""), "measures/phonics-met");
        assert_eq!(measures(&series).len(), 2);
        let tables = tables(&series, KEY);
        assert_eq!(tables.len(), 2);
        let [empty, full] = tables[0].rows.as_slice() else {
            panic!("two years");
        };
        assert_eq!(empty.district, "none that counts");
        assert_eq!(
            (full.district.as_str(), full.gap.as_str()),
            ("65.4%", "-4.3")
        );
    }
}
