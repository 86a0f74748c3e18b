//! Signatures of the ledger's head, with keys of their own.

use std::cell::RefCell;
use std::collections::HashMap;

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use llpr_store::{SignedHead, StoreError};

use super::folder::{Folder, Purpose, public_pem};
use super::keys::KeysError;

/// Why a head was not signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SigningError {
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error("there is no key for the ledger")]
    NoKey,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The keys of the ledger's head: the newest signs, all verify, retired ones too. They are read
/// when they are used, which is seldom.
#[derive(Debug)]
pub(crate) struct LedgerKeys {
    folder: Folder,
}

impl LedgerKeys {
    /// Of a folder; the first key is made.
    pub(crate) fn open(folder: &Folder) -> Result<Self, KeysError> {
        folder.ensure(Purpose::Ledger)?;
        Ok(Self {
            folder: folder.clone(),
        })
    }

    /// Signs a head.
    pub(crate) fn sign(&self, seq: i64, hash: &str, now: i64) -> Result<SignedHead, SigningError> {
        let kid = self.folder.ids(Purpose::Ledger)?.pop();
        let kid = kid.ok_or(SigningError::NoKey)?;
        let key = self.folder.key(Purpose::Ledger, &kid)?;
        let key = key.ok_or(SigningError::NoKey)?;
        let mut head = SignedHead {
            seq,
            hash: hash.to_owned(),
            signed_at: now,
            kid,
            signature: String::new(),
        };
        head.signature = hex::encode(key.sign(message(&head).as_bytes()).to_bytes());
        Ok(head)
    }

    /// Says of heads whether we signed them; each key is read once.
    pub(crate) fn verifier(&self) -> impl Fn(&SignedHead) -> bool + Send + use<'_> {
        let known: RefCell<HashMap<String, Option<VerifyingKey>>> = RefCell::default();
        move |head| {
            let mut known = known.borrow_mut();
            let key = known.entry(head.kid.clone()).or_insert_with(|| {
                self.folder
                    .public(Purpose::Ledger, &head.kid)
                    .ok()
                    .flatten()
            });
            key.as_ref().is_some_and(|key| is_signed_by(head, key))
        }
    }

    /// The public halves by their ids, oldest first.
    pub(crate) fn public(&self) -> Result<Vec<(String, String)>, KeysError> {
        let mut ids = self.folder.retired(Purpose::Ledger)?;
        ids.extend(self.folder.ids(Purpose::Ledger)?);
        ids.sort();
        ids.dedup();
        let mut keys = Vec::with_capacity(ids.len());
        for id in ids {
            let key = self.folder.public(Purpose::Ledger, &id)?;
            keys.extend(key.as_ref().and_then(public_pem).map(|pem| (id, pem)));
        }
        Ok(keys)
    }
}

/// What is signed; the contract says the same.
fn message(head: &SignedHead) -> String {
    let SignedHead {
        seq,
        hash,
        signed_at,
        kid,
        signature: _,
    } = head;
    format!("llpr ledger head v1\n{seq}\n{hash}\n{signed_at}\n{kid}\n")
}

fn is_signed_by(head: &SignedHead, key: &VerifyingKey) -> bool {
    let mut bytes = [0; Signature::BYTE_SIZE];
    hex::decode_to_slice(&head.signature, &mut bytes).is_ok()
        && key
            .verify_strict(message(head).as_bytes(), &Signature::from_bytes(&bytes))
            .is_ok()
}
