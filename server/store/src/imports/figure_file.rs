//! A data set of figures: immutable rows keyed by their import, which become current as a whole.

use std::collections::{BTreeSet, HashSet};

use llpr_domain::figure::{Place, Value};
use llpr_domain::import::FigureRow;
use llpr_domain::urn::AuthorityCode;
use sea_orm::FromQueryResult;
use tokio::task::JoinHandle;

use super::diff::{self, Differences};
use super::load::{self, NewFigure};
use super::{Run, tally::Missing};
use crate::access::urn_value;
use crate::error::StoreError;
use crate::sql;

/// Figures that are held before they are written: some ten milliseconds of the writer.
const HELD: usize = 8_000;

/// The figures of a file. While some are being written, the next are read.
#[derive(Debug, Default)]
pub(super) struct FigureFile {
    held: Vec<NewFigure>,
    writing: Option<JoinHandle<Result<(), StoreError>>>,
    written: i64,
    authorities: BTreeSet<i32>,
    schools: HashSet<i32>,
}

impl FigureFile {
    /// Takes a row of the file.
    pub(super) fn add(
        &mut self,
        place: Place,
        authority: Option<AuthorityCode>,
        figures: &[FigureRow],
    ) {
        let authority = authority.map_or(0, |code| i32::from(code.get()));
        self.authorities.insert(authority);
        if let Place::School(urn) = place {
            self.schools.insert(urn_value(urn));
        }
        self.held.extend(figures.iter().map(|row| {
            let (value, marker) = match row.value {
                Value::Number(number) => (Some(number), None),
                Value::Marker(marker) => (None, Some(marker.code())),
            };
            NewFigure {
                place_kind: place.kind(),
                place_code: place.code(),
                measure: row.measure.code(),
                pupil_group: row.group.code(),
                authority,
                value,
                marker,
                cohort: row.cohort.and_then(|cohort| i32::try_from(cohort).ok()),
            }
        }));
    }

    /// Begins to write what is held once it is enough for a transaction, or all of it.
    pub(super) async fn write(&mut self, run: &Run, now: i64, all: bool) -> Result<(), StoreError> {
        while self.held.len() >= HELD || (all && !self.held.is_empty()) {
            let rest = self.held.split_off(self.held.len().min(HELD));
            let some = std::mem::replace(&mut self.held, rest);
            self.settle().await?;
            self.written += i64::try_from(some.len()).unwrap_or(i64::MAX);
            self.writing = Some(tokio::spawn(load::figures(run.clone(), now, some)));
        }
        if all { self.settle().await } else { Ok(()) }
    }

    /// Waits for what is being written.
    pub(super) async fn settle(&mut self) -> Result<(), StoreError> {
        match self.writing.take() {
            Some(writing) => writing
                .await
                .unwrap_or_else(|error| Err(StoreError::Corrupt(error.to_string()))),
            None => Ok(()),
        }
    }

    pub(super) fn schools(&self) -> usize {
        self.schools.len()
    }

    /// Remembers which imports stand for the file's authorities, and finds the schools of those
    /// that the file lacks.
    pub(super) async fn missing(&self, run: &Run, now: i64) -> Result<Missing, StoreError> {
        let (seq, dataset) = (run.seq, run.dataset.as_str());
        let year = run.year.map_or(0, |year| i32::from(year.start()));
        let authorities = self.authorities.clone();
        run.store
            .transaction(&run.access, now, async move |tx| {
                const PLACE: &str =
                    "INSERT INTO import_places (import_seq, authority, replaced_seq)
                    VALUES ($1, $2, (SELECT import_seq FROM current_imports
                        WHERE dataset = $3 AND year = $4 AND authority = $2))";
                for authority in authorities {
                    let values = vec![seq.into(), authority.into(), dataset.into(), year.into()];
                    sql::execute(&tx.connection, PLACE, values).await?;
                }
                Ok(())
            })
            .await?;
        let standing = standing_schools(run).await?;
        let lacks = standing.iter().filter(|urn| !self.schools.contains(urn));
        Ok(Missing {
            standing: standing.len(),
            missing: lacks.count(),
        })
    }

    /// How the file differs from what stands. Read outside the last transaction: what it is
    /// compared with is immutable, and an import that compared with something else than stands
    /// can't be applied.
    pub(super) async fn differences(&self, run: &Run) -> Result<Differences, StoreError> {
        const REPLACED: &str = "SELECT COUNT(*) FROM import_places
            WHERE import_seq = $1 AND replaced_seq IS NOT NULL";
        if sql::number(run.store.reads(), REPLACED, vec![run.seq.into()]).await? == 0 {
            return Ok(Differences {
                added: self.written,
                ..Differences::default()
            });
        }
        diff::count_figures(run.store.reads(), run.seq).await
    }
}

/// The schools whose figures the import would replace.
async fn standing_schools(run: &Run) -> Result<Vec<i32>, StoreError> {
    #[derive(FromQueryResult)]
    struct Standing {
        urn: i32,
    }
    const FIND: &str = "SELECT DISTINCT f.place_code AS urn FROM import_places p
        JOIN figures f ON f.import_seq = p.replaced_seq AND f.authority = p.authority
        WHERE p.import_seq = $1 AND f.place_kind = 1";
    let rows: Vec<Standing> = sql::all(run.store.reads(), FIND, vec![run.seq.into()]).await?;
    Ok(rows.into_iter().map(|row| row.urn).collect())
}
