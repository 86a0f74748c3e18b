//! Sessions, and the counting of failed attempts to sign in.
//!
//! A refresh token names its session and generation. The generation of a session only grows, so a
//! token of an earlier one was used before: within ten seconds the same successor is meant,
//! later the session ends.

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::access::{Access, Public, SelfOnly};
use crate::engine::Store;
use crate::error::StoreError;
use crate::links::COUNT;
use crate::people::end_sessions;
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// For how long the token before the latest returns the same successor, in microseconds.
const GRACE: i64 = 10 * 1_000_000;

/// What a password is checked against.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Credential {
    /// Id of the user.
    pub id: String,
    /// argon2id hash; `None` for somebody who can't sign in with a password.
    pub password_hash: Option<String>,
    /// Whether the account is disabled.
    pub disabled: bool,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id.
    pub id: String,
    /// Id of the user.
    pub user: String,
    /// Generation of its latest refresh token, from 1.
    pub generation: i64,
    /// When it ends unless it is refreshed before, in microseconds since 1970.
    pub expires_at: i64,
}

/// What came of a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The session goes on; its latest generation.
    Next(Session),
    /// There is no such session, or it has ended.
    Ended,
    /// The token was used before: the session has been ended.
    Reused,
}

#[derive(FromQueryResult)]
struct SessionRow {
    user_id: String,
    expires_at: i64,
    generation: i64,
    rotated_at: i64,
    ended_at: Option<i64>,
    disabled: bool,
}

#[derive(FromQueryResult)]
struct Failures {
    failures: i64,
    window_start: i64,
}

/// One of somebody's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct OwnSession {
    /// Id.
    pub id: String,
    /// When it began, in microseconds since 1970.
    pub created_at: i64,
    /// When its tokens were last renewed.
    pub rotated_at: i64,
    /// When it ends unless it is used before.
    pub expires_at: i64,
    /// Whether it began with a link.
    pub by_link: bool,
}

/// Begins a session.
pub(crate) async fn insert_session(
    tx: &Tx,
    user: String,
    expires_at: i64,
    by_link: bool,
) -> Result<Session, StoreError> {
    const INSERT: &str = "INSERT INTO sessions
        (id, user_id, created_at, expires_at, generation, rotated_at, by_link)
        VALUES ($1, $2, $3, $4, 1, $3, $5)";
    let session = Session {
        id: Uuid::now_v7().to_string(),
        user,
        generation: 1,
        expires_at,
    };
    let values = vec![
        session.id.as_str().into(),
        session.user.as_str().into(),
        tx.now.into(),
        expires_at.into(),
        by_link.into(),
    ];
    sql::execute(&tx.connection, INSERT, values).await?;
    Ok(session)
}

impl Store {
    /// What to check a password against, by e-mail address in any case.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn credential(
        &self,
        _access: &Access<Public>,
        email: &str,
    ) -> Result<Option<Credential>, StoreError> {
        const FIND: &str =
            "SELECT id, password_hash, disabled FROM users WHERE email = $1 AND kind = 1";
        Ok(sql::one(self.reads(), FIND, vec![email.to_lowercase().into()]).await?)
    }

    /// What to check the caller's own password against.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn own_credential(
        &self,
        access: &Access<SelfOnly>,
    ) -> Result<Option<Credential>, StoreError> {
        const FIND: &str =
            "SELECT id, password_hash, disabled FROM users WHERE id = $1 AND kind = 1";
        Ok(sql::one(
            self.reads(),
            FIND,
            vec![access.user().unwrap_or_default().into()],
        )
        .await?)
    }

    /// Begins a session of a user whose password was right.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn begin_session(
        &self,
        access: &Access<Public>,
        now: i64,
        user: String,
        expires_at: i64,
    ) -> Result<Session, StoreError> {
        let written = self
            .write(access, Intent::at(now), async move |tx| {
                let session = insert_session(&tx, user, expires_at, false).await?;
                Ok(Written {
                    target: format!("users/{}", session.user),
                    value: session,
                    fields: vec!["session"],
                })
            })
            .await?;
        match written {
            Outcome::Done(session) => Ok(session),
            Outcome::Repeated(_) => Err(StoreError::Corrupt("a session was begun twice".into())),
        }
    }

    /// Exchanges generation `generation` of a session for the next.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn rotate_session(
        &self,
        access: &Access<Public>,
        now: i64,
        (id, generation): (String, i64),
        expires_at: i64,
    ) -> Result<Rotation, StoreError> {
        self.transaction(access, now, async move |tx| {
            const FIND: &str = "SELECT s.user_id, s.expires_at, s.generation, s.rotated_at, s.ended_at, u.disabled
                FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1";
            const NEXT: &str = "UPDATE sessions SET generation = generation + 1, rotated_at = $1, expires_at = $2
                WHERE id = $3 AND generation = $4 AND ended_at IS NULL";
            const END: &str = "UPDATE sessions SET ended_at = $1, end_reason = 'refresh token reused' WHERE id = $2";
            let row: Option<SessionRow> = sql::one(&tx.connection, FIND, vec![id.as_str().into()]).await?;
            let Some(row) = row.filter(|row| row.ended_at.is_none() && row.expires_at > now && !row.disabled) else {
                return Ok(Rotation::Ended);
            };
            let session = |generation, expires_at| {
                Rotation::Next(Session { id: id.clone(), user: row.user_id.clone(), generation, expires_at })
            };
            if generation == row.generation {
                let values = vec![now.into(), expires_at.into(), id.as_str().into(), generation.into()];
                let done = sql::execute(&tx.connection, NEXT, values).await?;
                if done.rows_affected() == 1 {
                    return Ok(session(generation + 1, expires_at));
                }
                // Another server exchanged the same token a moment ago: the same successor.
                return Ok(session(generation + 1, row.expires_at));
            }
            if generation + 1 == row.generation && now - row.rotated_at <= GRACE {
                return Ok(session(row.generation, row.expires_at));
            }
            sql::execute(&tx.connection, END, vec![now.into(), id.as_str().into()]).await?;
            Ok(Rotation::Reused)
        })
        .await
    }

    /// Ends the caller's session, or all of the caller's sessions.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn end_own_sessions(
        &self,
        access: &Access<SelfOnly>,
        now: i64,
        all: bool,
    ) -> Result<(), StoreError> {
        let session = access.session().unwrap_or_default().to_owned();
        self.write(access, Intent::at(now), async move |tx| {
            const END: &str = "UPDATE sessions SET ended_at = $1, end_reason = 'signed out'
                    WHERE id = $2 AND ended_at IS NULL";
            let user = tx.user.clone().unwrap_or_default();
            if all {
                end_sessions(&tx, &user, None, "signed out everywhere").await?;
            } else {
                let values = vec![tx.now.into(), session.into()];
                let ended = sql::execute(&tx.connection, END, values).await?;
                if ended.rows_affected() == 0 {
                    // The same call came twice, and the other was first.
                    return Err(StoreError::SessionEnded);
                }
            }
            Ok(Written {
                target: format!("users/{user}"),
                value: (),
                fields: vec!["session"],
            })
        })
        .await?;
        Ok(())
    }

    /// The caller's sessions that stand, the latest used first; a hundred at most.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn own_sessions(
        &self,
        access: &Access<SelfOnly>,
        now: i64,
    ) -> Result<Vec<OwnSession>, StoreError> {
        const OWN: &str = "SELECT id, created_at, rotated_at, expires_at, by_link FROM sessions
            WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
            ORDER BY rotated_at DESC, id DESC LIMIT 100";
        let values = vec![access.user().unwrap_or_default().into(), now.into()];
        Ok(sql::all(self.reads(), OWN, values).await?)
    }

    /// Ends one of the caller's sessions, or all but the one that calls.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the caller has no such session that stands.
    pub async fn end_own_session(
        &self,
        access: &Access<SelfOnly>,
        intent: Intent,
        which: Option<String>,
    ) -> Result<(), StoreError> {
        let current = access.session().unwrap_or_default().to_owned();
        self.write(access, intent, async move |tx| {
            const END: &str = "UPDATE sessions SET ended_at = $1, end_reason = 'ended by its owner'
                WHERE id = $2 AND user_id = $3 AND ended_at IS NULL";
            let user = tx.user.clone().unwrap_or_default();
            if let Some(id) = which {
                let values = vec![tx.now.into(), id.as_str().into(), user.as_str().into()];
                let ended = sql::execute(&tx.connection, END, values).await?;
                if ended.rows_affected() == 0 {
                    return Err(StoreError::NotFound(format!("sessions/{id}")));
                }
            } else {
                end_sessions(&tx, &user, Some(&current), "ended by its owner").await?;
            }
            Ok(Written {
                target: format!("users/{user}"),
                value: (),
                fields: vec!["session"],
            })
        })
        .await?;
        Ok(())
    }

    /// How many attempts failed in a bucket since its window began, and when that was; none if
    /// the window is older than `window` microseconds.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn failures(
        &self,
        _access: &Access<impl crate::access::Scope>,
        bucket: &str,
        now: i64,
        window: i64,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        const FIND: &str = "SELECT failures, window_start FROM sign_in_failures
            WHERE bucket = $1 AND window_start > $2";
        let values = vec![bucket.into(), (now - window).into()];
        let row: Option<Failures> = sql::one(self.reads(), FIND, values).await?;
        Ok(row.map(|row| (row.failures, row.window_start)))
    }

    /// Counts a failed attempt in each bucket.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn count_failure(
        &self,
        access: &Access<impl crate::access::Scope>,
        buckets: Vec<String>,
        now: i64,
        window: i64,
    ) -> Result<(), StoreError> {
        self.transaction(access, now, async move |tx| {
            for bucket in buckets {
                let values = vec![bucket.into(), now.into(), (now - window).into()];
                sql::execute(&tx.connection, COUNT, values).await?;
            }
            Ok(())
        })
        .await
    }

    /// Forgets the failures of a bucket, after a right password.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn forget_failures(
        &self,
        access: &Access<impl crate::access::Scope>,
        bucket: String,
        now: i64,
    ) -> Result<(), StoreError> {
        self.transaction(access, now, async move |tx| {
            sql::execute(
                &tx.connection,
                "DELETE FROM sign_in_failures WHERE bucket = $1",
                vec![bucket.into()],
            )
            .await?;
            Ok(())
        })
        .await
    }
}
