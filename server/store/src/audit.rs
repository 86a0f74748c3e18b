//! What administrators read of the ledger, the signing of its head, and the counting of refusals.

use std::collections::BTreeMap;

use llpr_domain::access::Node;
use sea_orm::{FromQueryResult, Value};

use crate::access::{Access, Basis, County, Identity, Reach, System};
use crate::engine::Store;
use crate::error::StoreError;
use crate::ledger::{self, LedgerEntry, ReadsLedger, SignedHead, StoredEntry};
use crate::page::{Page, Slice};
use crate::people::UserKind;
use crate::sql;

/// So many refusals of a caller on a day go into the ledger.
const IN_LEDGER: i64 = 20;
/// So many are counted; then a caller who is refused writes nothing any more.
const COUNTED: i64 = 1_000;

/// Which entries to list; what is `None` or empty does not matter.
#[derive(Clone, Debug, Default)]
pub struct LedgerFilter {
    /// Id of the user or service account who acted.
    pub user: Option<String>,
    /// Full name of the method; ending in `/`, all of a service.
    pub method: String,
    /// What the target begins with.
    pub target_prefix: String,
    /// From this moment on, in microseconds since 1970.
    pub from: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
}

/// Who acted, as an administrator reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// A person or a service account.
    pub kind: UserKind,
    /// The name today.
    pub display_name: String,
}

/// An entry with its actor and hash.
#[derive(Clone, Debug)]
pub struct ListedEntry {
    /// The entry.
    pub entry: LedgerEntry,
    /// Its hash.
    pub hash: String,
    /// Who acted; `None` for the system.
    pub actor: Option<Actor>,
}

/// How often somebody was refused on a day.
#[derive(Clone, Debug)]
pub struct Refusals {
    /// Id of the user or service account.
    pub user: String,
    /// Who that is.
    pub actor: Option<Actor>,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// How many calls, at most a thousand.
    pub count: i64,
    /// The latest that was counted.
    pub last_method: String,
    /// When that was, in microseconds since 1970.
    pub last_at: i64,
}

#[derive(FromQueryResult)]
struct EntryRow {
    seq: i64,
    hash: String,
    entry: String,
}

#[derive(FromQueryResult)]
struct ActorRow {
    id: String,
    kind: i16,
    display_name: String,
}

#[derive(FromQueryResult)]
struct RefusalRow {
    user_id: String,
    day: String,
    refused: i64,
    last_method: String,
    last_at: i64,
}

/// Conditions and their values, numbered as they come.
struct Where {
    text: String,
    values: Vec<Value>,
}

impl Where {
    fn new() -> Self {
        Self {
            text: "1 = 1".into(),
            values: Vec::new(),
        }
    }

    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.text.push_str(" AND ");
        self.text
            .push_str(&condition.replace('?', &format!("${}", self.values.len())));
    }

    /// That a column begins with a text. Both engines compare bytes, and no text holds a
    /// character after the last.
    fn begins(&mut self, column: &str, prefix: &str) {
        self.and(&format!("{column} >= ?"), prefix);
        self.and(&format!("{column} < ?"), format!("{prefix}{}", char::MAX));
    }
}

impl Store {
    /// Entries of the ledger, latest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn ledger_entries(
        &self,
        _access: &Access<County>,
        filter: &LedgerFilter,
        page: Page<i64>,
    ) -> Result<Slice<ListedEntry, i64>, StoreError> {
        let mut wanted = Where::new();
        if let Some(user) = &filter.user {
            wanted.and("user_id = ?", user.as_str());
        }
        if filter.method.ends_with('/') {
            wanted.begins("method", &filter.method);
        } else if !filter.method.is_empty() {
            wanted.and("method = ?", filter.method.as_str());
        }
        if !filter.target_prefix.is_empty() {
            wanted.begins("target", &filter.target_prefix);
        }
        if let Some(from) = filter.from {
            wanted.and("at >= ?", from);
        }
        if let Some(until) = filter.until {
            wanted.and("at < ?", until);
        }
        if let Some(after) = page.after {
            wanted.and("seq < ?", after);
        }
        let query = format!(
            "SELECT seq, hash, entry FROM ledger WHERE {} ORDER BY seq DESC LIMIT {}",
            wanted.text,
            page.size + 1
        );
        let rows: Vec<EntryRow> = sql::all(self.reads(), &query, wanted.values).await?;
        let Slice { items, next, .. } = Slice::cut(rows, page.size, 0, |row| row.seq);
        let mut listed = Vec::with_capacity(items.len());
        for row in items {
            let entry: LedgerEntry = serde_json::from_str(&row.entry)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            listed.push((entry, row.hash));
        }
        let mut actors = self
            .actors(listed.iter().map(|(entry, _)| entry.user.as_str()))
            .await?;
        Ok(Slice {
            items: listed
                .into_iter()
                .map(|(entry, hash)| ListedEntry {
                    actor: actors.get_mut(&entry.user).cloned(),
                    entry,
                    hash,
                })
                .collect(),
            next,
            total: 0,
        })
    }

    /// Up to `limit` rows of the ledger after a position, oldest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn stored_entries(
        &self,
        _access: &Access<County>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let rows = self.ledger_after(after, limit).await?;
        Ok(rows
            .into_iter()
            .map(|row| StoredEntry {
                seq: row.seq,
                previous_hash: row.previous_hash,
                hash: row.hash,
                entry: row.entry,
            })
            .collect())
    }

    /// The signed heads after a position, up to and with another, oldest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn heads_between(
        &self,
        _access: &Access<impl ReadsLedger>,
        after: i64,
        last: i64,
    ) -> Result<Vec<SignedHead>, StoreError> {
        const FIND: &str = "SELECT seq, hash, signed_at, kid, signature FROM ledger_heads
            WHERE seq > $1 AND seq <= $2 ORDER BY seq";
        Ok(sql::all(self.reads(), FIND, vec![after.into(), last.into()]).await?)
    }

    /// The signed heads, latest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn signed_heads(
        &self,
        _access: &Access<County>,
        page: Page<i64>,
    ) -> Result<Slice<SignedHead, i64>, StoreError> {
        const FIND: &str = "SELECT seq, hash, signed_at, kid, signature FROM ledger_heads
            WHERE seq < $1 ORDER BY seq DESC LIMIT $2";
        let limit = i64::try_from(page.size).unwrap_or(i64::MAX - 1) + 1;
        let values = vec![page.after.unwrap_or(i64::MAX).into(), limit.into()];
        let rows: Vec<SignedHead> = sql::all(self.reads(), FIND, values).await?;
        Ok(Slice::cut(rows, page.size, 0, |head| head.seq))
    }

    /// Signs the head of the ledger if it has moved since the last time; `sign` gets its position
    /// and hash. Answers what was signed.
    ///
    /// # Errors
    /// Where the database can't be read or written, and what `sign` answers.
    pub async fn sign_head<E: From<StoreError>>(
        &self,
        access: &Access<System>,
        now: i64,
        sign: impl FnOnce(i64, &str) -> Result<SignedHead, E>,
    ) -> Result<Option<SignedHead>, E> {
        #[derive(FromQueryResult)]
        struct Unsigned {
            seq: i64,
            hash: String,
        }
        const FIND: &str = "SELECT seq, hash FROM ledger_head
            WHERE id = 1 AND seq > (SELECT COALESCE(MAX(h.seq), 0) FROM ledger_heads h)";
        let moved: Option<Unsigned> = sql::one(self.reads(), FIND, vec![])
            .await
            .map_err(StoreError::from)?;
        let Some(moved) = moved else {
            return Ok(None);
        };
        let head = sign(moved.seq, &moved.hash)?;
        let kept = head.clone();
        // Two servers may sign the same head; the first is kept.
        self.transaction(access, now, async move |tx| {
            const INSERT: &str = "INSERT INTO ledger_heads (seq, hash, signed_at, kid, signature)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT (seq) DO NOTHING";
            let values = vec![
                kept.seq.into(),
                kept.hash.into(),
                kept.signed_at.into(),
                kept.kid.into(),
                kept.signature.into(),
            ];
            sql::execute(&tx.connection, INSERT, values).await?;
            Ok(())
        })
        .await?;
        Ok(Some(head))
    }

    /// Counts that a caller was refused; the first of a day go into the ledger. `node` is what the
    /// call was about, where it could be read.
    ///
    /// # Errors
    /// Where the database can't be read or written.
    pub async fn count_refusal(
        &self,
        access: &Access<System>,
        identity: &Identity,
        method: &'static str,
        node: Option<&Node>,
        now: i64,
    ) -> Result<(), StoreError> {
        const COUNT: &str = "SELECT refused FROM refusals WHERE day = $1 AND user_id = $2";
        let day = access.today().to_string();
        let user = identity.user.clone();
        let values = || vec![day.as_str().into(), user.as_str().into()];
        if sql::number(self.reads(), COUNT, values()).await? >= COUNTED {
            return Ok(());
        }
        let basis = Basis {
            identity: Some(identity.clone()),
            method,
            allowed: Vec::new(),
            role: None,
            reach: Reach::System,
            today: access.today(),
        };
        let target = node.map_or_else(String::new, ToString::to_string);
        self.transaction(access, now, async move |tx| {
            const ADD: &str = "INSERT INTO refusals (day, user_id, refused, last_method, last_at)
                VALUES ($1, $2, 1, $3, $4)
                ON CONFLICT (day, user_id) DO UPDATE SET refused = refusals.refused + 1,
                    last_method = excluded.last_method, last_at = excluded.last_at
                RETURNING refused";
            let values = vec![day.into(), user.into(), method.into(), now.into()];
            let count = sql::number(&tx.connection, ADD, values).await?;
            if count <= IN_LEDGER {
                ledger::append(&tx, &basis, &target, &["refused"]).await?;
            }
            Ok(())
        })
        .await
    }

    /// How often callers were refused, latest day first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn refusals(
        &self,
        _access: &Access<County>,
        page: Page<(String, String)>,
    ) -> Result<Slice<Refusals, (String, String)>, StoreError> {
        const FIND: &str = "SELECT user_id, day, refused, last_method, last_at FROM refusals
            WHERE day < $1 OR (day = $1 AND user_id > $2)
            ORDER BY day DESC, user_id LIMIT $3";
        let (day, user) = page.after.unwrap_or_else(|| ("9".into(), String::new()));
        let limit = i64::try_from(page.size).unwrap_or(i64::MAX - 1) + 1;
        let values = vec![day.into(), user.into(), limit.into()];
        let rows: Vec<RefusalRow> = sql::all(self.reads(), FIND, values).await?;
        let Slice { items, next, .. } = Slice::cut(rows, page.size, 0, |row| {
            (row.day.clone(), row.user_id.clone())
        });
        let mut actors = self
            .actors(items.iter().map(|row| row.user_id.as_str()))
            .await?;
        Ok(Slice {
            items: items
                .into_iter()
                .map(|row| Refusals {
                    actor: actors.get_mut(&row.user_id).cloned(),
                    user: row.user_id,
                    day: row.day,
                    count: row.refused,
                    last_method: row.last_method,
                    last_at: row.last_at,
                })
                .collect(),
            next,
            total: 0,
        })
    }

    /// Who some ids are, in one query.
    async fn actors<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<BTreeMap<String, Actor>, StoreError> {
        let ids: std::collections::BTreeSet<&str> = ids.filter(|id| !id.is_empty()).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
        let query = format!(
            "SELECT id, kind, display_name FROM users WHERE id IN ({})",
            places.join(", ")
        );
        let values = ids.into_iter().map(Value::from).collect();
        let rows: Vec<ActorRow> = sql::all(self.reads(), &query, values).await?;
        rows.into_iter()
            .map(|row| {
                let actor = Actor {
                    kind: UserKind::from_code(row.kind)?,
                    display_name: row.display_name,
                };
                Ok((row.id, actor))
            })
            .collect()
    }
}
