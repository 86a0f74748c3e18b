//! Service accounts: scripts with one role at one node, an end, and no password.
//!
//! One is a row of `users` of its own kind, so that sessions, roles, proofs and the ledger treat it
//! like anybody. What it signs in with are its tokens: a secret each, of which only the hash is
//! kept.

use llpr_domain::access::{Node, Role};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, FromQueryResult, Set};
use uuid::Uuid;

use crate::access::{Access, County, Public};
use crate::engine::Store;
use crate::entity::user;
use crate::error::{Refusal, StoreError};
use crate::page::{Page, Slice};
use crate::people::{
    NewAssignment, UserKind, end_sessions, insert_assignment, node_exists, node_of,
};
use crate::register::fold;
use crate::sessions::Session;
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// So many tokens of an account may work at once: enough to exchange one for another.
const TOKENS: i64 = 5;
/// A session lives so long, in microseconds; a token gets another when it is over.
const SESSION: i64 = 12 * 3600 * 1_000_000;
/// A token that signs in again within this time gets the session that it has, so that a script
/// that runs each minute does not fill the ledger.
const SHARED: i64 = 3600 * 1_000_000;

/// A script's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Id.
    pub id: String,
    /// What it is for.
    pub display_name: String,
    /// Its role.
    pub role: Role,
    /// Where it holds it.
    pub node: Node,
    /// The node's name in words.
    pub node_display_name: String,
    /// Whether it was revoked.
    pub revoked: bool,
    /// When it was created, in microseconds since 1970.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// Its tokens that work, oldest first.
    pub tokens: Vec<ServiceAccountToken>,
}

/// What a script signs in with, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct ServiceAccountToken {
    /// Id.
    pub id: String,
    /// Id of the account.
    pub user_id: String,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
}

/// A service account to create.
#[derive(Clone, Debug)]
pub struct NewServiceAccount {
    /// What it is for.
    pub display_name: String,
    /// Its one role.
    pub role: Role,
    /// Where.
    pub node: Node,
    /// When it ends, in microseconds since 1970.
    pub expires_at: i64,
}

/// A token to create.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Id of the account.
    pub account: String,
    /// Id of the token, which its secret carries.
    pub id: String,
    /// Hash of the secret.
    pub secret_hash: String,
    /// When it ends; with the account, if it is not given.
    pub expires_at: Option<i64>,
}

/// What a token's secret is checked against.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ServiceCredential {
    /// Id of the account.
    pub user_id: String,
    /// Hash of the secret.
    pub secret_hash: String,
}

#[derive(FromQueryResult)]
struct AccountRow {
    id: String,
    display_name: String,
    sort_key: String,
    disabled: bool,
    created_at: i64,
    expires_at: i64,
    role: i16,
    district: Option<String>,
    urn: Option<i32>,
    node_name: Option<String>,
}

impl AccountRow {
    fn read(self, tokens: Vec<ServiceAccountToken>) -> Result<ServiceAccount, StoreError> {
        let role = Role::from_code(self.role)
            .ok_or_else(|| StoreError::Corrupt(format!("role {}", self.role)))?;
        let (node, node_display_name) = node_of(self.urn, self.district, self.node_name)?;
        Ok(ServiceAccount {
            id: self.id,
            display_name: self.display_name,
            role,
            node,
            node_display_name,
            revoked: self.disabled,
            created_at: self.created_at,
            expires_at: self.expires_at,
            tokens,
        })
    }
}

const ACCOUNTS: &str = "
    SELECT u.id AS id, u.display_name AS display_name, u.sort_key AS sort_key,
        u.disabled AS disabled, u.created_at AS created_at, u.expires_at AS expires_at,
        r.role AS role, r.district AS district, r.urn AS urn, COALESCE(s.name, d.name) AS node_name
    FROM users u JOIN role_assignments r ON r.user_id = u.id
    LEFT JOIN schools s ON s.urn = r.urn LEFT JOIN districts d ON d.slug = r.district
    WHERE u.kind = 2";

fn name(id: &str) -> String {
    format!("serviceAccounts/{id}")
}

async fn account(
    connection: &impl ConnectionTrait,
    id: &str,
    now: i64,
) -> Result<ServiceAccount, StoreError> {
    const TOKENS: &str = "SELECT id, user_id, created_at, expires_at FROM service_account_tokens
        WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY id";
    let query = format!("{ACCOUNTS} AND u.id = $1");
    let row: Option<AccountRow> = sql::one(connection, &query, vec![id.into()]).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(name(id)))?;
    let tokens = sql::all(connection, TOKENS, vec![id.into(), now.into()]).await?;
    row.read(tokens)
}

async fn end_token_sessions(tx: &Tx, token: &str) -> Result<(), StoreError> {
    const END: &str = "UPDATE sessions SET ended_at = $1, end_reason = 'token revoked'
        WHERE token_id = $2 AND ended_at IS NULL";
    sql::execute(&tx.connection, END, vec![tx.now.into(), token.into()]).await?;
    Ok(())
}

impl Store {
    /// Creates a service account with its one role.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the register lacks the node.
    pub async fn create_service_account(
        &self,
        access: &Access<County>,
        intent: Intent,
        new: NewServiceAccount,
    ) -> Result<Outcome<ServiceAccount>, StoreError> {
        self.write(access, intent, async move |tx| {
            node_exists(&tx, &new.node).await?;
            let id = Uuid::now_v7().to_string();
            let row = user::ActiveModel {
                id: Set(id.clone()),
                // No address, so nobody can sign in with it or take it.
                email: Set(format!("service-account:{id}")),
                sort_key: Set(fold(&new.display_name)),
                display_name: Set(new.display_name),
                password_hash: Set(None),
                disabled: Set(false),
                created_at: Set(tx.now),
                version: Set(1),
                kind: Set(UserKind::ServiceAccount.code()),
                expires_at: Set(Some(new.expires_at)),
            };
            row.insert(&tx.connection).await?;
            let role = NewAssignment {
                user: id.clone(),
                role: new.role,
                from: tx.today,
                until: None,
            };
            insert_assignment(&tx, &role, &new.node).await?;
            Ok(Written {
                target: name(&id),
                value: account(&tx.connection, &id, tx.now).await?,
                fields: vec!["display_name", "role", "node", "expire_time"],
            })
        })
        .await
    }

    /// A service account by id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn service_account(
        &self,
        _access: &Access<County>,
        id: &str,
        now: i64,
    ) -> Result<ServiceAccount, StoreError> {
        account(self.reads(), id, now).await
    }

    /// Service accounts by name.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn service_accounts(
        &self,
        _access: &Access<County>,
        page: Page<(String, String)>,
        now: i64,
    ) -> Result<Slice<ServiceAccount, (String, String)>, StoreError> {
        const COUNT: &str = "SELECT COUNT(*) FROM users WHERE kind = 2";
        // The tokens of the whole page in one query: a page is a range of the order.
        const TOKENS: &str = "SELECT t.id, t.user_id, t.created_at, t.expires_at
            FROM service_account_tokens t JOIN users u ON u.id = t.user_id
            WHERE t.revoked_at IS NULL AND t.expires_at > $1 AND u.sort_key >= $2
                AND u.sort_key <= $3 ORDER BY t.id";
        let total = sql::number(self.reads(), COUNT, vec![]).await?;
        let (after_key, after_id) = page.after.unwrap_or_default();
        let limit = i64::try_from(page.size).unwrap_or(i64::MAX - 1) + 1;
        let query = format!(
            "{ACCOUNTS} AND (u.sort_key > $1 OR (u.sort_key = $1 AND u.id > $2))
                ORDER BY u.sort_key, u.id LIMIT $3"
        );
        let values = vec![after_key.into(), after_id.into(), limit.into()];
        let rows: Vec<AccountRow> = sql::all(self.reads(), &query, values).await?;
        let Slice { items, next, total } =
            Slice::cut(rows, page.size, total.unsigned_abs(), |row| {
                (row.sort_key.clone(), row.id.clone())
            });
        let (Some(first), Some(last)) = (items.first(), items.last()) else {
            return Ok(Slice {
                items: Vec::new(),
                next: None,
                total,
            });
        };
        let values = vec![
            now.into(),
            first.sort_key.as_str().into(),
            last.sort_key.as_str().into(),
        ];
        let mut tokens: Vec<ServiceAccountToken> = sql::all(self.reads(), TOKENS, values).await?;
        let mut accounts = Vec::with_capacity(items.len());
        for row in items {
            let own = tokens
                .extract_if(.., |token| token.user_id == row.id)
                .collect();
            accounts.push(row.read(own)?);
        }
        Ok(Slice {
            items: accounts,
            next,
            total,
        })
    }

    /// Revokes a service account: its role, tokens and sessions end at once, and it stays as it
    /// was for the ledger's sake.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn revoke_service_account(
        &self,
        access: &Access<County>,
        intent: Intent,
        id: String,
    ) -> Result<Outcome<ServiceAccount>, StoreError> {
        self.write(access, intent, async move |tx| {
            const DISABLE: &str = "UPDATE users SET disabled = TRUE, version = version + 1
                WHERE id = $1 AND kind = 2";
            const TOKENS: &str = "UPDATE service_account_tokens SET revoked_at = $1
                WHERE user_id = $2 AND revoked_at IS NULL";
            let done = sql::execute(&tx.connection, DISABLE, vec![id.as_str().into()]).await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound(name(&id)));
            }
            let values = vec![tx.now.into(), id.as_str().into()];
            sql::execute(&tx.connection, TOKENS, values).await?;
            end_sessions(&tx, &id, None, "service account revoked").await?;
            Ok(Written {
                target: name(&id),
                value: account(&tx.connection, &id, tx.now).await?,
                fields: vec!["revoked"],
            })
        })
        .await
    }

    /// Makes a token of a service account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`Refusal::ServiceAccountEnded`], [`Refusal::TooManyTokens`].
    pub async fn create_service_account_token(
        &self,
        access: &Access<County>,
        intent: Intent,
        new: NewToken,
    ) -> Result<Outcome<ServiceAccountToken>, StoreError> {
        self.write(access, intent, async move |tx| {
            const INSERT: &str = "INSERT INTO service_account_tokens
                (id, user_id, secret_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
            let account = account(&tx.connection, &new.account, tx.now).await?;
            if account.revoked || account.expires_at <= tx.now {
                return Err(Refusal::ServiceAccountEnded.into());
            }
            if i64::try_from(account.tokens.len()).is_ok_and(|count| count >= TOKENS) {
                return Err(Refusal::TooManyTokens.into());
            }
            let end = new.expires_at.unwrap_or(account.expires_at);
            let token = ServiceAccountToken {
                id: new.id,
                user_id: account.id,
                created_at: tx.now,
                expires_at: end.min(account.expires_at),
            };
            let values = vec![
                token.id.as_str().into(),
                token.user_id.as_str().into(),
                new.secret_hash.into(),
                token.created_at.into(),
                token.expires_at.into(),
            ];
            sql::execute(&tx.connection, INSERT, values).await?;
            Ok(Written {
                target: format!("{}/tokens/{}", name(&token.user_id), token.id),
                value: token,
                fields: vec!["secret", "expire_time"],
            })
        })
        .await
    }

    /// A token, without its secret.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn service_account_token(
        &self,
        _access: &Access<County>,
        account: &str,
        id: &str,
    ) -> Result<ServiceAccountToken, StoreError> {
        const FIND: &str = "SELECT id, user_id, created_at, expires_at FROM service_account_tokens
            WHERE user_id = $1 AND id = $2";
        let found = sql::one(self.reads(), FIND, vec![account.into(), id.into()]).await?;
        found.ok_or_else(|| StoreError::NotFound(format!("{}/tokens/{id}", name(account))))
    }

    /// Revokes a token; the sessions that it began end with it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn revoke_service_account_token(
        &self,
        access: &Access<County>,
        intent: Intent,
        (account, id): (String, String),
    ) -> Result<Outcome<()>, StoreError> {
        self.write(access, intent, async move |tx| {
            const REVOKE: &str = "UPDATE service_account_tokens
                SET revoked_at = COALESCE(revoked_at, $1) WHERE user_id = $2 AND id = $3";
            let target = format!("{}/tokens/{id}", name(&account));
            let values = vec![tx.now.into(), account.into(), id.as_str().into()];
            let done = sql::execute(&tx.connection, REVOKE, values).await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound(target));
            }
            end_token_sessions(&tx, &id).await?;
            Ok(Written {
                target,
                value: (),
                fields: vec!["revoked"],
            })
        })
        .await
    }

    /// What to check a token's secret against; none if token or account has ended.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn service_credential(
        &self,
        _access: &Access<Public>,
        token: &str,
        now: i64,
    ) -> Result<Option<ServiceCredential>, StoreError> {
        Ok(credential(self.reads(), token, now).await?)
    }

    /// A session for a token whose secret was right: the one that it began lately, or a new one.
    /// `at_least` is the moment until which it must live.
    ///
    /// # Errors
    /// [`StoreError::AccessEnded`] where token or account has ended meanwhile.
    pub async fn begin_service_session(
        &self,
        access: &Access<Public>,
        now: i64,
        token: String,
        at_least: i64,
    ) -> Result<Session, StoreError> {
        #[derive(FromQueryResult)]
        struct Begun {
            id: String,
            user_id: String,
            generation: i64,
            expires_at: i64,
        }
        const FIND: &str = "SELECT s.id, s.user_id, s.generation, s.expires_at
            FROM sessions s WHERE s.token_id = $1 AND s.ended_at IS NULL AND s.created_at > $2
                AND s.expires_at > $3 ORDER BY s.created_at DESC LIMIT 1";
        let values = vec![
            token.as_str().into(),
            (now - SHARED).into(),
            at_least.into(),
        ];
        let begun: Option<Begun> = sql::one(self.reads(), FIND, values).await?;
        if let Some(begun) = begun {
            return Ok(Session {
                id: begun.id,
                user: begun.user_id,
                generation: begun.generation,
                expires_at: begun.expires_at,
            });
        }
        let written = self
            .write(access, Intent::at(now), async move |tx| {
                const INSERT: &str = "INSERT INTO sessions
                    (id, user_id, created_at, expires_at, generation, rotated_at, token_id)
                    SELECT $1, t.user_id, $2,
                        CASE WHEN t.expires_at < $3 THEN t.expires_at ELSE $3 END, 1, $2, t.id
                    FROM service_account_tokens t WHERE t.id = $4
                    RETURNING user_id, expires_at";
                #[derive(FromQueryResult)]
                struct New {
                    user_id: String,
                    expires_at: i64,
                }
                if credential(&tx.connection, &token, tx.now).await?.is_none() {
                    return Err(StoreError::AccessEnded);
                }
                let id = Uuid::now_v7().to_string();
                let values = vec![
                    id.as_str().into(),
                    tx.now.into(),
                    (tx.now + SESSION).into(),
                    token.into(),
                ];
                let new: Option<New> = sql::one(&tx.connection, INSERT, values).await?;
                let new = new.ok_or(StoreError::AccessEnded)?;
                Ok(Written {
                    target: name(&new.user_id),
                    value: Session {
                        id,
                        user: new.user_id,
                        generation: 1,
                        expires_at: new.expires_at,
                    },
                    fields: vec!["session"],
                })
            })
            .await?;
        match written {
            Outcome::Done(session) => Ok(session),
            Outcome::Repeated(_) => Err(StoreError::Corrupt("a session was begun twice".into())),
        }
    }
}

async fn credential(
    connection: &impl ConnectionTrait,
    token: &str,
    now: i64,
) -> Result<Option<ServiceCredential>, sea_orm::DbErr> {
    const FIND: &str = "SELECT t.user_id, t.secret_hash FROM service_account_tokens t
        JOIN users u ON u.id = t.user_id
        WHERE t.id = $1 AND t.revoked_at IS NULL AND t.expires_at > $2
            AND u.disabled = FALSE AND u.kind = 2 AND u.expires_at > $2";
    sql::one(connection, FIND, vec![token.into(), now.into()]).await
}
