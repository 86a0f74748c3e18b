//! The list of the schools that the person may see: one for a headteacher or governor, many for
//! a school improvement manager.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1::{AgeBand, Phase, SchoolStatus};
use llpr_client::{Error, ErrorReason, Retry, retry, v1};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{Layout, Problem, render};

const PATH: &str = "/schools";
const QUERY: &str = "q";

/// Rows of a page.
const PAGE_SIZE: i32 = 50;

/// Somebody waits: a server that is starting again is waited for, for about a second.
const PATIENCE: Retry = Retry {
    attempts: 3,
    pause: std::time::Duration::from_millis(200),
    longest: std::time::Duration::from_secs(2),
};

/// What is looked for, and which page.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "schools.html")]
struct Page {
    layout: Layout,
    query: String,
    problems: Vec<Problem>,
    /// How many fit; none where the search was refused.
    total: Option<i32>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    name: String,
    closes: bool,
    urn: i32,
    phase: String,
    kind: String,
    district: String,
    partners: String,
}

impl Page {
    /// Whoever has one school reads of one school.
    fn heading(&self) -> &'static str {
        if self.is_one() {
            "Your school"
        } else {
            "Your schools"
        }
    }

    fn is_one(&self) -> bool {
        self.total == Some(1) && self.query.is_empty()
    }

    /// A search box is of no use beside a single school.
    fn can_search(&self) -> bool {
        !self.query.is_empty() || self.total.is_none_or(|total| total > 1)
    }

    fn is_last_of_several(&self) -> bool {
        self.first.is_some() && self.next.is_none()
    }
}

/// Shows the list.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let query = wanted.q.trim().to_owned();
    let answer = retry(PATIENCE, || {
        let request = signed_in.call(v1::ListSchoolsRequest {
            page_size: PAGE_SIZE,
            page_token: wanted.page_token.clone(),
            query: query.clone(),
            ..Default::default()
        });
        let mut schools = signed_in.session.schools();
        async move { schools.list_schools(request).await }
    })
    .await;
    let layout = Layout::new(&signed_in.browser);
    let v1::ListSchoolsResponse {
        schools,
        next_page_token,
        total_size,
    } = match answer {
        Ok(answer) => answer,
        // An old bookmark: the list begins anew.
        Err(error)
            if !wanted.page_token.is_empty()
                && error.reason() == Some(ErrorReason::PageTokenInvalid) =>
        {
            return Ok(Redirect::to(&link(&query, "")).into_response());
        }
        Err(error) => return refused(layout, query, error),
    };
    let page = Page {
        layout,
        problems: Vec::new(),
        total: Some(total_size),
        rows: schools.into_iter().map(Row::from).collect(),
        first: (!wanted.page_token.is_empty()).then(|| link(&query, "")),
        next: (!next_page_token.is_empty()).then(|| link(&query, &next_page_token)),
        query,
    };
    Ok(render(StatusCode::OK, &page))
}

/// The search box with the server's words, if it is the search that was refused.
fn refused(layout: Layout, query: String, error: Error) -> Result<Response, Failure> {
    let problems: Vec<_> = error
        .violations()
        .iter()
        .filter(|violation| violation.field == "query")
        .map(|violation| Problem::new(QUERY, &violation.description))
        .collect();
    if problems.is_empty() {
        return Err(error.into());
    }
    let page = Page {
        layout,
        query,
        problems,
        total: None,
        rows: Vec::new(),
        first: None,
        next: None,
    };
    Ok(render(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn link(query: &str, page_token: &str) -> String {
    let mut pairs = Serializer::new(String::new());
    for (name, value) in [(QUERY, query), ("page_token", page_token)] {
        if !value.is_empty() {
            pairs.append_pair(name, value);
        }
    }
    match pairs.finish().as_str() {
        "" => PATH.into(),
        pairs => format!("{PATH}?{pairs}"),
    }
}

impl From<v1::School> for Row {
    fn from(school: v1::School) -> Self {
        Self {
            closes: school.status() == SchoolStatus::OpenProposedToClose,
            phase: phase(school.phase(), school.age_band()),
            urn: school.urn,
            name: school.display_name,
            kind: given(school.r#type, "Not given"),
            district: given(school.district_display_name, "None"),
            partners: given(school.partner_display_names.join(", "), "None yet"),
        }
    }
}

fn given(text: String, otherwise: &str) -> String {
    if text.is_empty() {
        otherwise.into()
    } else {
        text
    }
}

fn phase(phase: Phase, band: AgeBand) -> String {
    let words = match phase {
        Phase::Unspecified => "Not given",
        Phase::Nursery => "Nursery",
        Phase::Primary => "Primary",
        Phase::MiddleDeemedPrimary => "Middle (deemed primary)",
        Phase::MiddleDeemedSecondary => "Middle (deemed secondary)",
        Phase::Secondary => "Secondary",
        Phase::AllThrough => "All-through",
        Phase::SixteenPlus => "16 plus",
        Phase::NotApplicable => "Not applicable",
    };
    match (phase, band) {
        (Phase::Primary, AgeBand::Infant) => "Infant".into(),
        (Phase::Primary, AgeBand::Junior) => "Junior".into(),
        _ => words.into(),
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let row = |urn, closes| {
            Row::from(v1::School {
                urn,
                display_name: "St Mary's <Infant> School".into(),
                status: if closes {
                    SchoolStatus::OpenProposedToClose.into()
                } else {
                    SchoolStatus::Open.into()
                },
                phase: Phase::Primary.into(),
                age_band: AgeBand::Infant.into(),
                r#type: "Community school".into(),
                district_display_name: "North".into(),
                partner_display_names: vec!["Grace Hopper".into(), "Mary Somerville".into()],
                ..Default::default()
            })
        };
        let page = |query: &str, total, rows| Self {
            layout: Layout::sample(),
            query: query.into(),
            problems: Vec::new(),
            total: Some(total),
            rows,
            first: None,
            next: None,
        };
        vec![
            page("", 0, Vec::new()),
            page("", 1, vec![row(900_001, false)]),
            page("oak & \"ash\"", 0, Vec::new()),
            page("oak", 1, vec![row(900_001, true)]),
            Self {
                next: Some(link("a b", "token")),
                ..page("", 51, vec![row(900_001, false), row(900_002, true)])
            },
            Self {
                first: Some(link("", "")),
                ..page("", 51, vec![row(900_003, false)])
            },
            // The last school of a page was taken away since.
            Self {
                first: Some(link("", "")),
                ..page("", 50, Vec::new())
            },
            Self {
                problems: vec![Problem::new(QUERY, "is longer than 100 characters")],
                total: None,
                ..page("x", 0, Vec::new())
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Sample;

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
    }

    #[test]
    fn one_school_is_spoken_of_as_one_and_needs_no_search() {
        let samples = Page::samples();
        let [none, one, ..] = samples.as_slice() else {
            panic!("the samples are gone");
        };
        let one = one.render().unwrap();
        assert!(one.contains("<h1>Your school</h1>") && !one.contains("type=\"search\""));
        let none = none.render().unwrap();
        assert!(none.contains("no schools for you to see yet") && !none.contains("<table"));
    }

    #[test]
    fn links_keep_what_was_searched_for() {
        assert_eq!(link("", ""), "/schools");
        assert_eq!(link("a&b c", ""), "/schools?q=a%26b+c");
        assert_eq!(link("a", "x=/"), "/schools?q=a&page_token=x%3D%2F");
    }
}
