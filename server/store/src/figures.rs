//! Figures of schools, with those of their authority and of England beside them.

mod district;
mod hidden;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use llpr_domain::figure::{
    Marker, Period, Place, PupilGroup, Release, Value, compares, sees_embargoed,
};
use llpr_domain::import::Dataset;
use llpr_domain::measure::Measure;
use llpr_domain::school::Phase;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::FromQueryResult;

use crate::access::{Access, School, urn_value};
use crate::engine::Store;
use crate::error::StoreError;
use crate::page::{Page, Slice};
use crate::register::school_model;
use crate::sql;

/// Which figures to list.
#[derive(Clone, Debug, Default)]
pub struct FigureFilter {
    /// Only these measures; empty for all.
    pub measures: Vec<Measure>,
    /// Only these groups; empty for all.
    pub groups: Vec<PupilGroup>,
    /// Only this year.
    pub year: Option<AcademicYear>,
}

/// What is said of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// The number in hundredths of the unit, or why there is none.
    pub value: Value,
    /// What was counted, as far as the file tells it.
    pub numerator: Option<i64>,
    /// What it was counted against, as far as the file tells it.
    pub denominator: Option<i64>,
    /// Pupils that it speaks of.
    pub cohort: Option<u32>,
}

/// A figure of a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Whose: the school's or a predecessor's.
    pub urn: Urn,
    /// The predecessor's name, where it is a predecessor's.
    pub predecessor: Option<String>,
    /// Academic year of the results.
    pub year: AcademicYear,
    /// The part of the year.
    pub period: Period,
    /// What is measured.
    pub measure: Measure,
    /// For which pupils.
    pub group: PupilGroup,
    /// The figure itself.
    pub said: Said,
    /// How final it is.
    pub release: Release,
    /// Last day on which only the authority and the headteacher may see it.
    pub embargo: Option<NaiveDate>,
    /// The data set that it came with.
    pub dataset: Dataset,
    /// Id of the import it came with.
    pub import: String,
    /// When that became current, in microseconds since 1970.
    pub applied_at: i64,
    /// The same figure for larger places.
    pub comparators: Vec<Comparator>,
    /// Whether what it says is hidden from the caller, by the rule of [`llpr_domain::disclosure`].
    pub hidden: bool,
}

/// The same figure for a larger place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparator {
    /// Whose.
    pub place: Place,
    /// The figure itself.
    pub said: Said,
}

/// Where a page begins: first year of the academic year, measure, group, period, whether of a
/// predecessor, and URN.
pub type FigureKey = (i32, i16, i16, i16, i16, i32);

pub use district::{DistrictFigure, DistrictFigureKey};
pub(crate) use district::{TogetherRow, Whose, together};

#[derive(FromQueryResult)]
pub(crate) struct FigureRow {
    pub(crate) year: i32,
    pub(crate) place_kind: i16,
    pub(crate) place_code: i32,
    pub(crate) measure: i16,
    pub(crate) pupil_group: i16,
    pub(crate) period: i16,
    pub(crate) value: Option<i64>,
    pub(crate) marker: Option<i16>,
    pub(crate) cohort: Option<i32>,
    pub(crate) numerator: Option<i64>,
    pub(crate) denominator: Option<i64>,
    pub(crate) release: i16,
    pub(crate) embargo: Option<i32>,
    pub(crate) dataset: String,
    pub(crate) import_id: String,
    pub(crate) applied_at: Option<i64>,
}

/// Figures `f` that stand, with the row `c` and the import `i` for which they do; a condition on them
/// follows with `AND`. SQLite keeps to the order of `CROSS JOIN`: there are few imports, and in each
/// the primary key finds a place. Left to itself it reads all figures of a country to find one
/// school's, because it has no statistics.
pub(crate) const STANDING: &str = "FROM (SELECT DISTINCT import_seq FROM current_imports) x
            CROSS JOIN figures f
            CROSS JOIN current_imports c
            JOIN imports i ON i.seq = c.import_seq
            WHERE f.import_seq = x.import_seq AND c.import_seq = f.import_seq
                AND c.authority = f.authority AND c.year = f.year";

/// That a figure is of a place larger than a school. Kinds one by one, because in each the primary
/// key finds the codes.
pub(crate) const OF_LARGER_PLACE: &str = "f.place_kind IN (2, 3, 4, 5, 6, 7, 8, 9, 10)";

/// The figures that stand: those of the import that is current for their data set, year and
/// authority. Where several data sets have the same figure, the most final one counts, and among
/// equals the one that became current last.
pub(crate) fn standing(fits: &str) -> String {
    format!(
        "SELECT * FROM (
            SELECT f.year AS year, f.place_kind AS place_kind, f.place_code AS place_code,
                f.measure AS measure, f.pupil_group AS pupil_group, f.period AS period,
                f.value AS value, f.marker AS marker, f.cohort AS cohort, f.numerator AS numerator,
                f.denominator AS denominator, f.embargo AS embargo, c.dataset AS dataset,
                COALESCE(f.release, CASE i.release {releases} ELSE CAST(0 AS SMALLINT) END) AS release,
                i.id AS import_id, i.applied_at AS applied_at,
                ROW_NUMBER() OVER (
                    PARTITION BY f.place_kind, f.place_code, f.year, f.measure, f.pupil_group, f.period
                    ORDER BY COALESCE(f.release, CASE i.release {releases} ELSE CAST(0 AS SMALLINT) END) DESC,
                        i.applied_at DESC, i.seq DESC) AS place_in_line
            {STANDING} AND {fits}) s
        WHERE s.place_in_line = 1",
        releases = releases()
    )
}

/// The number of each release, for a CASE.
fn releases() -> String {
    let when = |release: &Release| {
        // The casts let both engines take the column as what it is.
        format!(
            "WHEN '{}' THEN CAST({} AS SMALLINT)",
            release.as_str(),
            release.code()
        )
    };
    Release::ALL.iter().map(when).collect::<Vec<_>>().join(" ")
}

/// `1, 2, 3` of our own numbers and words, for an `IN`; never text from outside.
pub(crate) fn numbers<T: std::fmt::Display>(values: impl Iterator<Item = T>) -> String {
    let list: Vec<String> = values.map(|value| value.to_string()).collect();
    list.join(", ")
}

impl Store {
    /// A school's figures and those of its closed predecessors: newest year first, then by
    /// measure, group and period, the school's own before a predecessor's. What is under embargo
    /// is not there for callers who may not see it yet, not even in the count.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the register lacks the school.
    pub async fn school_figures(
        &self,
        access: &Access<School>,
        filter: FigureFilter,
        page: Page<FigureKey>,
    ) -> Result<Slice<Figure, FigureKey>, StoreError> {
        let urn = access.urn();
        let model = school_model(self.reads(), urn).await?;
        let own = urn_value(urn);
        let earlier = self.predecessors(own).await?;
        let codes = numbers(std::iter::once(own).chain(earlier.keys().copied()));
        let mut reached = format!("f.place_kind = 1 AND f.place_code IN ({codes})");
        if !access.role().is_some_and(sees_embargoed) {
            reached.push_str(" AND (f.embargo IS NULL OR f.embargo < ");
            reached.push_str(&day_number(access.today()).to_string());
            reached.push(')');
        }
        let standing = standing(&format!("{reached}{}", wanted(&filter)));
        let after = page.after.map_or("1 = 1".into(), |key| after(key, own));
        let which = format!(
            "{after} ORDER BY t.year DESC, t.measure, t.pupil_group, t.period,
                CASE WHEN t.place_code = {own} THEN 0 ELSE 1 END, t.place_code"
        );
        let key = |row: &FigureRow| {
            let of_predecessor = i16::from(row.place_code != own);
            (
                row.year,
                row.measure,
                row.pupil_group,
                row.period,
                of_predecessor,
                row.place_code,
            )
        };
        let Slice { items, next, total } =
            sql::page(self.reads(), &standing, vec![], &which, page.size, key).await?;
        let of = |row: &FigureRow| (row.year, row.measure);
        let beside = Beside {
            phase: Phase::parse(&model.phase).unwrap_or(Phase::NotApplicable),
            rows: self
                .comparators(model.authority, items.iter().map(of))
                .await?,
        };
        let years = items.iter().map(|row| row.year).collect();
        let hidden = self.hidden(access, &reached, years).await?;
        let items = items
            .into_iter()
            .map(|row| figure(row, &earlier, &beside).map(|figure| hidden.cover(figure)))
            .collect::<Result<_, _>>()?;
        Ok(Slice { items, next, total })
    }

    /// The rows of the authority and of England that belong beside a page of figures, in one
    /// query.
    async fn comparators(
        &self,
        authority: i32,
        page: impl Iterator<Item = (i32, i16)>,
    ) -> Result<Vec<FigureRow>, StoreError> {
        let (years, measures): (BTreeSet<i32>, BTreeSet<i16>) = page.unzip();
        if years.is_empty() {
            return Ok(Vec::new());
        }
        let (years, measures) = (numbers(years.iter()), numbers(measures.iter()));
        let standing = standing(&format!(
            "{OF_LARGER_PLACE} AND f.place_code IN (0, {authority})
                AND f.year IN ({years}) AND f.measure IN ({measures})"
        ));
        let list = format!("SELECT t.* FROM ({standing}) t ORDER BY t.place_kind LIMIT 20000");
        Ok(sql::all(self.reads(), &list, vec![]).await?)
    }
}

/// What a filter asks of a row.
fn wanted(filter: &FigureFilter) -> String {
    let mut fits = String::new();
    if !filter.measures.is_empty() {
        let list = numbers(filter.measures.iter().map(|measure| measure.code()));
        fits.push_str(" AND f.measure IN (");
        fits.push_str(&list);
        fits.push(')');
    }
    if !filter.groups.is_empty() {
        let list = numbers(filter.groups.iter().map(|group| group.code()));
        fits.push_str(" AND f.pupil_group IN (");
        fits.push_str(&list);
        fits.push(')');
    }
    if let Some(year) = filter.year {
        fits.push_str(" AND f.year = ");
        fits.push_str(&year.start().to_string());
    }
    fits
}

/// What comes after a key, in the order of the list.
fn after((year, measure, group, period, of_predecessor, code): FigureKey, own: i32) -> String {
    // All are numbers of ours, sealed in the page token.
    format!(
        "(t.year < {year} OR (t.year = {year} AND (t.measure > {measure} OR (t.measure = {measure}
            AND (t.pupil_group > {group} OR (t.pupil_group = {group} AND (t.period > {period}
            OR (t.period = {period}
            AND (CASE WHEN t.place_code = {own} THEN 0 ELSE 1 END > {of_predecessor}
            OR (CASE WHEN t.place_code = {own} THEN 0 ELSE 1 END = {of_predecessor}
            AND t.place_code > {code}))))))))))"
    )
}

/// A day as a number that sorts: 20251211.
pub(crate) fn day_number(day: NaiveDate) -> i32 {
    day.year() * 10_000 + i32::try_from(day.month() * 100 + day.day()).unwrap_or_default()
}

/// The day of such a number.
pub(crate) fn day(number: i32) -> Option<NaiveDate> {
    let part = |number: i32| u32::try_from(number).ok();
    NaiveDate::from_ymd_opt(
        number / 10_000,
        part(number / 100 % 100)?,
        part(number % 100)?,
    )
}

/// What may stand beside a page of figures.
struct Beside {
    phase: Phase,
    rows: Vec<FigureRow>,
}

impl Beside {
    /// The comparators of a year, measure, group and period.
    fn of(&self, at: (i32, i16, i16, i16)) -> Result<Vec<Comparator>, StoreError> {
        let key = |row: &FigureRow| (row.year, row.measure, row.pupil_group, row.period);
        let same = self.rows.iter().filter(|other| key(other) == at);
        let mut comparators = Vec::new();
        for other in same {
            let place = Place::from_parts(other.place_kind, other.place_code)
                .ok_or_else(|| StoreError::Corrupt("place of a comparator".into()))?;
            if compares(self.phase, place) {
                comparators.push(Comparator {
                    place,
                    said: said(other)?,
                });
            }
        }
        Ok(comparators)
    }
}

fn said(row: &FigureRow) -> Result<Said, StoreError> {
    Ok(Said {
        value: value(row.value, row.marker)
            .ok_or_else(|| StoreError::Corrupt("marker of a figure".into()))?,
        numerator: row.numerator,
        denominator: row.denominator,
        cohort: row.cohort.and_then(|cohort| u32::try_from(cohort).ok()),
    })
}

fn figure(
    row: FigureRow,
    earlier: &BTreeMap<i32, String>,
    beside: &Beside,
) -> Result<Figure, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("figure of {}: {what}", row.place_code));
    let urn = u32::try_from(row.place_code)
        .ok()
        .and_then(|urn| Urn::new(urn).ok());
    Ok(Figure {
        urn: urn.ok_or_else(|| corrupt("school"))?,
        predecessor: earlier.get(&row.place_code).cloned(),
        year: year(row.year)?,
        period: Period::from_code(row.period).ok_or_else(|| corrupt("period"))?,
        measure: Measure::from_code(row.measure).ok_or_else(|| corrupt("measure"))?,
        group: PupilGroup::from_code(row.pupil_group).ok_or_else(|| corrupt("group"))?,
        said: said(&row)?,
        release: Release::from_code(row.release).ok_or_else(|| corrupt("release"))?,
        embargo: row.embargo.and_then(day),
        dataset: Dataset::parse(&row.dataset).map_err(|_| corrupt("data set"))?,
        comparators: beside.of((row.year, row.measure, row.pupil_group, row.period))?,
        hidden: false,
        applied_at: row.applied_at.unwrap_or_default(),
        import: row.import_id,
    })
}

/// A stored number or marker.
pub(crate) fn value(number: Option<i64>, marker: Option<i16>) -> Option<Value> {
    match (number, marker) {
        (Some(number), None) => Some(Value::Number(number)),
        (None, Some(code)) => Marker::from_code(code).map(Value::Marker),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// An academic year from its first calendar year.
pub(crate) fn year(start: i32) -> Result<AcademicYear, StoreError> {
    u16::try_from(start)
        .ok()
        .and_then(|start| AcademicYear::from_start(start).ok())
        .ok_or_else(|| StoreError::Corrupt(format!("year {start}")))
}

#[cfg(test)]
mod tests {
    use llpr_migrations::{Migrator, MigratorTrait as _};
    use sea_orm::{ConnectionTrait as _, Database, Statement};

    use super::*;

    /// How SQLite would look for something, a line a step.
    async fn plan(sql: &str) -> String {
        let database = Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&database, None).await.unwrap();
        let explain = format!("EXPLAIN QUERY PLAN {sql}");
        let ask = Statement::from_string(database.get_database_backend(), explain);
        let steps = database.query_all_raw(ask).await.unwrap();
        let text = |row: &sea_orm::QueryResult| row.try_get::<String>("", "detail").unwrap();
        let steps: Vec<String> = steps.iter().map(text).collect();
        steps.join("\n")
    }

    #[tokio::test]
    async fn figures_of_few_places_are_found_by_their_key() {
        for fits in [
            "f.place_kind = 1 AND f.place_code IN (900001)".to_owned(),
            format!("{OF_LARGER_PLACE} AND f.place_code IN (0, 990)"),
            "f.place_kind = 1 AND f.place_code IN (
                SELECT urn FROM school_districts WHERE district IN ('north-marl'))"
                .to_owned(),
        ] {
            let plan = plan(&standing(&fits)).await;
            for step in [
                "SCAN current_imports USING COVERING INDEX current_imports_by_import",
                "SEARCH f USING PRIMARY KEY (import_seq=? AND place_kind=? AND place_code=?)",
                "SEARCH c USING COVERING INDEX current_imports_by_import (import_seq=? AND authority=? AND year=?)",
            ] {
                assert!(plan.contains(step), "{fits}: {step} is not in\n{plan}");
            }
        }
    }
}
