//! Many schools at once as reviewed without concern, all or none.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use llpr_client::v1::RiskState;

use super::{ANALYSIS, Heading, Standings, View, below, district, spoken, urn, whole};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::choose::Choose;
use crate::pages::form::{self, Hidden};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::{count, risk};

/// The `id` of the list that is chosen from.
pub(super) const SCHOOLS: &str = "schools";

#[derive(Template)]
#[template(path = "no_concern.html")]
struct Page {
    layout: Layout,
    heading: Heading,
    tabs: Tabs,
    hidden: Hidden,
    programme_year: String,
    /// Those that can be.
    rows: Vec<Row>,
    /// Those that were not reviewed and can't be, and why.
    others: Vec<Other>,
    done: usize,
    problems: Vec<Problem>,
}

struct Row {
    urn: String,
    school: String,
    /// What its assessment says until now, where there is one.
    before: &'static str,
    is_chosen: bool,
}

struct Other {
    urn: String,
    school: String,
    /// Letters that nobody has decided about.
    undecided: String,
    /// Letters in evidence.
    confirmed: String,
}

/// What the buttons of a list of schools send: the same field for each school.
#[derive(Default)]
pub(super) struct Chosen {
    pub(super) programme_year: String,
    pub(super) request_id: String,
    /// `schools/{urn}`.
    pub(super) schools: Vec<String>,
    /// The button above the list, where that was pressed.
    pub(super) choose: Option<Choose>,
}

impl From<Vec<(String, String)>> for Chosen {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut chosen = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "programme_year" => chosen.programme_year = value,
                "request_id" => chosen.request_id = value,
                "choose" => chosen.choose = Choose::read(&value),
                "school" => chosen.schools.push(format!("schools/{value}")),
                _ => {}
            }
        }
        chosen
    }
}

impl Chosen {
    pub(super) fn has(&self, school: &str) -> bool {
        self.schools.iter().any(|chosen| chosen == school)
    }

    /// The server names schools by their place in the request; people know them by name.
    pub(super) fn problems(
        &self,
        error: llpr_client::Error,
        standings: &Standings,
    ) -> Result<Vec<Problem>, Failure> {
        let named: Vec<Problem> = error
            .violations()
            .iter()
            .filter_map(|violation| {
                let place = violation.field.strip_prefix("schools[")?;
                let place: usize = place.strip_suffix(']')?.parse().ok()?;
                let school = self.schools.get(place)?;
                let mut known = standings.schools.iter();
                let known = known.find(|standing| standing.school == *school);
                let name = known.map_or(school, |known| &known.school_display_name);
                let text = format!("{name}: {}", violation.description);
                Some(Problem::new(SCHOOLS, text))
            })
            .collect();
        if named.is_empty() {
            form::problems(error, &[("schools", SCHOOLS)])
        } else {
            Ok(named)
        }
    }
}

/// Shows which can be marked, and which can't.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let (name, standings) = read(&signed_in, &slug).await?;
    let page = page(&signed_in, slug, name, &standings, |_| false, Vec::new());
    Ok(render(StatusCode::OK, &page))
}

/// Marks those that were chosen, or chooses all or none of them.
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
    let problems = if chosen.schools.is_empty() {
        vec![Problem::new(
            SCHOOLS,
            "Choose the schools that you reviewed without concern",
        )]
    } else {
        let request = v1::ReviewSchoolsRequest {
            parent: format!("districts/{slug}"),
            programme_year: chosen.programme_year.clone(),
            schools: chosen.schools.clone(),
            request_id: chosen.request_id.clone(),
            validate_only: false,
        };
        match read!(signed_in, risk().review_schools(request)).await {
            Ok(answer) => {
                let many = count(answer.school_count.into(), "school");
                signed_in
                    .browser
                    .say_done(format!("Reviewed without concern: {many}."));
                return Ok(Redirect::to(&format!("/districts/{slug}/no-concern")).into_response());
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

/// The district's name, and where its schools stand.
pub(super) async fn read(signed_in: &SignedIn, slug: &str) -> Result<(String, Standings), Failure> {
    let name = district(signed_in, slug, ANALYSIS).await?;
    let standings = Standings::read(signed_in, slug).await?;
    Ok((name, standings.ok_or(Failure::NoSuchPage)?))
}

fn page(
    signed_in: &SignedIn,
    slug: String,
    name: String,
    standings: &Standings,
    is_chosen: impl Fn(&v1::RiskAssessment) -> bool,
    problems: Vec<Problem>,
) -> Page {
    let (rows, others) = sorted(standings, is_chosen);
    Page {
        layout: below(signed_in, &slug, &name),
        tabs: View::NoConcern.tabs(&signed_in.caller, &slug),
        hidden: Hidden::new(&signed_in.browser),
        programme_year: standings.programme_year.clone(),
        done: done(standings),
        rows,
        others,
        problems,
        heading: Heading {
            slug,
            name,
            year: spoken(&standings.programme_year),
        },
    }
}

/// How many are without concern as it is.
fn done(standings: &Standings) -> usize {
    let schools = standings.schools.iter();
    schools
        .filter(|school| school.state() == RiskState::NoConcern && !school.outdated)
        .count()
}

/// Those that can be marked, and those not reviewed yet that can't be, by name.
fn sorted(
    standings: &Standings,
    is_chosen: impl Fn(&v1::RiskAssessment) -> bool,
) -> (Vec<Row>, Vec<Other>) {
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    for school in &standings.schools {
        let is_free = school.undecided_criteria.is_empty() && school.confirmed_criteria.is_empty();
        let stands = school.state() == RiskState::NoConcern && !school.outdated;
        if is_free && !stands {
            rows.push(Row {
                urn: urn(&school.school).to_owned(),
                school: school.school_display_name.clone(),
                before: match school.state() {
                    RiskState::Unspecified | RiskState::Unreviewed => "",
                    state @ (RiskState::NoConcern | RiskState::AtRisk) => risk::state(state),
                },
                is_chosen: is_chosen(school),
            });
        } else if !is_free && school.state() != RiskState::AtRisk {
            others.push(Other {
                urn: urn(&school.school).to_owned(),
                school: school.school_display_name.clone(),
                undecided: school.undecided_criteria.join(", "),
                confirmed: school.confirmed_criteria.join(", "),
            });
        }
    }
    rows.sort_by(|one, other| one.school.cmp(&other.school));
    others.sort_by(|one, other| one.school.cmp(&other.school));
    (rows, others)
}

impl Page {
    fn chosen_from(&self) -> String {
        count(whole(self.rows.len()), "school")
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |standings: &Standings, problems| {
            let (rows, others) = sorted(standings, |_| true);
            Self {
                layout: Layout::sample(),
                heading: Heading::sample(),
                tabs: View::NoConcern.sample(),
                hidden: Hidden::sample(),
                programme_year: standings.programme_year.clone(),
                done: done(standings),
                rows,
                others,
                problems,
            }
        };
        let none = Standings {
            schools: Vec::new(),
            ..Standings::sample()
        };
        vec![
            page(&Standings::sample(), Vec::new()),
            page(
                &Standings::sample(),
                vec![Problem::new(SCHOOLS, "Choose <b>Byron</b>")],
            ),
            page(&none, Vec::new()),
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
    fn who_waits_for_a_decision_can_not_be_marked_and_is_explained() {
        let mut standings = Standings::sample();
        // Was at risk, and nothing is in evidence any more.
        standings.schools[1].confirmed_criteria.clear();
        let (rows, others) = sorted(&standings, |_| false);
        let urns: Vec<&str> = rows.iter().map(|row| row.urn.as_str()).collect();
        assert_eq!(urns, ["900002", "900004"]);
        assert_eq!(rows[0].before, "At risk");
        let [other] = others.as_slice() else {
            panic!("one can't be, not {}", others.len());
        };
        assert_eq!(
            (other.urn.as_str(), other.undecided.as_str()),
            ("900003", "a, c")
        );
        assert_eq!(done(&standings), 1);
    }

    #[test]
    fn the_same_field_names_each_school_that_was_chosen() {
        let pairs = [("school", "900001"), ("csrf", "x"), ("school", "900002")];
        let pairs: Vec<(String, String)> = pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let chosen = Chosen::from(pairs);
        assert_eq!(chosen.schools, ["schools/900001", "schools/900002"]);
        assert!(chosen.has("schools/900002") && !chosen.has("schools/900003"));
        assert_eq!(chosen.choose, None);
    }

    #[test]
    fn a_school_that_can_not_be_is_named() {
        use tonic::{Code, Status};
        use tonic_types::{ErrorDetails, StatusExt};
        let mut details = ErrorDetails::with_error_info("INVALID_REQUEST", "llpr.v1", []);
        details.add_bad_request_violation("schools[0]", "nobody has decided about a (¶12)");
        let error = Status::with_error_details(Code::InvalidArgument, "Mend it.", details);
        let chosen = Chosen {
            schools: vec!["schools/900003".into()],
            ..Chosen::default()
        };
        let found = chosen.problems(error.into(), &Standings::sample()).unwrap();
        assert_eq!(
            found,
            [Problem::new(
                SCHOOLS,
                "St Mary's <Infant> School: nobody has decided about a (¶12)"
            )]
        );
    }
}
