//! The list of the schools that the person may see, with filters that stand in the address: one
//! school for a headteacher or governor, many for a school improvement manager.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1::{AgeBand, Phase, SchoolStatus};
use llpr_client::{Error, ErrorReason, v1};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, Problem, district_choices, districts, render};
use crate::words::{self, Choice, given};

const PATH: &str = "/schools";
const QUERY: &str = "q";
const DISTRICT: &str = "district";
const PHASE: &str = "phase";
const STATUS: &str = "status";

/// Rows of a page.
const PAGE_SIZE: i32 = 50;

/// What is looked for, and which page. Words rather than numbers, for these addresses are kept
/// and sent around.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    /// A district's slug.
    #[serde(default)]
    district: String,
    #[serde(default)]
    phase: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "schools.html")]
struct Page {
    layout: Layout,
    wanted: Wanted,
    districts: Vec<Choice>,
    phases: Vec<Choice>,
    statuses: Vec<Choice>,
    problems: Vec<Problem>,
    /// How many fit; none where the search was refused.
    total: Option<i32>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    name: String,
    urn: i32,
    status: Option<&'static str>,
    phase: &'static str,
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
            "Schools"
        }
    }

    fn is_one(&self) -> bool {
        self.total == Some(1) && !self.wanted.filters()
    }

    fn found(&self) -> String {
        words::count(self.total.unwrap_or_default().into(), "school")
    }

    /// Filters are of no use beside a single school.
    fn can_filter(&self) -> bool {
        self.wanted.filters() || self.total.is_none_or(|total| total > 1)
    }
}

impl Wanted {
    fn filters(&self) -> bool {
        [&self.q, &self.district, &self.phase, &self.status]
            .into_iter()
            .any(|filter| !filter.is_empty())
    }

    /// The address of the same list at another page.
    fn link(&self, page_token: &str) -> String {
        let mut pairs = Serializer::new(String::new());
        for (name, value) in [
            (QUERY, self.q.as_str()),
            (DISTRICT, &self.district),
            (PHASE, &self.phase),
            (STATUS, &self.status),
            ("page_token", page_token),
        ] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        match pairs.finish().as_str() {
            "" => PATH.into(),
            pairs => format!("{PATH}?{pairs}"),
        }
    }

    fn request(&self) -> v1::ListSchoolsRequest {
        let phases = words::all::<Phase>().filter(|phase| phase_word(*phase) == self.phase);
        let statuses = words::all::<SchoolStatus>()
            .filter(|status| self.status == "all" || status_word(*status) == self.status);
        v1::ListSchoolsRequest {
            page_size: PAGE_SIZE,
            page_token: self.page_token.clone(),
            query: self.q.clone(),
            district: match self.district.as_str() {
                "" => String::new(),
                slug => format!("districts/{slug}"),
            },
            phases: phases.map(i32::from).collect(),
            statuses: statuses.map(i32::from).collect(),
            ..Default::default()
        }
    }
}

/// Shows the list.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let wanted = Wanted {
        q: wanted.q.trim().to_owned(),
        ..wanted
    };
    let (districts, answer) = tokio::join!(
        districts(&signed_in),
        read!(signed_in, schools().list_schools(wanted.request())),
    );
    let page = Page {
        layout: Layout::new(&signed_in.browser),
        districts: choices("All districts", district_choices(districts?)),
        phases: choices("All phases", words::all().map(phase_choice)),
        statuses: choices(
            "Open",
            words::all()
                .map(status_choice)
                .chain([Choice::new("all", "Open or not")]),
        ),
        problems: Vec::new(),
        total: None,
        rows: Vec::new(),
        first: None,
        next: None,
        wanted,
    };
    let v1::ListSchoolsResponse {
        schools,
        next_page_token,
        total_size,
    } = match answer {
        Ok(answer) => answer,
        // An old bookmark: the list begins anew.
        Err(error)
            if !page.wanted.page_token.is_empty()
                && error.reason() == Some(ErrorReason::PageTokenInvalid) =>
        {
            return Ok(Redirect::to(&page.wanted.link("")).into_response());
        }
        Err(error) => return page.refused(error),
    };
    let page = Page {
        total: Some(total_size),
        rows: schools.into_iter().map(Row::from).collect(),
        first: (!page.wanted.page_token.is_empty()).then(|| page.wanted.link("")),
        next: (!next_page_token.is_empty()).then(|| page.wanted.link(&next_page_token)),
        ..page
    };
    Ok(render(StatusCode::OK, &page))
}

impl Page {
    /// The filters with the server's words, if it is one of them that was refused.
    fn refused(mut self, error: Error) -> Result<Response, Failure> {
        for violation in error.violations() {
            let field = match violation.field.as_str() {
                "query" => QUERY,
                "district" => DISTRICT,
                _ => continue,
            };
            self.problems
                .push(Problem::new(field, &violation.description));
        }
        if self.problems.is_empty() {
            return Err(error.into());
        }
        Ok(render(StatusCode::UNPROCESSABLE_ENTITY, &self))
    }
}

fn choices(first: &str, others: impl IntoIterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", first))
        .chain(others)
        .collect()
}

fn phase_word(phase: Phase) -> String {
    word(phase.as_str_name(), "PHASE_")
}

fn phase_choice(phase: Phase) -> Choice {
    Choice::new(phase_word(phase), words::phase(phase, AgeBand::Unspecified))
}

fn status_word(status: SchoolStatus) -> String {
    word(status.as_str_name(), "SCHOOL_STATUS_")
}

fn status_choice(status: SchoolStatus) -> Choice {
    let words = match status {
        // The list without a filter has both, so this is the narrower one.
        SchoolStatus::Open => "Open, not proposed to close",
        status => words::status(status),
    };
    Choice::new(status_word(status), words)
}

fn word(name: &str, prefix: &str) -> String {
    let name = name.strip_prefix(prefix).unwrap_or(name);
    name.to_ascii_lowercase().replace('_', "-")
}

impl From<v1::School> for Row {
    fn from(school: v1::School) -> Self {
        Self {
            status: (school.status() != SchoolStatus::Open).then(|| words::status(school.status())),
            phase: words::phase(school.phase(), school.age_band()),
            urn: school.urn,
            name: school.display_name,
            kind: given(school.r#type, "Not given"),
            district: given(school.district_display_name, "None"),
            partners: given(school.partner_display_names.join(", "), "None yet"),
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let row = |urn, status: SchoolStatus| {
            Row::from(v1::School {
                urn,
                display_name: "St Mary's <Infant> School".into(),
                status: status.into(),
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
            wanted: Wanted {
                q: query.into(),
                ..Wanted::default()
            },
            districts: vec![
                Choice::new("", "All districts"),
                Choice::new("north", "North <b>Byron</b>"),
                Choice::new("south", "South"),
            ],
            phases: choices("All phases", words::all().map(phase_choice)),
            statuses: choices("Open", words::all().map(status_choice)),
            problems: Vec::new(),
            total: Some(total),
            rows,
            first: None,
            next: None,
        };
        let open = SchoolStatus::Open;
        vec![
            page("", 0, Vec::new()),
            page("", 1, vec![row(900_001, open)]),
            page("oak & \"ash\"", 0, Vec::new()),
            page(
                "oak",
                1,
                vec![row(900_001, SchoolStatus::OpenProposedToClose)],
            ),
            Self {
                next: Some("/schools?page_token=2".into()),
                districts: vec![Choice::new("", "All districts")],
                ..page(
                    "",
                    51,
                    vec![row(900_001, open), row(900_002, SchoolStatus::Closed)],
                )
            },
            Self {
                first: Some("/schools".into()),
                ..page("", 51, vec![row(900_003, open)])
            },
            // The last school of a page was taken away since.
            Self {
                first: Some("/schools".into()),
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
        assert!(one.contains(">Your school</h1>") && !one.contains("type=\"search\""));
        let none = none.render().unwrap();
        assert!(none.contains("no schools for you to see yet") && !none.contains("<table"));
    }

    #[test]
    fn links_keep_every_filter() {
        let all = Wanted {
            q: "a&b c".into(),
            district: "north".into(),
            phase: "primary".into(),
            status: "closed".into(),
            page_token: "old".into(),
        };
        assert_eq!(
            all.link("x=/"),
            "/schools?q=a%26b+c&district=north&phase=primary&status=closed&page_token=x%3D%2F"
        );
        assert_eq!(Wanted::default().link(""), "/schools");
        let request = all.request();
        assert_eq!(request.district, "districts/north");
        assert_eq!(request.phases().collect::<Vec<_>>(), [Phase::Primary]);
        assert_eq!(
            request.statuses().collect::<Vec<_>>(),
            [SchoolStatus::Closed]
        );
        let every = Wanted {
            status: "all".into(),
            ..Wanted::default()
        };
        assert_eq!(every.request().statuses.len(), 4);
    }
}
