//! People: their accounts and their dated roles.
//!
//! A tour: [`accounts`] has the accounts, [`passwords`] sets passwords and ends the sessions that go
//! with the old one, [`roles`] gives and ends roles, [`listing`] lists them.

mod accounts;
mod listing;
mod passwords;
mod roles;

use sea_orm::sea_query::{Condition, LikeExpr};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::entity::user;
use crate::error::StoreError;

pub(crate) use accounts::insert_user;
pub use accounts::{NewUser, User, UserChange, UserKind};
pub use listing::AssignmentFilter;
pub(crate) use listing::reached_assignments;
pub(crate) use passwords::{end_sessions, put_password};
pub use roles::{Assignment, NewAssignment};
pub(crate) use roles::{granted, insert_assignment, is_a_person, may_give, node_exists, node_of};

pub(crate) fn user_name(id: &str) -> String {
    format!("users/{id}")
}

/// The rows of people: a service account is none.
pub(crate) fn persons() -> sea_orm::Select<user::Entity> {
    user::Entity::find().filter(user::Column::Kind.eq(UserKind::Person.code()))
}

pub(crate) async fn user_row(
    connection: &impl ConnectionTrait,
    id: &str,
) -> Result<user::Model, StoreError> {
    let found = persons()
        .filter(user::Column::Id.eq(id))
        .one(connection)
        .await?;
    found.ok_or_else(|| StoreError::NotFound(user_name(id)))
}

/// `LIKE` pattern for a text that contains this one, letter by letter.
pub(crate) fn containing(text: &str) -> LikeExpr {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    LikeExpr::new(format!("%{escaped}%")).escape('\\')
}

/// That a row comes after another in the order of two columns.
pub(crate) fn after<A, B>(
    (first, a): (impl sea_orm::ColumnTrait, A),
    (second, b): (impl sea_orm::ColumnTrait, B),
) -> Condition
where
    A: Into<sea_orm::Value> + Clone,
    B: Into<sea_orm::Value>,
{
    Condition::any()
        .add(first.gt(a.clone()))
        .add(Condition::all().add(first.eq(a)).add(second.gt(b)))
}
