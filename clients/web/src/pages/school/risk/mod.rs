//! A school's page of the annual risk analysis: where it stands, the criteria with what stands
//! behind each, its history, and the forms of whoever may use them.
//!
//! `assess` holds the assessment and its versions, `criteria` what stands behind each criterion, `add` a new judgement,
//! `wordings` what the school was told, and `told` the page of a headteacher, who sees nothing
//! else. A form that is refused brings the whole page back with what was typed.

pub(crate) mod add;
pub(crate) mod assess;
pub(crate) mod criteria;
mod earlier;
#[cfg(test)]
mod sample;
pub(crate) mod told;
pub(crate) mod wordings;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use super::switch::Switcher;
use super::views::View;
use super::{Heading, school, school_name};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::risk::card::measures;
use crate::pages::risk::{decide, spoken};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use add::Add;
use assess::{Assess, Standing, Version};
use criteria::Entry;
use earlier::Earlier;
use wordings::{Release, Wording};

/// Which year; the one that is open where it is empty.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// `2024-2025`.
    #[serde(default)]
    year: String,
}

#[derive(Template)]
#[template(path = "school_risk.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    /// `2024/25`.
    year: String,
    /// Other programme years: slug and name.
    years: Vec<(String, String)>,
    /// Whether the county manager reads, who sees letters and urgency.
    letters_only: bool,
    standing: Standing,
    entries: Vec<Entry>,
    /// Criteria that nothing stands behind: letter, title and how data raises them.
    quiet: Vec<(String, String, &'static str)>,
    facts: Vec<(String, String)>,
    /// Questions that raised nothing, with the answers.
    answers: Vec<(String, String)>,
    earlier: Vec<Earlier>,
    versions: Vec<Version>,
    assess: Option<Assess>,
    add: Option<Add>,
    /// What the school was told; none for who may not see it.
    told: Option<Vec<Wording>>,
    release: Option<Release>,
    problems: Vec<Problem>,
}

/// What was typed into a form of this page and not kept.
enum Typed {
    Nothing,
    Suggestion(decide::Refused),
    Assessment(assess::Refused),
    New(add::Refused),
    Criterion(criteria::Refused),
    Wording(wordings::Refused),
}

/// What the person's role at this school opens.
#[expect(clippy::struct_excessive_bools, reason = "one right each")]
#[derive(Clone, Copy)]
struct May {
    assess: bool,
    add: bool,
    see_suggestions: bool,
    see_wordings: bool,
    release: bool,
}

impl May {
    fn of(signed_in: &SignedIn, school: &v1::School) -> Self {
        let can = |method: &str| {
            let method = format!("RiskService/{method}");
            signed_in.caller.can_at(&method, school)
        };
        Self {
            assess: can("AssessSchool"),
            add: can("AddRiskCriterion"),
            see_suggestions: can("ListSuggestions"),
            see_wordings: can("ListRiskWordings"),
            release: can("ReleaseRiskWording"),
        }
    }
}

/// Shows it. Whose role here does not open the analysis finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let page = page(&signed_in, &urn, &wanted.year, &Typed::Nothing).await?;
    Ok(render(StatusCode::OK, &page))
}

/// Confirms or dismisses a suggestion of this school.
pub(crate) async fn suggestion(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    form: CsrfForm<decide::Fields>,
) -> Result<Response, Failure> {
    match decide::decide(&signed_in, form.into_inner()).await? {
        Ok(said) => {
            signed_in.browser.say_done(said);
            Ok(to(&urn))
        }
        Err(refused) => {
            let status = refused.status();
            let page = page(&signed_in, &urn, "", &Typed::Suggestion(refused)).await?;
            Ok(render(status, &page))
        }
    }
}

fn path(urn: &str) -> String {
    format!("/schools/{urn}/risk")
}

fn to(urn: &str) -> Response {
    Redirect::to(&path(urn)).into_response()
}

/// `programmeYears/{year}` of `schools/{urn}/riskAssessments/{year}`.
fn programme_year(assessment: &str) -> String {
    let slug = assessment.rsplit('/').next().unwrap_or_default();
    format!("programmeYears/{slug}")
}

/// Everything that the page shows, as the server has it now.
struct Read {
    school: v1::School,
    assessment: v1::RiskAssessment,
    criteria: Vec<v1::ProgrammeCriterion>,
    suggestions: v1::SchoolSuggestions,
    wordings: Option<Vec<v1::RiskWording>>,
    years: Vec<v1::ProgrammeYear>,
}

async fn read(signed_in: &SignedIn, urn: &str, year: &str) -> Result<(Read, May), Failure> {
    let name = school_name(urn)?;
    let asked = if year.is_empty() { "-" } else { year };
    let (school, assessment) = tokio::join!(
        school(signed_in, &name),
        read!(
            signed_in,
            risk().get_risk_assessment(v1::GetRiskAssessmentRequest {
                name: format!("{name}/riskAssessments/{asked}"),
            })
        ),
    );
    let school = school?;
    let assessment = assessment.map_err(Failure::hidden)?.risk_assessment;
    let assessment = assessment.ok_or(Failure::NoSuchPage)?;
    let may = May::of(signed_in, &school);
    let programme_year = programme_year(&assessment.name);
    let suggestions = async {
        if !may.see_suggestions {
            return Ok(v1::SchoolSuggestions::default());
        }
        let request = v1::ListSuggestionsRequest {
            parent: name.clone(),
            programme_year: programme_year.clone(),
            page_size: 1,
            ..Default::default()
        };
        let answer = read!(signed_in, risk().list_suggestions(request)).await?;
        Ok::<_, Failure>(answer.schools.into_iter().next().unwrap_or_default())
    };
    let (suggestions, wordings, criteria, years) = tokio::join!(
        suggestions,
        wordings::read(signed_in, &name, may.see_wordings),
        crate::pages::risk::criteria(signed_in, &programme_year),
        read!(
            signed_in,
            programme().list_programme_years(v1::ListProgrammeYearsRequest {})
        ),
    );
    let read = Read {
        school,
        assessment,
        criteria: criteria?,
        suggestions: suggestions?,
        wordings: wordings?,
        years: years?.programme_years,
    };
    Ok((read, may))
}

async fn page(signed_in: &SignedIn, urn: &str, year: &str, typed: &Typed) -> Result<Page, Failure> {
    // On the heap: it waits for five answers at once.
    let (read, may) = Box::pin(read(signed_in, urn, year)).await?;
    let measures = if may.see_suggestions {
        measures(signed_in).await?
    } else {
        BTreeMap::default()
    };
    // Another year is read and not worked on.
    let is_open = year.is_empty();
    let here = programme_year(&read.assessment.name);
    let signed = (is_open && may.assess).then_some(signed_in);
    let (entries, quiet) = criteria::entries(&read, &measures, signed, typed);
    let answers = read.suggestions.answers.iter().map(|answer| {
        let measure = measures.get(&answer.measure).unwrap_or(&answer.measure);
        (criteria::question(answer, measure), answer.words.clone())
    });
    let facts = read.suggestions.facts.iter();
    let is_shown = entries.iter().any(|entry| entry.shows(typed));
    Ok(Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*read.school.display_name),
        switcher: Switcher::of(&signed_in.caller, urn),
        school: Heading::of(&read.school),
        tabs: View::Risk.tabs(&signed_in.caller, &read.school),
        year: spoken(&here),
        years: read
            .years
            .iter()
            .filter(|other| other.name != here)
            .map(|other| {
                let slug = other.name.rsplit('/').next().unwrap_or_default();
                (slug.to_owned(), spoken(&other.name))
            })
            .collect(),
        letters_only: !may.add,
        standing: Standing::of(&read.assessment, &read.criteria),
        facts: facts
            .map(|fact| (fact.criterion.clone(), fact.words.clone()))
            .collect(),
        answers: answers.collect(),
        earlier: read.suggestions.earlier.iter().map(Earlier::of).collect(),
        versions: read.assessment.versions.iter().map(Version::of).collect(),
        assess: (is_open && may.assess).then(|| Assess::new(signed_in, &read.assessment, typed)),
        add: (is_open && may.add).then(|| Add::new(signed_in, may.assess, &read, typed)),
        release: (is_open && may.release).then(|| Release::new(signed_in, &here, typed)),
        told: read
            .wordings
            .map(|wordings| wordings.into_iter().map(Wording::from).collect()),
        problems: typed.summary(is_shown),
        entries,
        quiet,
    })
}

impl Typed {
    /// What the head of the page says.
    fn summary(&self, is_shown: bool) -> Vec<Problem> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Suggestion(refused) => refused.summary(is_shown),
            Self::Assessment(refused) => refused.problems.clone(),
            Self::New(refused) => refused.problems.clone(),
            Self::Criterion(refused) => refused.problems.clone(),
            Self::Wording(refused) => refused.problems.clone(),
        }
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
    fn the_year_is_that_of_the_assessment() {
        assert_eq!(
            programme_year("schools/900001/riskAssessments/2024-2025"),
            "programmeYears/2024-2025"
        );
    }
}
