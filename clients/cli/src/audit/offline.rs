//! Checking an export without the server: the chain of entries, and the heads that were signed.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::DecodePublicKey as _;
use ed25519_dalek::{Signature, VerifyingKey};
use prost_types::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::exit::Failure;

/// A line of an export.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Entry(Row),
    Head(Head),
    Key(Key),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    seq: String,
    previous_hash: String,
    hash: String,
    entry: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    seq: String,
    hash: String,
    sign_time: String,
    kid: String,
    signature: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Key {
    kid: String,
    public_key: String,
}

/// What a whole export holds.
#[derive(Debug)]
pub(super) struct Whole {
    first: i64,
    last: i64,
    hash: String,
    heads: u64,
    /// Whether keys from elsewhere were used.
    trusted: bool,
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            first,
            last,
            hash,
            heads,
            trusted,
        } = self;
        write!(
            f,
            "The export is whole: entries {first} to {last}, {heads} signed heads, hash {hash}."
        )?;
        if *first > 1 {
            write!(
                f,
                " It does not begin with the first entry: compare the hash before it with your earlier export."
            )?;
        }
        if !*trusted {
            write!(
                f,
                " The signatures were checked with the keys in the file itself; give --key with a key that you keep elsewhere."
            )?;
        }
        Ok(())
    }
}

/// Walks an export.
///
/// # Errors
/// [`Failure::Conflict`] names the line and what does not fit.
pub(super) fn verify(path: &Path, trusted: &[PathBuf]) -> Result<Whole, Failure> {
    let failed = |source| Failure::File {
        path: path.display().to_string(),
        source,
    };
    let mut only = Vec::new();
    for key in trusted {
        only.push(read_key(key)?);
    }
    let mut keys: HashMap<String, VerifyingKey> = HashMap::new();
    let mut chain: Option<Whole> = None;
    let lines = BufReader::new(File::open(path).map_err(failed)?).lines();
    for (number, line) in lines.enumerate() {
        let at = |told: &str| {
            Failure::Conflict(format!("{} line {}: {told}", path.display(), number + 1))
        };
        let line: Line = serde_json::from_str(&line.map_err(failed)?)
            .map_err(|_| at("this is not a line of an export, or it was cut off"))?;
        match line {
            Line::Key(Key { kid, public_key }) => {
                let key = VerifyingKey::from_public_key_pem(&public_key)
                    .map_err(|_| at("the public key can't be read"))?;
                if only.is_empty() || only.contains(&key) {
                    keys.insert(kid, key);
                }
            }
            Line::Entry(row) => {
                let seq: i64 = row.seq.parse().map_err(|_| at("the entry has no number"))?;
                let hash = hex::encode(
                    Sha256::new()
                        .chain_update(&row.previous_hash)
                        .chain_update(&row.entry)
                        .finalize(),
                );
                let follows = chain
                    .as_ref()
                    .is_none_or(|chain| chain.last + 1 == seq && chain.hash == row.previous_hash);
                let begins = seq != 1 || row.previous_hash.is_empty();
                if hash != row.hash || !follows || !begins {
                    return Err(at(&format!(
                        "entry {seq} does not fit the one before it: it was changed, or entries are missing"
                    )));
                }
                let before = chain.take();
                chain = Some(Whole {
                    first: before.as_ref().map_or(seq, |chain| chain.first),
                    heads: before.map_or(0, |chain| chain.heads),
                    last: seq,
                    hash,
                    trusted: !only.is_empty(),
                });
            }
            Line::Head(head) => {
                let chain = chain
                    .as_mut()
                    .filter(|chain| head.seq == chain.last.to_string() && head.hash == chain.hash)
                    .ok_or_else(|| at("the signed head does not fit the entry before it: the record was rewritten"))?;
                let key = keys.get(&head.kid).ok_or_else(|| {
                    at(&format!(
                        "the head was signed with {}, which is not a key that you trust",
                        head.kid
                    ))
                })?;
                if !is_signed(&head, key) {
                    return Err(at("the signature of the head is not right"));
                }
                chain.heads += 1;
            }
        }
    }
    chain.ok_or_else(|| Failure::Conflict(format!("{}: there is no entry in it", path.display())))
}

fn read_key(path: &Path) -> Result<VerifyingKey, Failure> {
    let pem = std::fs::read_to_string(path).map_err(|source| Failure::File {
        path: path.display().to_string(),
        source,
    })?;
    VerifyingKey::from_public_key_pem(pem.trim()).map_err(|_| {
        Failure::Usage(format!(
            "{} is not a public key in PEM form.",
            path.display()
        ))
    })
}

/// The text that is signed is the contract's (`LedgerHead.signature`).
fn is_signed(head: &Head, key: &VerifyingKey) -> bool {
    let micros = head
        .sign_time
        .parse::<Timestamp>()
        .ok()
        .map(|time| time.seconds * 1_000_000 + i64::from(time.nanos) / 1_000);
    let Some(micros) = micros else { return false };
    let Head {
        seq,
        hash,
        sign_time: _,
        kid,
        signature,
    } = head;
    let message = format!("llpr ledger head v1\n{seq}\n{hash}\n{micros}\n{kid}\n");
    let mut bytes = [0; Signature::BYTE_SIZE];
    hex::decode_to_slice(signature, &mut bytes).is_ok()
        && key
            .verify_strict(message.as_bytes(), &Signature::from_bytes(&bytes))
            .is_ok()
}
