//! SQLite: a copy by `VACUUM INTO`, which reads one moment and holds up no write.

use std::fs::File;
use std::path::{Path, PathBuf};

use llpr_store::backup::{Facts, sqlite_in_use};
use llpr_store::{Access, Options, Store, access};

use super::{BackupError, file};
use crate::clock::Clock;

const DATA: &str = "llpr.db";

pub(super) async fn copy(
    store: &Store,
    access: &Access<access::System>,
    folder: &Path,
) -> Result<(&'static str, Facts), BackupError> {
    let path = folder.join(DATA);
    store.copy_into(access, &path).await?;
    // The facts of the copy itself: the original has moved on.
    let copy = Store::open(&Options::new(url(&path))).await?;
    let facts = copy.facts(access).await;
    copy.close().await;
    synced(&path)?;
    Ok((DATA, facts?))
}

/// Puts a copy where the address says.
pub(super) async fn put(url: &str, data: &Path, replace: bool) -> Result<(), BackupError> {
    let target = path(url)?;
    let there = target.try_exists().map_err(file(&target))?;
    if there && !replace {
        return Err(BackupError::Taken(target.display().to_string()));
    }
    // Beside the target, so that the last step is a rename within one file system.
    let coming = beside(&target, "restoring");
    std::fs::copy(data, &coming).map_err(file(&coming))?;
    synced(&coming)?;
    if there {
        if sqlite_in_use(&target).await? {
            std::fs::remove_file(&coming).map_err(file(&coming))?;
            return Err(BackupError::InUse(target.display().to_string()));
        }
        let moment = Clock::system().now().format("%Y%m%dT%H%M%SZ");
        let kept = beside(&target, &format!("before-{moment}"));
        std::fs::rename(&target, &kept).map_err(file(&target))?;
        tracing::info!(kept = %kept.display(), "The database that was there was kept.");
    }
    std::fs::rename(&coming, &target).map_err(file(&target))?;
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    synced(folder.unwrap_or(Path::new(".")))
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// The file of an address.
fn path(url: &str) -> Result<PathBuf, BackupError> {
    let rest = url.strip_prefix("sqlite:").unwrap_or(url);
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let path = rest.split('?').next().unwrap_or_default();
    if path.is_empty() || path == ":memory:" {
        return Err(BackupError::Address("it names no file".into()));
    }
    Ok(path.into())
}

/// A file beside another, `llpr.db.restoring`.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    name.into()
}

/// Makes a file or a folder durable.
fn synced(path: &Path) -> Result<(), BackupError> {
    File::open(path)
        .and_then(|open| open.sync_all())
        .map_err(file(path))
}
