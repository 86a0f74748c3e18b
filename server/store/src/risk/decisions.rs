//! Decisions about suggestions, each with what it was about.

use std::collections::BTreeMap;

use llpr_domain::risk::decision::{Decision, DismissReason};
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::exhibit::Exhibit;
use super::sources::SubjectRow;
use crate::error::StoreError;
use crate::figures::numbers;
use crate::programme::Writer;
use crate::sql;

/// A decision with what it was about.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// From 1.
    pub number: i32,
    /// What was decided.
    pub decision: Decision,
    /// Why, for a dismissal.
    pub reason: Option<DismissReason>,
    /// What was said with it.
    pub note: String,
    /// The evidence as it was.
    pub exhibits: Vec<Exhibit>,
    /// Who decided.
    pub by: Writer,
    /// When, in microseconds since 1970.
    pub at: i64,
}

#[derive(FromQueryResult)]
struct DecisionRow {
    urn: i32,
    letter: String,
    number: i32,
    decision: String,
    reason: Option<String>,
    note: String,
    basis: String,
    decided_by: String,
    decided_by_name: String,
    decided_at: i64,
}

/// Decisions by school and letter, the last first.
pub(super) type Decisions = BTreeMap<(i32, char), Vec<Decided>>;

/// The decisions about schools in a year, whatever their number in one statement.
pub(super) async fn decisions(
    connection: &impl ConnectionTrait,
    subjects: &[SubjectRow],
    year: AcademicYear,
) -> Result<Decisions, StoreError> {
    if subjects.is_empty() {
        return Ok(Decisions::new());
    }
    let query = format!(
        "SELECT d.urn AS urn, d.letter AS letter, d.number AS number, d.decision AS decision,
            d.reason AS reason, d.note AS note, d.basis AS basis, d.decided_by AS decided_by,
            u.display_name AS decided_by_name, d.decided_at AS decided_at
        FROM risk_decisions d JOIN users u ON u.id = d.decided_by
        WHERE d.urn IN ({}) AND d.year = $1 ORDER BY d.urn, d.letter, d.number DESC",
        numbers(subjects.iter().map(|subject| subject.urn))
    );
    let values = vec![i32::from(year.start()).into()];
    let rows: Vec<DecisionRow> = sql::all(connection, &query, values).await?;
    let mut found = Decisions::new();
    for row in rows {
        let letter = row.letter.chars().next().unwrap_or_default();
        found
            .entry((row.urn, letter))
            .or_default()
            .push(decided(row)?);
    }
    Ok(found)
}

fn decided(row: DecisionRow) -> Result<Decided, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("decision about {}: {what}", row.urn));
    let reason = row
        .reason
        .as_deref()
        .map(|reason| DismissReason::parse(reason).ok_or_else(|| corrupt("reason")));
    Ok(Decided {
        number: row.number,
        decision: Decision::parse(&row.decision).ok_or_else(|| corrupt("decision"))?,
        reason: reason.transpose()?,
        exhibits: serde_json::from_str(&row.basis).map_err(|_| corrupt("basis"))?,
        note: row.note,
        by: Writer {
            user: row.decided_by,
            display_name: row.decided_by_name,
        },
        at: row.decided_at,
    })
}
