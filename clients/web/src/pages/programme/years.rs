//! All programme years, the drafts that wait, and where a draft begins.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::facts::{Draft, Version};
use super::{May, drafts, slug_of, years};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::{FOOTER, Layout, Problem, render};

const YEAR: &str = "year";

#[derive(Template)]
#[template(path = "programme_years.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    years: Vec<Version>,
    drafts: Vec<Draft>,
    may: May,
    /// What stands in the form that begins a draft.
    year: String,
    problems: Vec<Problem>,
}

/// Shows them.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Failure> {
    let page = page(&signed_in, String::new(), Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

async fn page(signed_in: &SignedIn, year: String, problems: Vec<Problem>) -> Result<Page, Failure> {
    let may = May::of(signed_in);
    let (years, drafts) = tokio::join!(years(signed_in), drafts(signed_in, may));
    let person = &signed_in.caller.user.name;
    Ok(Page {
        layout: Layout::new(&signed_in.browser).below("/programme", "Programme"),
        hidden: Hidden::new(&signed_in.browser),
        years: years?
            .iter()
            .filter_map(|year| year.version.as_ref().map(Version::of))
            .collect(),
        drafts: drafts?
            .iter()
            .map(|draft| Draft::of(draft, person))
            .collect(),
        may,
        year,
        problems,
    })
}

/// The form that begins a draft.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    year: String,
    #[serde(default)]
    request_id: String,
}

/// Begins the draft of a year as a copy of what is in force.
pub(crate) async fn begin(
    signed_in: SignedIn,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let Fields { year, request_id } = form.into_inner();
    let Some(slug) = slug_of(&year) else {
        let problem = Problem::new(YEAR, "Enter an academic year, such as 2025/26");
        return Ok(form::again(&page(&signed_in, year, vec![problem]).await?));
    };
    let request = v1::CreateProgrammeDraftRequest {
        parent: format!("programmeYears/{slug}"),
        request_id,
        ..Default::default()
    };
    match read!(signed_in, programme().create_programme_draft(request)).await {
        Ok(_) => {
            signed_in.browser.say_done(format!(
                "The draft for {} is begun. It changes nothing until it is approved.",
                super::spoken(&slug)
            ));
            Ok(Redirect::to(&format!("/programme/{slug}/draft")).into_response())
        }
        Err(error)
            if matches!(
                error.reason(),
                Some(ErrorReason::ResourceExists | ErrorReason::ResourceNotFound)
            ) =>
        {
            let problem = Problem::new(YEAR, error.message());
            Ok(form::again(&page(&signed_in, year, vec![problem]).await?))
        }
        Err(error) => {
            let problems = form::problems(error, &[("parent", YEAR)])?;
            Ok(form::again(&page(&signed_in, year, problems).await?))
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |may, drafts, problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            years: vec![Version::sample(2), Version::sample(1)],
            drafts,
            may,
            year: "\"ash\"".into(),
            problems,
        };
        let may = |write| May {
            read_drafts: true,
            write,
            approve: !write,
        };
        vec![
            page(May::default(), Vec::new(), Vec::new()),
            page(may(false), vec![Draft::sample("users/2")], Vec::new()),
            page(
                may(true),
                vec![Draft::sample("users/1")],
                vec![Problem::new(YEAR, "Enter a year")],
            ),
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
