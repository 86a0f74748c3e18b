//! What stands beside the data of a backup, so that a restore can tell whether it is whole.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use llpr_store::Engine;
use llpr_store::backup::Facts;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{BackupError, file};

const NAME: &str = "manifest.json";
/// The form of the manifest.
const FORM: u32 = 1;

/// The facts of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    form: u32,
    /// Version of the server that made it.
    pub version: String,
    engine: String,
    /// When it was begun, RFC 3339 in UTC.
    pub made_at: String,
    /// The latest migration of its schema.
    pub schema: String,
    /// Rows of the ledger.
    pub ledger_length: i64,
    /// Hash of the ledger's last row.
    pub ledger_head: String,
    data: String,
    /// Size of the data in bytes.
    pub bytes: u64,
    sha256: String,
}

impl Manifest {
    pub(super) fn of(
        engine: Engine,
        made: DateTime<Utc>,
        facts: &Facts,
        folder: &Path,
        data: &str,
    ) -> Result<Self, BackupError> {
        let (bytes, sha256) = digest(&folder.join(data))?;
        Ok(Self {
            form: FORM,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine: word(engine).to_owned(),
            made_at: made.to_rfc3339_opts(SecondsFormat::Secs, true),
            schema: facts.schema.clone(),
            ledger_length: facts.ledger_length,
            ledger_head: facts.ledger_head.clone(),
            data: data.to_owned(),
            bytes,
            sha256,
        })
    }

    /// Writes it, and makes it durable: from then on the backup is whole.
    pub(super) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(NAME);
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| BackupError::NotWhole(folder.to_owned(), error.to_string()))?;
        let mut manifest = File::create_new(&path).map_err(file(&path))?;
        manifest
            .write_all(format!("{text}\n").as_bytes())
            .and_then(|()| manifest.sync_all())
            .map_err(file(&path))
    }

    pub(super) fn read(folder: &Path) -> Result<Self, BackupError> {
        let not_whole = |why: String| BackupError::NotWhole(folder.to_owned(), why);
        let path = folder.join(NAME);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(not_whole(format!("{NAME} is missing")));
            }
            Err(error) => return Err(file(&path)(error)),
        };
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| not_whole(format!("{NAME} can't be read: {error}")))?;
        let plain = Path::new(&manifest.data)
            .file_name()
            .is_some_and(|name| name == manifest.data.as_str());
        if manifest.form != FORM
            || !plain
            || !matches!(manifest.engine.as_str(), "sqlite" | "postgres")
        {
            return Err(not_whole(format!(
                "{NAME} is of another version of llpr-server"
            )));
        }
        Ok(manifest)
    }

    pub(super) fn data(&self, folder: &Path) -> PathBuf {
        folder.join(&self.data)
    }

    /// Of which engine it is.
    pub fn engine(&self) -> Engine {
        if self.engine == word(Engine::Sqlite) {
            Engine::Sqlite
        } else {
            Engine::Postgres
        }
    }

    /// Whether the data is as it was written.
    pub(super) fn check_data(&self, folder: &Path) -> Result<(), BackupError> {
        let found = digest(&self.data(folder))?;
        if found == (self.bytes, self.sha256.clone()) {
            Ok(())
        } else {
            let why = format!("{} is not as it was written", self.data);
            Err(BackupError::NotWhole(folder.to_owned(), why))
        }
    }

    /// Whether a restored database is the one that was backed up.
    pub(super) fn compare(&self, facts: &Facts) -> Result<(), BackupError> {
        let Facts {
            schema,
            ledger_length,
            ledger_head,
        } = facts;
        if (schema, ledger_length, ledger_head)
            == (&self.schema, &self.ledger_length, &self.ledger_head)
        {
            return Ok(());
        }
        Err(BackupError::Differs(format!(
            "schema {schema}, ledger of {ledger_length} rows ending in {ledger_head}; the manifest says {}, {} and {}",
            self.schema, self.ledger_length, self.ledger_head
        )))
    }
}

fn word(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// Size and SHA-256 of a file.
fn digest(path: &Path) -> Result<(u64, String), BackupError> {
    let mut data = File::open(path).map_err(file(path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        let read = data.read(&mut buffer).map_err(file(path))?;
        let Some(some) = buffer.get(..read).filter(|some| !some.is_empty()) else {
            return Ok((bytes, hex::encode(hash.finalize())));
        };
        hash.update(some);
        bytes += read as u64;
    }
}
