//! Passwords, and the sessions that end with them.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{UserKind, user_name};
use crate::access::{Access, County, SelfOnly};
use crate::engine::Store;
use crate::entity::user;
use crate::error::StoreError;
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

impl Store {
    /// Sets somebody's password and ends that person's sessions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_password(
        &self,
        access: &Access<County>,
        intent: Intent,
        id: String,
        hash: String,
    ) -> Result<Outcome<()>, StoreError> {
        self.write(access, intent, async move |tx| {
            put_password(&tx, &id, &hash).await?;
            end_sessions(&tx, &id, None, "password set").await?;
            Ok(Written {
                target: user_name(&id),
                value: (),
                fields: vec!["password"],
            })
        })
        .await
    }

    /// Changes the caller's password and ends the caller's other sessions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn change_own_password(
        &self,
        access: &Access<SelfOnly>,
        intent: Intent,
        hash: String,
    ) -> Result<Outcome<()>, StoreError> {
        let session = access.session().map(str::to_owned);
        self.write(access, intent, async move |tx| {
            let id = tx.user.clone().unwrap_or_default();
            put_password(&tx, &id, &hash).await?;
            end_sessions(&tx, &id, session.as_deref(), "password changed").await?;
            Ok(Written {
                target: user_name(&id),
                value: (),
                fields: vec!["password"],
            })
        })
        .await
    }
}

pub(crate) async fn put_password(tx: &Tx, id: &str, hash: &str) -> Result<(), StoreError> {
    let changed = user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .filter(user::Column::Id.eq(id))
        .filter(user::Column::Kind.eq(UserKind::Person.code()))
        .exec(&tx.connection)
        .await?;
    if changed.rows_affected == 0 {
        Err(StoreError::NotFound(user_name(id)))
    } else {
        Ok(())
    }
}

/// Ends the sessions of a user, but for one.
pub(crate) async fn end_sessions(
    tx: &Tx,
    user: &str,
    but: Option<&str>,
    reason: &str,
) -> Result<(), StoreError> {
    const END: &str = "UPDATE sessions SET ended_at = $1, end_reason = $2
        WHERE user_id = $3 AND id <> $4 AND ended_at IS NULL";
    let values = vec![
        tx.now.into(),
        reason.into(),
        user.into(),
        but.unwrap_or_default().into(),
    ];
    sql::execute(&tx.connection, END, values).await?;
    Ok(())
}
