//! The programme contexts of paragraph 7 in a district: proposed from support and inspections, and
//! decided by its school improvement manager, many at once where the proposals fit. A single
//! school's is [`super::school::context`].

mod all;
mod row;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;

use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::risk::{Heading, View, below, district, spoken};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::count;
pub(crate) use all::Contexts;
use all::is_open;
use row::{Chosen, Row};

/// The method that opens the contexts of a district.
pub(crate) const CONTEXTS: &str = "ContextService/ListProgrammeContexts";

/// The `id` of the list that is chosen from.
const SCHOOLS: &str = "schools";

#[derive(Template)]
#[template(path = "contexts.html")]
struct Page {
    layout: Layout,
    heading: Heading,
    tabs: Tabs,
    hidden: Hidden,
    programme_year: String,
    /// Whether the person decides. Others see what was decided.
    decides: bool,
    /// Schools of each context.
    numbers: Vec<(usize, &'static str)>,
    /// What nobody has decided, or what has another proposal since; empty for who does not decide.
    open: Vec<Row>,
    /// All others.
    settled: Vec<Row>,
    problems: Vec<Problem>,
}

/// Shows them.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let page = page(&signed_in, slug, |_| false, |_| Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

/// Confirms the proposals that were chosen, all or none, or chooses some.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let chosen = Chosen::from(form.into_inner());
    let was_chosen = |school: &v1::ProgrammeContext| chosen.has(&school.school);
    if let Some(choose) = chosen.choose {
        let is_chosen = |school: &v1::ProgrammeContext| {
            let is_clear = school.proposal.as_ref().is_some_and(|one| one.clear);
            choose.has(was_chosen(school), is_clear)
        };
        let page = page(&signed_in, slug, is_chosen, |_| Vec::new()).await?;
        return Ok(render(StatusCode::OK, &page));
    }
    if chosen.choices.is_empty() {
        let text = "Choose the schools whose proposal you confirm";
        let problems = |_: &Contexts| vec![Problem::new(SCHOOLS, text)];
        let page = page(&signed_in, slug, was_chosen, problems).await?;
        return Ok(form::again(&page));
    }
    let request = v1::DecideProgrammeContextsRequest {
        parent: format!("districts/{slug}"),
        programme_year: chosen.programme_year.clone(),
        choices: chosen.choices.clone(),
        request_id: chosen.request_id.clone(),
        validate_only: false,
    };
    match read!(signed_in, contexts().decide_programme_contexts(request)).await {
        Ok(answer) => {
            let many = count(answer.decided_count.into(), "school");
            signed_in
                .browser
                .say_done(format!("Decided as proposed: {many}."));
            Ok(Redirect::to(&format!("/districts/{slug}/contexts")).into_response())
        }
        Err(error) => {
            let other = form::problems(error.clone(), &[("choices", SCHOOLS)]);
            let named = |all: &Contexts| chosen.problems(&error, all);
            let mut page = page(&signed_in, slug, was_chosen, named).await?;
            if page.problems.is_empty() {
                page.problems = other?;
            }
            Ok(form::again(&page))
        }
    }
}

async fn page(
    signed_in: &SignedIn,
    slug: String,
    is_chosen: impl Fn(&v1::ProgrammeContext) -> bool,
    problems: impl FnOnce(&Contexts) -> Vec<Problem>,
) -> Result<Page, Failure> {
    let name = district(signed_in, &slug, CONTEXTS).await?;
    let all = Contexts::read(signed_in, &slug).await?;
    let all = all.ok_or(Failure::NoSuchPage)?;
    let caller = &signed_in.caller;
    let place = format!("districts/{slug}");
    let decides = caller.can_in("ContextService/DecideProgrammeContexts", &place);
    let problems = problems(&all);
    Ok(Page::of(
        below(signed_in, &slug, &name),
        Heading {
            year: spoken(&all.programme_year),
            name,
            slug: slug.clone(),
        },
        View::Contexts.tabs(caller, &slug),
        Hidden::new(&signed_in.browser),
        (&all, decides),
        is_chosen,
        problems,
    ))
}

impl Page {
    fn of(
        layout: Layout,
        heading: Heading,
        tabs: Tabs,
        hidden: Hidden,
        (all, decides): (&Contexts, bool),
        is_chosen: impl Fn(&v1::ProgrammeContext) -> bool,
        problems: Vec<Problem>,
    ) -> Self {
        let rows = |open: bool| -> Vec<Row> {
            let schools = all.schools.iter();
            schools
                .filter(|school| (decides && is_open(school)) == open)
                .map(|school| Row::of(school, is_chosen(school)))
                .collect()
        };
        let open = rows(true);
        // The list that they lead to may have come to its end meanwhile.
        let problems = if open.is_empty() {
            let problems = problems.into_iter();
            problems.map(|one| Problem::new("", one.text)).collect()
        } else {
            problems
        };
        Self {
            layout,
            heading,
            tabs,
            hidden,
            programme_year: all.programme_year.clone(),
            decides,
            numbers: all.numbers(),
            open,
            settled: rows(false),
            problems,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |all: &Contexts, decides, chosen, problems| {
            Self::of(
                Layout::sample(),
                Heading::sample(),
                View::Contexts.sample(),
                Hidden::sample(),
                (all, decides),
                |_| chosen,
                problems,
            )
        };
        let all = Contexts::sample();
        let none = Contexts {
            schools: Vec::new(),
            ..Contexts::sample()
        };
        let problem = Problem::new(SCHOOLS, "Choose <b>Byron</b>");
        vec![
            page(&all, true, true, Vec::new()),
            page(&all, true, false, vec![problem]),
            page(&all, false, false, Vec::new()),
            page(&none, true, false, Vec::new()),
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
    fn p7_what_has_another_proposal_since_is_looked_at_again() {
        let all = Contexts::sample();
        let task = all.task("north", "North");
        assert_eq!(
            (task.status.as_str(), task.open),
            ("3 schools to decide", true)
        );
        assert_eq!(all.numbers()[0], (2, "Not decided yet"));
        let pages = <Page as crate::pages::Sample>::samples();
        assert_eq!((pages[0].open.len(), pages[0].settled.len()), (3, 1));
        // Whoever decides nothing has nothing to decide.
        assert_eq!((pages[2].open.len(), pages[2].settled.len()), (0, 4));
    }
}
