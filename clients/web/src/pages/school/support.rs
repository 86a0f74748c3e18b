//! The support that a school has had (paragraph 7).

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
use crate::words::{circumstances, date};

#[derive(Template)]
#[template(path = "support.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    rows: Vec<Row>,
}

struct Row {
    kind: &'static str,
    from: String,
    until: String,
    outcome: &'static str,
}

/// Shows it. Whose role here does not open support finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
) -> Result<Response, Failure> {
    let name = school_name(&urn)?;
    let (school, answer) = tokio::join!(
        school(&signed_in, &name),
        read!(
            signed_in,
            schools().list_school_support(v1::ListSchoolSupportRequest {
                parent: name.clone()
            })
        ),
    );
    let school = school?;
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name),
        switcher: Switcher::of(&signed_in.caller, &urn),
        school: Heading::of(&school),
        tabs: View::Support.tabs(&signed_in.caller, &school),
        rows: answer
            .map_err(Failure::hidden)?
            .support
            .into_iter()
            .map(Row::from)
            .collect(),
    };
    Ok(render(StatusCode::OK, &page))
}

impl From<v1::SchoolSupport> for Row {
    fn from(support: v1::SchoolSupport) -> Self {
        let ended = !support.until_date.is_empty();
        Self {
            kind: circumstances::support(support.kind()),
            outcome: circumstances::outcome(support.outcome(), ended),
            from: date(&support.from_date),
            until: date(&support.until_date),
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |rows| Self {
            layout: Layout::sample(),
            switcher: Some(Switcher::sample()),
            school: Heading::sample(),
            tabs: View::Support.sample(),
            rows,
        };
        let support = |until: &str| v1::SchoolSupport {
            kind: v1::SupportKind::Significant.into(),
            from_date: "2023-09-01".into(),
            until_date: until.into(),
            ..Default::default()
        };
        vec![
            page(Vec::new()),
            page(vec![support("").into(), support("2024-08-31").into()]),
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
