//! Writes. Each runs in a task of its own that owns its transaction, so that a caller who goes
//! away can't leave one open or lose it half-way; and each leaves its idempotency row and its
//! ledger row in the same transaction.

use std::future::Future;
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::{DatabaseTransaction, FromQueryResult};
use tracing::Instrument as _;

use crate::access::{self, Access, Basis, Denied};
use crate::engine::{Engine, Store};
use crate::error::StoreError;
use crate::{ledger, sql};

/// How long a request id is remembered, in microseconds: a week.
const REMEMBERED: i64 = 7 * 24 * 3600 * 1_000_000;

/// What goes with every write: the moment, and what makes its repetition harmless.
#[derive(Clone, Debug)]
pub struct Intent {
    /// Now, in microseconds since 1970.
    pub now: i64,
    /// The request id that the client made, if it made one.
    pub request_id: Option<String>,
    /// SHA-256 of the method and the request without its id, in hexadecimal.
    pub request_hash: String,
}

impl Intent {
    /// An intent without a request id.
    pub fn at(now: i64) -> Self {
        Self {
            now,
            request_id: None,
            request_hash: String::new(),
        }
    }
}

/// What a write did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It was done now.
    Done(T),
    /// It was done before with the same request id; the resource name that came of it.
    Repeated(String),
}

/// What a transaction did, for its ledger row.
pub(crate) struct Written<T> {
    /// What to answer.
    pub(crate) value: T,
    /// Resource name of what was written; what a repetition answers.
    pub(crate) target: String,
    /// Names of the fields that changed: never their values.
    pub(crate) fields: Vec<&'static str>,
}

/// A transaction under way.
pub(crate) struct Tx {
    pub(crate) connection: DatabaseTransaction,
    pub(crate) now: i64,
    pub(crate) today: NaiveDate,
    /// Id of the user who writes; `None` for the system.
    pub(crate) user: Option<String>,
}

#[derive(FromQueryResult)]
struct Remembered {
    method: String,
    request_hash: String,
    outcome: String,
}

/// Claims a request id before anything is done under it, or gives the outcome of the write that
/// had it first. A repetition that comes while the first is still under way waits here for its
/// end (PostgreSQL holds it at the key): otherwise it would find the first's work in its way and
/// be refused for it.
async fn claim(
    tx: &Tx,
    basis: &Basis,
    caller: &str,
    id: &str,
    intent: &Intent,
) -> Result<Option<String>, StoreError> {
    const CLAIM: &str = "INSERT INTO idempotency
        (caller, request_id, method, request_hash, outcome, expires_at)
        VALUES ($1, $2, $3, $4, '', $5)
        ON CONFLICT (caller, request_id) DO UPDATE SET method = excluded.method,
            request_hash = excluded.request_hash, outcome = excluded.outcome,
            expires_at = excluded.expires_at
            WHERE idempotency.expires_at <= $6";
    const FIND: &str = "SELECT method, request_hash, outcome FROM idempotency
        WHERE caller = $1 AND request_id = $2";
    let values = vec![
        caller.into(),
        id.into(),
        basis.method.into(),
        intent.request_hash.as_str().into(),
        (intent.now + REMEMBERED).into(),
        intent.now.into(),
    ];
    let claimed = sql::execute(&tx.connection, CLAIM, values).await?;
    if claimed.rows_affected() > 0 {
        return Ok(None);
    }
    let found: Option<Remembered> =
        sql::one(&tx.connection, FIND, vec![caller.into(), id.into()]).await?;
    match found {
        Some(found)
            if found.method == basis.method && found.request_hash == intent.request_hash =>
        {
            Ok(Some(found.outcome))
        }
        Some(_) => Err(StoreError::RequestIdReused),
        // Swept between the two statements.
        None => Err(StoreError::Busy),
    }
}

impl Store {
    /// Runs a transaction and leaves its idempotency and ledger rows. The proof is checked again
    /// inside: a role that ended meanwhile writes nothing.
    pub(crate) async fn write<S, T, F, Fut>(
        &self,
        access: &Access<S>,
        intent: Intent,
        body: F,
    ) -> Result<Outcome<T>, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(Arc<Tx>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Written<T>, StoreError>> + Send,
    {
        let basis = access.basis().clone();
        self.transaction(access, intent.now, async move |tx: Arc<Tx>| {
            if let Err(denied) = access::held(&tx.connection, &basis, intent.now).await {
                return Err(match denied {
                    Denied::Store(error) => error,
                    Denied::SessionEnded => StoreError::SessionEnded,
                    Denied::NoRole | Denied::MalformedName => StoreError::AccessEnded,
                });
            }
            let caller = tx.user.clone().unwrap_or_default();
            if let Some(id) = &intent.request_id
                && let Some(outcome) = claim(&tx, &basis, &caller, id, &intent).await?
            {
                return Ok(Outcome::Repeated(outcome));
            }
            let written = body(Arc::clone(&tx)).await?;
            if let Some(id) = &intent.request_id {
                const OUTCOME: &str = "UPDATE idempotency SET outcome = $1
                    WHERE caller = $2 AND request_id = $3";
                let values = vec![
                    written.target.as_str().into(),
                    caller.into(),
                    id.as_str().into(),
                ];
                sql::execute(&tx.connection, OUTCOME, values).await?;
            }
            ledger::append(&tx, &basis, &written.target, &written.fields).await?;
            Ok(Outcome::Done(written.value))
        })
        .await
    }

    /// Runs a transaction that leaves no ledger row: what is not yet visible (staging), and the
    /// counting of attempts. Everything else is a [`Store::write`].
    pub(crate) async fn transaction<S, T, F, Fut>(
        &self,
        access: &Access<S>,
        now: i64,
        body: F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(Arc<Tx>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, StoreError>> + Send,
    {
        let permit = self
            .permits()
            .try_acquire_owned()
            .map_err(|_| StoreError::Busy)?;
        let store = self.clone();
        let user = access.user().map(str::to_owned);
        let today = access.today();
        let task = self.tasks().spawn(
            async move {
                let _permit = permit;
                let done = owned(&store, now, today, user, body).await;
                store.suspect_after(&done);
                done
            }
            .in_current_span(),
        );
        task.await.unwrap_or_else(|error| {
            tracing::error!(error = %error, "A write stopped with a panic.");
            Err(StoreError::Corrupt("a write stopped with a panic".into()))
        })
    }

    /// Lets PostgreSQL look at a table anew after a bulk change. It plans by what it knew before
    /// (a table just filled is small to it), and its own turn comes up to a minute later. SQLite
    /// plans without. Where it fails, what follows is slower and nothing else.
    pub(crate) async fn look_anew<S>(&self, access: &Access<S>, now: i64, tables: &'static str) {
        if self.engine() == Engine::Sqlite {
            return;
        }
        let looked = self
            .transaction(access, now, async move |tx: Arc<Tx>| {
                sql::execute(&tx.connection, &format!("ANALYZE {tables}"), vec![]).await?;
                Ok(())
            })
            .await;
        if let Err(error) = looked {
            tracing::warn!(error = %error, tables, "PostgreSQL did not look at tables anew.");
        }
    }
}

/// The transaction from its beginning to its end, in the task that owns it.
async fn owned<T, F, Fut>(
    store: &Store,
    now: i64,
    today: NaiveDate,
    user: Option<String>,
    body: F,
) -> Result<T, StoreError>
where
    F: FnOnce(Arc<Tx>) -> Fut,
    Fut: Future<Output = Result<T, StoreError>>,
{
    let connection = store.begin().await?;
    let tx = Arc::new(Tx {
        connection,
        now,
        today,
        user,
    });
    let done = body(Arc::clone(&tx)).await;
    let Some(tx) = Arc::into_inner(tx) else {
        return Err(StoreError::Corrupt(
            "a transaction outlived its body".into(),
        ));
    };
    match done {
        Ok(value) => {
            let committed = tx.connection.commit().await;
            committed.map_err(StoreError::of_commit)?;
            Ok(value)
        }
        Err(error) => {
            if let Err(rollback) = tx.connection.rollback().await {
                tracing::warn!(error = %rollback, "A transaction did not roll back; its connection is closed.");
            }
            Err(error)
        }
    }
}
