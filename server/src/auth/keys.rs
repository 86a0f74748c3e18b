//! The keys' folder: signing keys by their id, and one secret for seals. Made at the first start,
//! readable by its owner only, and kept out of the database and its backup.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Why the keys can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The folder or a file can't be read or made.
    #[error("the keys' folder {path} can't be used")]
    Folder {
        /// Which path.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is not a key.
    #[error("{path} is not a key of ours; restore it, or move it away to have a new one made")]
    Malformed {
        /// Which file.
        path: PathBuf,
    },
    /// Others can read the folder.
    #[error("the keys' folder {path} can be read by others: run chmod 700 {path}")]
    Open {
        /// Which folder.
        path: PathBuf,
    },
}

/// A signing key with its id.
pub(crate) struct Signing {
    pub(crate) kid: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signing")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// The secret that seals refresh tokens, page tokens and request hashes.
pub(crate) struct Secret(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// HMAC-SHA-256 of parts, for one purpose: a seal for one is none for another.
    pub(crate) fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .unwrap_or_else(|_| unreachable!("any length is a key"));
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&part.len().to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// All keys of a folder.
#[derive(Debug)]
pub(crate) struct Keys {
    /// The signing keys; the last one signs, all verify.
    pub(crate) signing: Vec<Signing>,
    pub(crate) secret: Secret,
}

impl Keys {
    /// Reads the folder, and makes what it lacks.
    pub(crate) fn open(folder: &Path) -> Result<Self, KeysError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| KeysError::Folder { path, source }
        };
        make_folder(folder).map_err(failed(folder))?;
        closed(folder)?;
        let secret_path = folder.join("secret.key");
        if !secret_path.exists() {
            let text = BASE64.encode(random::<32>());
            write_new(&secret_path, text.as_bytes()).map_err(failed(&secret_path))?;
        }
        let secret =
            Zeroizing::new(fs::read_to_string(&secret_path).map_err(failed(&secret_path))?);
        let secret = BASE64
            .decode(secret.trim())
            .ok()
            .filter(|bytes| bytes.len() >= 32);
        let secret = secret.ok_or_else(|| KeysError::Malformed {
            path: secret_path.clone(),
        })?;

        let mut paths = signing_paths(folder).map_err(failed(folder))?;
        if paths.is_empty() {
            let path = folder.join(format!("signing-{}.pem", Uuid::now_v7()));
            let key = SigningKey::from_bytes(&random());
            let pem = key
                .to_pkcs8_pem(LineEnding::LF)
                .map_err(|_| KeysError::Malformed { path: path.clone() })?;
            write_new(&path, pem.as_bytes()).map_err(failed(&path))?;
            paths = signing_paths(folder).map_err(failed(folder))?;
        }
        let signing = paths
            .iter()
            .map(|path| read_signing(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            signing,
            secret: Secret(Zeroizing::new(secret)),
        })
    }
}

/// Files named `signing-{kid}.pem`, oldest first: the ids sort by time.
fn signing_paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if kid(&path).is_some() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn kid(path: &Path) -> Option<&str> {
    path.file_name()?
        .to_str()?
        .strip_prefix("signing-")?
        .strip_suffix(".pem")
}

fn read_signing(path: &Path) -> Result<Signing, KeysError> {
    let malformed = || KeysError::Malformed {
        path: path.to_owned(),
    };
    let pem = fs::read_to_string(path).map_err(|source| KeysError::Folder {
        path: path.to_owned(),
        source,
    })?;
    let pem = Zeroizing::new(pem);
    let key = SigningKey::from_pkcs8_pem(&pem).map_err(|_| malformed())?;
    let public = key
        .verifying_key()
        .to_public_key_pem(LineEnding::LF)
        .map_err(|_| malformed())?;
    Ok(Signing {
        kid: kid(path).ok_or_else(malformed)?.to_owned(),
        encoding: EncodingKey::from_ed_pem(pem.as_bytes()).map_err(|_| malformed())?,
        decoding: DecodingKey::from_ed_pem(public.as_bytes()).map_err(|_| malformed())?,
    })
}

/// Random bytes of the system's.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes);
    bytes
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
    let folder = folder.to_owned();
    let mode = fs::metadata(&folder).map(|data| data.permissions().mode());
    match mode {
        Ok(mode) if mode.trailing_zeros() >= 6 => Ok(()),
        Ok(_) => Err(KeysError::Open { path: folder }),
        Err(source) => Err(KeysError::Folder {
            path: folder,
            source,
        }),
    }
}

#[cfg(not(unix))]
fn closed(_folder: &Path) -> Result<(), KeysError> {
    Ok(())
}

/// Writes a file that must not be there; two servers that start at once leave one.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(mut file) => {
            file.write_all(content)?;
            file.sync_all()
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}
