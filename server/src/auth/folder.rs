//! The keys' folder: files named by purpose and id, made whole or not at all, readable by their
//! owner only, and kept out of the database and its backup.
//!
//! A key's file never changes. So a new key shows by its name, and servers that share the folder
//! need not compare contents or times.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
};
use ed25519_dalek::{SigningKey, VerifyingKey};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::keys::{KeysError, random};

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Access tokens.
    Tokens,
    /// The head of the ledger.
    Ledger,
}

impl Purpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Tokens => "signing-",
            Self::Ledger => "ledger-",
        }
    }
}

/// What a retired ledger key leaves behind: old heads are verified with it.
const PUBLIC: &str = ".pub.pem";
const PRIVATE: &str = ".pem";

/// The folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Opens the folder, or makes it; others must not be able to read it.
    pub(crate) fn open(path: &Path) -> Result<Self, KeysError> {
        make_folder(path).map_err(failed(path))?;
        closed(path)?;
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// The secret's text, made at the first start.
    pub(crate) fn secret(
        &self,
        new: impl FnOnce() -> String,
    ) -> Result<Zeroizing<String>, KeysError> {
        let path = self.path.join("secret.key");
        if !path.exists() {
            self.write_new(&path, new().as_bytes())?;
        }
        Ok(Zeroizing::new(
            fs::read_to_string(&path).map_err(failed(&path))?,
        ))
    }

    /// Where the secret is, for a message.
    pub(crate) fn secret_path(&self) -> PathBuf {
        self.path.join("secret.key")
    }

    /// Ids of the keys that can sign, oldest first: they sort by time.
    pub(crate) fn ids(&self, purpose: Purpose) -> Result<Vec<String>, KeysError> {
        self.named(purpose, PRIVATE)
    }

    /// Ids of retired keys whose public half is kept.
    pub(crate) fn retired(&self, purpose: Purpose) -> Result<Vec<String>, KeysError> {
        self.named(purpose, PUBLIC)
    }

    fn named(&self, purpose: Purpose, suffix: &str) -> Result<Vec<String>, KeysError> {
        let mut ids = Vec::new();
        let failed = || failed(&self.path);
        for entry in fs::read_dir(&self.path).map_err(failed())? {
            let name = entry.map_err(failed())?.file_name();
            let id = name
                .to_str()
                .and_then(|name| name.strip_prefix(purpose.prefix()))
                .and_then(|name| name.strip_suffix(suffix));
            // An id has no dot, so a public half is no key.
            ids.extend(id.filter(|id| !id.contains('.')).map(str::to_owned));
        }
        ids.sort();
        Ok(ids)
    }

    fn path_of(&self, purpose: Purpose, id: &str, suffix: &str) -> PathBuf {
        self.path.join(format!("{}{id}{suffix}", purpose.prefix()))
    }

    /// A key by its id; `None` where there is none, which an id of another form never is.
    pub(crate) fn key(&self, purpose: Purpose, id: &str) -> Result<Option<SigningKey>, KeysError> {
        if !is_id(id) {
            return Ok(None);
        }
        let path = self.path_of(purpose, id, PRIVATE);
        let Some(pem) = read(&path)? else {
            return Ok(None);
        };
        SigningKey::from_pkcs8_pem(&pem)
            .map(Some)
            .map_err(|_| KeysError::Malformed { path })
    }

    /// The public half of a key, retired or not.
    pub(crate) fn public(
        &self,
        purpose: Purpose,
        id: &str,
    ) -> Result<Option<VerifyingKey>, KeysError> {
        if let Some(key) = self.key(purpose, id)? {
            return Ok(Some(key.verifying_key()));
        }
        if !is_id(id) {
            return Ok(None);
        }
        let path = self.path_of(purpose, id, PUBLIC);
        let Some(pem) = read(&path)? else {
            return Ok(None);
        };
        VerifyingKey::from_public_key_pem(&pem)
            .map(Some)
            .map_err(|_| KeysError::Malformed { path })
    }

    /// Makes a key and answers its id.
    pub(crate) fn create(&self, purpose: Purpose) -> Result<String, KeysError> {
        let id = Uuid::now_v7().to_string();
        let path = self.path_of(purpose, &id, PRIVATE);
        let pem = SigningKey::from_bytes(&random())
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| KeysError::Malformed { path: path.clone() })?;
        self.write_new(&path, pem.as_bytes())?;
        Ok(id)
    }

    /// Makes a key if there is none.
    pub(crate) fn ensure(&self, purpose: Purpose) -> Result<(), KeysError> {
        if self.ids(purpose)?.is_empty() {
            self.create(purpose)?;
        }
        Ok(())
    }

    /// Removes a key, so that it signs and verifies nothing any more; of a ledger key the public
    /// half stays.
    pub(crate) fn retire(&self, purpose: Purpose, id: &str) -> Result<(), KeysError> {
        let path = self.path_of(purpose, id, PRIVATE);
        if purpose == Purpose::Ledger
            && let Some(key) = self.key(purpose, id)?
        {
            let public = self.path_of(purpose, id, PUBLIC);
            let pem = public_pem(&key.verifying_key())
                .ok_or_else(|| KeysError::Malformed { path: path.clone() })?;
            self.write_new(&public, pem.as_bytes())?;
        }
        fs::remove_file(&path).map_err(failed(&path))?;
        self.sync()
    }

    /// Writes a file that must not be there, whole or not at all: another server may read the
    /// folder at this moment. Of two servers that start at once one makes it.
    fn write_new(&self, path: &Path, content: &[u8]) -> Result<(), KeysError> {
        let half = self.path.join(format!("new-{}", Uuid::now_v7()));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options.open(&half).map_err(failed(&half))?;
        let written = file.write_all(content).and_then(|()| file.sync_all());
        let linked = written.and_then(|()| match fs::hard_link(&half, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            done => done,
        });
        fs::remove_file(&half).map_err(failed(&half))?;
        linked.map_err(failed(path))?;
        self.sync()
    }

    /// The names survive a power cut too.
    fn sync(&self) -> Result<(), KeysError> {
        #[cfg(unix)]
        fs::File::open(&self.path)
            .and_then(|folder| folder.sync_all())
            .map_err(failed(&self.path))?;
        Ok(())
    }
}

/// The public half as others read it.
pub(crate) fn public_pem(key: &VerifyingKey) -> Option<String> {
    key.to_public_key_pem(LineEnding::LF).ok()
}

/// Ids are UUIDs, so that none leads out of the folder.
fn is_id(id: &str) -> bool {
    id.len() == 36 && Uuid::try_parse(id).is_ok()
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> KeysError + use<> {
    let path = path.to_owned();
    move |source| KeysError::Folder { path, source }
}

fn read(path: &Path) -> Result<Option<Zeroizing<String>>, KeysError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path)(error)),
    }
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if folder.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn closed(folder: &Path) -> Result<(), KeysError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(folder)
        .map_err(failed(folder))?
        .permissions()
        .mode();
    if mode.trailing_zeros() >= 6 {
        Ok(())
    } else {
        Err(KeysError::Open {
            path: folder.to_owned(),
        })
    }
}

#[cfg(not(unix))]
fn closed(_folder: &Path) -> Result<(), KeysError> {
    Ok(())
}
