//! The bulk path of figures, the fastest that each engine has, behind one function. What it writes
//! belongs to an import that nobody sees, so it needs no ledger row; and it runs in a task of its
//! own, so a caller who goes away can't stop it half-way.

use std::sync::Arc;

use sea_orm::sqlx::postgres::PgPoolCopyExt as _;
use sea_orm::sqlx::{self, PgPool};
use sea_orm::{DbErr, RuntimeErr, Value};
use tracing::Instrument as _;

use super::Run;
use crate::engine::Engine;
use crate::error::StoreError;
use crate::sql;
use crate::write::Tx;

/// Rows of a statement on SQLite: more are not faster.
const ROWS: usize = 1_000;

/// The columns, in the order in which a row's values are given.
macro_rules! columns {
    () => {
        "import_seq, place_kind, place_code, year, measure, pupil_group, period, authority, value,
        marker, cohort, numerator, denominator, release, embargo"
    };
}

/// A figure on its way into the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewFigure {
    pub(super) place_kind: i16,
    pub(super) place_code: i32,
    pub(super) year: i32,
    pub(super) measure: i16,
    pub(super) pupil_group: i16,
    pub(super) period: i16,
    pub(super) authority: i32,
    pub(super) value: Option<i64>,
    pub(super) marker: Option<i16>,
    pub(super) cohort: Option<i32>,
    pub(super) numerator: Option<i64>,
    pub(super) denominator: Option<i64>,
    pub(super) release: Option<i16>,
    pub(super) embargo: Option<i32>,
}

impl NewFigure {
    fn key(&self) -> (i16, i32, i32, i16, i16, i16) {
        (
            self.place_kind,
            self.place_code,
            self.year,
            self.measure,
            self.pupil_group,
            self.period,
        )
    }
}

/// Writes figures in a short transaction, in the order of the table's key: rows that arrive
/// shuffled cost several times as much.
pub(super) async fn figures(
    run: Run,
    now: i64,
    mut rows: Vec<NewFigure>,
) -> Result<(), StoreError> {
    rows.sort_unstable_by_key(NewFigure::key);
    match run.store.engine() {
        Engine::Sqlite => {
            let seq = run.seq;
            let insert = async move |tx: Arc<Tx>| insert(&tx, seq, &rows).await;
            run.store.transaction(&run.access, now, insert).await
        }
        Engine::Postgres => copy(&run, encode(run.seq, &rows)).await,
    }
}

/// Multi-row inserts. The text of all of an import is the same, so it is prepared once.
async fn insert(tx: &Tx, seq: i64, rows: &[NewFigure]) -> Result<(), StoreError> {
    // The import is a number of ours; each `?` is the next value.
    let places = format!("({seq},?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    for some in rows.chunks(ROWS) {
        let mut statement = String::with_capacity(250 + some.len() * 32);
        statement.push_str(concat!("INSERT INTO figures (", columns!(), ") VALUES "));
        let mut values: Vec<Value> = Vec::with_capacity(some.len() * 14);
        for (position, row) in some.iter().enumerate() {
            statement.push_str(if position == 0 { "" } else { "," });
            statement.push_str(&places);
            values.extend([
                row.place_kind.into(),
                row.place_code.into(),
                row.year.into(),
                row.measure.into(),
                row.pupil_group.into(),
                row.period.into(),
                row.authority.into(),
                row.value.into(),
                row.marker.into(),
                row.cohort.into(),
                row.numerator.into(),
                row.denominator.into(),
                row.release.into(),
                row.embargo.into(),
            ]);
        }
        sql::execute(&tx.connection, &statement, values).await?;
    }
    Ok(())
}

/// One COPY, which PostgreSQL keeps whole or not at all.
async fn copy(run: &Run, bytes: Vec<u8>) -> Result<(), StoreError> {
    let permit = run
        .store
        .permits()
        .try_acquire_owned()
        .map_err(|_| StoreError::Busy)?;
    let store = run.store.clone();
    let task = run.store.tasks().spawn(
        async move {
            let _permit = permit;
            let sent = send(store.postgres(), bytes).await;
            store.suspect_after(&sent);
            sent
        }
        .in_current_span(),
    );
    task.await.unwrap_or_else(|error| {
        tracing::error!(error = %error, "A bulk load stopped with a panic.");
        Err(StoreError::Corrupt("a bulk load stopped".into()))
    })
}

async fn send(pool: &PgPool, bytes: Vec<u8>) -> Result<(), StoreError> {
    const COPY: &str = concat!(
        "COPY figures (",
        columns!(),
        ") FROM STDIN WITH (FORMAT binary)"
    );
    let fault = |error: sqlx::Error| DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)));
    let mut copy = pool.copy_in_raw(COPY).await.map_err(fault)?;
    copy.send(bytes).await.map_err(fault)?;
    copy.finish().await.map_err(fault)?;
    Ok(())
}

/// PostgreSQL's binary form of rows: a head, each row as its fields with their lengths, an end.
fn encode(seq: i64, rows: &[NewFigure]) -> Vec<u8> {
    const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
    const NULL: i32 = -1;
    fn field<const N: usize>(bytes: &mut Vec<u8>, value: Option<[u8; N]>) {
        match value {
            Some(value) => {
                let length = i32::try_from(N).unwrap_or(i32::MAX);
                bytes.extend(length.to_be_bytes());
                bytes.extend(value);
            }
            None => bytes.extend(NULL.to_be_bytes()),
        }
    }
    let mut bytes = Vec::with_capacity(HEAD.len() + rows.len() * 124 + 2);
    bytes.extend(HEAD);
    for row in rows {
        bytes.extend(15_i16.to_be_bytes());
        field(&mut bytes, Some(seq.to_be_bytes()));
        field(&mut bytes, Some(row.place_kind.to_be_bytes()));
        field(&mut bytes, Some(row.place_code.to_be_bytes()));
        field(&mut bytes, Some(row.year.to_be_bytes()));
        field(&mut bytes, Some(row.measure.to_be_bytes()));
        field(&mut bytes, Some(row.pupil_group.to_be_bytes()));
        field(&mut bytes, Some(row.period.to_be_bytes()));
        field(&mut bytes, Some(row.authority.to_be_bytes()));
        field(&mut bytes, row.value.map(i64::to_be_bytes));
        field(&mut bytes, row.marker.map(i16::to_be_bytes));
        field(&mut bytes, row.cohort.map(i32::to_be_bytes));
        field(&mut bytes, row.numerator.map(i64::to_be_bytes));
        field(&mut bytes, row.denominator.map(i64::to_be_bytes));
        field(&mut bytes, row.release.map(i16::to_be_bytes));
        field(&mut bytes, row.embargo.map(i32::to_be_bytes));
    }
    bytes.extend((-1_i16).to_be_bytes());
    bytes
}
