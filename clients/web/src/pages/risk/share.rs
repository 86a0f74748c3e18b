//! Passing on what was decided: letters and urgency to the county manager, the assessment to each
//! school's own partner.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;

use super::no_concern::{Chosen, SCHOOLS, read};
use super::standings::Row;
use super::{Heading, Standings, View, below, is_unshared, spoken};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::count;

#[derive(Template)]
#[template(path = "share.html")]
struct Page {
    layout: Layout,
    heading: Heading,
    tabs: Tabs,
    hidden: Hidden,
    programme_year: String,
    /// Assessed and not shared, each with whether it is chosen.
    rows: Vec<(Row, bool)>,
    shared: usize,
    unreviewed: usize,
    problems: Vec<Problem>,
}

/// Shows what waits to be shared.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let (name, standings) = read(&signed_in, &slug).await?;
    let page = page(&signed_in, slug, name, &standings, |_| true, Vec::new());
    Ok(render(StatusCode::OK, &page))
}

/// Shares those that were chosen, or chooses all or none of them.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let chosen = Chosen::from(form.into_inner());
    if let Some(choose) = chosen.choose {
        let (name, standings) = read(&signed_in, &slug).await?;
        let is_chosen = |school: &v1::RiskAssessment| choose.has(chosen.has(&school.school), false);
        let page = page(&signed_in, slug, name, &standings, is_chosen, Vec::new());
        return Ok(render(StatusCode::OK, &page));
    }
    // An empty list would mean all of them to the server.
    let problems = if chosen.schools.is_empty() {
        vec![Problem::new(SCHOOLS, "Choose the schools to share")]
    } else {
        let request = v1::ShareRiskAssessmentsRequest {
            parent: format!("districts/{slug}"),
            programme_year: chosen.programme_year.clone(),
            schools: chosen.schools.clone(),
            request_id: chosen.request_id.clone(),
        };
        match read!(signed_in, risk().share_risk_assessments(request)).await {
            Ok(_) => {
                let many = count(super::whole(chosen.schools.len()), "school");
                signed_in.browser.say_done(format!(
                    "Shared with the county manager and the schools' own partners: {many}."
                ));
                return Ok(Redirect::to(&format!("/districts/{slug}/share")).into_response());
            }
            Err(error) => {
                let (_, standings) = read(&signed_in, &slug).await?;
                chosen.problems(error, &standings)?
            }
        }
    };
    let (name, standings) = read(&signed_in, &slug).await?;
    let is_chosen = |school: &v1::RiskAssessment| chosen.has(&school.school);
    let page = page(&signed_in, slug, name, &standings, is_chosen, problems);
    Ok(form::again(&page))
}

fn page(
    signed_in: &SignedIn,
    slug: String,
    name: String,
    standings: &Standings,
    is_chosen: impl Fn(&v1::RiskAssessment) -> bool,
    problems: Vec<Problem>,
) -> Page {
    let counts = standings.counts();
    Page {
        layout: below(signed_in, &slug, &name),
        tabs: View::Share.tabs(&signed_in.caller, &slug),
        hidden: Hidden::new(&signed_in.browser),
        programme_year: standings.programme_year.clone(),
        shared: counts.schools - counts.unreviewed - counts.unshared,
        unreviewed: counts.unreviewed,
        rows: rows(standings, is_chosen),
        problems,
        heading: Heading {
            slug,
            name,
            year: spoken(&standings.programme_year),
        },
    }
}

fn rows(
    standings: &Standings,
    is_chosen: impl Fn(&v1::RiskAssessment) -> bool,
) -> Vec<(Row, bool)> {
    let schools = standings.schools.iter();
    schools
        .filter(|school| is_unshared(school))
        .map(|school| (Row::from(school), is_chosen(school)))
        .collect()
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |rows, problems| Self {
            layout: Layout::sample(),
            heading: Heading::sample(),
            tabs: View::Share.sample(),
            hidden: Hidden::sample(),
            programme_year: "programmeYears/2024-2025".into(),
            rows,
            shared: 1,
            unreviewed: 2,
            problems,
        };
        let standings = Standings::sample();
        vec![
            page(rows(&standings, |_| true), Vec::new()),
            page(
                rows(&standings, |_| false),
                vec![Problem::new(SCHOOLS, "Choose <b>Byron</b>")],
            ),
            page(Vec::new(), Vec::new()),
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
    fn only_what_was_assessed_and_is_not_shared_waits() {
        let rows = rows(&Standings::sample(), |school| school.outdated);
        let told: Vec<(&str, bool)> = rows
            .iter()
            .map(|(row, is_chosen)| (row.urn.as_str(), *is_chosen))
            .collect();
        assert_eq!(told, [("900002", true), ("900005", false)]);
    }
}
