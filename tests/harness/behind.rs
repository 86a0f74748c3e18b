//! Looking behind the server: what the database itself says, whatever the server answers.

use std::collections::{BTreeMap, BTreeSet};

use llpr_store::{LedgerEntry, LedgerState, Options, Store};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, QueryResult, Statement};
use sha2::{Digest as _, Sha256};

use crate::Engine;

/// The rows of a statement that both engines take.
pub async fn rows(database: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    database
        .query_all_raw(statement)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// A number, such as a count.
pub async fn number(database: &DatabaseConnection, sql: &str) -> i64 {
    let rows = rows(database, sql).await;
    let number: Option<i64> = rows[0].try_get_by_index(0).expect("a whole number");
    number.unwrap_or(0)
}

/// A column of text.
pub async fn texts(database: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = rows(database, sql).await;
    rows.iter()
        .map(|row| row.try_get_by_index(0).expect("text"))
        .collect()
}

/// The entries of the ledger after a position.
pub async fn ledger(database: &DatabaseConnection, after: i64) -> Vec<LedgerEntry> {
    let sql = format!("SELECT entry FROM ledger WHERE seq > {after} ORDER BY seq");
    let entries = texts(database, &sql).await;
    entries
        .iter()
        .map(|entry| serde_json::from_str(entry).expect("an entry"))
        .collect()
}

/// How often each method stands in the ledger after a position.
pub async fn ledger_counts(database: &DatabaseConnection, after: i64) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for entry in ledger(database, after).await {
        *counts.entry(entry.method).or_default() += 1;
    }
    counts
}

/// Whether the ledger's chain is whole, asked of a store of its own.
pub async fn broken_ledger(url: &str) -> Option<String> {
    let store = Store::open(&Options::new(url)).await.expect("the database");
    let today = "2026-01-01".parse().expect("a date");
    let state = store
        .verify_ledger(&store.system("a test", today), |_| true)
        .await;
    store.close().await;
    match state.expect("the ledger") {
        LedgerState::Whole { .. } => None,
        LedgerState::Broken { seq } => Some(format!("the ledger is broken at row {seq}")),
        LedgerState::HeadMismatch { seq } => {
            Some(format!("the head signed at row {seq} does not fit"))
        }
    }
}

/// Halves of writes: what one transaction writes together and stands alone.
pub async fn halves(database: &DatabaseConnection) -> Vec<String> {
    let mut found = Vec::new();
    let mut told = BTreeMap::<(String, String), i64>::new();
    for entry in ledger(database, 0).await {
        *told.entry((entry.method, entry.target)).or_default() += 1;
    }
    let remembered = rows(database, "SELECT method, outcome FROM idempotency").await;
    for row in remembered {
        let method: String = row.try_get_by_index(0).expect("a method");
        let outcome: String = row.try_get_by_index(1).expect("an outcome");
        let key = (method, outcome);
        match told.get_mut(&key) {
            Some(left) if *left > 0 => *left -= 1,
            Some(_) | None => found.push(format!(
                "{} remembers {:?} without a ledger row of its own",
                key.0, key.1
            )),
        }
    }
    for (key, kept) in [
        ("users/", "users WHERE kind = 1"),
        ("serviceAccounts/", "users WHERE kind <> 1"),
        ("imports/", "imports WHERE state <> 'uploading'"),
    ] {
        let ids: BTreeSet<String> = texts(database, &format!("SELECT id FROM {kept}"))
            .await
            .into_iter()
            .collect();
        let named: BTreeSet<String> = ledger(database, 0)
            .await
            .iter()
            .filter_map(|entry| {
                entry
                    .target
                    .strip_prefix(key)?
                    .split('/')
                    .next()
                    .map(str::to_owned)
            })
            .collect();
        for id in ids.difference(&named) {
            found.push(format!("{key}{id} is in no ledger row"));
        }
        for id in named.difference(&ids) {
            found.push(format!("{key}{id} is in the ledger and not in its table"));
        }
    }
    let lone = number(
        database,
        "SELECT COUNT(*) FROM school_links a WHERE kind = 'infant-junior-pair' AND NOT EXISTS
            (SELECT 1 FROM school_links b WHERE b.urn = a.linked_urn AND b.linked_urn = a.urn AND b.kind = a.kind)",
    )
    .await;
    if lone > 0 {
        found.push(format!("{lone} pairs of schools stand at one school only"));
    }
    found
}

/// Rows of imports that belong to none, and figures that differ between imports of one file.
pub async fn rubbish(database: &DatabaseConnection) -> Vec<String> {
    let mut found = Vec::new();
    for table in [
        "figures",
        "import_changes",
        "import_issues",
        "import_places",
    ] {
        let sql = format!(
            "SELECT COUNT(*) FROM {table} WHERE import_seq NOT IN (SELECT seq FROM imports)"
        );
        let count = number(database, &sql).await;
        if count > 0 {
            found.push(format!("{count} rows of {table} belong to no import"));
        }
    }
    let uploading = "SELECT COUNT(*) FROM imports WHERE state = 'uploading'";
    let uploading = number(database, uploading).await;
    if uploading > 0 {
        found.push(format!(
            "{uploading} uploads are under way that nobody sends"
        ));
    }
    let reports = "SELECT COUNT(*) FROM past_report_contents
        WHERE id NOT IN (SELECT content FROM past_reports)";
    let reports = number(database, reports).await;
    if reports > 0 {
        found.push(format!(
            "{reports} reports of past visits are under way that nobody sends"
        ));
    }
    found.extend(uneven_figures(database).await);
    found
}

/// Imports of the same file of figures must have brought the same figures, whatever happened to
/// their uploads.
async fn uneven_figures(database: &DatabaseConnection) -> Vec<String> {
    const STAGED: &str = "SELECT seq, CAST(year AS TEXT) || ' ' || sha256 FROM imports
        WHERE year IS NOT NULL AND state = 'staged' ORDER BY seq";
    let mut first = BTreeMap::<String, (i64, String)>::new();
    let mut found = Vec::new();
    for row in rows(database, STAGED).await {
        let seq: i64 = row.try_get_by_index(0).expect("a number");
        let file: String = row.try_get_by_index(1).expect("text");
        let digest = figures_digest(database, seq).await;
        match first.get(&file) {
            None => drop(first.insert(file, (seq, digest))),
            Some((_, same)) if *same == digest => {}
            Some((other, _)) => found.push(format!(
                "imports {other} and {seq} are of the same file and differ in their figures"
            )),
        }
    }
    found
}

/// What an import brought, as one text.
pub async fn figures_digest(database: &DatabaseConnection, seq: i64) -> String {
    let sql = format!(
        "SELECT CAST(place_kind AS TEXT) || ' ' || CAST(place_code AS TEXT) || ' ' || CAST(measure AS TEXT)
            || ' ' || CAST(pupil_group AS TEXT) || ' ' || CAST(authority AS TEXT)
            || ' ' || COALESCE(CAST(value AS TEXT), '-') || ' ' || COALESCE(CAST(marker AS TEXT), '-')
            || ' ' || COALESCE(CAST(cohort AS TEXT), '-')
        FROM figures WHERE import_seq = {seq}
        ORDER BY place_kind, place_code, measure, pupil_group"
    );
    let mut hash = Sha256::new();
    for line in texts(database, &sql).await {
        hash.update(line);
        hash.update("\n");
    }
    hex::encode(hash.finalize())
}

/// Every row of every table, as text.
pub async fn contents(
    engine: Engine,
    database: &DatabaseConnection,
) -> BTreeMap<String, BTreeSet<String>> {
    let tables = match engine {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        }
        Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public'"
        }
    };
    let mut all = BTreeMap::new();
    for table in texts(database, tables).await {
        let row = match engine {
            Engine::Sqlite => {
                let columns =
                    format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')");
                texts(database, &columns).await.join(" || ',' || ")
            }
            Engine::Postgres => "CAST(t AS TEXT)".to_owned(),
        };
        let rows = texts(database, &format!("SELECT {row} FROM {table} t")).await;
        all.insert(table, rows.into_iter().collect());
    }
    all
}

/// Connections of the server that stand in a transaction though nothing is under way.
pub async fn open_transactions(engine: Engine, database: &DatabaseConnection) -> Vec<String> {
    match engine {
        Engine::Postgres => {
            let idle = number(
                database,
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
                    AND application_name = 'llpr' AND state LIKE 'idle in transaction%'",
            )
            .await;
            if idle > 0 {
                return vec![format!("{idle} connections are left in a transaction")];
            }
        }
        Engine::Sqlite => {
            use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait as _};
            database
                .execute_unprepared("PRAGMA busy_timeout = 0")
                .await
                .expect("a setting");
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            match database.begin_with_options(options).await {
                Ok(begun) => begun.rollback().await.expect("nothing to undo"),
                Err(error) => return vec![format!("the writer is held in a transaction: {error}")],
            }
        }
    }
    Vec::new()
}
