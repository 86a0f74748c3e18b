//! The folder of `llpr dev`: database, keys, accounts, and whether the first start came to its end.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::accounts::{self, Account};
use crate::exit::Failure;

const LOCK: &str = "lock";
const READY: &str = "ready.json";
const ACCOUNTS: &str = "accounts.json";
const DATABASE: &str = "llpr.db";
const KEYS: &str = "keys";
const WEB_KEY: &str = "web-key";

const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// The folder, locked for this process until it is dropped.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

/// Written last, when all of the first start is done.
#[derive(Serialize, Deserialize)]
struct Ready {
    empty: bool,
}

pub(super) fn default_path() -> Result<PathBuf, Failure> {
    directories::BaseDirs::new()
        .map(|folders| folders.data_dir().join("llpr").join("dev"))
        .ok_or_else(|| Failure::Usage("There is no folder for your data: give --data DIR.".into()))
}

impl Folder {
    /// Makes the folder if need be, and takes it for this process.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(at(path))?;
        let path = path.canonicalize().map_err(at(path))?;
        let lock = path.join(LOCK);
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock)
            .map_err(at(&lock))?;
        // One that was just stopped may hold it for another moment.
        for attempt in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempt < LOCK_ATTEMPTS => {
                    std::thread::sleep(LOCK_PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Failure::Conflict(format!(
                        "Another `llpr dev` uses {}. Stop it, or name another folder with \
                         --data DIR.",
                        path.display()
                    )));
                }
                Err(TryLockError::Error(error)) => return Err(at(&lock)(error)),
            }
        }
        Ok(Self { path, _lock: file })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    pub(super) fn keys(&self) -> PathBuf {
        self.path.join(KEYS)
    }

    /// Whether this is a first start. What one that was cut off has left is removed.
    pub(super) fn prepare(&self, empty: bool) -> Result<bool, Failure> {
        if let Some(text) = self.read(READY)? {
            let ready: Ready = serde_json::from_str(&text).map_err(|_| self.damaged(READY))?;
            if empty && !ready.empty {
                return Err(Failure::Conflict(format!(
                    "{} holds a county already. Name another folder for an empty one with \
                     --data DIR.",
                    self.path.display()
                )));
            }
            return Ok(false);
        }
        let mut leftovers = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(at(&self.path))? {
            let path = entry.map_err(at(&self.path))?.path();
            match path.file_name().and_then(|name| name.to_str()) {
                Some(LOCK) => {}
                Some(name)
                    if [ACCOUNTS, KEYS, WEB_KEY].contains(&name) || name.starts_with(DATABASE) =>
                {
                    leftovers.push(path);
                }
                // Never clear a folder that somebody else uses.
                _ => {
                    return Err(Failure::Conflict(format!(
                        "{} holds other files. Name a folder of its own with --data DIR.",
                        self.path.display()
                    )));
                }
            }
        }
        for path in leftovers {
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(at(&path))?;
        }
        // The database holds password hashes; a folder that was there may be open to all.
        #[cfg(unix)]
        fs::set_permissions(
            &self.path,
            std::os::unix::fs::PermissionsExt::from_mode(0o700),
        )
        .map_err(at(&self.path))?;
        Ok(true)
    }

    pub(super) fn mark_ready(&self, empty: bool) -> Result<(), Failure> {
        let text = serde_json::to_vec(&Ready { empty }).map_err(io::Error::from)?;
        write_private(&self.path.join(READY), &text)
    }

    pub(super) fn write_accounts(&self, accounts: &[Account]) -> Result<(), Failure> {
        accounts::write(&self.path.join(ACCOUNTS), accounts)
    }

    pub(super) fn accounts(&self) -> Result<Vec<Account>, Failure> {
        let text = self.read(ACCOUNTS)?.ok_or_else(|| self.damaged(ACCOUNTS))?;
        serde_json::from_str(&text).map_err(|_| self.damaged(ACCOUNTS))
    }

    /// The key of the web client's cookies: kept, so that people stay signed in over a restart.
    pub(super) fn web_key(&self) -> Result<String, Failure> {
        if let Some(key) = self.read(WEB_KEY)? {
            return Ok(key);
        }
        let key = llpr_web::new_session_key().map_err(super::other)?;
        write_private(&self.path.join(WEB_KEY), key.as_bytes())?;
        Ok(key)
    }

    fn read(&self, name: &str) -> Result<Option<String>, Failure> {
        let path = self.path.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at(&path)(error)),
        }
    }

    fn damaged(&self, name: &str) -> Failure {
        Failure::Other(format!(
            "{} is damaged. Remove the folder to begin again.",
            self.path.join(name).display()
        ))
    }
}

/// Writes a file that only its owner can read, as a whole.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(at(path))
}

fn at(path: &Path) -> impl Fn(io::Error) -> Failure + use<'_> {
    move |source| Failure::File {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("county")
    }

    #[test]
    fn one_process_at_a_time() {
        let temporary = tempfile::tempdir().unwrap();
        let first = Folder::open(&path(&temporary)).unwrap();
        let second = Folder::open(&path(&temporary));
        assert!(matches!(second, Err(Failure::Conflict(_))));
        drop(first);
        Folder::open(&path(&temporary)).unwrap();
    }

    #[test]
    fn a_start_that_was_cut_off_begins_again_and_a_finished_one_is_kept() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(&path(&temporary)).unwrap();
        assert!(folder.prepare(false).unwrap());
        fs::write(folder.database(), "half").unwrap();
        fs::write(folder.path().join("llpr.db-wal"), "half").unwrap();
        fs::create_dir(folder.keys()).unwrap();

        assert!(folder.prepare(false).unwrap());
        assert!(!folder.database().exists() && !folder.keys().exists());

        folder.mark_ready(false).unwrap();
        fs::write(folder.database(), "whole").unwrap();
        assert!(!folder.prepare(false).unwrap());
        assert!(folder.database().exists());
        assert!(matches!(folder.prepare(true), Err(Failure::Conflict(_))));
    }

    #[test]
    fn a_folder_with_other_files_is_left_alone() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(&path(&temporary)).unwrap();
        let thesis = folder.path().join("thesis.doc");
        fs::write(&thesis, "years of work").unwrap();
        fs::write(folder.database(), "somebody's").unwrap();
        assert!(matches!(folder.prepare(false), Err(Failure::Conflict(_))));
        assert!(thesis.exists() && folder.database().exists());
    }

    #[test]
    fn the_web_key_stays_the_same() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(&path(&temporary)).unwrap();
        assert_eq!(folder.web_key().unwrap(), folder.web_key().unwrap());
    }
}
