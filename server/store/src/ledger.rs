//! The ledger: one append-only chain that says who did what, when, in which role.
//!
//! It holds ids and field names, never names of people, addresses or prose, so that erasing a
//! person does not break the chain. The head row is updated in each transaction, so the order has
//! no gap and the chain no fork. Whoever can write the table can rewrite the chain: only a head
//! kept elsewhere shows that.

use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::access::{Access, Basis, System};
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
    },
    /// The first row that does not fit.
    Broken {
        /// Its position.
        seq: i64,
    },
}

#[derive(FromQueryResult)]
struct Head {
    seq: i64,
    hash: String,
}

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    previous_hash: String,
    hash: String,
    entry: String,
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
    const INSERT: &str =
        "INSERT INTO ledger (seq, previous_hash, hash, entry) VALUES ($1, $2, $3, $4)";
    const MOVE: &str = "UPDATE ledger_head SET hash = $1 WHERE id = 1";
    let head: Option<Head> = sql::one(&tx.connection, NEXT, vec![]).await?;
    let head = head.ok_or_else(|| StoreError::Corrupt("the ledger has no head".into()))?;
    let entry = LedgerEntry {
        seq: head.seq,
        at: tx.now,
        user: tx.user.clone().unwrap_or_default(),
        role: basis
            .role
            .map_or(String::new(), |role| role.as_str().to_owned()),
        method: basis.method.to_owned(),
        target: target.to_owned(),
        fields: fields.iter().map(|&field| field.to_owned()).collect(),
    };
    let entry =
        serde_json::to_string(&entry).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let hash = chained(&head.hash, &entry);
    let values = vec![
        head.seq.into(),
        head.hash.into(),
        hash.as_str().into(),
        entry.into(),
    ];
    sql::execute(&tx.connection, INSERT, values).await?;
    sql::execute(&tx.connection, MOVE, vec![hash.into()]).await?;
    Ok(())
}

impl Store {
    /// Walks the chain from its first row and compares it with the head.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn verify_ledger(&self, _access: &Access<System>) -> Result<LedgerState, StoreError> {
        let (mut seq, mut hash) = (0, String::new());
        loop {
            let rows = self.ledger_after(seq, 1_000).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let fits = row.seq == seq + 1
                    && row.previous_hash == hash
                    && row.hash == chained(&hash, &row.entry);
                if !fits {
                    return Ok(LedgerState::Broken { seq: seq + 1 });
                }
                (seq, hash) = (row.seq, row.hash);
            }
        }
        let head: Option<Head> = sql::one(
            self.reads(),
            "SELECT seq, hash FROM ledger_head WHERE id = 1",
            vec![],
        )
        .await?;
        let whole = head.is_some_and(|head| head.seq == seq && head.hash == hash);
        Ok(if whole {
            LedgerState::Whole {
                length: seq,
                head: hash,
            }
        } else {
            LedgerState::Broken { seq: seq + 1 }
        })
    }

    /// The latest rows of the ledger, oldest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn ledger_tail(
        &self,
        _access: &Access<System>,
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

    async fn ledger_after(&self, seq: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
        const NEXT: &str = "SELECT seq, previous_hash, hash, entry FROM ledger
            WHERE seq > $1 ORDER BY seq LIMIT $2";
        Ok(sql::all(self.reads(), NEXT, vec![seq.into(), limit.into()]).await?)
    }
}
