//! Actions: making and changing them.

use chrono::NaiveDate;
use llpr_domain::access::Role;
use llpr_domain::follow_up::action::{
    self as rules, ActionKind, ActionState, Basis, Wanted, may_own,
};
use llpr_domain::rule::Fault;
use llpr_domain::school::FundingBasis;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::visible::{self, Values};
use super::{Agreement, contacts};
use crate::access::{Access, School, urn_value};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::figures::{numbers, year};
use crate::programme::Writer;
use crate::register::{day, optional_day, school_model, urn};
use crate::risk::open_year;
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// An action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its id.
    pub id: String,
    /// The school.
    pub urn: Urn,
    /// The school's name.
    pub school: String,
    /// The programme year that was open.
    pub year: AcademicYear,
    /// Which of the five kinds.
    pub kind: ActionKind,
    /// What is to be done.
    pub title: String,
    /// More about it.
    pub note: String,
    /// Who is to do it.
    pub owner: Writer,
    /// By which day.
    pub due: NaiveDate,
    /// By which day when it was made.
    pub first_due: NaiveDate,
    /// Where it stands.
    pub state: ActionState,
    /// Whether it is past its day.
    pub is_overdue: bool,
    /// What was done, or why it was dropped.
    pub outcome: String,
    /// When it was done or dropped.
    pub closed_on: Option<NaiveDate>,
    /// Name of the person who said so.
    pub closed_by: String,
    /// Id of the contact from which it came.
    pub contact: Option<String>,
    /// What was agreed with the school, where that was shared.
    pub agreement: Option<Agreement>,
    /// Who made it.
    pub by: Writer,
    /// On which day.
    pub made: NaiveDate,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Counts its changes.
    pub version: i64,
}

/// An action to make.
#[derive(Clone, Debug)]
pub struct NewAction {
    /// Its id.
    pub id: String,
    /// Which kind; `None` where that is missing.
    pub kind: Option<ActionKind>,
    /// What is to be done.
    pub title: String,
    /// More about it.
    pub note: String,
    /// Id of the owner; empty where that is missing.
    pub owner: String,
    /// By which day; `None` where that is missing.
    pub due: Option<NaiveDate>,
    /// Id of the contact from which it comes.
    pub contact: Option<String>,
}

/// What to change about an action; `None` leaves a thing as it is.
#[derive(Clone, Debug)]
pub struct ActionChange {
    /// Its id.
    pub id: String,
    /// The version that was seen.
    pub version: i64,
    /// Another kind; an inner `None` where that is missing.
    pub kind: Option<Option<ActionKind>>,
    /// Another title.
    pub title: Option<String>,
    /// Another note.
    pub note: Option<String>,
    /// Id of another owner; empty where that is missing.
    pub owner: Option<String>,
    /// Another day; an inner `None` where that is missing.
    pub due: Option<Option<NaiveDate>>,
}

#[derive(FromQueryResult)]
pub(super) struct Row {
    id: String,
    urn: i32,
    school: String,
    year: i32,
    kind: String,
    title: String,
    note: String,
    owner: String,
    owner_name: String,
    due_on: String,
    first_due_on: String,
    state: String,
    outcome: String,
    closed_on: Option<String>,
    closed_by_name: Option<String>,
    contact: Option<String>,
    wording: String,
    agreed_with: String,
    agreed_on: Option<String>,
    shared_at: Option<i64>,
    shared_by_name: Option<String>,
    made_by: String,
    made_by_name: String,
    made_on: String,
    made_at: i64,
    version: i64,
}

pub(super) const SELECT: &str = "SELECT a.id AS id, a.urn AS urn, s.name AS school, a.year AS year,
        a.kind AS kind, a.title AS title, a.note AS note, a.owner AS owner,
        o.display_name AS owner_name, a.due_on AS due_on, a.first_due_on AS first_due_on,
        a.state AS state, a.outcome AS outcome, a.closed_on AS closed_on,
        e.display_name AS closed_by_name, a.contact AS contact, a.wording AS wording,
        a.agreed_with AS agreed_with, a.agreed_on AS agreed_on, a.shared_at AS shared_at,
        h.display_name AS shared_by_name, a.made_by AS made_by, m.display_name AS made_by_name,
        a.made_on AS made_on, a.made_at AS made_at, a.version AS version
    FROM follow_up_actions a JOIN schools s ON s.urn = a.urn JOIN users o ON o.id = a.owner
        JOIN users m ON m.id = a.made_by LEFT JOIN users e ON e.id = a.closed_by
        LEFT JOIN users h ON h.id = a.shared_by";

impl Store {
    /// Makes an action.
    ///
    /// # Errors
    /// [`Refusal::Faults`]; [`StoreError::NotFound`] where the register lacks the school.
    pub async fn create_action(
        &self,
        access: &Access<School>,
        intent: Intent,
        new: NewAction,
    ) -> Result<Outcome<Action>, StoreError> {
        const INSERT: &str = "INSERT INTO follow_up_actions (id, urn, year, kind, title, note, owner,
                due_on, first_due_on, state, outcome, contact, wording, agreed_with, made_by, made_on,
                made_at, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, '', $10, '', '', $11, $12, $13, 1)";
        let (school, role) = (access.urn(), access.role());
        self.write(access, intent, async move |tx| {
            let user = tx.user.clone().unwrap_or_default();
            let year = open_year(&tx.connection, tx.today).await?;
            let wanted = Wanted {
                kind: new.kind,
                title: &new.title,
                owner: owner(&tx, school, &new.owner).await?,
                due: new.due,
            };
            let mut faults = rules::faults(&wanted, &basis(&tx, school, tx.today).await?);
            if let Some(contact) = &new.contact
                && !contacts::is_seen(&tx.connection, school, contact, role, &user).await?
            {
                let field = "follow_up_action.contact";
                faults.push(Fault::new(field, "13", "is no contact of this school"));
            }
            let (Some(kind), Some(due), true) = (new.kind, new.due, faults.is_empty()) else {
                return Err(Refusal::Faults(faults).into());
            };
            let values = vec![
                new.id.as_str().into(),
                urn_value(school).into(),
                i32::from(year.start()).into(),
                kind.as_str().into(),
                new.title.trim().into(),
                new.note.into(),
                new.owner.into(),
                due.to_string().into(),
                ActionState::Open.as_str().into(),
                new.contact.into(),
                user.into(),
                tx.today.to_string().into(),
                tx.now.into(),
            ];
            sql::execute(&tx.connection, INSERT, values).await?;
            Ok(Written {
                value: one(&tx.connection, school, &new.id, tx.today).await?,
                target: name(school, &new.id),
                fields: vec!["kind", "title", "note", "owner", "due_date"],
            })
        })
        .await
    }

    /// Changes an open action.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::EtagMismatch`], [`Refusal::Faults`],
    /// [`Refusal::ActionClosed`], [`Refusal::ActionOfOthers`].
    pub async fn update_action(
        &self,
        access: &Access<School>,
        intent: Intent,
        change: ActionChange,
    ) -> Result<Outcome<Action>, StoreError> {
        const UPDATE: &str =
            "UPDATE follow_up_actions SET kind = $1, title = $2, note = $3, owner = $4,
            due_on = $5, version = version + 1 WHERE id = $6 AND version = $7";
        let (school, role) = (access.urn(), access.role());
        self.write(access, intent, async move |tx| {
            let found = open_to_change(&tx, school, role, &change.id, change.version).await?;
            let fields = changed(&change, &found);
            let title = change.title.unwrap_or(found.title);
            // Whose role has ended stays the owner until somebody names another.
            let (new_owner, may) = match change.owner {
                Some(id) if id != found.owner.user => {
                    let may = owner(&tx, school, &id).await?;
                    (id, may)
                }
                Some(_) | None => (found.owner.user, Some(true)),
            };
            let wanted = Wanted {
                kind: change.kind.unwrap_or(Some(found.kind)),
                title: &title,
                owner: may,
                due: change.due.unwrap_or(Some(found.due)),
            };
            let faults = rules::faults(&wanted, &basis(&tx, school, found.made).await?);
            let (Some(kind), Some(due), true) = (wanted.kind, wanted.due, faults.is_empty()) else {
                return Err(Refusal::Faults(faults).into());
            };
            let values = vec![
                kind.as_str().into(),
                title.trim().into(),
                change.note.unwrap_or(found.note).into(),
                new_owner.into(),
                due.to_string().into(),
                change.id.as_str().into(),
                change.version.into(),
            ];
            written(&tx, school, &change.id, UPDATE, values, fields).await
        })
        .await
    }

    /// An action that the caller sees, as far as their role may read it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn action(&self, access: &Access<School>, id: &str) -> Result<Action, StoreError> {
        let user = access.user().unwrap_or_default();
        let (school, today) = (access.urn(), access.today());
        let mut found = seen(self.reads(), school, id, access.role(), user, today).await?;
        visible::narrow(&mut found, access.role());
        Ok(found)
    }
}

/// Names of the fields that a change changes.
fn changed(change: &ActionChange, found: &Action) -> Vec<&'static str> {
    let all = [
        (
            "kind",
            change.kind.is_some_and(|kind| kind != Some(found.kind)),
        ),
        (
            "title",
            change
                .title
                .as_ref()
                .is_some_and(|title| *title != found.title),
        ),
        (
            "note",
            change.note.as_ref().is_some_and(|note| *note != found.note),
        ),
        (
            "owner",
            change
                .owner
                .as_ref()
                .is_some_and(|owner| *owner != found.owner.user),
        ),
        (
            "due_date",
            change.due.is_some_and(|due| due != Some(found.due)),
        ),
    ];
    let changed = all.into_iter().filter(|(_, is_other)| *is_other);
    changed.map(|(name, _)| name).collect()
}

/// An action that the caller may change: seen, theirs, in the version that they saw, and open.
pub(super) async fn open_to_change(
    tx: &Tx,
    school: Urn,
    role: Option<Role>,
    id: &str,
    version: i64,
) -> Result<Action, StoreError> {
    let user = tx.user.as_deref().unwrap_or_default();
    let found = seen(&tx.connection, school, id, role, user, tx.today).await?;
    let name = || name(school, id);
    if role != Some(Role::Sim) && found.owner.user != user && found.by.user != user {
        return Err(Refusal::ActionOfOthers(name()).into());
    }
    if found.version != version {
        return Err(StoreError::EtagMismatch(name()));
    }
    if found.state != ActionState::Open {
        return Err(Refusal::ActionClosed(name()).into());
    }
    Ok(found)
}

/// Runs an update that names the version, and reads the action back.
pub(super) async fn written(
    tx: &Tx,
    school: Urn,
    id: &str,
    update: &str,
    values: Vec<sea_orm::Value>,
    fields: Vec<&'static str>,
) -> Result<Written<Action>, StoreError> {
    let done = sql::execute(&tx.connection, update, values).await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::EtagMismatch(name(school, id)));
    }
    Ok(Written {
        value: one(&tx.connection, school, id, tx.today).await?,
        target: name(school, id),
        fields,
    })
}

async fn basis(tx: &Tx, school: Urn, made: NaiveDate) -> Result<Basis, StoreError> {
    let register = school_model(&tx.connection, school).await?;
    Ok(Basis {
        funding: FundingBasis::of_type(&register.type_name),
        made,
    })
}

/// Whether somebody may own an action at a school today; `None` where nobody is named.
async fn owner(tx: &Tx, school: Urn, id: &str) -> Result<Option<bool>, StoreError> {
    if id.is_empty() {
        return Ok(None);
    }
    let roles = Role::ALL.into_iter().filter(|role| may_own(*role));
    let query = format!(
        "SELECT COUNT(*) FROM role_assignments r JOIN users u ON u.id = r.user_id
        WHERE r.user_id = $1 AND u.disabled = FALSE AND r.role IN ({})
            AND r.from_date <= $2 AND (r.until_date IS NULL OR r.until_date > $2)
            AND (r.urn = $3 OR r.district IN (SELECT d.district FROM school_districts d
                WHERE d.urn = $3 AND d.from_date <= $2
                AND (d.until_date IS NULL OR d.until_date > $2)))",
        numbers(roles.map(Role::code))
    );
    let values = vec![
        id.into(),
        tx.today.to_string().into(),
        urn_value(school).into(),
    ];
    Ok(Some(sql::number(&tx.connection, &query, values).await? > 0))
}

pub(super) fn name(school: Urn, id: &str) -> String {
    format!("schools/{school}/followUpActions/{id}")
}

async fn one(
    connection: &impl ConnectionTrait,
    school: Urn,
    id: &str,
    today: NaiveDate,
) -> Result<Action, StoreError> {
    seen(connection, school, id, Some(Role::Sim), "", today).await
}

/// An action, if a role sees it.
async fn seen(
    connection: &impl ConnectionTrait,
    school: Urn,
    id: &str,
    role: Option<Role>,
    user: &str,
    today: NaiveDate,
) -> Result<Action, StoreError> {
    let mut values = Values::default();
    let query = format!(
        "{SELECT} WHERE a.urn = {} AND a.id = {} AND {}",
        values.add(urn_value(school)),
        values.add(id),
        visible::actions(role, user, &mut values)
    );
    let row: Option<Row> = sql::one(connection, &query, values.all()).await?;
    let missing = || StoreError::NotFound(name(school, id));
    read(row.ok_or_else(missing)?, today)
}

pub(super) fn read(row: Row, today: NaiveDate) -> Result<Action, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("action {}: {what}", row.id));
    let state = ActionState::parse(&row.state).ok_or_else(|| corrupt("state"))?;
    let kind = ActionKind::parse(&row.kind).ok_or_else(|| corrupt("kind"))?;
    let due = day(&row.due_on)?;
    let agreed = optional_day(row.agreed_on.as_deref())?;
    let agreement = match (row.shared_at, agreed) {
        (Some(shared_at), Some(agreed)) => Some(Agreement {
            wording: row.wording,
            agreed_with: row.agreed_with,
            agreed,
            shared_at,
            shared_by: row.shared_by_name.unwrap_or_default(),
        }),
        (Some(_), None) | (None, _) => None,
    };
    Ok(Action {
        urn: urn(row.urn)?,
        school: row.school,
        year: year(row.year)?,
        kind,
        title: row.title,
        note: row.note,
        owner: Writer {
            user: row.owner,
            display_name: row.owner_name,
        },
        due,
        first_due: day(&row.first_due_on)?,
        state,
        is_overdue: rules::is_overdue(state, due, today),
        outcome: row.outcome,
        closed_on: optional_day(row.closed_on.as_deref())?,
        closed_by: row.closed_by_name.unwrap_or_default(),
        contact: row.contact,
        agreement,
        by: Writer {
            user: row.made_by,
            display_name: row.made_by_name,
        },
        made: day(&row.made_on)?,
        at: row.made_at,
        version: row.version,
        id: row.id,
    })
}
