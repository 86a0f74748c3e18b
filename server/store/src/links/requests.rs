//! Links that anybody may ask for by an e-mail address.
//!
//! The call does the same whether the address is known or not: it counts, and keeps one row. The
//! job runner then makes the link, or nothing. So neither answer nor time tells the two apart, and
//! what was acknowledged survives the server.

use llpr_domain::access::signs_in_by_link;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{LinkPurpose, insert_link, roles_today};
use crate::access::{Access, Public, System};
use crate::engine::Store;
use crate::error::StoreError;
use crate::outbox::{MailKind, insert_mail};
use crate::sql;
use crate::write::{Intent, Written};

/// Counts attempts in buckets whose windows began after a moment.
pub(crate) const COUNT: &str = "INSERT INTO sign_in_failures (bucket, failures, window_start) VALUES ($1, 1, $2)
    ON CONFLICT (bucket) DO UPDATE SET
        failures = CASE WHEN sign_in_failures.window_start > $3 THEN sign_in_failures.failures + 1 ELSE 1 END,
        window_start = CASE WHEN sign_in_failures.window_start > $3
            THEN sign_in_failures.window_start ELSE excluded.window_start END";

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// A password or a sign-in.
    pub purpose: LinkPurpose,
    /// E-mail address in any case.
    pub email: String,
    /// Where the call is counted.
    pub buckets: Vec<String>,
}

/// A kept request that the job runner has to answer.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LinkRequest {
    /// Id.
    pub id: String,
    purpose: i16,
    user_id: Option<String>,
}

impl LinkRequest {
    /// What was asked for.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn purpose(&self) -> Result<LinkPurpose, StoreError> {
        LinkPurpose::read(self.purpose)
    }
}

#[derive(FromQueryResult)]
struct Found {
    id: String,
}

impl Store {
    /// Counts a wish and keeps it for the job runner, whoever it is from.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn keep_link_request(
        &self,
        access: &Access<Public>,
        wish: Wish,
        now: i64,
        window: i64,
    ) -> Result<(), StoreError> {
        const FIND: &str = "SELECT id FROM users WHERE email = $1 AND kind = 1";
        const KEEP: &str =
            "INSERT INTO link_requests (id, purpose, user_id, created_at) VALUES ($1, $2, $3, $4)";
        let email = vec![wish.email.to_lowercase().into()];
        let found: Option<Found> = sql::one(self.reads(), FIND, email).await?;
        self.transaction(access, now, async move |tx| {
            for bucket in wish.buckets {
                let values = vec![bucket.into(), now.into(), (now - window).into()];
                sql::execute(&tx.connection, COUNT, values).await?;
            }
            let values = vec![
                Uuid::now_v7().to_string().into(),
                wish.purpose.code().into(),
                found.map(|found| found.id).into(),
                now.into(),
            ];
            sql::execute(&tx.connection, KEEP, values).await?;
            Ok(())
        })
        .await
    }

    /// The requests that wait, the oldest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn link_requests(
        &self,
        _access: &Access<System>,
        limit: i64,
    ) -> Result<Vec<LinkRequest>, StoreError> {
        const WAITING: &str = "SELECT id, purpose, user_id FROM link_requests ORDER BY id LIMIT $1";
        Ok(sql::all(self.reads(), WAITING, vec![limit.into()]).await?)
    }

    /// Answers a request: makes the link and its mail, or nothing where there is no such account or
    /// it may have no such link.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn answer_link_request(
        &self,
        access: &Access<System>,
        now: i64,
        request: LinkRequest,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        const DONE: &str = "DELETE FROM link_requests WHERE id = $1";
        let purpose = request.purpose()?;
        let user = match request.user_id {
            Some(user) if self.may_have(&user, purpose, access).await? => user,
            Some(_) | None => {
                return self
                    .transaction(access, now, async move |tx| {
                        sql::execute(&tx.connection, DONE, vec![request.id.into()]).await?;
                        Ok(())
                    })
                    .await;
            }
        };
        let answered = self
            .write(access, Intent::at(now), async move |tx| {
                let done = sql::execute(&tx.connection, DONE, vec![request.id.into()]).await?;
                if done.rows_affected() == 0 {
                    // Another server was first.
                    return Err(StoreError::AccessEnded);
                }
                let link = insert_link(&tx, purpose, &user, None, expires_at).await?;
                let kind = match purpose {
                    LinkPurpose::SignIn => MailKind::SignIn,
                    LinkPurpose::Invitation | LinkPurpose::Password => MailKind::Password,
                };
                let mail = insert_mail(&tx, kind, &user, None, Some(&link)).await?;
                Ok(Written {
                    target: format!("mails/{mail}"),
                    value: (),
                    fields: vec!["user", "link"],
                })
            })
            .await;
        match answered {
            Ok(_) | Err(StoreError::AccessEnded) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn may_have(
        &self,
        user: &str,
        purpose: LinkPurpose,
        access: &Access<System>,
    ) -> Result<bool, StoreError> {
        const OPEN: &str = "SELECT COUNT(*) FROM users WHERE id = $1 AND disabled = FALSE";
        if sql::number(self.reads(), OPEN, vec![user.into()]).await? == 0 {
            return Ok(false);
        }
        Ok(match purpose {
            LinkPurpose::SignIn => {
                signs_in_by_link(&roles_today(self.reads(), user, access.today()).await?)
            }
            LinkPurpose::Invitation | LinkPurpose::Password => true,
        })
    }
}
