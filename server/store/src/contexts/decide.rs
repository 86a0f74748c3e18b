//! Deciding about programme contexts, one or many, all or none.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use llpr_domain::context::{ProgrammeContext, Wanted, faults};
use llpr_domain::rule::Fault;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::ConnectionTrait;

use super::{ContextName, SchoolContext, contexts, one};
use crate::access::{Access, District, School, urn_value};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::figures::numbers;
use crate::register::is_open_in_district;
use crate::risk::{SUBJECT_COLUMNS, must_be_open};
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// What is decided about a school.
#[derive(Clone, Debug)]
pub struct ContextChoice {
    /// The school.
    pub urn: Urn,
    /// The etag that was seen.
    pub etag: String,
    /// The context; `None` where that is missing.
    pub context: Option<ProgrammeContext>,
    /// Why; empty to confirm what is proposed.
    pub reason: String,
}

/// A decision that may be kept.
struct Decision {
    urn: Urn,
    number: i32,
    context: ProgrammeContext,
    reason: String,
    proposed: ProgrammeContext,
    proposed_reason: String,
}

/// Whether a decision was made for one school, or together with others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Alone,
    Together,
}

impl Store {
    /// Decides a school's context.
    ///
    /// # Errors
    /// [`StoreError::EtagMismatch`] where proposal or decision are others than those seen;
    /// [`Refusal::Faults`]; [`Refusal::YearNotOpen`].
    pub async fn decide_context(
        &self,
        access: &Access<School>,
        intent: Intent,
        year: AcademicYear,
        choice: ContextChoice,
    ) -> Result<Outcome<()>, StoreError> {
        let name = ContextName {
            urn: access.urn(),
            year,
        };
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, year, tx.today).await?;
            let seen = one(&tx.connection, name.urn, year, tx.today).await?;
            if seen.etag != choice.etag {
                return Err(StoreError::EtagMismatch(name.to_string()));
            }
            let decision = decided("", &choice, &seen).map_err(Refusal::Faults)?;
            if !keep(&tx, year, &[decision], How::Alone).await? {
                return Err(StoreError::EtagMismatch(name.to_string()));
            }
            Ok(Written {
                value: (),
                target: name.to_string(),
                fields: vec!["kind", "reason"],
            })
        })
        .await
    }

    /// Decides the contexts of schools of a district, all or none. With `only_look` nothing is kept.
    ///
    /// # Errors
    /// [`Refusal::Faults`] with everything that stands in the way; [`Refusal::YearNotOpen`].
    pub async fn decide_contexts(
        &self,
        access: &Access<District>,
        intent: Intent,
        year: AcademicYear,
        choices: Vec<ContextChoice>,
        only_look: bool,
    ) -> Result<Outcome<usize>, StoreError> {
        let district = access.district().to_string();
        if only_look {
            let today = access.today();
            must_be_open(self.reads(), year, today).await?;
            let all = all_decided(self.reads(), &district, year, today, &choices).await?;
            return Ok(Outcome::Done(all.len()));
        }
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, year, tx.today).await?;
            let all = all_decided(&tx.connection, &district, year, tx.today, &choices).await?;
            let target = format!("districts/{district}");
            if !keep(&tx, year, &all, How::Together).await? {
                return Err(StoreError::EtagMismatch(target));
            }
            Ok(Written {
                value: all.len(),
                target,
                fields: vec!["programmeContexts.kind", "programmeContexts.reason"],
            })
        })
        .await
    }
}

/// The decision on what was seen, or what is missing from it. A confirmation without words has those of
/// the proposal.
fn decided(
    field: &str,
    choice: &ContextChoice,
    seen: &SchoolContext,
) -> Result<Decision, Vec<Fault>> {
    let missing = |name: &str| vec![Fault::new(format!("{field}{name}"), "7", "is missing")];
    let Some((proposal, _)) = &seen.proposal else {
        return Err(missing("school"));
    };
    let wanted = Wanted {
        context: choice.context,
        reason: choice.reason.clone(),
    };
    let faults = faults(field, &wanted, proposal);
    if !faults.is_empty() {
        return Err(faults);
    }
    let context = choice.context.ok_or_else(|| missing("kind"))?;
    let reason = match choice.reason.trim() {
        "" => proposal.words(),
        reason => reason.to_owned(),
    };
    Ok(Decision {
        urn: seen.name.urn,
        number: seen.latest.as_ref().map_or(0, |latest| latest.number) + 1,
        context,
        reason,
        proposed: proposal.context,
        proposed_reason: proposal.words(),
    })
}

/// The decisions about schools of a district, or everything that stands in the way of any.
async fn all_decided(
    connection: &impl ConnectionTrait,
    district: &str,
    year: AcademicYear,
    today: NaiveDate,
    choices: &[ContextChoice],
) -> Result<Vec<Decision>, StoreError> {
    let wanted = choices.iter().map(|choice| urn_value(choice.urn));
    let query = format!(
        "SELECT {SUBJECT_COLUMNS} FROM schools s WHERE {} AND s.urn IN ({})",
        is_open_in_district(),
        numbers(wanted)
    );
    let values = vec![district.into(), today.to_string().into()];
    let here = sql::all(connection, &query, values).await?;
    let here = contexts(connection, here, year, today).await?;
    let mut all = Vec::new();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, choice) in choices.iter().enumerate() {
        let field = format!("choices[{index}].");
        let mut fault = |name: &str, paragraph, message: String| {
            wrong.push(Fault::new(format!("{field}{name}"), paragraph, message));
        };
        if !seen.insert(choice.urn) {
            let message = format!("schools/{} is there already", choice.urn);
            fault("school", "", message);
            continue;
        }
        let Some(found) = here.iter().find(|one| one.name.urn == choice.urn) else {
            let message = format!("schools/{} is no open school of the district", choice.urn);
            fault("school", "", message);
            continue;
        };
        if found.etag != choice.etag {
            let message = format!(
                "the context of schools/{} was changed since it was read: read it again",
                choice.urn
            );
            fault("etag", "", message);
        }
        match decided(&field, choice, found) {
            Ok(decision) => all.push(decision),
            Err(faults) => wrong.extend(faults),
        }
    }
    if wrong.is_empty() {
        Ok(all)
    } else {
        Err(Refusal::Faults(wrong).into())
    }
}

/// Keeps decisions in one statement; `false` where somebody else was faster.
async fn keep(
    tx: &Tx,
    year: AcademicYear,
    decisions: &[Decision],
    how: How,
) -> Result<bool, StoreError> {
    let mut values: Vec<sea_orm::Value> = vec![
        i32::from(year.start()).into(),
        (how == How::Together).into(),
        tx.user.clone().unwrap_or_default().into(),
        tx.now.into(),
    ];
    let mut rows = Vec::new();
    for decision in decisions {
        let Decision {
            urn,
            number,
            context,
            reason,
            proposed,
            proposed_reason,
        } = decision;
        let from = values.len();
        let own: [sea_orm::Value; 6] = [
            urn_value(*urn).into(),
            (*number).into(),
            context.as_str().into(),
            reason.as_str().into(),
            proposed.as_str().into(),
            proposed_reason.as_str().into(),
        ];
        values.extend(own);
        let place = |at: usize| format!("${}", from + at);
        rows.push(format!(
            "({}, $1, {}, {}, {}, {}, {}, $2, $3, $4)",
            place(1),
            place(2),
            place(3),
            place(4),
            place(5),
            place(6)
        ));
    }
    let insert = format!(
        "INSERT INTO programme_contexts (urn, year, version, context, reason, proposed,
            proposed_reason, in_bulk, decided_by, decided_at)
        VALUES {} ON CONFLICT DO NOTHING",
        rows.join(", ")
    );
    let done = sql::execute(&tx.connection, &insert, values).await?;
    Ok(usize::try_from(done.rows_affected()) == Ok(decisions.len()))
}
