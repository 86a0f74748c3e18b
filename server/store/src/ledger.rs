//! The ledger: one append-only chain that says who did what, when, in which role.
//!
//! It holds ids and field names, never names of people, addresses or prose, so that erasing a
//! person does not break the chain. The head row is updated in each transaction, so the order has
//! no gap and the chain no fork. Whoever can write the table can rewrite the chain: only a head
//! kept elsewhere, or signed with a key that is not here ([`SignedHead`]), shows that.

use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::access::{Access, Basis, County, System};
use crate::engine::Store;
use crate::error::StoreError;
use crate::sql;
use crate::write::Tx;

/// One row of the ledger. Its JSON, with the fields in this order, is what is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Position, from 1 without a gap.
    pub seq: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// Id of the user; empty for the system.
    pub user: String,
    /// The role used; empty where none was needed.
    pub role: String,
    /// Full name of the method, or the system's reason.
    pub method: String,
    /// Resource name of what was written.
    pub target: String,
    /// Names of the fields that changed.
    pub fields: Vec<String>,
}

/// What a check of the ledger found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerState {
    /// The chain is whole; its length and the hash of its head.
    Whole {
        /// How many rows.
        length: i64,
        /// Hash of the last, in hexadecimal.
        head: String,
        /// How many signed heads fit.
        signed: i64,
    },
    /// The first row that does not fit.
    Broken {
        /// Its position.
        seq: i64,
    },
    /// The first signed head that does not fit the chain, or whose signature is not ours.
    HeadMismatch {
        /// Its position.
        seq: i64,
    },
}

/// The head of the chain at some moment, signed with a key that is not in the database.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct SignedHead {
    /// Position of the entry that was the last.
    pub seq: i64,
    /// Hash of that entry, in hexadecimal.
    pub hash: String,
    /// When it was signed, in microseconds since 1970.
    pub signed_at: i64,
    /// Id of the key.
    pub kid: String,
    /// The signature, in hexadecimal.
    pub signature: String,
}

/// A row of the ledger as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Position.
    pub seq: i64,
    /// Hash of the row before; empty for the first.
    pub previous_hash: String,
    /// SHA-256 of the previous hash and the entry, in hexadecimal.
    pub hash: String,
    /// The entry's JSON, as it was hashed.
    pub entry: String,
}

/// A proof that opens the ledger: an administrator's, or the system's.
pub trait ReadsLedger: sealed::Sealed {}
impl ReadsLedger for County {}
impl ReadsLedger for System {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::access::County {}
    impl Sealed for crate::access::System {}
}

#[derive(FromQueryResult)]
struct Head {
    seq: i64,
    hash: String,
}

#[derive(FromQueryResult)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) previous_hash: String,
    pub(crate) hash: String,
    pub(crate) entry: String,
    at: i64,
    user_id: String,
    method: String,
    target: String,
}

impl Row {
    /// Whether the columns to search by say what the entry says.
    fn is_found_by_its_entry(&self) -> bool {
        serde_json::from_str::<LedgerEntry>(&self.entry).is_ok_and(|entry| {
            entry.seq == self.seq
                && entry.at == self.at
                && entry.user == self.user_id
                && entry.method == self.method
                && entry.target == self.target
        })
    }
}

fn chained(previous: &str, entry: &str) -> String {
    hex::encode(
        Sha256::new()
            .chain_update(previous)
            .chain_update(entry)
            .finalize(),
    )
}

/// Appends a row: the last thing a transaction does, so that the head is locked for as short a
/// time as can be.
pub(crate) async fn append(
    tx: &Tx,
    basis: &Basis,
    target: &str,
    fields: &[&str],
) -> Result<(), StoreError> {
    const NEXT: &str = "UPDATE ledger_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash";
    const INSERT: &str = "INSERT INTO ledger
        (seq, previous_hash, hash, at, user_id, method, target, entry)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    const MOVE: &str = "UPDATE ledger_head SET hash = $1 WHERE id = 1";
    let head: Option<Head> = sql::one(&tx.connection, NEXT, vec![]).await?;
    let head = head.ok_or_else(|| StoreError::Corrupt("the ledger has no head".into()))?;
    let entry = LedgerEntry {
        seq: head.seq,
        at: tx.now,
        user: basis
            .identity
            .as_ref()
            .map_or_else(String::new, |identity| identity.user.clone()),
        role: basis
            .role
            .map_or(String::new(), |role| role.as_str().to_owned()),
        method: basis.method.to_owned(),
        target: target.to_owned(),
        fields: fields.iter().map(|&field| field.to_owned()).collect(),
    };
    let json =
        serde_json::to_string(&entry).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let hash = chained(&head.hash, &json);
    let values = vec![
        head.seq.into(),
        head.hash.into(),
        hash.as_str().into(),
        entry.at.into(),
        entry.user.into(),
        entry.method.into(),
        entry.target.into(),
        json.into(),
    ];
    sql::execute(&tx.connection, INSERT, values).await?;
    sql::execute(&tx.connection, MOVE, vec![hash.into()]).await?;
    Ok(())
}

impl Store {
    /// Walks the chain from its first row, and compares it with its head and with every signed
    /// head. `is_ours` says whether a signature is.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn verify_ledger(
        &self,
        access: &Access<impl ReadsLedger>,
        is_ours: impl Fn(&SignedHead) -> bool,
    ) -> Result<LedgerState, StoreError> {
        // Both grow while we walk, so the signed heads are counted before the end is fixed.
        let last_signed = sql::number(
            self.reads(),
            "SELECT COALESCE(MAX(seq), 0) FROM ledger_heads",
            vec![],
        )
        .await?;
        let end: Option<Head> = sql::one(
            self.reads(),
            "SELECT seq, hash FROM ledger_head WHERE id = 1",
            vec![],
        )
        .await?;
        let end = end.ok_or_else(|| StoreError::Corrupt("the ledger has no head".into()))?;
        let (mut seq, mut hash, mut signed) = (0, String::new(), 0);
        while seq < end.seq {
            let rows = self.ledger_after(seq, (end.seq - seq).min(1_000)).await?;
            let Some(last) = rows.last().map(|row| row.seq) else {
                return Ok(LedgerState::Broken { seq: seq + 1 });
            };
            let heads = self.heads_between(access, seq, last).await?;
            let mut heads = heads.into_iter().peekable();
            for row in rows {
                let fits = row.seq == seq + 1
                    && row.previous_hash == hash
                    && row.hash == chained(&hash, &row.entry)
                    && row.is_found_by_its_entry();
                if !fits {
                    return Ok(LedgerState::Broken { seq: seq + 1 });
                }
                (seq, hash) = (row.seq, row.hash);
                if let Some(head) = heads.next_if(|head| head.seq <= seq) {
                    if head.seq != seq || head.hash != hash || !is_ours(&head) {
                        return Ok(LedgerState::HeadMismatch { seq: head.seq });
                    }
                    signed += 1;
                }
            }
        }
        if last_signed > end.seq {
            return Ok(LedgerState::HeadMismatch { seq: last_signed });
        }
        if hash != end.hash {
            return Ok(LedgerState::Broken { seq: end.seq });
        }
        Ok(LedgerState::Whole {
            length: seq,
            head: hash,
            signed,
        })
    }

    /// The latest rows of the ledger, oldest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn ledger_tail(
        &self,
        _access: &Access<impl ReadsLedger>,
        count: u32,
    ) -> Result<Vec<LedgerEntry>, StoreError> {
        let length = sql::number(
            self.reads(),
            "SELECT seq FROM ledger_head WHERE id = 1",
            vec![],
        )
        .await?;
        let rows = self
            .ledger_after((length - i64::from(count)).max(0), i64::from(count))
            .await?;
        rows.iter()
            .map(|row| {
                serde_json::from_str(&row.entry)
                    .map_err(|error| StoreError::Corrupt(error.to_string()))
            })
            .collect()
    }

    pub(crate) async fn ledger_after(&self, seq: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
        const NEXT: &str = "SELECT seq, previous_hash, hash, entry, at, user_id, method, target
            FROM ledger WHERE seq > $1 ORDER BY seq LIMIT $2";
        Ok(sql::all(self.reads(), NEXT, vec![seq.into(), limit.into()]).await?)
    }
}
