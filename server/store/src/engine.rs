//! Opens SQLite or PostgreSQL, and closes them after the last write.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use llpr_migrations::{Migrator, MigratorTrait as _};
use sea_orm::sqlx::PgPool;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait as _, sqlx,
};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::error::StoreError;

/// The two database engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file, one server.
    Sqlite,
    /// For several servers.
    Postgres,
}

/// How to open the store.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:///path/to/file` or `postgres://user:password@host/database`.
    pub url: String,
    /// Connections for reads (and, on PostgreSQL, writes); at least 2.
    pub max_connections: u32,
    /// How many writes may wait at once before further ones are refused.
    pub max_waiting_writes: usize,
}

impl Options {
    /// Options with our defaults for a database.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 16,
            max_waiting_writes: 256,
        }
    }
}

/// The database. Cheap to clone.
///
/// Nobody outside this crate begins a transaction; [`Store::write`] owns them:
///
/// ```compile_fail,E0624
/// async fn begin(store: &llpr_store::Store) {
///     let _ = store.begin().await;
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    reads: DatabaseConnection,
    /// On SQLite the one connection that writes; on PostgreSQL the same pool.
    writes: DatabaseConnection,
    permits: Arc<Semaphore>,
    tasks: TaskTracker,
    statements: Arc<AtomicU64>,
    /// Whether the last write found the database away: reads may go on while the disk is full.
    suspected: AtomicBool,
    /// Whether a write has found no room since the last probe.
    refused: AtomicBool,
}

impl Store {
    /// Opens the database; [`Store::migrate`] brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it can't be reached.
    pub async fn open(options: &Options) -> Result<Self, StoreError> {
        let engine = Engine::of(&options.url);
        let statements = Arc::new(AtomicU64::new(0));
        let connect = async |max_connections| {
            let mut connection = connect(options, engine, max_connections).await?;
            let statements = Arc::clone(&statements);
            connection.set_metric_callback(move |_| {
                statements.fetch_add(1, Ordering::Relaxed);
            });
            Ok::<_, DbErr>(connection)
        };
        let (reads, writes) = match engine {
            Engine::Sqlite => {
                // The writer comes first: it makes the file.
                let writes = connect(1).await.map_err(StoreError::Unavailable)?;
                let reads = connect(options.max_connections.max(2)).await;
                (reads.map_err(StoreError::Unavailable)?, writes)
            }
            Engine::Postgres => {
                let pool = connect(options.max_connections.max(2)).await;
                let pool = pool.map_err(StoreError::Unavailable)?;
                (pool.clone(), pool)
            }
        };
        Ok(Self {
            inner: Arc::new(Inner {
                engine,
                reads,
                writes,
                permits: Arc::new(Semaphore::new(options.max_waiting_writes)),
                tasks: TaskTracker::new(),
                statements,
                suspected: AtomicBool::new(false),
                refused: AtomicBool::new(false),
            }),
        })
    }

    /// Applies the migrations that the database lacks. Several servers may do so at once: on
    /// PostgreSQL an advisory lock lets one through at a time.
    ///
    /// # Errors
    /// Where a migration fails; it is then undone.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        const LOCK: i64 = 0x6c6c_7072;
        let transaction = self.begin().await?;
        if self.engine() == Engine::Postgres {
            transaction
                .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
                .await?;
        }
        Migrator::up(&transaction, None).await?;
        transaction.commit().await.map_err(StoreError::of_commit)
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// How many statements this store has sent, but for those that begin and end transactions and
    /// for COPY: a call's share of it must not grow with the rows that it is about.
    pub fn statements(&self) -> u64 {
        self.inner.statements.load(Ordering::Relaxed)
    }

    /// Whether the database answers and, where a write has found it away, whether it takes writes
    /// again: a full disk can still be read. It may also have room for the least of all writes and
    /// for no other, so what callers have met since the last probe counts too.
    ///
    /// # Errors
    /// [`StoreError::Full`] where its disk has no room, [`StoreError::Unavailable`] where it is
    /// away.
    pub async fn probe(&self) -> Result<(), StoreError> {
        // In a task of its own, as every transaction: whoever asks may lose patience.
        let store = self.clone();
        let asked = self.tasks().spawn(async move {
            if !store.inner.suspected.load(Ordering::Relaxed) {
                return Ok(store.reads().ping().await?);
            }
            let transaction = store.begin().await?;
            // A real change: SQLite writes nothing where a row stays as it was.
            let change = "INSERT INTO counters (name, value) VALUES ('probe', 1)
                ON CONFLICT (name) DO UPDATE SET value = counters.value + 1";
            transaction.execute_unprepared(change).await?;
            transaction.commit().await?;
            if store.inner.refused.swap(false, Ordering::Relaxed) {
                let told = "a write has found no room since the last look";
                return Err(StoreError::Full(DbErr::Custom(told.into())));
            }
            store.inner.suspected.store(false, Ordering::Relaxed);
            Ok(())
        });
        asked
            .await
            .unwrap_or_else(|error| Err(StoreError::Corrupt(error.to_string())))
    }

    /// Notes that a write found the database away, or its disk full.
    pub(crate) fn suspect_after<T>(&self, done: &Result<T, StoreError>) {
        let full = matches!(done, Err(StoreError::Full(_)));
        let away = |error: &StoreError| {
            matches!(
                error,
                StoreError::Unavailable(_) | StoreError::OutcomeUnknown(_)
            )
        };
        if full {
            self.inner.refused.store(true, Ordering::Relaxed);
        }
        if full || done.as_ref().is_err_and(away) {
            self.inner.suspected.store(true, Ordering::Relaxed);
        }
    }

    /// How many writes are under way.
    pub fn writes_under_way(&self) -> usize {
        self.inner.tasks.len()
    }

    /// How many connections are in use at this moment.
    pub fn connections_in_use(&self) -> usize {
        let in_use = |connection: &DatabaseConnection| {
            let (size, idle) = match self.engine() {
                Engine::Sqlite => {
                    let pool = connection.get_sqlite_connection_pool();
                    (pool.size(), pool.num_idle())
                }
                Engine::Postgres => {
                    let pool = connection.get_postgres_connection_pool();
                    (pool.size(), pool.num_idle())
                }
            };
            (size as usize).saturating_sub(idle)
        };
        match self.engine() {
            Engine::Sqlite => in_use(&self.inner.reads) + in_use(&self.inner.writes),
            Engine::Postgres => in_use(&self.inner.reads),
        }
    }

    /// Waits for the writes under way, then closes the connections. Further writes are refused.
    pub async fn close(&self) {
        self.inner.permits.close();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        for connection in [&self.inner.reads, &self.inner.writes] {
            if let Err(error) = connection.clone().close().await {
                tracing::warn!(error = %error, "A database connection did not close.");
            }
        }
    }

    pub(crate) fn reads(&self) -> &DatabaseConnection {
        &self.inner.reads
    }

    /// The pool of PostgreSQL itself, for its COPY.
    pub(crate) fn postgres(&self) -> &PgPool {
        self.inner.writes.get_postgres_connection_pool()
    }

    pub(crate) fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.inner.permits)
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.inner.tasks
    }

    /// Begins a transaction. On SQLite it takes the write lock at once: a transaction that reads
    /// first and asks for the lock later fails whenever another has written in between.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let mode = match self.inner.engine {
            Engine::Sqlite => Some(SqliteTransactionMode::Immediate),
            Engine::Postgres => None,
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: mode,
            ..TransactionOptions::default()
        };
        self.inner.writes.begin_with_options(options).await
    }
}

async fn connect(
    options: &Options,
    engine: Engine,
    max_connections: u32,
) -> Result<DatabaseConnection, DbErr> {
    let url = match engine {
        Engine::Sqlite if !options.url.contains('?') => format!("{}?mode=rwc", options.url),
        Engine::Sqlite | Engine::Postgres => options.url.clone(),
    };
    let mut connect = ConnectOptions::new(url);
    connect
        .max_connections(max_connections)
        .acquire_timeout(Duration::from_secs(8))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .journal_mode(SqliteJournalMode::Wal)
                // An acknowledged write survives a power cut.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(8))
                .foreign_keys(true)
        })
        .map_sqlx_sqlite_before_acquire(|connection, _| fresh(connection))
        .map_sqlx_postgres_before_acquire(|connection, _| fresh(connection))
        .map_sqlx_postgres_opts(|postgres| {
            postgres.application_name("llpr").options([
                ("idle_in_transaction_session_timeout", "60s"),
                ("statement_timeout", "120s"),
            ])
        });
    Database::connect(connect).await
}

type Answer = Pin<Box<dyn Future<Output = Result<bool, sqlx::Error>> + Send>>;

/// Whether a connection may be used again: not where it counts a transaction as open. SQLite ends
/// a transaction by itself where the disk fails or is full, so that rolling it back fails too, and
/// sqlx then takes each further transaction on the connection for a part of that one: what is
/// committed there is acknowledged and never written.
fn fresh<C: sqlx::Connection>(connection: &mut C) -> Answer {
    let fresh = !connection.is_in_transaction();
    if !fresh {
        tracing::warn!("A connection that did not end its transaction is closed.");
    }
    Box::pin(std::future::ready(Ok(fresh)))
}

impl Engine {
    /// The engine of an address.
    pub fn of(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite
        } else {
            Self::Postgres
        }
    }

    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}
