//! One-time links: what stands behind the secret that a mail carries.
//!
//! A link's row holds no secret. The server derives the secret from the row's id with a key that is
//! not in the database; here is only whether the link still stands, and that it is used once.
//!
//! A tour: [`requests`] takes what anybody may ask for and leaves the answer to the job runner;
//! this file makes links and uses them up.

mod requests;

use llpr_domain::access::{Role, signs_in_by_link};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::access::{Access, County, Public};
use crate::engine::Store;
use crate::error::StoreError;
use crate::people::{end_sessions, put_password, user_name};
use crate::sessions::{Session, insert_session};
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

pub(crate) use requests::COUNT;
pub use requests::{LinkRequest, Wish};

/// What a link lets its holder do, once; the numbers are those of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum LinkPurpose {
    /// Set a first password after an invitation.
    Invitation = 1,
    /// Set a new password.
    Password = 2,
    /// Sign in once without a password.
    SignIn = 3,
}

impl LinkPurpose {
    /// Its number.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The purpose of a number.
    pub fn from_code(code: i16) -> Option<Self> {
        [Self::Invitation, Self::Password, Self::SignIn]
            .into_iter()
            .find(|purpose| purpose.code() == code)
    }

    pub(crate) fn read(code: i16) -> Result<Self, StoreError> {
        Self::from_code(code)
            .ok_or_else(|| StoreError::Corrupt(format!("purpose of a link {code}")))
    }
}

/// A link that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Id.
    pub id: String,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Id of the person.
    pub user: String,
    /// The person's e-mail address.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// The name of whoever sent it; `None` where the person asked for it.
    pub sender_display_name: Option<String>,
    /// When it stops working, in microseconds since 1970.
    pub expires_at: i64,
}

#[derive(FromQueryResult)]
struct LinkRow {
    id: String,
    purpose: i16,
    user_id: String,
    email: String,
    display_name: String,
    sender_name: Option<String>,
    expires_at: i64,
}

/// A person's account that is open, a link neither used, taken back nor past its time, and of an
/// invitation a role that has not ended. `$1` is now and `$2` today.
pub(crate) const STANDS: &str = "u.disabled = FALSE AND u.kind = 1
    AND l.used_at IS NULL AND l.ended_at IS NULL AND l.expires_at > $1
    AND (l.purpose <> 1 OR EXISTS (
        SELECT 1 FROM invitations i JOIN role_assignments r ON r.id = i.assignment_id
        WHERE i.link_id = l.id AND i.cancelled_at IS NULL
            AND (r.until_date IS NULL OR r.until_date > $2)))";

/// The link of an id, if it stands.
async fn standing(
    connection: &impl ConnectionTrait,
    id: &str,
    now: i64,
    today: chrono::NaiveDate,
) -> Result<Option<Link>, StoreError> {
    let query = format!(
        "SELECT l.id AS id, l.purpose AS purpose, l.user_id AS user_id, u.email AS email,
            u.display_name AS display_name, s.display_name AS sender_name, l.expires_at AS expires_at
        FROM links l JOIN users u ON u.id = l.user_id LEFT JOIN users s ON s.id = l.made_by
        WHERE l.id = $3 AND {STANDS}"
    );
    let values = vec![now.into(), today.to_string().into(), id.into()];
    let row: Option<LinkRow> = sql::one(connection, &query, values).await?;
    row.map(|row| {
        Ok(Link {
            id: row.id,
            purpose: LinkPurpose::read(row.purpose)?,
            user: row.user_id,
            email: row.email,
            display_name: row.display_name,
            sender_display_name: row.sender_name,
            expires_at: row.expires_at,
        })
    })
    .transpose()
}

/// Makes a link and gives its id.
pub(crate) async fn insert_link(
    tx: &Tx,
    purpose: LinkPurpose,
    user: &str,
    made_by: Option<&str>,
    expires_at: i64,
) -> Result<String, StoreError> {
    const INSERT: &str = "INSERT INTO links (id, purpose, user_id, made_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let id = Uuid::now_v7().to_string();
    let values = vec![
        id.as_str().into(),
        purpose.code().into(),
        user.into(),
        made_by.map(str::to_owned).into(),
        tx.now.into(),
        expires_at.into(),
    ];
    sql::execute(&tx.connection, INSERT, values).await?;
    Ok(id)
}

/// Takes a link back.
pub(crate) async fn end_link(tx: &Tx, id: &str) -> Result<(), StoreError> {
    const END: &str =
        "UPDATE links SET ended_at = $1 WHERE id = $2 AND used_at IS NULL AND ended_at IS NULL";
    sql::execute(&tx.connection, END, vec![tx.now.into(), id.into()]).await?;
    Ok(())
}

/// The roles that somebody holds today.
async fn roles_today(
    connection: &impl ConnectionTrait,
    user: &str,
    today: chrono::NaiveDate,
) -> Result<Vec<Role>, StoreError> {
    #[derive(FromQueryResult)]
    struct Held {
        role: i16,
    }
    const HELD: &str = "SELECT role FROM role_assignments WHERE user_id = $1 AND from_date <= $2
        AND (until_date IS NULL OR until_date > $2)";
    let values = vec![user.into(), today.to_string().into()];
    let held: Vec<Held> = sql::all(connection, HELD, values).await?;
    held.into_iter()
        .map(|held| {
            Role::from_code(held.role)
                .ok_or_else(|| StoreError::Corrupt(format!("role {}", held.role)))
        })
        .collect()
}

/// Uses a link up that stands for one of some purposes.
async fn take(tx: &Tx, id: &str, purposes: &[LinkPurpose]) -> Result<Link, StoreError> {
    const USE: &str =
        "UPDATE links SET used_at = $1 WHERE id = $2 AND used_at IS NULL AND ended_at IS NULL";
    let link = standing(&tx.connection, id, tx.now, tx.today).await?;
    let link = link.filter(|link| purposes.contains(&link.purpose));
    let link = link.ok_or(StoreError::AccessEnded)?;
    let used = sql::execute(&tx.connection, USE, vec![tx.now.into(), id.into()]).await?;
    if used.rows_affected() == 1 {
        Ok(link)
    } else {
        // Another call was first.
        Err(StoreError::AccessEnded)
    }
}

impl Store {
    /// The link of an id, if it stands.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn link(
        &self,
        access: &Access<Public>,
        id: &str,
        now: i64,
    ) -> Result<Option<Link>, StoreError> {
        standing(self.reads(), id, now, access.today()).await
    }

    /// Sets the password of a link's person and uses the link up. The person's sessions end, other
    /// links for a password too, invitations that wait are accepted, and the attempts to sign in
    /// that are counted in `bucket` are forgotten.
    ///
    /// # Errors
    /// [`StoreError::AccessEnded`] where the link does not stand.
    pub async fn set_password_by_link(
        &self,
        access: &Access<Public>,
        now: i64,
        (id, hash): (String, String),
        bucket: String,
    ) -> Result<(), StoreError> {
        self.write(access, Intent::at(now), async move |tx| {
            const OTHERS: &str = "UPDATE links SET ended_at = $1
                WHERE user_id = $2 AND purpose <> 3 AND used_at IS NULL AND ended_at IS NULL";
            const ACCEPT: &str = "UPDATE invitations SET accepted_at = $1
                WHERE user_id = $2 AND accepted_at IS NULL AND cancelled_at IS NULL";
            const FORGET: &str = "DELETE FROM sign_in_failures WHERE bucket = $1";
            let purposes = [LinkPurpose::Invitation, LinkPurpose::Password];
            let link = take(&tx, &id, &purposes).await?;
            put_password(&tx, &link.user, &hash).await?;
            end_sessions(&tx, &link.user, None, "password set by a link").await?;
            for statement in [OTHERS, ACCEPT] {
                let values = vec![tx.now.into(), link.user.as_str().into()];
                sql::execute(&tx.connection, statement, values).await?;
            }
            sql::execute(&tx.connection, FORGET, vec![bucket.into()]).await?;
            Ok(Written {
                target: user_name(&link.user),
                value: (),
                fields: vec!["password", "link"],
            })
        })
        .await?;
        Ok(())
    }

    /// Begins a session of a link's person and uses the link up.
    ///
    /// # Errors
    /// [`StoreError::AccessEnded`] where the link does not stand, or where its person no longer may
    /// sign in by one.
    pub async fn sign_in_by_link(
        &self,
        access: &Access<Public>,
        now: i64,
        id: String,
        expires_at: i64,
    ) -> Result<Session, StoreError> {
        let begun = self
            .write(access, Intent::at(now), async move |tx| {
                let link = take(&tx, &id, &[LinkPurpose::SignIn]).await?;
                if !signs_in_by_link(&roles_today(&tx.connection, &link.user, tx.today).await?) {
                    return Err(StoreError::AccessEnded);
                }
                let session = insert_session(&tx, link.user, expires_at, true).await?;
                Ok(Written {
                    target: user_name(&session.user),
                    value: session,
                    fields: vec!["session", "link"],
                })
            })
            .await?;
        match begun {
            Outcome::Done(session) => Ok(session),
            Outcome::Repeated(_) => Err(StoreError::Corrupt("a session was begun twice".into())),
        }
    }

    /// Makes a link with which a person sets a password, for an administrator to hand over. Gives
    /// its id and when it stops working.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn create_user_link(
        &self,
        access: &Access<County>,
        intent: Intent,
        user: String,
        expires_at: i64,
    ) -> Result<Outcome<(String, i64)>, StoreError> {
        self.write(access, intent, async move |tx| {
            crate::people::user_row(&tx.connection, &user).await?;
            let by = tx.user.clone();
            let id =
                insert_link(&tx, LinkPurpose::Password, &user, by.as_deref(), expires_at).await?;
            Ok(Written {
                target: format!("{}/links/{id}", user_name(&user)),
                value: (id, expires_at),
                fields: vec!["link"],
            })
        })
        .await
    }

    /// When a link that an administrator made stops working, after a repeated request.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn user_link_end(
        &self,
        _access: &Access<County>,
        id: &str,
    ) -> Result<i64, StoreError> {
        const END: &str = "SELECT expires_at FROM links WHERE id = $1";
        match sql::number(self.reads(), END, vec![id.into()]).await? {
            0 => Err(StoreError::NotFound(format!("links/{id}"))),
            end => Ok(end),
        }
    }
}
