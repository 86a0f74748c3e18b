//! Criteria by judgement: a SIM adds them, a partner proposes them, a SIM decides (¶12).

use llpr_domain::access::Role;
use llpr_domain::risk::assessment::{self, CriterionState};
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::must_be_open;
use crate::access::{Access, School, urn_value};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::figures::{numbers, year};
use crate::programme::Writer;
use crate::register::urn;
use crate::write::{Intent, Outcome, Written};
use crate::{programme, sql};

/// A criterion by judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Its id.
    pub id: String,
    /// The school.
    pub urn: Urn,
    /// The programme year.
    pub year: AcademicYear,
    /// The criterion's letter.
    pub letter: char,
    /// Where it stands.
    pub state: CriterionState,
    /// The evidence in words.
    pub note: String,
    /// Who says so.
    pub by: Writer,
    /// In which role.
    pub role: Option<Role>,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What was said with the decision.
    pub answer: String,
    /// Who decided; `None` while it is proposed.
    pub decided_by: Option<Writer>,
    /// When, in microseconds since 1970.
    pub decided_at: Option<i64>,
    /// Counts its changes.
    pub version: i64,
}

/// A criterion that somebody adds.
#[derive(Clone, Debug)]
pub struct NewJudgement {
    /// Its id.
    pub id: String,
    /// The programme year.
    pub year: AcademicYear,
    /// The letter.
    pub letter: char,
    /// The evidence in words.
    pub note: String,
}

/// A decision about one.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its id.
    pub id: String,
    /// Confirmed or dismissed; `None` where that is missing.
    pub state: Option<CriterionState>,
    /// What is said with it.
    pub note: String,
    /// The version that was seen.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    urn: i32,
    year: i32,
    letter: String,
    state: String,
    note: String,
    made_by: String,
    made_by_name: String,
    made_as: i16,
    made_at: i64,
    answer: String,
    decided_by: Option<String>,
    decided_by_name: Option<String>,
    decided_at: Option<i64>,
    version: i64,
}

const SELECT: &str = "SELECT c.id AS id, c.urn AS urn, c.year AS year, c.letter AS letter,
        c.state AS state, c.note AS note, c.made_by AS made_by, m.display_name AS made_by_name,
        c.made_as AS made_as, c.made_at AS made_at, c.answer AS answer,
        c.decided_by AS decided_by, d.display_name AS decided_by_name, c.decided_at AS decided_at,
        c.version AS version
    FROM risk_criteria c JOIN users m ON m.id = c.made_by LEFT JOIN users d ON d.id = c.decided_by";

impl Store {
    /// Adds a criterion: in evidence at once where a SIM says so, proposed where a partner does.
    ///
    /// # Errors
    /// [`Refusal::Faults`], [`Refusal::YearNotOpen`].
    pub async fn add_criterion(
        &self,
        access: &Access<School>,
        intent: Intent,
        new: NewJudgement,
    ) -> Result<Outcome<Judgement>, StoreError> {
        const INSERT: &str = "INSERT INTO risk_criteria (id, urn, year, letter, state, note,
                made_by, made_as, made_at, answer, decided_by, decided_at, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, 1)";
        let (school, role) = (access.urn(), access.role());
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, new.year, tx.today).await?;
            let (_, programme) = programme::in_force(&tx.connection, new.year).await?;
            let faults = assessment::judgement(programme.criterion(new.letter), &new.note);
            if !faults.is_empty() {
                return Err(Refusal::Faults(faults).into());
            }
            let user = tx.user.clone().unwrap_or_default();
            let (state, decided) = match role {
                Some(Role::Sim) => (CriterionState::Confirmed, true),
                _ => (CriterionState::Proposed, false),
            };
            let values = vec![
                new.id.as_str().into(),
                urn_value(school).into(),
                i32::from(new.year.start()).into(),
                new.letter.to_string().into(),
                state.as_str().into(),
                new.note.into(),
                user.as_str().into(),
                role.map_or(0, Role::code).into(),
                tx.now.into(),
                decided.then_some(user).into(),
                decided.then_some(tx.now).into(),
            ];
            sql::execute(&tx.connection, INSERT, values).await?;
            let value = one(&tx.connection, school, &new.id).await?;
            Ok(Written {
                target: name(school, &value.id),
                value,
                fields: vec!["criterion", "note"],
            })
        })
        .await
    }

    /// Decides about a criterion by judgement, a confirmed one too.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::EtagMismatch`], [`Refusal::Faults`],
    /// [`Refusal::YearNotOpen`].
    pub async fn decide_criterion(
        &self,
        access: &Access<School>,
        intent: Intent,
        answer: Answer,
    ) -> Result<Outcome<Judgement>, StoreError> {
        const UPDATE: &str = "UPDATE risk_criteria SET state = $1, answer = $2, decided_by = $3,
            decided_at = $4, version = version + 1 WHERE id = $5 AND version = $6";
        let school = access.urn();
        self.write(access, intent, async move |tx| {
            let found = one(&tx.connection, school, &answer.id).await?;
            must_be_open(&tx.connection, found.year, tx.today).await?;
            let faults = assessment::answer(answer.state, &answer.note);
            let Some(state) = answer.state.filter(|_| faults.is_empty()) else {
                return Err(Refusal::Faults(faults).into());
            };
            let values = vec![
                state.as_str().into(),
                answer.note.into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
                answer.id.as_str().into(),
                answer.version.into(),
            ];
            let done = sql::execute(&tx.connection, UPDATE, values).await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::EtagMismatch(name(school, &answer.id)));
            }
            Ok(Written {
                value: one(&tx.connection, school, &answer.id).await?,
                target: name(school, &answer.id),
                fields: vec!["state", "answer"],
            })
        })
        .await
    }

    /// A criterion by judgement, for who has just written it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn criterion(
        &self,
        access: &Access<School>,
        id: &str,
    ) -> Result<Judgement, StoreError> {
        one(self.reads(), access.urn(), id).await
    }
}

fn name(school: Urn, id: &str) -> String {
    format!("schools/{school}/riskCriteria/{id}")
}

async fn one(
    connection: &impl ConnectionTrait,
    school: Urn,
    id: &str,
) -> Result<Judgement, StoreError> {
    let query = format!("{SELECT} WHERE c.urn = $1 AND c.id = $2");
    let row: Option<Row> = sql::one(
        connection,
        &query,
        vec![urn_value(school).into(), id.into()],
    )
    .await?;
    row.map(read)
        .ok_or_else(|| StoreError::NotFound(name(school, id)))?
}

/// The criteria by judgement of schools, oldest first.
pub(super) async fn of_schools(
    connection: &impl ConnectionTrait,
    schools: &[i32],
    of: AcademicYear,
) -> Result<Vec<Judgement>, StoreError> {
    if schools.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!(
        "{SELECT} WHERE c.urn IN ({}) AND c.year = $1 ORDER BY c.urn, c.made_at, c.id",
        numbers(schools.iter().copied())
    );
    let values = vec![i32::from(of.start()).into()];
    let rows: Vec<Row> = sql::all(connection, &query, values).await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<Judgement, StoreError> {
    let state = CriterionState::parse(&row.state);
    let decider = row.decided_by.zip(row.decided_by_name);
    Ok(Judgement {
        id: row.id,
        urn: urn(row.urn)?,
        year: year(row.year)?,
        letter: row.letter.chars().next().unwrap_or_default(),
        state: state.ok_or_else(|| StoreError::Corrupt(format!("state {}", row.state)))?,
        note: row.note,
        by: Writer {
            user: row.made_by,
            display_name: row.made_by_name,
        },
        role: Role::from_code(row.made_as),
        at: row.made_at,
        answer: row.answer,
        decided_by: decider.map(|(user, display_name)| Writer { user, display_name }),
        decided_at: row.decided_at,
        version: row.version,
    })
}
