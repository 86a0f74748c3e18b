//! Completing and dropping actions, and sharing them with the headteacher.

use chrono::NaiveDate;
use llpr_domain::follow_up::action::{self as rules, ActionState};

use super::actions::{Action, open_to_change, written};
use crate::access::{Access, School};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::write::{Intent, Outcome};

/// What was agreed with the school, and shared with its headteacher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// What was agreed, as the school reads it.
    pub wording: String,
    /// With whom at the school.
    pub agreed_with: String,
    /// On which day.
    pub agreed: NaiveDate,
    /// When it was shared, in microseconds since 1970.
    pub shared_at: i64,
    /// Name of the person who shared it.
    pub shared_by: String,
}

/// What was agreed, to be shared.
#[derive(Clone, Debug)]
pub struct Agreed {
    /// What, as the school reads it.
    pub wording: String,
    /// With whom at the school.
    pub with: String,
    /// On which day.
    pub on: NaiveDate,
}

/// How an action ends.
#[derive(Clone, Debug)]
pub enum Closing {
    /// It was done.
    Done {
        /// What was done.
        outcome: String,
        /// On which day.
        on: NaiveDate,
    },
    /// It is not to be done any more.
    Dropped {
        /// Why.
        reason: String,
    },
}

impl Store {
    /// Ends an open action.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::EtagMismatch`], [`Refusal::Faults`],
    /// [`Refusal::ActionClosed`], [`Refusal::ActionOfOthers`].
    pub async fn close_action(
        &self,
        access: &Access<School>,
        intent: Intent,
        id: String,
        version: i64,
        closing: Closing,
    ) -> Result<Outcome<Action>, StoreError> {
        const UPDATE: &str =
            "UPDATE follow_up_actions SET state = $1, outcome = $2, closed_on = $3,
            closed_by = $4, closed_at = $5, version = version + 1 WHERE id = $6 AND version = $7";
        let (school, role) = (access.urn(), access.role());
        self.write(access, intent, async move |tx| {
            let found = open_to_change(&tx, school, role, &id, version).await?;
            let (faults, state, words, on) = match closing {
                Closing::Done { outcome, on } => {
                    let faults = rules::completion(&outcome, on, found.made, tx.today);
                    (faults, ActionState::Done, outcome, on)
                }
                Closing::Dropped { reason } => {
                    let faults = rules::dropping(&reason);
                    (faults, ActionState::Dropped, reason, tx.today)
                }
            };
            if !faults.is_empty() {
                return Err(Refusal::Faults(faults).into());
            }
            let values = vec![
                state.as_str().into(),
                words.into(),
                on.to_string().into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
                id.as_str().into(),
                version.into(),
            ];
            let fields = vec!["state", "outcome", "close_date"];
            written(&tx, school, &id, UPDATE, values, fields).await
        })
        .await
    }

    /// Shares an open action with the headteacher, in words of its own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::EtagMismatch`], [`Refusal::Faults`],
    /// [`Refusal::ActionClosed`], [`Refusal::ActionOfOthers`].
    pub async fn share_action(
        &self,
        access: &Access<School>,
        intent: Intent,
        id: String,
        version: i64,
        agreed: Agreed,
    ) -> Result<Outcome<Action>, StoreError> {
        const UPDATE: &str = "UPDATE follow_up_actions SET wording = $1, agreed_with = $2,
            agreed_on = $3, shared_by = $4, shared_at = $5, version = version + 1
            WHERE id = $6 AND version = $7";
        let (school, role) = (access.urn(), access.role());
        self.write(access, intent, async move |tx| {
            open_to_change(&tx, school, role, &id, version).await?;
            let Agreed { wording, with, on } = agreed;
            let faults = rules::agreement(&wording, &with, on, tx.today);
            if !faults.is_empty() {
                return Err(Refusal::Faults(faults).into());
            }
            let values = vec![
                wording.into(),
                with.into(),
                on.to_string().into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
                id.as_str().into(),
                version.into(),
            ];
            let fields = vec!["agreement"];
            written(&tx, school, &id, UPDATE, values, fields).await
        })
        .await
    }
}
