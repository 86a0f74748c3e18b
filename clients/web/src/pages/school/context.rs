//! The programme context of a school (paragraph 7): what was decided and why, for the school
//! improvement manager what is proposed and all decisions, and the form for the next.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::switch::Switcher;
use super::views::View;
use super::{Heading, school, school_name};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::risk::spoken;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::{Choice, context, moment};

const KIND: &str = "kind";
const REASON: &str = "reason";
/// The `id` of the form.
const DECIDE: &str = "decide";

#[derive(Template)]
#[template(path = "context.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    /// `2024/25`.
    year: String,
    kind: &'static str,
    visits: String,
    /// The decision that holds; none while nobody has decided.
    latest: Option<Version>,
    /// For whoever decides.
    proposal: Option<Proposal>,
    is_outdated: bool,
    /// All decisions, the last first, for whoever decides.
    versions: Vec<Version>,
    form: Option<Form>,
    problems: Vec<Problem>,
}

struct Version {
    number: i32,
    kind: &'static str,
    reason: String,
    proposed: &'static str,
    proposed_reason: String,
    made: String,
}

struct Proposal {
    kind: &'static str,
    visits: String,
    reasons: Vec<String>,
    is_clear: bool,
}

struct Form {
    hidden: Hidden,
    name: String,
    etag: String,
    /// The word of what is chosen.
    kind: String,
    reason: String,
    is_stale: bool,
}

/// What the form sends.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    etag: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    request_id: String,
}

/// Why nothing was kept, and what was typed.
struct Refused {
    typed: Fields,
    problems: Vec<Problem>,
    is_stale: bool,
}

/// Shows it. Whose role here does not open it finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
) -> Result<Response, Failure> {
    let page = page(&signed_in, &urn, None).await?;
    Ok(render(StatusCode::OK, &page))
}

/// Decides.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let mut typed = form.into_inner();
    typed.reason = typed.reason.trim().replace("\r\n", "\n");
    if !typed.name.starts_with(&format!("{}/", school_name(&urn)?)) {
        return Err(Failure::NoSuchPage);
    }
    let request = v1::DecideProgrammeContextRequest {
        name: typed.name.clone(),
        etag: typed.etag.clone(),
        kind: context::read_kind(&typed.kind).into(),
        reason: typed.reason.clone(),
        request_id: typed.request_id.clone(),
    };
    let (problems, is_stale) = match read!(signed_in, contexts().decide_programme_context(request))
        .await
    {
        Ok(answer) => {
            let decided = answer.programme_context.unwrap_or_default();
            signed_in.browser.say_done(format!(
                "{}: {}",
                decided.school_display_name,
                context::kind(decided.kind()).to_lowercase()
            ));
            return Ok(Redirect::to(&format!("/schools/{urn}/context")).into_response());
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let text = "Nothing was kept: something else is proposed or was decided since you \
                            opened the page. What stands now is above what you typed, which is kept";
            (vec![Problem::new(DECIDE, text)], true)
        }
        Err(error) => {
            let inputs = [("kind", KIND), ("reason", REASON)];
            (form::problems(error, &inputs)?, false)
        }
    };
    let status = if is_stale {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let refused = Refused {
        typed,
        problems,
        is_stale,
    };
    let page = page(&signed_in, &urn, Some(refused)).await?;
    Ok(render(status, &page))
}

async fn page(signed_in: &SignedIn, urn: &str, refused: Option<Refused>) -> Result<Page, Failure> {
    let name = school_name(urn)?;
    let (school, answer) = tokio::join!(
        school(signed_in, &name),
        read!(
            signed_in,
            contexts().get_programme_context(v1::GetProgrammeContextRequest {
                name: format!("{name}/programmeContexts/-"),
            })
        ),
    );
    let school = school?;
    let found = answer.map_err(Failure::hidden)?.programme_context;
    let found = found.ok_or(Failure::NoSuchPage)?;
    let decides = "ContextService/DecideProgrammeContext";
    let hidden = signed_in
        .caller
        .can_at(decides, &school)
        .then(|| Hidden::new(&signed_in.browser));
    let layout = Layout::new(&signed_in.browser)
        .below("/schools", "Schools")
        .below(format!("/schools/{urn}"), &*school.display_name);
    Ok(Page {
        switcher: Switcher::of(&signed_in.caller, urn),
        tabs: View::Context.tabs(&signed_in.caller, &school),
        ..Page::of(layout, Heading::of(&school), &found, hidden, refused)
    })
}

impl Page {
    /// Without links to other pages.
    fn of(
        layout: Layout,
        school: Heading,
        found: &v1::ProgrammeContext,
        hidden: Option<Hidden>,
        refused: Option<Refused>,
    ) -> Self {
        let year = found.name.rsplit('/').next().unwrap_or_default();
        let (typed, problems, is_stale) = refused.map_or((None, Vec::new(), false), |refused| {
            (Some(refused.typed), refused.problems, refused.is_stale)
        });
        Self {
            layout,
            switcher: None,
            school,
            tabs: Tabs {
                label: "Pages about this school",
                entries: Vec::new(),
            },
            year: spoken(year),
            kind: context::kind(found.kind()),
            visits: context::visits(found.kind(), found.visit_count),
            latest: found.latest.as_ref().map(Version::of),
            proposal: found.proposal.as_ref().map(Proposal::of),
            is_outdated: found.outdated,
            versions: found.versions.iter().map(Version::of).collect(),
            form: hidden.map(|hidden| Form::of(hidden, found, typed, is_stale)),
            problems,
        }
    }
}

impl Version {
    fn of(version: &v1::ProgrammeContextVersion) -> Self {
        let time = version.decide_time.as_ref();
        let time = time.map_or_else(String::new, moment);
        let together = if version.in_bulk {
            ", together with others"
        } else {
            ""
        };
        Self {
            number: version.number,
            kind: context::kind(version.kind()),
            reason: version.reason.clone(),
            proposed: context::kind(version.proposed_kind()),
            proposed_reason: version.proposed_reason.clone(),
            made: format!("{}, {time}{together}", version.decider_display_name),
        }
    }
}

impl Proposal {
    fn of(proposal: &v1::ProgrammeContextProposal) -> Self {
        Self {
            kind: context::kind(proposal.kind()),
            visits: context::visits(proposal.kind(), proposal.visit_count),
            reasons: proposal.reasons.clone(),
            is_clear: proposal.clear,
        }
    }
}

impl Form {
    /// With what was typed; otherwise with what is proposed, so that agreeing is one press.
    fn of(
        hidden: Hidden,
        found: &v1::ProgrammeContext,
        typed: Option<Fields>,
        is_stale: bool,
    ) -> Self {
        let proposed = found
            .proposal
            .as_ref()
            .map(v1::ProgrammeContextProposal::kind);
        let (kind, reason) = match typed {
            Some(typed) => (typed.kind, typed.reason),
            None => (
                context::kind_word(proposed.unwrap_or_default()),
                String::new(),
            ),
        };
        Self {
            hidden,
            name: found.name.clone(),
            etag: found.etag.clone(),
            kind,
            reason,
            is_stale,
        }
    }

    fn kinds(&self) -> Vec<(Choice, bool)> {
        let kinds = context::kinds().into_iter();
        kinds
            .map(|choice| {
                let is_chosen = choice.value == self.kind;
                (choice, is_chosen)
            })
            .collect()
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let all = crate::pages::contexts::Contexts::sample().schools;
        let page = |number: usize, hidden, refused| {
            let found = &all[number];
            let page = Self::of(Layout::sample(), Heading::sample(), found, hidden, refused);
            Self {
                switcher: Some(Switcher::sample()),
                tabs: View::Context.sample(),
                ..page
            }
        };
        let refused = |is_stale| {
            Some(Refused {
                typed: Fields {
                    kind: "other".into(),
                    reason: "As I see it <b>Byron</b>".into(),
                    ..Fields::default()
                },
                problems: if is_stale {
                    vec![Problem::new(DECIDE, "Nothing was kept")]
                } else {
                    vec![
                        Problem::new(KIND, "Choose"),
                        Problem::new(REASON, "Say why"),
                    ]
                },
                is_stale,
            })
        };
        let reader = v1::ProgrammeContext {
            proposal: None,
            versions: Vec::new(),
            ..all[2].clone()
        };
        let hidden = || Some(Hidden::sample());
        vec![
            page(0, hidden(), None),
            page(2, hidden(), None),
            page(3, hidden(), refused(false)),
            page(3, hidden(), refused(true)),
            Self::of(Layout::sample(), Heading::sample(), &reader, None, None),
            Self::of(
                Layout::sample(),
                Heading::sample(),
                &v1::ProgrammeContext::default(),
                None,
                None,
            ),
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
    fn p7_agreeing_with_what_is_proposed_is_one_press() {
        let samples = Page::samples();
        let form = samples[0].form.as_ref().unwrap();
        assert_eq!(form.kind, "recent-support");
        assert!(form.kinds()[1].1);
        let stale = samples[3].form.as_ref().unwrap();
        assert_eq!(
            (stale.kind.as_str(), stale.reason.as_str(), stale.is_stale),
            ("other", "As I see it <b>Byron</b>", true)
        );
        assert_eq!(samples[4].versions.len(), 0);
    }
}
