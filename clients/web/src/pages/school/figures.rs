//! A school's figures: one measure over time, or all of a year.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1::PupilGroup;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::switch::Switcher;
use super::trend::{Row, Trend, measures, visible};
use super::views::View as SchoolView;
use super::{Heading, KEY_MEASURE, school, school_name};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, anew, render};
use crate::words::{self, Choice};

const MEASURE: &str = "measure";
const GROUP: &str = "group";

/// The most figures of a page; a year of a school has fewer.
const PAGE_SIZE: i32 = 1000;

/// What is looked at.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    measure: String,
    #[serde(default)]
    group: String,
    /// `2023/24`; empty for one measure over time.
    #[serde(default)]
    year: String,
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "figures.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    years: Vec<String>,
    view: View,
}

enum View {
    OverTime {
        measure: String,
        measures: Vec<Choice>,
        group: String,
        groups: Vec<Choice>,
        trend: Box<Trend>,
    },
    Year {
        year: String,
        groups: Vec<GroupTable>,
        next: Option<String>,
    },
}

/// The figures of one pupil group.
struct GroupTable {
    name: &'static str,
    rows: Vec<(String, Row)>,
}

impl Page {
    fn year(&self) -> &str {
        match &self.view {
            View::OverTime { .. } => "",
            View::Year { year, .. } => year,
        }
    }
}

/// Shows them. Whose role here does not open figures finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let name = school_name(&urn)?;
    let (school, known, key) = tokio::join!(
        school(&signed_in, &name),
        measures(&signed_in),
        Trend::read(&signed_in, &name, KEY_MEASURE, PupilGroup::All),
    );
    let (school, known, key) = (
        school?,
        known?.ok_or(Failure::NoSuchPage)?,
        key?.ok_or(Failure::NoSuchPage)?,
    );
    let view = if wanted.year.is_empty() {
        over_time(&signed_in, &name, &known, wanted).await?
    } else {
        let first = of_year_path(&urn, &wanted.year);
        match of_year(&signed_in, &name, &known, wanted).await {
            Err(Failure::Call(error)) if error.reason() == Some(ErrorReason::PageTokenInvalid) => {
                return anew(error, &first);
            }
            view => view?,
        }
    };
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name),
        switcher: Switcher::of(&signed_in.caller, &urn),
        school: Heading::of(&school),
        tabs: SchoolView::Figures.tabs(&signed_in.caller, &school),
        years: key.rows.into_iter().map(|row| row.year).collect(),
        view,
    };
    Ok(render(StatusCode::OK, &page))
}

async fn over_time(
    signed_in: &SignedIn,
    school: &str,
    known: &[v1::Measure],
    wanted: Wanted,
) -> Result<View, Failure> {
    let id = |measure: &v1::Measure| {
        let id = measure.name.strip_prefix("measures/");
        id.unwrap_or(&measure.name).to_owned()
    };
    let measure = match wanted.measure.as_str() {
        "" => KEY_MEASURE.to_owned(),
        id => format!("measures/{id}"),
    };
    let group = words::all::<PupilGroup>()
        .find(|group| words::group_word(*group) == wanted.group)
        .unwrap_or(PupilGroup::All);
    let trend = Trend::read(signed_in, school, &measure, group).await?;
    Ok(View::OverTime {
        trend: Box::new(trend.ok_or(Failure::NoSuchPage)?),
        measure: measure.trim_start_matches("measures/").to_owned(),
        measures: known
            .iter()
            .map(|measure| Choice::new(id(measure), measure.display_name.clone()))
            .collect(),
        group: words::group_word(group),
        groups: words::all()
            .map(|group| Choice::new(words::group_word(group), words::group(group)))
            .collect(),
    })
}

/// The first page of a year.
fn of_year_path(urn: &str, year: &str) -> String {
    let year: String = byte_serialize(year.as_bytes()).collect();
    format!("/schools/{urn}/figures?year={year}")
}

async fn of_year(
    signed_in: &SignedIn,
    school: &str,
    known: &[v1::Measure],
    wanted: Wanted,
) -> Result<View, Failure> {
    let request = v1::ListSchoolFiguresRequest {
        parent: school.to_owned(),
        page_size: PAGE_SIZE,
        page_token: wanted.page_token,
        academic_year: wanted.year.clone(),
        ..Default::default()
    };
    let answer = read!(signed_in, performance().list_school_figures(request)).await;
    let answer = visible(answer)?.ok_or(Failure::NoSuchPage)?;
    let measure = |name: &str| known.iter().find(|known| known.name == name);
    let tables = words::all::<PupilGroup>().map(|group| GroupTable {
        name: words::group(group),
        rows: answer
            .figures
            .iter()
            .filter(|figure| figure.group() == group)
            .filter_map(|figure| {
                let measure = measure(&figure.measure)?;
                Some((
                    measure.display_name.clone(),
                    Row::of(figure, measure.unit()),
                ))
            })
            .collect(),
    });
    Ok(View::Year {
        groups: tables.filter(|table| !table.rows.is_empty()).collect(),
        next: (!answer.next_page_token.is_empty()).then(|| {
            url::form_urlencoded::Serializer::new("?".to_owned())
                .append_pair("year", &wanted.year)
                .append_pair("page_token", &answer.next_page_token)
                .finish()
        }),
        year: wanted.year,
    })
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |view| Self {
            layout: Layout::sample(),
            switcher: None,
            school: Heading::sample(),
            tabs: SchoolView::Figures.sample(),
            years: vec!["2023/24".into(), "2022/23".into()],
            view,
        };
        let over_time = |trend| View::OverTime {
            measure: "a".into(),
            measures: vec![Choice::new("a", "A <b>Byron</b>"), Choice::new("b", "B")],
            group: "all".into(),
            groups: vec![
                Choice::new("all", "All pupils"),
                Choice::new("girls", "Girls"),
            ],
            trend: Box::new(trend),
        };
        let year = |groups, next| View::Year {
            year: "2023/24".into(),
            groups,
            next,
        };
        let rows = || {
            let rows = Trend::sample().rows.into_iter();
            rows.map(|row| ("A <b>Byron</b>".to_owned(), row)).collect()
        };
        vec![
            page(over_time(Trend::sample())),
            Self {
                years: Vec::new(),
                switcher: Some(Switcher::sample()),
                ..page(over_time(Trend::sample_empty()))
            },
            page(year(Vec::new(), None)),
            page(year(
                vec![
                    GroupTable {
                        name: "All pupils",
                        rows: rows(),
                    },
                    GroupTable {
                        name: "Girls",
                        rows: rows(),
                    },
                ],
                Some("?year=2023%2F24&page_token=x".into()),
            )),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
