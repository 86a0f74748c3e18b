//! What a backup asks of the database: a copy, and the facts that show later whether it is whole.

use std::path::Path;

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait as _, Database, DatabaseTransaction, DbErr,
    FromQueryResult, IsolationLevel, TransactionTrait as _,
};

use crate::access::{Access, System};
use crate::engine::{Engine, Store};
use crate::error::StoreError;
use crate::sql;

/// Facts of a database at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The latest migration.
    pub schema: String,
    /// Rows of the ledger.
    pub ledger_length: i64,
    /// Hash of its last row, in hexadecimal; empty for an empty ledger.
    pub ledger_head: String,
}

/// A moment of a PostgreSQL database that is held for `pg_dump`; it goes when this is dropped.
#[derive(Debug)]
pub struct Moment {
    /// What `pg_dump --snapshot` takes.
    pub snapshot: String,
    /// The facts of that moment.
    pub facts: Facts,
    _held: DatabaseTransaction,
}

#[derive(FromQueryResult)]
struct Head {
    seq: i64,
    hash: String,
}

#[derive(FromQueryResult)]
struct Text {
    value: String,
}

impl Store {
    /// Copies an SQLite database as it is at one moment into a file that does not exist yet, while
    /// reads and writes go on.
    ///
    /// # Errors
    /// Where the database can't be read or the file can't be written.
    pub async fn copy_into(&self, _access: &Access<System>, path: &Path) -> Result<(), StoreError> {
        let path = path.to_string_lossy().into_owned();
        sql::execute(self.reads(), "VACUUM INTO $1", vec![path.into()]).await?;
        Ok(())
    }

    /// Holds a moment of a PostgreSQL database.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn hold_moment(&self, _access: &Access<System>) -> Result<Moment, StoreError> {
        const EXPORT: &str = "SELECT pg_export_snapshot() AS value";
        let held = self
            .reads()
            .begin_with_config(
                Some(IsolationLevel::RepeatableRead),
                Some(AccessMode::ReadOnly),
            )
            .await?;
        let snapshot: Option<Text> = sql::one(&held, EXPORT, vec![]).await?;
        let snapshot = snapshot.map(|text| text.value).unwrap_or_default();
        Ok(Moment {
            snapshot,
            facts: facts(&held).await?,
            _held: held,
        })
    }

    /// The facts of the database now.
    ///
    /// # Errors
    /// Where the database can't be read, or is not one of ours.
    pub async fn facts(&self, _access: &Access<System>) -> Result<Facts, StoreError> {
        facts(self.reads()).await
    }

    /// Whether the database has no table yet.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn is_empty(&self, _access: &Access<System>) -> Result<bool, StoreError> {
        let tables = match self.engine() {
            Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'",
            Engine::Postgres => {
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        Ok(sql::number(self.reads(), tables, vec![]).await? == 0)
    }

    /// How many other connections of ours a PostgreSQL database has: a server that still runs.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn others_connected(&self, _access: &Access<System>) -> Result<i64, StoreError> {
        const COUNT: &str = "SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'llpr'";
        let all = sql::number(self.reads(), COUNT, vec![]).await?;
        // Asked afterwards: the count itself may have opened one more of our own.
        let own = i64::from(self.reads().get_postgres_connection_pool().size());
        Ok((all - own).max(0))
    }
}

async fn facts(connection: &impl sea_orm::ConnectionTrait) -> Result<Facts, StoreError> {
    const SCHEMA: &str = "SELECT MAX(version) AS value FROM seaql_migrations";
    const HEAD: &str = "SELECT seq, hash FROM ledger_head WHERE id = 1";
    let schema: Option<Text> = sql::one(connection, SCHEMA, vec![]).await?;
    let head: Option<Head> = sql::one(connection, HEAD, vec![]).await?;
    let head = head.ok_or_else(|| StoreError::Corrupt("the ledger has no head".into()))?;
    Ok(Facts {
        schema: schema.map(|text| text.value).unwrap_or_default(),
        ledger_length: head.seq,
        ledger_head: head.hash,
    })
}

/// Whether somebody has an SQLite file open, such as a server that still runs.
///
/// # Errors
/// Where the file is no database.
pub async fn sqlite_in_use(path: &Path) -> Result<bool, StoreError> {
    let mut connect = ConnectOptions::new(format!("sqlite://{}?mode=rw", path.display()));
    connect
        .max_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| sqlite.busy_timeout(std::time::Duration::ZERO));
    let connection = Database::connect(connect).await?;
    // Leaving the write-ahead log is allowed to the only one who has the file open.
    let left = connection
        .execute_unprepared("PRAGMA journal_mode = DELETE")
        .await;
    connection.close().await?;
    match left {
        Ok(_) => Ok(false),
        Err(error @ (DbErr::Exec(_) | DbErr::Query(_))) => match StoreError::from(error) {
            StoreError::Unavailable(_) | StoreError::Busy => Ok(true),
            other => Err(other),
        },
        Err(error) => Err(error.into()),
    }
}
