//! The programme contexts of paragraph 7 in a district: proposed from support and inspections, and
//! decided by its school improvement manager, many at once where the proposals fit. A single
//! school's is [`super::school::context`].

mod row;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use llpr_client::v1::ProgrammeContextKind;
use tonic::Code;

use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::home::Task;
use crate::pages::risk::{Heading, View, below, district, spoken, whole};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::{context, count};
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

/// The contexts of a district's schools in the year that is open.
pub(crate) struct Contexts {
    /// `programmeYears/2024-2025`.
    programme_year: String,
    /// By name.
    pub(crate) schools: Vec<v1::ProgrammeContext>,
}

/// Whether somebody has to look at it.
fn is_open(school: &v1::ProgrammeContext) -> bool {
    school.latest.is_none() || school.outdated
}

impl Contexts {
    /// All of them, a page of the server's after the other; none before a programme is approved.
    pub(crate) async fn read(signed_in: &SignedIn, slug: &str) -> Result<Option<Self>, Failure> {
        let mut all = Self {
            programme_year: String::new(),
            schools: Vec::new(),
        };
        let mut page_token = String::new();
        loop {
            let request = v1::ListProgrammeContextsRequest {
                parent: format!("districts/{slug}"),
                programme_year: String::new(),
                page_size: 200,
                page_token,
            };
            let answer = match read!(signed_in, contexts().list_programme_contexts(request)).await {
                Ok(answer) => answer,
                Err(error) if error.code() == Code::NotFound => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            all.programme_year = answer.programme_year;
            all.schools.extend(answer.programme_contexts);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(Some(all));
            }
        }
    }

    /// What a school improvement manager does next, as the home page says it.
    pub(crate) fn task(&self, slug: &str, district: &str) -> Task {
        let open = self.schools.iter().filter(|school| is_open(school)).count();
        Task {
            href: format!("/districts/{slug}/contexts"),
            title: format!("Decide the programme context of each school of {district}"),
            hint:
                "It is proposed from support and inspections, and shapes the visit (paragraph 7)."
                    .into(),
            status: match open {
                0 => "Done".into(),
                open => format!("{} to decide", count(whole(open), "school")),
            },
            open: open > 0,
        }
    }

    /// How many schools of each context.
    fn numbers(&self) -> Vec<(usize, &'static str)> {
        std::iter::once(ProgrammeContextKind::Unspecified)
            .chain(crate::words::all::<ProgrammeContextKind>())
            .map(|kind| {
                let schools = self.schools.iter();
                let many = schools.filter(|school| school.kind() == kind).count();
                (many, context::kind(kind))
            })
            .collect()
    }
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
impl Contexts {
    /// Undecided with a clear proposal and with one to be judged, decided, and outdated.
    pub(crate) fn sample() -> Self {
        use ProgrammeContextKind::{Other, RecentSupport, SignificantSupport};
        let school = |urn: &str, proposed: ProgrammeContextKind, clear| v1::ProgrammeContext {
            name: format!("schools/{urn}/programmeContexts/2024-2025"),
            school: format!("schools/{urn}"),
            school_display_name: "St Mary's <Infant> School".into(),
            proposal: Some(v1::ProgrammeContextProposal {
                kind: proposed.into(),
                reasons: vec!["Support went well <b>Byron</b>.".into(), "It ended.".into()],
                clear,
                visit_count: 2,
            }),
            etag: format!("{urn}-1"),
            ..Default::default()
        };
        let decided = |urn: &str, kind: ProgrammeContextKind, outdated| {
            let version = v1::ProgrammeContextVersion {
                number: 1,
                kind: kind.into(),
                reason: "As we see it <b>Byron</b>".into(),
                proposed_kind: Other.into(),
                proposed_reason: "No support <b>Byron</b>".into(),
                in_bulk: true,
                decider_display_name: "Ada <b>Byron</b>".into(),
                decide_time: Some(prost_types::Timestamp::default()),
                ..Default::default()
            };
            v1::ProgrammeContext {
                kind: kind.into(),
                visit_count: 1,
                review_count: 1,
                versions: vec![version.clone()],
                latest: Some(version),
                outdated,
                ..school(urn, RecentSupport, true)
            }
        };
        Self {
            programme_year: "programmeYears/2024-2025".into(),
            schools: vec![
                school("900001", RecentSupport, true),
                school("900002", Other, false),
                decided("900003", SignificantSupport, false),
                decided("900004", Other, true),
            ],
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
