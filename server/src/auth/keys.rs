//! The keys in use: those of access tokens by their id, and one secret for seals.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::folder::{Folder, Purpose, public_pem};

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

/// Reads the secret of a folder, and makes it at the first start.
pub(crate) fn secret(folder: &Folder) -> Result<Secret, KeysError> {
    let text = folder.secret(|| BASE64.encode(random::<32>()))?;
    BASE64
        .decode(text.trim())
        .ok()
        .filter(|bytes| bytes.len() >= 32)
        .map(|bytes| Secret(Zeroizing::new(bytes)))
        .ok_or_else(|| KeysError::Malformed {
            path: folder.secret_path(),
        })
}

/// The keys of access tokens: the newest signs, all verify. What the folder holds is looked up
/// again and again, so that servers that share it change keys together and without a restart.
#[derive(Debug)]
pub(crate) struct TokenKeys {
    folder: Folder,
    known: RwLock<Arc<[Arc<Signing>]>>,
}

impl TokenKeys {
    /// Reads the keys, and makes the first.
    pub(crate) fn open(folder: &Folder) -> Result<Self, KeysError> {
        folder.ensure(Purpose::Tokens)?;
        let keys = Self {
            folder: folder.clone(),
            known: RwLock::new(Arc::default()),
        };
        keys.refresh()?;
        Ok(keys)
    }

    /// Looks which keys there are; whether that changed.
    pub(crate) fn refresh(&self) -> Result<bool, KeysError> {
        let ids = self.folder.ids(Purpose::Tokens)?;
        let known = self.known();
        // Nobody retires the last key: an empty folder is one that is not mounted just now.
        if ids.is_empty() || ids.iter().eq(known.iter().map(|key| &key.kid)) {
            return Ok(false);
        }
        let mut keys = Vec::with_capacity(ids.len());
        for id in ids {
            let held = known.iter().find(|key| key.kid == id).cloned();
            // A key that was retired since we looked is left out.
            keys.extend(match held {
                Some(key) => Some(key),
                None => self.read(&id)?,
            });
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
        Ok(true)
    }

    /// The key that signs.
    pub(crate) fn newest(&self) -> Option<Arc<Signing>> {
        self.known().last().cloned()
    }

    /// The key of an id. One that we don't know may have been made by another server a moment
    /// ago; its file says so.
    pub(crate) fn find(&self, kid: &str) -> Option<Arc<Signing>> {
        let known = |keys: &[Arc<Signing>]| keys.iter().find(|key| key.kid == kid).cloned();
        if let Some(key) = known(&self.known()) {
            return Some(key);
        }
        let found = self.read(kid).ok().flatten()?;
        if let Err(error) = self.refresh() {
            tracing::error!(error = %error, "The keys' folder can't be read.");
        }
        Some(found)
    }

    fn known(&self) -> Arc<[Arc<Signing>]> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn read(&self, kid: &str) -> Result<Option<Arc<Signing>>, KeysError> {
        let Some(key) = self.folder.key(Purpose::Tokens, kid)? else {
            return Ok(None);
        };
        let malformed = || KeysError::Malformed {
            path: format!("signing-{kid}.pem").into(),
        };
        let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| malformed())?;
        let public = public_pem(&key.verifying_key()).ok_or_else(malformed)?;
        Ok(Some(Arc::new(Signing {
            kid: kid.to_owned(),
            encoding: EncodingKey::from_ed_pem(pem.as_bytes()).map_err(|_| malformed())?,
            decoding: DecodingKey::from_ed_pem(public.as_bytes()).map_err(|_| malformed())?,
        })))
    }
}

/// Random bytes of the system's.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes);
    bytes
}
