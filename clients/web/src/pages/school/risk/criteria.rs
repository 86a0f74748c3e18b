//! What stands behind each criterion: a suggestion, judgements with their notes; and the form to
//! decide about a judgement.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1::{EvidenceKind, RiskCriterionState};
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::{Read, Typed, page, path, to};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::Problem;
use crate::pages::form::{self, Hidden};
use crate::pages::risk::card::{Card, Measures};
use crate::pages::risk::decide::Form;
use crate::pages::school::school_name;
use crate::words::{day, programme, risk};

const ANSWER: &str = "answer";

/// A criterion with something behind it.
pub(super) struct Entry {
    pub(super) letter: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) is_restricted: bool,
    pub(super) is_confirmed: bool,
    pub(super) card: Option<Card>,
    pub(super) judgements: Vec<Judgement>,
}

/// A criterion by judgement.
pub(super) struct Judgement {
    /// The end of its name, and its `id` in the page.
    pub(super) id: String,
    pub(super) state: &'static str,
    pub(super) state_tag: &'static str,
    pub(super) note: String,
    /// `Proposed by Ada Byron, the school's partner, on 1 October 2024`.
    pub(super) made: String,
    pub(super) answer: String,
    /// `Confirmed by Grace Hopper on 2 October 2024`; empty while nobody has decided.
    pub(super) decided: String,
    pub(super) form: Option<Decide>,
}

/// The form to decide about a judgement.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the template asks each by itself"
)]
pub(super) struct Decide {
    pub(super) hidden: Hidden,
    pub(super) etag: String,
    pub(super) answer: String,
    /// Whether it can be confirmed: a confirmed one can only be dismissed.
    pub(super) may_confirm: bool,
    pub(super) may_dismiss: bool,
    /// Whether it is shown only when asked for: somebody has decided, and nothing was typed.
    pub(super) is_folded: bool,
    pub(super) is_stale: bool,
    pub(super) problem: Option<String>,
}

/// What that form sends.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    etag: String,
    /// `confirm` or `dismiss`, from the button.
    #[serde(default)]
    decision: String,
    #[serde(default)]
    pub(super) answer: String,
    #[serde(default)]
    request_id: String,
}

/// Why nothing was decided, and what was typed.
pub(super) struct Refused {
    pub(super) id: String,
    pub(super) typed: Fields,
    pub(super) problems: Vec<Problem>,
    pub(super) is_stale: bool,
}

impl Entry {
    /// Whether the suggestion that was typed about stands here.
    pub(super) fn shows(&self, typed: &Typed) -> bool {
        let Typed::Suggestion(refused) = typed else {
            return false;
        };
        let id = crate::pages::risk::card::id(&refused.typed.name);
        self.card.as_ref().is_some_and(|card| card.id == id)
    }
}

/// The criteria with something behind them, and the others. `signed_in` is whoever may decide.
pub(super) fn entries(
    read: &Read,
    measures: &Measures,
    signed_in: Option<&SignedIn>,
    typed: &Typed,
) -> (Vec<Entry>, Vec<(String, String, &'static str)>) {
    let hidden = || signed_in.map(|signed_in| Hidden::new(&signed_in.browser));
    let form = |suggestion: &v1::Suggestion| {
        let urn = crate::pages::risk::urn(&read.school.name);
        let action = format!("{}/suggestions", path(urn));
        let form = Form::new(signed_in?, suggestion, &action);
        if let Typed::Suggestion(refused) = typed
            && refused.typed.name == suggestion.name
        {
            return Some(form.again(refused));
        }
        Some(form)
    };
    sorted(read, measures, form, hidden, typed)
}

/// The same, whatever makes the forms.
pub(super) fn sorted(
    read: &Read,
    measures: &Measures,
    form: impl Fn(&v1::Suggestion) -> Option<Form>,
    hidden: impl Fn() -> Option<Hidden>,
    typed: &Typed,
) -> (Vec<Entry>, Vec<(String, String, &'static str)>) {
    let (mut entries, mut quiet) = (Vec::new(), Vec::new());
    for criterion in &read.criteria {
        let letter = &criterion.letter;
        let mut suggestions = read.suggestions.suggestions.iter();
        let card = suggestions
            .find(|one| one.criterion == *letter)
            .map(|one| Card::of(one.clone(), measures, form(one)));
        let judgements: Vec<Judgement> = read
            .assessment
            .criteria
            .iter()
            .filter(|one| one.criterion == *letter)
            .map(|one| Judgement::of(one, hidden(), typed))
            .collect();
        if card.is_none() && judgements.is_empty() {
            quiet.push((
                letter.clone(),
                criterion.title.clone(),
                programme::data(criterion.data()),
            ));
            continue;
        }
        entries.push(Entry {
            letter: letter.clone(),
            title: criterion.title.clone(),
            text: criterion.text.clone(),
            is_restricted: criterion.restricted,
            is_confirmed: read.assessment.confirmed_criteria.contains(letter),
            card,
            judgements,
        });
    }
    (entries, quiet)
}

impl Judgement {
    fn of(criterion: &v1::RiskCriterion, hidden: Option<Hidden>, typed: &Typed) -> Self {
        let id = criterion.name.rsplit('/').next().unwrap_or_default();
        let state = criterion.state();
        let when = |time: &Option<prost_types::Timestamp>| {
            time.as_ref()
                .map_or_else(String::new, |time| format!(" on {}", day(time)))
        };
        let (said, partner) = if criterion.proposed_by_partner {
            ("Proposed", ", the school's partner,")
        } else {
            ("Added", "")
        };
        let author = &criterion.author_display_name;
        // Whoever adds by judgement decides by adding.
        let is_own = !criterion.proposed_by_partner
            && state == RiskCriterionState::Confirmed
            && criterion.decider == criterion.author;
        let decided = if criterion.decider.is_empty() || is_own {
            String::new()
        } else {
            let verb = if state == RiskCriterionState::Dismissed {
                "Dismissed"
            } else {
                "Confirmed"
            };
            let decider = &criterion.decider_display_name;
            format!("{verb} by {decider}{}", when(&criterion.decide_time))
        };
        Self {
            state: risk::criterion(state),
            state_tag: risk::criterion_tag(state),
            note: criterion.note.clone(),
            made: format!(
                "{said} by {author}{partner}{}",
                when(&criterion.create_time)
            ),
            answer: criterion.answer.clone(),
            decided,
            form: hidden.map(|hidden| Decide::of(criterion, id, hidden, typed)),
            id: id.to_owned(),
        }
    }
}

impl Decide {
    fn of(criterion: &v1::RiskCriterion, id: &str, hidden: Hidden, typed: &Typed) -> Self {
        let state = criterion.state();
        let bare = Self {
            hidden,
            etag: criterion.etag.clone(),
            answer: String::new(),
            may_confirm: state != RiskCriterionState::Confirmed,
            may_dismiss: state != RiskCriterionState::Dismissed,
            is_folded: state != RiskCriterionState::Proposed,
            is_stale: false,
            problem: None,
        };
        if let Typed::Criterion(refused) = typed
            && refused.id == id
        {
            let problem = Problem::at(&refused.problems, &format!("{ANSWER}-{id}"));
            return Self {
                answer: refused.typed.answer.clone(),
                is_folded: false,
                is_stale: refused.is_stale,
                problem: problem.map(str::to_owned),
                ..bare
            };
        }
        bare
    }
}

/// Confirms a judgement, or dismisses it.
pub(crate) async fn decide(
    signed_in: SignedIn,
    Path((urn, id)): Path<(String, String)>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.answer = fields.answer.trim().replace("\r\n", "\n");
    let state = match fields.decision.as_str() {
        "confirm" => RiskCriterionState::Confirmed,
        "dismiss" => RiskCriterionState::Dismissed,
        _ => return Err(Failure::Unreadable(StatusCode::BAD_REQUEST)),
    };
    let request = v1::DecideRiskCriterionRequest {
        name: format!("{}/riskCriteria/{id}", school_name(&urn)?),
        etag: fields.etag.clone(),
        state: state.into(),
        answer: fields.answer.clone(),
        request_id: fields.request_id.clone(),
    };
    let (problems, is_stale) = match read!(signed_in, risk().decide_risk_criterion(request)).await {
        Ok(answer) => {
            let decided = answer.risk_criterion.unwrap_or_default();
            signed_in.browser.say_done(format!(
                "Criterion {}: {}.",
                decided.criterion,
                risk::criterion(decided.state()).to_lowercase()
            ));
            return Ok(to(&urn));
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let text = "Nothing was kept: somebody else has decided about this since you opened the page. \
                        What stands now is shown, and what you typed is kept";
            (vec![Problem::new(format!("{ANSWER}-{id}"), text)], true)
        }
        Err(error) => {
            let problems = form::problems(error, &[("answer", ANSWER)])?;
            let within = |problem: Problem| {
                if problem.is_at(ANSWER) {
                    problem.within(&id)
                } else {
                    problem
                }
            };
            (problems.into_iter().map(within).collect(), false)
        }
    };
    let status = if is_stale {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let typed = Typed::Criterion(Refused {
        id,
        typed: fields,
        problems,
        is_stale,
    });
    let page = page(&signed_in, &urn, "", &typed).await?;
    Ok(crate::pages::render(status, &page))
}

/// A question that was asked of the school's figures.
pub(super) fn question(answer: &v1::SuggestionAnswer, measure: &str) -> String {
    let span = if answer.kind() == EvidenceKind::OverTime {
        "over time"
    } else {
        "in the latest year"
    };
    match risk::pupils(answer.group()) {
        None => format!("{measure}, {span}"),
        Some(pupils) => format!("{measure}: {pupils}, {span}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed() -> v1::RiskCriterion {
        v1::RiskCriterion {
            name: "schools/900001/riskCriteria/1".into(),
            criterion: "h".into(),
            state: RiskCriterionState::Proposed.into(),
            author: "users/1".into(),
            author_display_name: "Ada".into(),
            proposed_by_partner: true,
            etag: "1".into(),
            ..Default::default()
        }
    }

    #[test]
    fn a_proposal_can_be_decided_either_way_and_a_confirmed_one_dismissed() {
        let judged = Judgement::of(&proposed(), Some(Hidden::sample()), &Typed::Nothing);
        assert_eq!(judged.made, "Proposed by Ada, the school's partner,");
        let form = judged.form.unwrap();
        assert!(form.may_confirm && form.may_dismiss);
        let confirmed = v1::RiskCriterion {
            state: RiskCriterionState::Confirmed.into(),
            decider: "users/2".into(),
            decider_display_name: "Grace".into(),
            ..proposed()
        };
        let judged = Judgement::of(&confirmed, Some(Hidden::sample()), &Typed::Nothing);
        assert_eq!(judged.decided, "Confirmed by Grace");
        let form = judged.form.unwrap();
        assert!(!form.may_confirm && form.may_dismiss && form.is_folded);
        assert!(
            Judgement::of(&confirmed, None, &Typed::Nothing)
                .form
                .is_none()
        );
    }

    #[test]
    fn what_was_typed_about_one_stays_with_it() {
        let typed = Typed::Criterion(Refused {
            id: "1".into(),
            typed: Fields {
                answer: "Mine".into(),
                ..Fields::default()
            },
            problems: vec![Problem::new("answer-1", "Say why")],
            is_stale: true,
        });
        let form = |name: &str| {
            let criterion = v1::RiskCriterion {
                name: name.into(),
                ..proposed()
            };
            let judged = Judgement::of(&criterion, Some(Hidden::sample()), &typed);
            judged.form.unwrap()
        };
        let here = form("schools/900001/riskCriteria/1");
        assert_eq!((here.answer.as_str(), here.is_stale), ("Mine", true));
        assert_eq!(here.problem.as_deref(), Some("Say why"));
        let other = form("schools/900001/riskCriteria/2");
        assert_eq!((other.answer.as_str(), other.is_stale), ("", false));
    }
}
