//! A whole list of people and roles at once, by the same rules as one by one.
//!
//! A check does all that a load does and takes it back, so that neither can say what the other
//! would not: a role that an earlier line gives stands in the way of a later one, too.

use std::sync::{Arc, Mutex, PoisonError};

use llpr_domain::access::{Node, Role};
use llpr_domain::import::{Issue, IssueCode, PersonLine, RoleLine};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::access::{Access, Basis, County};
use crate::engine::Store;
use crate::entity::user;
use crate::error::{Refusal, StoreError};
use crate::ledger;
use crate::people::{
    NewAssignment, NewUser, UserKind, granted, insert_assignment, insert_user, is_a_person,
    node_exists,
};
use crate::write::{Intent, Outcome, Tx, Written};

/// What a list of people does, or why it does nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplePlan {
    /// Each line, in order.
    pub people: Vec<PlannedPerson>,
    /// What stands in the way, all of it; then nothing was done.
    pub issues: Vec<Issue>,
}

/// What a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedPerson {
    /// Line of the file, from 1.
    pub line: u64,
    /// What it says; the first day is filled in.
    pub person: PersonLine,
    /// Whether the person gets an account.
    pub new_account: bool,
    /// Whether the role is new.
    pub new_role: bool,
}

/// A plan that outlives the transaction which is taken back.
type Kept = Arc<Mutex<PeoplePlan>>;

impl Store {
    /// Loads a list of people as the proof's roles may give it, all or nothing. A plan with issues
    /// was not done.
    ///
    /// # Errors
    /// [`Refusal::GrantNotAllowed`] for a script: people give roles.
    pub async fn import_people(
        &self,
        access: &Access<County>,
        intent: Intent,
        lines: Vec<(u64, PersonLine)>,
    ) -> Result<Outcome<PeoplePlan>, StoreError> {
        let basis = access.basis().clone();
        let kept = Kept::default();
        let told = Arc::clone(&kept);
        let done = self
            .write(access, intent, async move |tx| {
                let (plan, mut changes) = carry_out(&tx, &basis, lines).await?;
                keep(&told, &plan);
                if !plan.issues.is_empty() {
                    return Err(Refusal::ImportRejected.into());
                }
                // Each change has a row of its own; the last is the write's.
                let (target, fields) = changes
                    .pop()
                    .unwrap_or_else(|| ("users/-".to_owned(), Vec::new()));
                for (target, fields) in changes {
                    ledger::append(&tx, &basis, &target, &fields).await?;
                }
                Ok(Written {
                    target,
                    value: plan,
                    fields,
                })
            })
            .await;
        match done {
            Err(StoreError::Refused(Refusal::ImportRejected)) => Ok(Outcome::Done(take(&kept))),
            done => done,
        }
    }

    /// What [`Store::import_people`] would do.
    ///
    /// # Errors
    /// As [`Store::import_people`].
    pub async fn check_people(
        &self,
        access: &Access<County>,
        now: i64,
        lines: Vec<(u64, PersonLine)>,
    ) -> Result<PeoplePlan, StoreError> {
        let basis = access.basis().clone();
        let kept = Kept::default();
        let told = Arc::clone(&kept);
        let done: Result<(), StoreError> = self
            .transaction(access, now, async move |tx| {
                let (plan, _) = carry_out(&tx, &basis, lines).await?;
                keep(&told, &plan);
                Err(Refusal::ImportRejected.into())
            })
            .await;
        match done {
            Err(StoreError::Refused(Refusal::ImportRejected)) => Ok(take(&kept)),
            Err(error) => Err(error),
            Ok(()) => Ok(PeoplePlan::default()),
        }
    }
}

fn keep(kept: &Kept, plan: &PeoplePlan) {
    plan.clone_into(&mut kept.lock().unwrap_or_else(PoisonError::into_inner));
}

fn take(kept: &Kept) -> PeoplePlan {
    std::mem::take(&mut kept.lock().unwrap_or_else(PoisonError::into_inner))
}

/// What was written: resource names with the names of their fields.
type Changes = Vec<(String, Vec<&'static str>)>;

/// Does what each line says, and goes on where one is refused.
async fn carry_out(
    tx: &Tx,
    basis: &Basis,
    lines: Vec<(u64, PersonLine)>,
) -> Result<(PeoplePlan, Changes), StoreError> {
    is_a_person(tx).await?;
    let mut plan = PeoplePlan::default();
    let mut changes = Changes::new();
    for (line, mut person) in lines {
        if let Some(given) = &mut person.role {
            given.from = given.from.or(Some(tx.today));
        }
        match one(tx, basis, &person, &mut changes).await {
            Ok((new_account, new_role)) => plan.people.push(PlannedPerson {
                line,
                person,
                new_account,
                new_role,
            }),
            Err(error) => plan.issues.push(issue(line, &person, error)?),
        }
    }
    Ok((plan, changes))
}

/// Whether the person got an account, and whether the role is new.
async fn one(
    tx: &Tx,
    basis: &Basis,
    person: &PersonLine,
    changes: &mut Changes,
) -> Result<(bool, bool), StoreError> {
    let found = user::Entity::find()
        .filter(user::Column::Email.eq(person.email.as_str()))
        .filter(user::Column::Kind.eq(UserKind::Person.code()))
        .one(&tx.connection)
        .await?;
    let new_account = found.is_none();
    let id = if let Some(found) = found {
        found.id
    } else {
        let new = NewUser {
            email: person.email.clone(),
            display_name: person.name.clone(),
            password_hash: None,
        };
        let row = insert_user(tx, new).await?;
        let fields = vec!["email", "display_name"];
        changes.push((format!("users/{}", row.id), fields));
        row.id
    };
    let Some(given) = &person.role else {
        return Ok((new_account, false));
    };
    let new_role = give(tx, basis, &id, given, changes).await?;
    Ok((new_account, new_role))
}

/// Gives a role, unless it stands already.
async fn give(
    tx: &Tx,
    basis: &Basis,
    id: &str,
    given: &RoleLine,
    changes: &mut Changes,
) -> Result<bool, StoreError> {
    granted(basis.role.as_slice(), given.role, &given.node)?;
    if tx.user.as_deref() == Some(id) {
        return Err(Refusal::GrantNotAllowed.into());
    }
    node_exists(tx, &given.node).await?;
    let new = NewAssignment {
        user: id.to_owned(),
        role: given.role,
        from: given.from.unwrap_or(tx.today),
        until: given.until,
    };
    match insert_assignment(tx, &new, &given.node).await {
        Ok(assignment) => {
            let target = format!("users/{id}/roleAssignments/{assignment}");
            changes.push((target, vec!["role", "node", "from_date", "until_date"]));
            Ok(true)
        }
        Err(StoreError::Refused(Refusal::Exists(_))) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A refusal of a line in words; any other error stays one.
fn issue(line: u64, person: &PersonLine, error: StoreError) -> Result<Issue, StoreError> {
    let role = person.role.as_ref();
    let (column, message) = match error {
        StoreError::NotFound(name) => (
            "At",
            format!("There is no {name}. Correct the cell, or load the register first."),
        ),
        StoreError::Refused(Refusal::EmailTaken) => (
            "E-mail",
            "Another account has this address. Write the person's own address.".to_owned(),
        ),
        StoreError::Refused(Refusal::GrantNotAllowed) => (
            "Role",
            "You can't give this role: nobody gives roles to themselves, and a role is held at \
             its own kind of place."
                .to_owned(),
        ),
        StoreError::Refused(Refusal::ConflictOfInterest { role: other, years }) => {
            ("Role", conflict_of_interest(&person.name, other, years))
        }
        StoreError::Refused(Refusal::DatesReversed) => (
            "To",
            "The role would end before it begins. Correct one of the two dates.".to_owned(),
        ),
        error => return Err(error),
    };
    let node = role.map_or(String::new(), |given| Node::to_string(&given.node));
    let value = match column {
        "E-mail" => person.email.as_str(),
        "At" => node.as_str(),
        _ => role.map_or("", |given| given.role.as_str()),
    };
    Ok(Issue::new(IssueCode::InvalidValue, message)
        .at_line(line)
        .in_column(column)
        .with_value(value))
}

/// Why somebody may not have both roles at a school.
fn conflict_of_interest(person: &str, other: Role, years: u32) -> String {
    if other == Role::Llp {
        format!(
            "{person} is this school's partner at that time, which stands in the way: nobody governs \
             or works at a school whose partner they are. Choose somebody else, or end that role \
             first."
        )
    } else {
        format!(
            "{person} is {} at this school, or was within the last {years} years, which stands in \
             the way of being its partner. Choose somebody else.",
            other.label(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_is_told_from_the_side_of_the_other_role() {
        let partner = conflict_of_interest("Ada", Role::Llp, 3);
        assert!(partner.contains("whose partner they are"), "{partner}");
        // A role as partner that has ended stands in nobody's way.
        assert!(!partner.contains("years"), "{partner}");
        let governor = conflict_of_interest("Ada", Role::Governor, 3);
        assert!(governor.contains("within the last 3 years"), "{governor}");
        // Ending it now would not help for three years.
        assert!(!governor.contains("end that role"), "{governor}");
    }
}
