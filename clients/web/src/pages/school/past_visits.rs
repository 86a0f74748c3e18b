//! A school's visits of years before this software, as the county has listed them.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;

use super::switch::Switcher;
use super::views::View;
use super::{Heading, school, school_name};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};
use crate::words::date;

#[derive(Template)]
#[template(path = "past_visits.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    visits: Vec<Visit>,
}

struct Visit {
    on: String,
    /// Empty where there is no report.
    report_on: String,
    priority: &'static str,
    actions: Vec<String>,
    /// The report's file, which the county keeps elsewhere; empty where none is known.
    document: String,
}

/// Shows them. Whose role here does not open them finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
) -> Result<Response, Failure> {
    let name = school_name(&urn)?;
    let (school, answer) = tokio::join!(
        school(&signed_in, &name),
        read!(
            signed_in,
            schools().list_school_past_visits(v1::ListSchoolPastVisitsRequest {
                parent: name.clone()
            })
        ),
    );
    let school = school?;
    let visits = answer.map_err(Failure::hidden)?.visits;
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name),
        switcher: Switcher::of(&signed_in.caller, &urn),
        school: Heading::of(&school),
        tabs: View::PastVisits.tabs(&signed_in.caller, &school),
        visits: visits.into_iter().map(Visit::from).collect(),
    };
    Ok(render(StatusCode::OK, &page))
}

impl From<v1::PastVisit> for Visit {
    fn from(visit: v1::PastVisit) -> Self {
        Self {
            on: date(&visit.visit_date),
            report_on: date(&visit.report_date),
            priority: match visit.priority {
                Some(true) => "The school became a priority for support",
                Some(false) => "The school did not become a priority for support",
                None => "Not said",
            },
            actions: visit.actions,
            document: visit.document_name,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |visits| Self {
            layout: Layout::sample(),
            switcher: Some(Switcher::sample()),
            school: Heading::sample(),
            tabs: View::PastVisits.sample(),
            visits,
        };
        let visit = v1::PastVisit {
            visit_date: "2023-11-14".into(),
            report_date: "2023-12-01".into(),
            priority: Some(true),
            actions: vec!["Look at reading <b>Byron</b>".into()],
            document_name: "report <b>Byron</b>.pdf".into(),
            ..Default::default()
        };
        let bare = v1::PastVisit {
            visit_date: "2022-11-15".into(),
            ..Default::default()
        };
        vec![page(Vec::new()), page(vec![visit.into(), bare.into()])]
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
    fn what_was_not_said_is_no_answer() {
        let visit = |priority| {
            Visit::from(v1::PastVisit {
                priority,
                ..Default::default()
            })
        };
        assert_eq!(visit(None).priority, "Not said");
        assert_ne!(visit(Some(false)).priority, visit(None).priority);
    }
}
