//! What the forms about an action hold: what stands, with what was typed in its place.

use llpr_client::v1;
use serde::Deserialize;

use super::change::{Refused, Step};
use super::prose;
use crate::words::{follow_up, given};

pub(super) const KIND: &str = "kind";
pub(super) const TITLE: &str = "title";
pub(super) const OWNER: &str = "owner";
pub(super) const DUE: &str = "due-date";
pub(super) const NOTE: &str = "note";
pub(super) const OUTCOME: &str = "outcome";
pub(super) const DONE_ON: &str = "done-date";
pub(super) const REASON: &str = "reason";
pub(super) const WORDING: &str = "wording";
pub(super) const AGREED_WITH: &str = "agreed-with";
pub(super) const AGREED_ON: &str = "agreed-date";

/// What the forms send, each a part of it.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(super) etag: String,
    #[serde(default)]
    pub(super) request_id: String,
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) owner: String,
    #[serde(default, rename = "due-date")]
    pub(super) due: String,
    #[serde(default)]
    pub(super) note: String,
    #[serde(default)]
    pub(super) outcome: String,
    #[serde(default, rename = "done-date")]
    pub(super) done_on: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) wording: String,
    #[serde(default, rename = "agreed-with")]
    pub(super) agreed_with: String,
    #[serde(default, rename = "agreed-date")]
    pub(super) agreed_on: String,
}

impl Fields {
    /// What stands, with what was typed in its place.
    pub(super) fn filled(action: &v1::FollowUpAction, refused: Option<&Refused>) -> Self {
        let agreement = action.agreement.clone().unwrap_or_default();
        let mut fields = Self {
            kind: follow_up::kind_word(action.kind()),
            title: action.title.clone(),
            owner: action.owner.clone(),
            due: action.due_date.clone(),
            note: action.note.clone(),
            wording: agreement.wording,
            agreed_with: given(agreement.agreed_with, "the headteacher"),
            ..Self::default()
        };
        let Some(Refused { step, typed, .. }) = refused else {
            return fields;
        };
        let typed = typed.clone();
        match step {
            Step::Done => (fields.outcome, fields.done_on) = (typed.outcome, typed.done_on),
            Step::Share => {
                fields.wording = typed.wording;
                fields.agreed_with = typed.agreed_with;
                fields.agreed_on = typed.agreed_on;
            }
            Step::Change => {
                fields.kind = typed.kind;
                fields.title = typed.title;
                fields.owner = typed.owner;
                fields.due = typed.due;
                fields.note = typed.note;
            }
            Step::Drop => fields.reason = typed.reason,
        }
        fields
    }

    /// The words that were typed into a form which is no longer there.
    pub(super) fn words(&self, step: Step) -> String {
        match step {
            Step::Done => self.outcome.clone(),
            Step::Share => self.wording.clone(),
            Step::Change => format!("{}\n{}", self.title, self.note).trim().to_owned(),
            Step::Drop => self.reason.clone(),
        }
    }

    /// As it is kept.
    pub(super) fn tidy(&mut self) {
        for words in [
            &mut self.note,
            &mut self.outcome,
            &mut self.reason,
            &mut self.wording,
        ] {
            *words = prose(words);
        }
        for line in [
            &mut self.title,
            &mut self.due,
            &mut self.done_on,
            &mut self.agreed_with,
            &mut self.agreed_on,
        ] {
            *line = line.trim().to_owned();
        }
    }
}
