//! Figures of schools, with those of their authority and of England beside them.

use llpr_domain::figure::{Marker, Place, PupilGroup, Release, Value};
use llpr_domain::measure::Measure;
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

/// A figure of a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Whose.
    pub urn: Urn,
    /// Academic year of the results.
    pub year: AcademicYear,
    /// What is measured.
    pub measure: Measure,
    /// For which pupils.
    pub group: PupilGroup,
    /// The number in hundredths of the unit, or why there is none.
    pub value: Value,
    /// Pupils that it speaks of.
    pub cohort: Option<u32>,
    /// How final it is.
    pub release: Release,
    /// Id of the import it came with.
    pub import: String,
    /// When that became current, in microseconds since 1970.
    pub applied_at: i64,
    /// The same figure for larger places.
    pub comparators: Vec<Comparator>,
}

/// The same figure for a larger place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparator {
    /// Whose.
    pub place: Place,
    /// The number in hundredths of the unit, or why there is none.
    pub value: Value,
    /// Pupils that it speaks of.
    pub cohort: Option<u32>,
}

/// Where a page begins: first year of the academic year, measure, group.
pub type FigureKey = (i32, i16, i16);

#[derive(FromQueryResult)]
struct FigureRow {
    year: i32,
    place_kind: i16,
    place_code: i32,
    authority: i32,
    measure: i16,
    pupil_group: i16,
    value: Option<i64>,
    marker: Option<i16>,
    cohort: Option<i32>,
    release: Option<String>,
    import_id: String,
    applied_at: Option<i64>,
}

/// The figures that stand: those of the import that is current for their authority and year.
const STANDING: &str = "
    FROM (SELECT DISTINCT import_seq FROM current_imports) x
    JOIN figures f ON f.import_seq = x.import_seq
    JOIN current_imports c ON c.import_seq = f.import_seq AND c.authority = f.authority
    JOIN imports i ON i.seq = c.import_seq";

const COLUMNS: &str = "c.year AS year, f.place_kind AS place_kind, f.place_code AS place_code,
    f.authority AS authority, f.measure AS measure, f.pupil_group AS pupil_group, f.value AS value,
    f.marker AS marker, f.cohort AS cohort, i.release AS release, i.id AS import_id, i.applied_at AS applied_at";

/// `1, 2, 3` of our own numbers, for an `IN`; never text from outside.
fn numbers<T: std::fmt::Display>(values: impl Iterator<Item = T>) -> String {
    let list: Vec<String> = values.map(|value| value.to_string()).collect();
    list.join(", ")
}

impl Store {
    /// A school's figures: newest year first, then by measure and group.
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
        school_model(self.reads(), urn).await?;
        let mut fits = String::from(" WHERE f.place_kind = 1 AND f.place_code = $1");
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
            fits.push_str(" AND c.year = ");
            fits.push_str(&year.start().to_string());
        }
        let count = format!("SELECT COUNT(*) {STANDING}{fits}");
        let total = sql::number(self.reads(), &count, vec![urn_value(urn).into()]).await?;
        let mut values = vec![urn_value(urn).into(), (page.size.cast_signed() + 1).into()];
        if let Some((year, measure, group)) = page.after {
            fits.push_str(
                " AND (c.year < $3 OR (c.year = $3 AND (f.measure > $4 OR (f.measure = $4 AND f.pupil_group > $5))))",
            );
            values.extend([year.into(), measure.into(), group.into()]);
        }
        let list = format!(
            "SELECT {COLUMNS} {STANDING}{fits} ORDER BY c.year DESC, f.measure, f.pupil_group LIMIT $2"
        );
        let rows: Vec<FigureRow> = sql::all(self.reads(), &list, values).await?;
        let key = |row: &FigureRow| (row.year, row.measure, row.pupil_group);
        let Slice { items, next, total } = Slice::cut(rows, page.size, total.unsigned_abs(), key);
        let beside = self.comparators(&items).await?;
        let items = items
            .into_iter()
            .map(|row| figure(urn, row, &beside))
            .collect::<Result<_, _>>()?;
        Ok(Slice { items, next, total })
    }

    /// The rows of authorities and England that belong beside a page of figures, in one query.
    async fn comparators(&self, page: &[FigureRow]) -> Result<Vec<FigureRow>, StoreError> {
        if page.is_empty() {
            return Ok(Vec::new());
        }
        let years = numbers(page.iter().map(|row| row.year));
        let measures = numbers(page.iter().map(|row| row.measure));
        let authorities = numbers(page.iter().map(|row| row.authority));
        let list = format!(
            "SELECT {COLUMNS} {STANDING} WHERE f.place_kind IN (2, 3, 4) AND c.year IN ({years})
                AND f.measure IN ({measures})
                AND ((f.place_kind = 2 AND f.place_code IN ({authorities})) OR f.place_code = 0)
                ORDER BY f.place_kind LIMIT 20000"
        );
        Ok(sql::all(self.reads(), &list, vec![]).await?)
    }
}

fn figure(urn: Urn, row: FigureRow, beside: &[FigureRow]) -> Result<Figure, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("figure of {urn}: {what}"));
    let comparators = beside
        .iter()
        .filter(|other| {
            (other.year, other.measure, other.pupil_group)
                == (row.year, row.measure, row.pupil_group)
        })
        .filter(|other| other.place_code == 0 || other.place_code == row.authority)
        .map(|other| {
            Ok(Comparator {
                place: Place::from_parts(other.place_kind, other.place_code)
                    .ok_or_else(|| corrupt("place"))?,
                value: value(other.value, other.marker).ok_or_else(|| corrupt("marker"))?,
                cohort: other.cohort.and_then(|cohort| u32::try_from(cohort).ok()),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Figure {
        urn,
        year: year(row.year)?,
        measure: Measure::from_code(row.measure).ok_or_else(|| corrupt("measure"))?,
        group: PupilGroup::from_code(row.pupil_group).ok_or_else(|| corrupt("group"))?,
        value: value(row.value, row.marker).ok_or_else(|| corrupt("marker"))?,
        cohort: row.cohort.and_then(|cohort| u32::try_from(cohort).ok()),
        release: row
            .release
            .as_deref()
            .and_then(Release::parse)
            .ok_or_else(|| corrupt("release"))?,
        import: row.import_id,
        applied_at: row.applied_at.unwrap_or_default(),
        comparators,
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
