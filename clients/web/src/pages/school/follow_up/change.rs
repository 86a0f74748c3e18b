//! What becomes of an open action: it is done, shared with the school, changed or dropped.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1::FollowUpActionState;
use llpr_client::{Error, ErrorReason, v1};

use super::action::page;
use super::fields::{
    AGREED_ON, AGREED_WITH, DONE_ON, DUE, Fields, KIND, NOTE, OUTCOME, OWNER, REASON, TITLE,
    WORDING,
};
use super::is_id;
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::follow_up::MANAGES;
use crate::pages::form::{self, Hidden};
use crate::pages::school::school_name;
use crate::pages::{Problem, render};
use crate::words::follow_up;

/// What can be done with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Done,
    Share,
    Change,
    Drop,
}

impl Step {
    /// The end of its address, and the method behind it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => ("done", "FollowUpService/CompleteFollowUpAction"),
            Self::Share => ("share", "FollowUpService/ShareFollowUpAction"),
            Self::Change => ("change", "FollowUpService/UpdateFollowUpAction"),
            Self::Drop => ("drop", "FollowUpService/DropFollowUpAction"),
        }
    }

    const ALL: [Self; 4] = [Self::Done, Self::Share, Self::Change, Self::Drop];

    pub(super) fn word(self) -> &'static str {
        self.words().0
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }

    /// Those that the person may take: with an open action at a school where their role opens them,
    /// as its improvement manager, or as who owns or made it.
    pub(super) fn open(
        signed_in: &SignedIn,
        school: &v1::School,
        action: &v1::FollowUpAction,
    ) -> Vec<Self> {
        let caller = &signed_in.caller;
        let is_theirs = [&action.owner, &action.author].contains(&&caller.user.name);
        if action.state() != FollowUpActionState::Open
            || !is_theirs && !caller.can_at(MANAGES, school)
        {
            return Vec::new();
        }
        let may = |step: &Self| caller.can_at(step.words().1, school);
        Self::ALL.into_iter().filter(may).collect()
    }
}

/// Why nothing was kept, and what was typed.
pub(super) struct Refused {
    pub(super) step: Step,
    pub(super) typed: Fields,
    pub(super) problems: Vec<Problem>,
    pub(super) is_stale: bool,
}

/// A form as the page shows it.
pub(super) struct Form {
    pub(super) step: Step,
    pub(super) hidden: Hidden,
    /// Whether something in it was typed and not kept.
    pub(super) is_open: bool,
    /// Whether that is because somebody else was faster.
    pub(super) is_stale: bool,
}

impl Form {
    pub(super) fn of(step: Step, hidden: Hidden, refused: Option<&Refused>) -> Self {
        let refused = refused.filter(|refused| refused.step == step);
        Self {
            step,
            hidden,
            is_open: refused.is_some(),
            is_stale: refused.is_some_and(|refused| refused.is_stale),
        }
    }
}

/// Takes the step, and leads back to the action.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path((urn, id, step)): Path<(String, String, String)>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let (Some(step), true) = (Step::read(&step), is_id(&id)) else {
        return Err(Failure::NoSuchPage);
    };
    let name = format!("{}/followUpActions/{id}", school_name(&urn)?);
    let mut typed = form.into_inner();
    typed.tidy();
    let (problems, is_stale) = match send(&signed_in, step, name, typed.clone()).await {
        Ok(()) => {
            signed_in.browser.say_done(match step {
                Step::Done => "The action is done.",
                Step::Share => "The action is shared: the headteacher reads what was agreed.",
                Step::Change => "The action is changed.",
                Step::Drop => "The action is dropped.",
            });
            return Ok(Redirect::to(&format!("/schools/{urn}/actions/{id}")).into_response());
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let text = "Nothing was kept: somebody changed the action since you opened the page. \
                        What stands now is above what you typed, which is kept";
            (vec![Problem::new(step.word(), text)], true)
        }
        Err(error) => (form::problems(error, &INPUTS)?, false),
    };
    let status = if is_stale {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let refused = Refused {
        step,
        typed,
        problems,
        is_stale,
    };
    let page = page(&signed_in, &urn, &id, Some(refused)).await?;
    Ok(render(status, &page))
}

const INPUTS: [(&str, &str); 11] = [
    ("kind", KIND),
    ("title", TITLE),
    ("owner", OWNER),
    ("due_date", DUE),
    ("note", NOTE),
    ("outcome", OUTCOME),
    ("done_date", DONE_ON),
    ("reason", REASON),
    ("wording", WORDING),
    ("agreed_with", AGREED_WITH),
    ("agreed_date", AGREED_ON),
];

async fn send(signed_in: &SignedIn, step: Step, name: String, typed: Fields) -> Result<(), Error> {
    let (etag, request_id) = (typed.etag, typed.request_id);
    match step {
        Step::Done => {
            let request = v1::CompleteFollowUpActionRequest {
                name,
                etag,
                outcome: typed.outcome,
                done_date: typed.done_on,
                request_id,
            };
            read!(signed_in, follow_up().complete_follow_up_action(request))
                .await
                .map(drop)
        }
        Step::Share => {
            let request = v1::ShareFollowUpActionRequest {
                name,
                etag,
                wording: typed.wording,
                agreed_with: typed.agreed_with,
                agreed_date: typed.agreed_on,
                request_id,
            };
            read!(signed_in, follow_up().share_follow_up_action(request))
                .await
                .map(drop)
        }
        Step::Change => {
            let request = v1::UpdateFollowUpActionRequest {
                follow_up_action: Some(v1::FollowUpAction {
                    name,
                    etag,
                    kind: follow_up::read_kind(&typed.kind).into(),
                    title: typed.title,
                    note: typed.note,
                    owner: typed.owner,
                    due_date: typed.due,
                    ..Default::default()
                }),
                // All five.
                update_mask: None,
                request_id,
            };
            read!(signed_in, follow_up().update_follow_up_action(request))
                .await
                .map(drop)
        }
        Step::Drop => {
            let request = v1::DropFollowUpActionRequest {
                name,
                etag,
                reason: typed.reason,
                request_id,
            };
            read!(signed_in, follow_up().drop_follow_up_action(request))
                .await
                .map(drop)
        }
    }
}

#[cfg(test)]
impl Refused {
    pub(super) fn sample(step: Step, is_stale: bool) -> Self {
        let fields = match step {
            Step::Done => &[OUTCOME, DONE_ON][..],
            Step::Share => &[WORDING, AGREED_WITH, AGREED_ON],
            Step::Change => &[KIND, TITLE, OWNER, DUE, NOTE],
            Step::Drop => &[REASON],
        };
        let problems = fields.iter().map(|field| Problem::new(*field, "Say it"));
        Self {
            step,
            typed: Fields {
                title: "Mine <b>Byron</b>".into(),
                outcome: "Mine <b>Byron</b>".into(),
                ..Fields::default()
            },
            problems: if is_stale {
                vec![Problem::new(step.word(), "Nothing was kept")]
            } else {
                problems.collect()
            },
            is_stale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::follow_up::list::sample_action;

    #[test]
    fn what_was_typed_stays_and_the_other_forms_say_what_stands() {
        let action = sample_action(FollowUpActionState::Open);
        let refused = Refused::sample(Step::Change, true);
        let fields = Fields::filled(&action, Some(&refused));
        assert_eq!(fields.title, "Mine <b>Byron</b>");
        assert_eq!(fields.outcome, "");
        let refused = Refused::sample(Step::Done, false);
        let fields = Fields::filled(&action, Some(&refused));
        assert_eq!(fields.title, "Look at reading <b>Byron</b>");
        assert_eq!(fields.outcome, "Mine <b>Byron</b>");
        assert_eq!(fields.agreed_with, "the headteacher");
        assert_eq!(fields.due, "2024-12-13");
        assert_eq!(refused.typed.words(Step::Done), "Mine <b>Byron</b>");
    }

    #[test]
    fn only_a_step_that_there_is_is_read() {
        for step in Step::ALL {
            assert_eq!(Step::read(step.word()), Some(step));
        }
        assert_eq!(Step::read("delete"), None);
    }
}
