//! The session between two commands: a file that only its owner can read.
//!
//! It holds one session: server, e-mail address and tokens. It is replaced as a whole, and while
//! tokens are refreshed a lock file beside it keeps other commands from using the same refresh
//! token, which would end the session.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use futures::FutureExt;
use futures::future::BoxFuture;
use llpr_client::{StoreError, TokenGuard, TokenStore, Tokens};
use serde::{Deserialize, Serialize};

/// Why the session can't be kept or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CredentialsError {
    #[error("There is no folder for your configuration. Name a file with --credentials FILE.")]
    NoFolder,
    #[error(
        "Others can read your session in {}. Close it with: chmod 600 {}",
        quoted(.0),
        quoted(.0)
    )]
    Exposed(PathBuf),
    #[error("The session in {} is not readable as one. Remove the file and sign in again.", quoted(.0))]
    Damaged(PathBuf),
    #[error("The session in {} can't be used: {source}", quoted(.path))]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display())
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> CredentialsError + use<'_> {
    move |source| CredentialsError::File {
        path: path.to_owned(),
        source,
    }
}

/// `llpr/credentials.json` in the person's configuration folder.
pub(crate) fn default_path() -> Result<PathBuf, CredentialsError> {
    let folders = directories::BaseDirs::new().ok_or(CredentialsError::NoFolder)?;
    Ok(folders.config_dir().join("llpr").join("credentials.json"))
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// Address of the server that gave the tokens.
    pub(crate) server: String,
    /// Who signed in.
    pub(crate) email: String,
    /// The session; none after it has ended.
    pub(crate) tokens: Option<KeptTokens>,
}

/// [`Tokens`] as they are written down, with times in seconds since 1970.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptTokens {
    access_token: String,
    access_token_expires: u64,
    refresh_token: String,
    refresh_token_expires: u64,
}

impl From<Tokens> for KeptTokens {
    fn from(tokens: Tokens) -> Self {
        let seconds = |time: SystemTime| {
            time.duration_since(SystemTime::UNIX_EPOCH)
                .unwrap_or_default()
                .as_secs()
        };
        Self {
            access_token: tokens.access_token,
            access_token_expires: seconds(tokens.access_token_expire_time),
            refresh_token: tokens.refresh_token,
            refresh_token_expires: seconds(tokens.refresh_token_expire_time),
        }
    }
}

impl From<KeptTokens> for Tokens {
    fn from(kept: KeptTokens) -> Self {
        let time = |seconds| {
            SystemTime::UNIX_EPOCH
                .checked_add(Duration::from_secs(seconds))
                .unwrap_or(SystemTime::UNIX_EPOCH)
        };
        Self {
            access_token: kept.access_token,
            access_token_expire_time: time(kept.access_token_expires),
            refresh_token: kept.refresh_token,
            refresh_token_expire_time: time(kept.refresh_token_expires),
        }
    }
}

impl Credentials {
    /// Reads the file; `None` where there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, CredentialsError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(path)(error)),
        };
        if is_exposed(&file).map_err(at(path))? {
            return Err(CredentialsError::Exposed(path.to_owned()));
        }
        serde_json::from_reader(io::BufReader::new(file))
            .map(Some)
            .map_err(|_| CredentialsError::Damaged(path.to_owned()))
    }

    /// Replaces the file as a whole: whoever reads sees the old one or the new one.
    pub(crate) fn write(&self, path: &Path) -> Result<(), CredentialsError> {
        let folder = make_folder(path)?;
        let replace = || -> io::Result<()> {
            // tempfile makes it readable for its owner only.
            let mut file = tempfile::NamedTempFile::new_in(&folder)?;
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            Ok(())
        };
        replace().map_err(at(path))
    }
}

/// Makes the folder of the file if need be, for its owner only.
fn make_folder(path: &Path) -> Result<PathBuf, CredentialsError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    if !folder.exists() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(at(&folder))?;
    }
    Ok(folder)
}

#[cfg(unix)]
fn is_exposed(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same form as where it can fail"
)]
fn is_exposed(_: &File) -> io::Result<bool> {
    // The profile's folder is its owner's.
    Ok(false)
}

/// Waits until no other command holds the lock of this file. Dropping the answer unlocks.
pub(crate) async fn lock(path: &Path) -> Result<File, CredentialsError> {
    make_folder(path)?;
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let lock_path = PathBuf::from(lock_path);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&lock_path).map_err(at(&lock_path))?;
    tokio::task::spawn_blocking(move || {
        file.lock()?;
        Ok(file)
    })
    .await
    .unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
    .map_err(at(&lock_path))
}

/// The tokens in the file, as far as they are for one server.
pub(crate) struct FileTokens {
    path: PathBuf,
    server: String,
}

impl FileTokens {
    pub(crate) fn new(path: PathBuf, server: String) -> Self {
        Self { path, server }
    }

    fn read(&self) -> Result<Option<Tokens>, StoreError> {
        Ok(Credentials::read(&self.path)?
            .filter(|kept| kept.server == self.server)
            .and_then(|kept| kept.tokens)
            .map(Tokens::from))
    }

    fn replace(&self, tokens: Option<Tokens>) -> Result<(), StoreError> {
        // Signed in elsewhere meanwhile: that session is not ours to touch.
        let Some(kept) = Credentials::read(&self.path)?.filter(|kept| kept.server == self.server)
        else {
            return Ok(());
        };
        let kept = Credentials {
            tokens: tokens.map(KeptTokens::from),
            ..kept
        };
        Ok(kept.write(&self.path)?)
    }
}

impl TokenStore for FileTokens {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, StoreError>> {
        async { self.read() }.boxed()
    }

    fn lock(&self) -> BoxFuture<'_, Result<Box<dyn TokenGuard + '_>, StoreError>> {
        async {
            let guard = FileGuard {
                tokens: self,
                _lock: lock(&self.path).await?,
            };
            Ok(Box::new(guard) as Box<dyn TokenGuard + '_>)
        }
        .boxed()
    }
}

struct FileGuard<'a> {
    tokens: &'a FileTokens,
    /// Unlocks when it is closed.
    _lock: File,
}

impl TokenGuard for FileGuard<'_> {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<Tokens>, StoreError>> {
        async { self.tokens.read() }.boxed()
    }

    fn store(&mut self, tokens: Option<Tokens>) -> BoxFuture<'_, Result<(), StoreError>> {
        async move { self.tokens.replace(tokens) }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "http://127.0.0.1:50051";

    fn tokens(name: &str) -> Tokens {
        let time = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        Tokens {
            access_token: format!("access-{name}"),
            access_token_expire_time: time,
            refresh_token: format!("refresh-{name}"),
            refresh_token_expire_time: time,
        }
    }

    fn signed_in(folder: &tempfile::TempDir) -> PathBuf {
        let path = folder.path().join("llpr").join("credentials.json");
        let kept = Credentials {
            server: SERVER.into(),
            email: "sam@example.org".into(),
            tokens: Some(tokens("a").into()),
        };
        kept.write(&path).unwrap();
        path
    }

    #[tokio::test]
    async fn tokens_come_back_as_they_were_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileTokens::new(signed_in(&folder), SERVER.into());
        assert_eq!(store.load().await.unwrap(), Some(tokens("a")));

        let mut guard = store.lock().await.unwrap();
        guard.store(Some(tokens("b"))).await.unwrap();
        drop(guard);
        assert_eq!(store.load().await.unwrap(), Some(tokens("b")));

        store.lock().await.unwrap().store(None).await.unwrap();
        assert_eq!(store.load().await.unwrap(), None);
        // Server and address stay, for the next `llpr login`.
        let kept = Credentials::read(&store.path).unwrap().unwrap();
        assert_eq!(kept.email, "sam@example.org");
    }

    #[tokio::test]
    async fn tokens_are_for_the_server_that_gave_them_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = signed_in(&folder);
        let other = FileTokens::new(path.clone(), "http://elsewhere.example:50051".into());
        assert_eq!(other.load().await.unwrap(), None);
        other.lock().await.unwrap().store(None).await.unwrap();
        let ours = FileTokens::new(path, SERVER.into());
        assert_eq!(ours.load().await.unwrap(), Some(tokens("a")));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_and_a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = tempfile::tempdir().unwrap();
        let path = signed_in(&folder);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = Credentials::read(&path).err().unwrap();
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[tokio::test]
    async fn the_lock_keeps_another_holder_out_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = signed_in(&folder);
        let first = lock(&path).await.unwrap();
        let second = tokio::spawn({
            let path = path.clone();
            async move { lock(&path).await }
        });
        let rival = File::open(path.with_file_name("credentials.json.lock")).unwrap();
        assert!(rival.try_lock().is_err());
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap().unwrap();
    }

    #[test]
    fn a_damaged_file_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = signed_in(&folder);
        fs::write(&path, "{").unwrap();
        let error = Credentials::read(&path).err().unwrap();
        assert!(matches!(error, CredentialsError::Damaged(_)), "{error}");
    }
}
