//! What `llpr-server keys` does with the keys' folder, servers running or not.

use std::fmt::Write as _;
use std::path::Path;

use chrono::DateTime;
use uuid::Uuid;

pub use crate::auth::folder::Purpose;
use crate::auth::folder::{Folder, public_pem};
use crate::auth::keys::KeysError;

/// Why a key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeysAdminError {
    /// The folder can't be used.
    #[error(transparent)]
    Folder(#[from] KeysError),
    /// There is no such key.
    #[error("there is no key {0}; `llpr-server keys list` shows all")]
    Unknown(String),
    /// It is the one that signs.
    #[error("{0} is the key that signs; run `llpr-server keys rotate` first")]
    Signs(String),
}

/// Makes a new key, which signs from now on, and answers its id. Those before verify until they
/// are retired. Running servers see it within a second.
///
/// # Errors
/// Where the folder can't be used.
pub fn rotate(folder: &Path, purpose: Purpose) -> Result<String, KeysAdminError> {
    Ok(Folder::open(folder)?.create(purpose)?)
}

/// Removes an old key. What it signed of access tokens is refused within a second, on every
/// server; heads of the ledger that it signed are verified with its public half, which stays.
///
/// # Errors
/// [`KeysAdminError::Signs`] for the newest, [`KeysAdminError::Unknown`].
pub fn retire(folder: &Path, id: &str) -> Result<Purpose, KeysAdminError> {
    let folder = Folder::open(folder)?;
    for purpose in [Purpose::Tokens, Purpose::Ledger] {
        let ids = folder.ids(purpose)?;
        if ids.last().is_some_and(|newest| newest == id) {
            return Err(KeysAdminError::Signs(id.to_owned()));
        }
        if ids.iter().any(|known| known == id) {
            folder.retire(purpose, id)?;
            return Ok(purpose);
        }
    }
    Err(KeysAdminError::Unknown(id.to_owned()))
}

/// A line for each key: what it signs, its id, when it was made, and what it does now; with the
/// public halves of the ledger's keys, to be kept where heads are verified.
///
/// # Errors
/// Where the folder can't be used.
pub fn list(folder: &Path) -> Result<String, KeysAdminError> {
    let folder = Folder::open(folder)?;
    let mut told = String::new();
    for (purpose, title) in [(Purpose::Tokens, "tokens"), (Purpose::Ledger, "ledger")] {
        let mut keys: Vec<(String, &str)> = folder
            .retired(purpose)?
            .into_iter()
            .map(|id| (id, "retired"))
            .collect();
        let ids = folder.ids(purpose)?;
        let newest = ids.len().saturating_sub(1);
        keys.extend(ids.into_iter().enumerate().map(|(place, id)| {
            let state = if place == newest { "signs" } else { "verifies" };
            (id, state)
        }));
        for (id, state) in keys {
            let made = made(&id);
            _ = writeln!(told, "{title}  {id}  {made}  {state}");
            if purpose == Purpose::Ledger
                && let Some(pem) = folder.public(purpose, &id)?.as_ref().and_then(public_pem)
            {
                told.push_str(&pem);
            }
        }
    }
    Ok(told)
}

/// When a key was made: its id says so.
fn made(id: &str) -> String {
    Uuid::try_parse(id)
        .ok()
        .and_then(|id| id.get_timestamp())
        .and_then(|time| {
            let (seconds, _) = time.to_unix();
            DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
        })
        .map_or_else(String::new, |time| {
            time.format("%Y-%m-%d %H:%MZ").to_string()
        })
}
