//! The outbox: mails that are to be sent, kept with what they are about, so that none is lost.
//!
//! A mail's row holds neither text nor link, only ids: the text is written when it is sent. Each
//! attempt is claimed before it is made, with the time of the next; so a server that dies between
//! sending and saying so sends again, later and not at once.

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::access::{Access, County, System};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::links::{LinkPurpose, STANDS};
use crate::page::{Page, Slice};
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// What a mail says; the numbers are those of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum MailKind {
    /// An invitation, with a link.
    Invitation = 1,
    /// That somebody who has an account was given a role.
    Role = 2,
    /// A link to set a password.
    Password = 3,
    /// A link to sign in.
    SignIn = 4,
}

impl MailKind {
    /// Its number.
    pub const fn code(self) -> i16 {
        self as i16
    }

    fn read(code: i16) -> Result<Self, StoreError> {
        [Self::Invitation, Self::Role, Self::Password, Self::SignIn]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or_else(|| StoreError::Corrupt(format!("kind of mail {code}")))
    }
}

/// How a mail stands; the numbers are those of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum MailState {
    /// It waits to be sent.
    Waiting = 1,
    /// The mail server took it.
    Sent = 2,
    /// It could not be sent.
    Failed = 3,
    /// Its link stopped working before.
    Dropped = 4,
}

impl MailState {
    /// Its number.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The state of a number.
    pub fn from_code(code: i16) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::Failed, Self::Dropped]
            .into_iter()
            .find(|state| state.code() == code)
    }

    pub(crate) fn read(code: i16) -> Result<Self, StoreError> {
        Self::from_code(code).ok_or_else(|| StoreError::Corrupt(format!("state of a mail {code}")))
    }
}

/// A mail, as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Id.
    pub id: String,
    /// What it says.
    pub kind: MailKind,
    /// Id of the person.
    pub user: String,
    /// The person's name.
    pub user_display_name: String,
    /// The person's e-mail address.
    pub email: String,
    /// How it stands.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i32,
    /// Code of the last failure; empty for none.
    pub failure: String,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// When it is tried next.
    pub next_at: i64,
    /// When the mail server took it.
    pub sent_at: Option<i64>,
}

/// A mail whose time has come.
#[derive(Clone, Debug)]
pub struct DueMail {
    /// Id.
    pub id: String,
    /// What it says.
    pub kind: MailKind,
    /// How often it was tried before.
    pub attempts: i32,
    /// The person's e-mail address.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// The name of whoever sends it; `None` where the person asked for it.
    pub sender_display_name: Option<String>,
    /// Its link: id, purpose and when it stops working.
    pub link: Option<(String, LinkPurpose, i64)>,
    /// Whether there is still something to say: an open account and a link that stands.
    pub stands: bool,
}

#[derive(FromQueryResult)]
struct MailRow {
    id: String,
    kind: i16,
    user_id: String,
    user_name: String,
    email: String,
    state: i16,
    attempts: i32,
    failure: String,
    created_at: i64,
    next_at: i64,
    sent_at: Option<i64>,
}

impl MailRow {
    fn read(self) -> Result<Mail, StoreError> {
        Ok(Mail {
            kind: MailKind::read(self.kind)?,
            state: MailState::read(self.state)?,
            id: self.id,
            user: self.user_id,
            user_display_name: self.user_name,
            email: self.email,
            attempts: self.attempts,
            failure: self.failure,
            created_at: self.created_at,
            next_at: self.next_at,
            sent_at: self.sent_at,
        })
    }
}

#[derive(FromQueryResult)]
struct DueRow {
    id: String,
    kind: i16,
    attempts: i32,
    email: String,
    display_name: String,
    sender_name: Option<String>,
    link_id: Option<String>,
    purpose: Option<i16>,
    expires_at: Option<i64>,
    stands: i32,
}

const MAILS: &str = "SELECT m.id AS id, m.kind AS kind, m.user_id AS user_id,
        u.display_name AS user_name, u.email AS email, m.state AS state, m.attempts AS attempts,
        m.failure AS failure, m.created_at AS created_at, m.next_at AS next_at, m.sent_at AS sent_at
    FROM mails m JOIN users u ON u.id = m.user_id";

/// Puts a mail into the outbox and gives its id.
pub(crate) async fn insert_mail(
    tx: &Tx,
    kind: MailKind,
    user: &str,
    sender: Option<&str>,
    link: Option<&str>,
) -> Result<String, StoreError> {
    const INSERT: &str = "INSERT INTO mails
        (id, kind, user_id, sender_id, link_id, state, attempts, failure, next_at, created_at)
        VALUES ($1, $2, $3, $4, $5, 1, 0, '', $6, $6)";
    let id = Uuid::now_v7().to_string();
    let values = vec![
        id.as_str().into(),
        kind.code().into(),
        user.into(),
        sender.map(str::to_owned).into(),
        link.map(str::to_owned).into(),
        tx.now.into(),
    ];
    sql::execute(&tx.connection, INSERT, values).await?;
    Ok(id)
}

impl Store {
    /// Mails, the latest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn mails(
        &self,
        _access: &Access<County>,
        state: Option<MailState>,
        page: Page<String>,
    ) -> Result<Slice<Mail, String>, StoreError> {
        const COUNT: &str = "SELECT COUNT(*) FROM mails WHERE $1 = 0 OR state = $1";
        let wanted = state.map_or(0, MailState::code);
        let total = sql::number(self.reads(), COUNT, vec![wanted.into()]).await?;
        let query = format!(
            "{MAILS} WHERE ($1 = 0 OR m.state = $1) AND ($2 = '' OR m.id < $2)
                ORDER BY m.id DESC LIMIT $3"
        );
        let values = vec![
            wanted.into(),
            page.after.unwrap_or_default().into(),
            i64::try_from(page.size + 1).unwrap_or(i64::MAX).into(),
        ];
        let rows: Vec<MailRow> = sql::all(self.reads(), &query, values).await?;
        let total = u64::try_from(total).unwrap_or_default();
        let Slice { items, next, total } = Slice::cut(rows, page.size, total, |row| row.id.clone());
        let items = items
            .into_iter()
            .map(MailRow::read)
            .collect::<Result<_, _>>()?;
        Ok(Slice { items, next, total })
    }

    /// A mail.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn mail(&self, _access: &Access<County>, id: &str) -> Result<Mail, StoreError> {
        let query = format!("{MAILS} WHERE m.id = $1");
        let row: Option<MailRow> = sql::one(self.reads(), &query, vec![id.into()]).await?;
        row.ok_or_else(|| StoreError::NotFound(format!("mails/{id}")))?
            .read()
    }

    /// Lets a mail be tried again from the beginning.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`Refusal::MailState`] where it was sent or its link does not stand.
    pub async fn retry_mail(
        &self,
        access: &Access<County>,
        intent: Intent,
        id: String,
    ) -> Result<Outcome<()>, StoreError> {
        self.write(access, intent, async move |tx| {
            const THERE: &str = "SELECT COUNT(*) FROM mails WHERE id = $1";
            let again = format!(
                "UPDATE mails SET state = 1, attempts = 0, next_at = $1 WHERE id = $3
                    AND state IN (1, 3) AND EXISTS (
                        SELECT 1 FROM users u LEFT JOIN links l ON l.id = mails.link_id
                        WHERE u.id = mails.user_id AND (({STANDS})
                            OR (mails.link_id IS NULL AND u.disabled = FALSE)))"
            );
            if sql::number(&tx.connection, THERE, vec![id.as_str().into()]).await? == 0 {
                return Err(StoreError::NotFound(format!("mails/{id}")));
            }
            let values = vec![
                tx.now.into(),
                tx.today.to_string().into(),
                id.as_str().into(),
            ];
            let done = sql::execute(&tx.connection, &again, values).await?;
            if done.rows_affected() == 0 {
                return Err(Refusal::MailState.into());
            }
            Ok(Written {
                target: format!("mails/{id}"),
                value: (),
                fields: vec!["state"],
            })
        })
        .await
    }

    /// Mails whose time has come, the longest due first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn due_mails(
        &self,
        access: &Access<System>,
        now: i64,
        limit: i64,
    ) -> Result<Vec<DueMail>, StoreError> {
        let query = format!(
            "SELECT m.id AS id, m.kind AS kind, m.attempts AS attempts, u.email AS email,
                u.display_name AS display_name, s.display_name AS sender_name,
                m.link_id AS link_id, l.purpose AS purpose, l.expires_at AS expires_at,
                CASE WHEN ({STANDS}) OR (m.link_id IS NULL AND u.disabled = FALSE)
                    THEN 1 ELSE 0 END AS stands
            FROM mails m JOIN users u ON u.id = m.user_id LEFT JOIN users s ON s.id = m.sender_id
            LEFT JOIN links l ON l.id = m.link_id
            WHERE m.state = 1 AND m.next_at <= $1 ORDER BY m.next_at, m.id LIMIT $3"
        );
        let values = vec![now.into(), access.today().to_string().into(), limit.into()];
        let rows: Vec<DueRow> = sql::all(self.reads(), &query, values).await?;
        rows.into_iter()
            .map(|row| {
                let link = match (row.link_id, row.purpose, row.expires_at) {
                    (Some(id), Some(purpose), Some(end)) => {
                        Some((id, LinkPurpose::read(purpose)?, end))
                    }
                    _ => None,
                };
                Ok(DueMail {
                    id: row.id,
                    kind: MailKind::read(row.kind)?,
                    attempts: row.attempts,
                    email: row.email,
                    display_name: row.display_name,
                    sender_display_name: row.sender_name,
                    link,
                    stands: row.stands == 1,
                })
            })
            .collect()
    }

    /// Claims the next attempt of a mail, before it is made. Whether it did: not where another
    /// server was first.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn claim_mail(
        &self,
        access: &Access<System>,
        now: i64,
        (id, attempts): (String, i32),
        next_at: i64,
    ) -> Result<bool, StoreError> {
        self.transaction(access, now, async move |tx| {
            const CLAIM: &str = "UPDATE mails SET attempts = attempts + 1, next_at = $1
                WHERE id = $2 AND attempts = $3 AND state = 1 AND next_at <= $4";
            let values = vec![next_at.into(), id.into(), attempts.into(), now.into()];
            let claimed = sql::execute(&tx.connection, CLAIM, values).await?;
            Ok(claimed.rows_affected() == 1)
        })
        .await
    }

    /// Notes that an attempt failed and that there will be another.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn note_failure(
        &self,
        access: &Access<System>,
        now: i64,
        id: String,
        failure: &'static str,
    ) -> Result<(), StoreError> {
        self.transaction(access, now, async move |tx| {
            const NOTE: &str = "UPDATE mails SET failure = $1 WHERE id = $2 AND state = 1";
            sql::execute(&tx.connection, NOTE, vec![failure.into(), id.into()]).await?;
            Ok(())
        })
        .await
    }

    /// Ends a mail: sent, given up or dropped.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn end_mail(
        &self,
        access: &Access<System>,
        now: i64,
        (id, state): (String, MailState),
        failure: &'static str,
    ) -> Result<(), StoreError> {
        self.write(access, Intent::at(now), async move |tx| {
            const END: &str =
                "UPDATE mails SET state = $1, failure = $2, sent_at = $3 WHERE id = $4";
            let sent = (state == MailState::Sent).then_some(tx.now);
            let values = vec![
                state.code().into(),
                failure.into(),
                sent.into(),
                id.as_str().into(),
            ];
            sql::execute(&tx.connection, END, values).await?;
            Ok(Written {
                target: format!("mails/{id}"),
                value: (),
                fields: vec!["state"],
            })
        })
        .await?;
        Ok(())
    }

    /// Removes what is a month past its time, and drops mails that wait for nothing.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn sweep_outbox(&self, access: &Access<System>, now: i64) -> Result<(), StoreError> {
        const MONTH: i64 = 30 * 24 * 3600 * 1_000_000;
        self.transaction(access, now, async move |tx| {
            const DROP: &str = "UPDATE mails SET state = 4 WHERE state = 1 AND (created_at <= $2
                OR EXISTS (SELECT 1 FROM links l WHERE l.id = mails.link_id AND l.expires_at <= $1))";
            const MAILS: &str = "DELETE FROM mails WHERE state <> 1 AND created_at <= $1";
            const LINKS: &str = "DELETE FROM links WHERE expires_at <= $1
                AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.link_id = links.id)";
            let past = now - MONTH;
            sql::execute(&tx.connection, DROP, vec![now.into(), past.into()]).await?;
            for statement in [MAILS, LINKS] {
                sql::execute(&tx.connection, statement, vec![past.into()]).await?;
            }
            Ok(())
        })
        .await
    }
}
