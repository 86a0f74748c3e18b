//! A data set of figures: immutable rows keyed by their import, which become current as a whole.

use std::collections::{BTreeSet, HashSet};

use llpr_domain::figure::{Place, Release, Value};
use llpr_domain::import::Row;
use sea_orm::FromQueryResult;
use tokio::task::JoinHandle;

use super::diff::{self, Differences};
use super::load::{self, NewFigure};
use super::{Run, tally::Missing};
use crate::access::urn_value;
use crate::error::StoreError;
use crate::figures::day_number;
use crate::sql;

/// Figures that are held before they are written: some ten milliseconds of the writer.
const HELD: usize = 5_000;

/// Figures after which the engine looks at their table anew before they are compared.
const MANY: i64 = 20_000;

/// Places of a statement.
const PLACES: usize = 500;

/// The figures of a file. While some are being written, the next are read.
#[derive(Debug, Default)]
pub(super) struct FigureFile {
    held: Vec<NewFigure>,
    writing: Option<JoinHandle<Result<(), StoreError>>>,
    written: i64,
    /// First year of the academic year, and authority.
    places: BTreeSet<(i32, i32)>,
    schools: HashSet<i32>,
}

impl FigureFile {
    /// Takes a row of the file.
    pub(super) fn add(&mut self, row: Row) {
        let Row::Figures {
            place,
            authority,
            year,
            period,
            release,
            embargo,
            figures,
            line: _,
            name: _,
        } = row
        else {
            return;
        };
        let authority = authority.map_or(0, |code| i32::from(code.get()));
        let year = i32::from(year.start());
        self.places.insert((year, authority));
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
                year,
                measure: row.measure.code(),
                pupil_group: row.group.code(),
                period: period.code(),
                authority,
                value,
                marker,
                cohort: row.cohort.and_then(|cohort| i32::try_from(cohort).ok()),
                numerator: row.numerator,
                denominator: row.denominator,
                release: release.map(Release::code),
                embargo: embargo.map(day_number),
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

    /// Remembers which imports stand for the file's years and authorities, and finds the schools
    /// of those that the file lacks.
    pub(super) async fn missing(&self, run: &Run, now: i64) -> Result<Missing, StoreError> {
        let (seq, dataset) = (run.seq, run.dataset.as_str());
        let places: Vec<(i32, i32)> = self.places.iter().copied().collect();
        run.store
            .transaction(&run.access, now, async move |tx| {
                const REPLACED: &str = "UPDATE import_places SET replaced_seq =
                    (SELECT c.import_seq FROM current_imports c WHERE c.dataset = $2
                        AND c.year = import_places.year AND c.authority = import_places.authority)
                    WHERE import_seq = $1";
                for some in places.chunks(PLACES) {
                    // Numbers of ours; a national file of many years has some thousand places.
                    let rows: Vec<String> = some
                        .iter()
                        .map(|(year, authority)| format!("({seq}, {year}, {authority})"))
                        .collect();
                    let insert = format!(
                        "INSERT INTO import_places (import_seq, year, authority) VALUES {}",
                        rows.join(", ")
                    );
                    sql::execute(&tx.connection, &insert, vec![]).await?;
                }
                sql::execute(&tx.connection, REPLACED, vec![seq.into(), dataset.into()]).await?;
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
    pub(super) async fn differences(&self, run: &Run, now: i64) -> Result<Differences, StoreError> {
        const REPLACED: &str = "SELECT COUNT(*) FROM import_places
            WHERE import_seq = $1 AND replaced_seq IS NOT NULL";
        if sql::number(run.store.reads(), REPLACED, vec![run.seq.into()]).await? == 0 {
            return Ok(Differences {
                added: self.written,
                ..Differences::default()
            });
        }
        if self.written >= MANY {
            run.store.look_anew(&run.access, now, "figures").await;
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
            AND f.year = p.year
        WHERE p.import_seq = $1 AND f.place_kind = 1";
    let rows: Vec<Standing> = sql::all(run.store.reads(), FIND, vec![run.seq.into()]).await?;
    Ok(rows.into_iter().map(|row| row.urn).collect())
}
