//! A school's visits of years before this software, as the county has listed them, and what was
//! written about them, to be saved.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;
use tokio_stream::StreamExt as _;

use super::switch::Switcher;
use super::views::View;
use super::{Heading, school, school_name};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::attachment::{About, attachment};
use crate::pages::imports::upload::UPLOAD_TIMEOUT;
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
    /// The name of the report's file; empty where none is known.
    document: String,
    /// SHA-256 of the file, where it can be saved.
    sha256: Option<String>,
    /// Its size: `1.2 MB`.
    size: String,
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
            sha256: (!visit.report.is_empty()).then_some(visit.document_sha256),
            size: megabytes(visit.report_size_bytes),
        }
    }
}

/// A size for people, never as nothing.
fn megabytes(bytes: i64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{} MB", tenths.max(1) / 10, tenths.max(1) % 10)
}

/// Sends a report to be saved. That somebody read it is in the ledger.
pub(crate) async fn download(
    signed_in: SignedIn,
    Path((urn, sha256)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let school = school_name(&urn)?;
    let mut call = signed_in.call(v1::ExportPastVisitReportRequest {
        name: format!("{school}/pastVisitReports/{sha256}"),
    });
    call.set_timeout(UPLOAD_TIMEOUT);
    let mut client = signed_in.session.schools();
    let parts = client.export_past_visit_report(call).await;
    let mut parts = parts
        .map_err(|status| Failure::hidden(status.into()))?
        .into_inner();
    let first = parts
        .message()
        .await
        .map_err(|status| Failure::hidden(status.into()))?;
    let first = first.ok_or(Failure::Fault("a report without a part"))?;
    let about = About {
        file_name: first.file_name,
        media_type: first.media_type,
        size_bytes: first.size_bytes,
    };
    let rest = parts.map(|part| part.map(|part| part.content));
    let all = tokio_stream::once(Ok(first.content)).chain(rest);
    Ok(attachment(&about, all))
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
            document_sha256: "ab".repeat(32),
            report: format!("schools/900001/pastVisitReports/{}", "ab".repeat(32)),
            report_size_bytes: 1_234_567,
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
    fn a_size_is_told_in_tenths_and_never_as_nothing() {
        assert_eq!(megabytes(1_234_567), "1.2 MB");
        assert_eq!(megabytes(900), "0.1 MB");
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
