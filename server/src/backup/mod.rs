//! Backup, restore and verification, beside a server that may run.
//!
//! A backup is a folder: the data as the engine's own tool writes it (`VACUUM INTO`, `pg_dump`),
//! both of one moment while writes go on, and a manifest, written last, with what shows at a
//! restore whether it is whole. The keys' folder is no part of it: with the keys anybody could
//! sign tokens.

mod manifest;
mod postgres;
mod sqlite;

use std::path::{Path, PathBuf};

use llpr_store::backup::Facts;
use llpr_store::{Access, Engine, LedgerState, Options, Store, StoreError, access};

pub use manifest::Manifest;

use crate::clock::Clock;
use crate::config::Config;

/// Why a backup, a restore or a verification did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database can't be used.
    #[error("the database can't be used")]
    Store(#[from] StoreError),
    /// A file can't be read or written.
    #[error("{path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The folder of a new backup has something in it.
    #[error("{0} has something in it; a backup takes a new or an empty folder")]
    FolderTaken(PathBuf),
    /// The folder holds no whole backup.
    #[error("{0} is not a whole backup: {1}")]
    NotWhole(PathBuf, String),
    /// The backup is of the other engine.
    #[error(
        "the backup is of {backup:?} and the configured database is {configured:?}; set database.url to a database of the \
         same kind"
    )]
    OtherEngine {
        /// Of which engine the backup is.
        backup: Engine,
        /// Which engine is configured.
        configured: Engine,
    },
    /// There is a database already.
    #[error(
        "{0} holds data already; nothing was changed. Restore into a new database, or repeat with --replace to put the \
         backup in its place"
    )]
    Taken(String),
    /// A server uses the database.
    #[error("{0} is in use; nothing was changed. Stop every server that uses it first")]
    InUse(String),
    /// A program of PostgreSQL is missing.
    #[error(
        "{0} was not found; install PostgreSQL's client programs (Debian: postgresql-client) or put them on the path"
    )]
    ProgramMissing(&'static str),
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {told}")]
    Program {
        /// Which program.
        program: &'static str,
        /// What it told.
        told: String,
    },
    /// The database address can't be read.
    #[error("database.url can't be read: {0}")]
    Address(String),
    /// The ledger is broken.
    #[error("the ledger is broken at row {0}: rows from there on were changed outside the server")]
    LedgerBroken(i64),
    /// What was restored is not what was backed up.
    #[error("what was restored is not what was backed up: {0}")]
    Differs(String),
}

pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { path, source }
}

/// Backs the configured database up into a new folder, while servers may run on it.
///
/// # Errors
/// [`BackupError`] says what to do about it.
pub async fn backup(config: &Config, folder: &Path) -> Result<Manifest, BackupError> {
    new_folder(folder)?;
    let store = open(config).await?;
    let clock = Clock::system();
    let access = store.system("llpr-server backup", clock.today());
    let made = clock.now();
    let (data, facts) = match store.engine() {
        Engine::Sqlite => sqlite::copy(&store, &access, folder).await?,
        Engine::Postgres => postgres::dump(&store, &access, &config.database.url, folder).await?,
    };
    store.close().await;
    let manifest = Manifest::of(store.engine(), made, &facts, folder, data)?;
    manifest.write(folder)?;
    Ok(manifest)
}

/// Puts a backup into the configured database. Without `replace` that must be a new one; with it,
/// an SQLite file that is there is kept beside it, and the tables of a PostgreSQL database are
/// replaced in one transaction.
///
/// # Errors
/// [`BackupError`] says what to do about it.
pub async fn restore(
    config: &Config,
    folder: &Path,
    replace: bool,
) -> Result<Manifest, BackupError> {
    let manifest = Manifest::read(folder)?;
    manifest.check_data(folder)?;
    let configured = Engine::of(&config.database.url);
    if manifest.engine() != configured {
        return Err(BackupError::OtherEngine {
            backup: manifest.engine(),
            configured,
        });
    }
    let data = manifest.data(folder);
    match configured {
        Engine::Sqlite => sqlite::put(&config.database.url, &data, replace).await?,
        Engine::Postgres => postgres::put(config, &data, replace).await?,
    }
    let facts = verify(config).await?;
    manifest.compare(&facts)?;
    Ok(manifest)
}

/// Walks the ledger of the configured database and tells its facts.
///
/// # Errors
/// [`BackupError::LedgerBroken`], or where the database can't be read.
pub async fn verify(config: &Config) -> Result<Facts, BackupError> {
    let store = open(config).await?;
    let access = store.system("llpr-server verify", Clock::system().today());
    let told = verified(&store, &access).await;
    store.close().await;
    told
}

async fn verified(store: &Store, access: &Access<access::System>) -> Result<Facts, BackupError> {
    let facts = store.facts(access).await?;
    // A backup has no keys with it: the heads must fit the chain, and whether their signatures are
    // ours is asked of a running server (`VerifyLedger`).
    match store.verify_ledger(access, |_| true).await? {
        // Writes may have gone on meanwhile; the chain is then longer and as whole.
        LedgerState::Whole { .. } => Ok(facts),
        LedgerState::Broken { seq } | LedgerState::HeadMismatch { seq } => {
            Err(BackupError::LedgerBroken(seq))
        }
    }
}

/// Opens the database as it is: a backup changes no schema.
async fn open(config: &Config) -> Result<Store, BackupError> {
    let mut options = Options::new(&config.database.url);
    options.max_connections = 2;
    Ok(Store::open(&options).await?)
}

fn new_folder(folder: &Path) -> Result<(), BackupError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    // The data is about people: for its owner only.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(file(folder))?;
    let mut inside = std::fs::read_dir(folder).map_err(file(folder))?;
    if inside.next().is_some() {
        return Err(BackupError::FolderTaken(folder.to_owned()));
    }
    Ok(())
}
