//! An action: what is to be done, by whom and when, what became of it, and what can be done with it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;

use super::change::{Form, Refused, Step};
use super::fields::{
    AGREED_ON, AGREED_WITH, DONE_ON, DUE, Fields, KIND, NOTE, OUTCOME, OWNER, REASON, TITLE,
    WORDING,
};
use super::{CONTACTS, is_academy, is_id, owners};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::follow_up::ACTIONS;
use crate::pages::form::Hidden;
use crate::pages::risk::spoken;
use crate::pages::school::{school, school_name};
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::{Choice, date, follow_up, given, moment};

/// The page, with what was refused.
#[derive(Template)]
#[template(path = "action.html")]
pub(super) struct Page {
    layout: Layout,
    urn: i32,
    school: String,
    action: Action,
    /// Where the forms are sent: with a step at its end.
    path: String,
    etag: String,
    forms: Vec<Form>,
    fields: Fields,
    kinds: Vec<Choice>,
    owners: Vec<Choice>,
    /// What was typed about an action that takes no change any more.
    lost: Option<String>,
    problems: Vec<Problem>,
}

/// What the page shows of it.
struct Action {
    title: String,
    kind: &'static str,
    state: &'static str,
    state_tag: &'static str,
    note: String,
    owner: String,
    due: String,
    /// Empty where it is the same.
    first_due: String,
    outcome: String,
    /// `Done` or `Dropped`, with day and person; empty while it is open.
    closed: String,
    /// Whether it came from a contact.
    has_contact: bool,
    contact: String,
    agreed: Option<Agreed>,
    made: String,
    year: String,
}

/// What was agreed with the school.
struct Agreed {
    wording: String,
    with: String,
    shared: String,
}

impl From<&v1::FollowUpAction> for Action {
    fn from(action: &v1::FollowUpAction) -> Self {
        let state = follow_up::state(action.state(), action.overdue);
        let kind = follow_up::kind(action.kind());
        let contact = action.contact.rsplit('/').next().unwrap_or_default();
        let time = |time: &Option<prost_types::Timestamp>| {
            let told = time.as_ref().map(moment);
            told.map_or_else(String::new, |told| format!(", {told}"))
        };
        Self {
            title: given(action.title.clone(), kind),
            kind,
            state,
            state_tag: follow_up::state_tag(action.state(), action.overdue),
            note: action.note.clone(),
            owner: action.owner_display_name.clone(),
            due: date(&action.due_date),
            first_due: if action.first_due_date == action.due_date {
                String::new()
            } else {
                date(&action.first_due_date)
            },
            outcome: action.outcome.clone(),
            closed: if action.close_date.is_empty() {
                String::new()
            } else {
                let by = given(action.closer_display_name.clone(), "somebody");
                format!("on {} by {by}", date(&action.close_date))
            },
            has_contact: !contact.is_empty(),
            contact: contact.to_owned(),
            agreed: action.agreement.as_ref().map(|agreement| Agreed {
                wording: agreement.wording.clone(),
                with: format!(
                    "{}, {}",
                    agreement.agreed_with,
                    date(&agreement.agreed_date)
                ),
                shared: format!(
                    "{}{}",
                    agreement.sharer_display_name,
                    time(&agreement.share_time)
                ),
            }),
            made: format!(
                "{}{}",
                action.author_display_name,
                time(&action.create_time)
            ),
            year: spoken(&action.programme_year),
        }
    }
}

/// Shows it. Who may not see it finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path((urn, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let page = page(&signed_in, &urn, &id, None).await?;
    Ok(render(StatusCode::OK, &page))
}

pub(super) async fn page(
    signed_in: &SignedIn,
    urn: &str,
    id: &str,
    refused: Option<Refused>,
) -> Result<Page, Failure> {
    let name = school_name(urn)?;
    if !is_id(id) {
        return Err(Failure::NoSuchPage);
    }
    let (school, answer) = tokio::join!(
        school(signed_in, &name),
        read!(
            signed_in,
            follow_up().get_follow_up_action(v1::GetFollowUpActionRequest {
                name: format!("{name}/followUpActions/{id}"),
            })
        ),
    );
    let school = school?;
    let action = answer.map_err(Failure::hidden)?.follow_up_action;
    let mut action = action.ok_or(Failure::NoSuchPage)?;
    if !signed_in.caller.can_at(CONTACTS, &school) {
        action.contact.clear();
    }
    let steps = Step::open(signed_in, &school, &action);
    let owners = if steps.contains(&Step::Change) {
        owners::read(signed_in, &school, Some(&action)).await?
    } else {
        Vec::new()
    };
    let layout = Layout::new(&signed_in.browser);
    // Whoever owns actions at schools without seeing all of theirs came from their own.
    let layout = if signed_in.caller.can_at(ACTIONS, &school) {
        layout
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name)
            .below(format!("/schools/{urn}/actions"), "Actions")
    } else {
        layout.below("/actions", "My actions")
    };
    let hidden = || Hidden::new(&signed_in.browser);
    Ok(Page::of(
        layout, &school, &action, &steps, owners, hidden, refused,
    ))
}

impl Page {
    fn of(
        layout: Layout,
        school: &v1::School,
        action: &v1::FollowUpAction,
        steps: &[Step],
        owners: Vec<Choice>,
        hidden: impl Fn() -> Hidden,
        refused: Option<Refused>,
    ) -> Self {
        let lost = refused
            .as_ref()
            .filter(|refused| !steps.contains(&refused.step))
            .map(|refused| refused.typed.words(refused.step))
            .filter(|words| !words.is_empty());
        let forms = steps
            .iter()
            .map(|step| Form::of(*step, hidden(), refused.as_ref()));
        Self {
            layout,
            urn: school.urn,
            school: school.display_name.clone(),
            path: crate::pages::follow_up::list::address(&action.name),
            etag: action.etag.clone(),
            forms: forms.collect(),
            fields: Fields::filled(action, refused.as_ref()),
            kinds: follow_up::kinds(is_academy(school)),
            owners,
            action: Action::from(action),
            problems: refused.map_or_else(Vec::new, |refused| {
                let is_shown = steps.contains(&refused.step);
                let problems = refused.problems.into_iter();
                problems
                    .map(|problem| {
                        if is_shown {
                            problem
                        } else {
                            Problem::new("", problem.text)
                        }
                    })
                    .collect()
            }),
            lost,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        use crate::pages::follow_up::list::sample_action;
        use llpr_client::v1::FollowUpActionState::{Done, Dropped, Open};
        let school = v1::School {
            urn: 900_001,
            display_name: "St Mary's <Infant> School".into(),
            ..Default::default()
        };
        let steps = [Step::Done, Step::Share, Step::Change, Step::Drop];
        let page = |action: &v1::FollowUpAction, steps: &[Step], refused| {
            Self::of(
                Layout::sample(),
                &school,
                action,
                steps,
                vec![Choice::new("users/1", "Ada <b>Byron</b>")],
                Hidden::sample,
                refused,
            )
        };
        let agreed = v1::FollowUpAction {
            contact: "schools/900001/contacts/0198f0c8-0000-7000-8000-000000000001".into(),
            agreement: Some(v1::FollowUpAgreement {
                wording: "We look at reading <b>Byron</b>".into(),
                agreed_with: "the headteacher <b>Byron</b>".into(),
                agreed_date: "2024-10-01".into(),
                share_time: Some(prost_types::Timestamp::default()),
                sharer_display_name: "Ada <b>Byron</b>".into(),
            }),
            ..sample_action(Open)
        };
        let refused = |step, is_stale| Some(Refused::sample(step, is_stale));
        vec![
            page(&sample_action(Open), &steps, None),
            page(&agreed, &steps, refused(Step::Done, false)),
            page(&agreed, &steps, refused(Step::Share, false)),
            page(&agreed, &steps, refused(Step::Change, false)),
            page(&agreed, &steps, refused(Step::Drop, false)),
            page(&agreed, &steps, refused(Step::Change, true)),
            page(&sample_action(Done), &[], refused(Step::Done, true)),
            page(
                &v1::FollowUpAction {
                    title: String::new(),
                    ..sample_action(Dropped)
                },
                &[],
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
    fn what_was_typed_about_an_action_that_is_closed_is_shown() {
        let samples = Page::samples();
        assert_eq!(samples[6].lost.as_deref(), Some("Mine <b>Byron</b>"));
        assert!(samples[6].problems[0].is_at(""));
        assert_eq!(samples[0].action.first_due, "15 November 2024");
        assert_eq!(samples[7].action.title, "Early review");
    }
}
