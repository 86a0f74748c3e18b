//! Figures of a district's schools taken together, added up by the database.

use chrono::NaiveDate;
use llpr_domain::figure::{Marker, Period, PupilGroup, Release};
use llpr_domain::import::Dataset;
use llpr_domain::measure::{Measure, Unit};
use llpr_domain::risk::pooled::{Sums, Together};
use llpr_domain::school::Phase;
use llpr_domain::year::AcademicYear;
use sea_orm::FromQueryResult;

use super::{Beside, Comparator, FigureFilter, day, numbers, standing, wanted, year};
use crate::access::{Access, District};
use crate::engine::Store;
use crate::error::StoreError;
use crate::page::{Page, Slice};
use crate::sql;

/// A figure of a district's schools together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistrictFigure {
    /// Academic year of the results.
    pub year: AcademicYear,
    /// The part of the year.
    pub period: Period,
    /// What is measured.
    pub measure: Measure,
    /// For which pupils.
    pub group: PupilGroup,
    /// The number in hundredths of the unit; `None` where no school counts.
    pub value: Option<i64>,
    /// What was counted; `None` for averages and numbers.
    pub numerator: Option<i64>,
    /// What it was counted against, of an average the pupils; `None` for numbers.
    pub denominator: Option<i64>,
    /// Whether the numerator was worked out from rounded percentages.
    pub estimated: bool,
    /// Schools in it.
    pub schools: i64,
    /// Schools whose figure can't be counted.
    pub left_out: i64,
    /// The release that is least final.
    pub release: Release,
    /// Last day on which only the authority and headteachers may see one of them.
    pub embargo: Option<NaiveDate>,
    /// The data sets: the first and the last by name.
    pub datasets: Vec<Dataset>,
    /// When the latest import became current, in microseconds since 1970.
    pub applied_at: i64,
    /// The same figure for larger places.
    pub comparators: Vec<Comparator>,
}

/// Where a page begins: first year of the academic year, measure, group and period.
pub type DistrictFigureKey = (i32, i16, i16, i16);

/// Figures of several schools, added up.
#[derive(FromQueryResult)]
pub(crate) struct TogetherRow {
    pub(crate) year: i32,
    pub(crate) measure: i16,
    pub(crate) pupil_group: i16,
    pub(crate) period: i16,
    pub(crate) schools: i64,
    left_out: i64,
    pub(crate) suppressed: i64,
    pub(crate) estimated: i64,
    numerator: Option<i64>,
    denominator: Option<i64>,
    weighted: Option<i64>,
    sum: Option<i64>,
    pub(crate) release: i16,
    embargo: Option<i32>,
    first_dataset: String,
    last_dataset: String,
    applied_at: Option<i64>,
}

impl TogetherRow {
    fn at(&self) -> DistrictFigureKey {
        (self.year, self.measure, self.pupil_group, self.period)
    }

    /// The figure of all.
    pub(crate) fn together(&self, measure: Measure) -> Together {
        let sums = Sums {
            numerator: self.numerator,
            denominator: self.denominator,
            weighted: self.weighted,
            numbers: self.sum,
        };
        Together::new(measure.unit(), sums)
    }

    /// Schools with something else than a number or its suppression.
    pub(crate) fn left_out_otherwise(&self) -> i64 {
        self.left_out - self.suppressed
    }
}

/// Whose figures are taken together.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose {
    /// Those of the district `$1`.
    District,
    /// Those of all improvement districts.
    County,
}

impl Whose {
    /// The districts, for an `IN`.
    const fn districts(self) -> &'static str {
        match self {
            Self::District => "$1",
            Self::County => "SELECT slug FROM districts WHERE kind = 'improvement'",
        }
    }
}

/// The measures that count in a way, for an `IN`.
fn measures(counts: fn(Unit) -> bool) -> String {
    numbers(
        Measure::ALL
            .iter()
            .filter(|measure| counts(measure.unit()))
            .map(|measure| measure.code()),
    )
}

/// The figures of schools by year, measure, group and period. A school belongs where it was on the
/// last day of the year. Sessions are counted only where the file has them: the pupils of a cohort
/// are no measure of them. `fits` begins with `AND`, or is empty.
pub(crate) fn together(whose: Whose, fits: &str) -> String {
    let districts = whose.districts();
    let standing = standing(&format!(
        "f.place_kind = 1 AND f.place_code IN (
            SELECT urn FROM school_districts WHERE district IN ({districts})){fits}"
    ));
    let suppressed = Marker::Suppressed.code();
    let plain = measures(|unit| matches!(unit, Unit::Pupils | Unit::Cases | Unit::Hours));
    let sessions = measures(|unit| unit == Unit::PercentOfSessions);
    format!(
        "SELECT year, measure, pupil_group, period,
            COUNT(counted) AS schools, COUNT(*) - COUNT(counted) AS left_out,
            COUNT(CASE WHEN marker = {suppressed} THEN 1 END) AS suppressed,
            COUNT(CASE WHEN counted = 1 AND numerator IS NULL THEN 1 END) AS estimated,
            CAST(SUM(CASE WHEN counted = 1
                THEN COALESCE(numerator, (value * of_pupils + 5000) / 10000) END) AS BIGINT) AS numerator,
            CAST(SUM(CASE WHEN counted = 1 THEN of_pupils END) AS BIGINT) AS denominator,
            CAST(SUM(CASE WHEN counted = 1 THEN value * of_pupils END) AS BIGINT) AS weighted,
            CAST(SUM(CASE WHEN counted = 1 THEN value END) AS BIGINT) AS sum,
            MIN(release) AS release, MAX(embargo) AS embargo, MIN(dataset) AS first_dataset,
            MAX(dataset) AS last_dataset, MAX(applied_at) AS applied_at
        FROM (SELECT t.*, COALESCE(t.denominator, t.cohort) AS of_pupils,
                CASE WHEN t.value IS NULL THEN NULL
                    WHEN t.measure IN ({plain}) THEN 1
                    WHEN t.numerator IS NOT NULL AND t.denominator IS NOT NULL THEN 1
                    WHEN t.measure IN ({sessions}) THEN NULL
                    WHEN COALESCE(t.denominator, t.cohort) IS NOT NULL THEN 1 END AS counted
            FROM ({standing}) t
            JOIN school_districts m ON m.urn = t.place_code AND m.district IN ({districts})
                AND m.from_date <= CAST(t.year + 1 AS TEXT) || '-08-31'
                AND (m.until_date IS NULL OR m.until_date > CAST(t.year + 1 AS TEXT) || '-08-31')) d
        GROUP BY year, measure, pupil_group, period"
    )
}

impl Store {
    /// The figures of a district's schools together: newest year first, then by measure, group and
    /// period.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such district.
    pub async fn district_figures(
        &self,
        access: &Access<District>,
        filter: FigureFilter,
        page: Page<DistrictFigureKey>,
    ) -> Result<Slice<DistrictFigure, DistrictFigureKey>, StoreError> {
        let slug = access.district().to_string();
        let authority = self.authority_of(&slug, access.today()).await?;
        let together = together(Whose::District, &wanted(&filter));
        let after = page.after.map_or("1 = 1".into(), after);
        let which = format!("{after} ORDER BY t.year DESC, t.measure, t.pupil_group, t.period");
        let Slice { items, next, total } = sql::page(
            self.reads(),
            &together,
            vec![slug.as_str().into()],
            &which,
            page.size,
            TogetherRow::at,
        )
        .await?;
        let beside = Beside {
            phase: Phase::Primary,
            rows: self
                .comparators(authority, items.iter().map(|row| (row.year, row.measure)))
                .await?,
        };
        let items = items
            .into_iter()
            .map(|row| figure(&row, &beside))
            .collect::<Result<_, _>>()?;
        Ok(Slice { items, next, total })
    }

    /// The authority of most of a district's schools today; 0, which none has, for a district
    /// without schools.
    pub(crate) async fn authority_of(
        &self,
        slug: &str,
        today: NaiveDate,
    ) -> Result<i32, StoreError> {
        #[derive(FromQueryResult)]
        struct Found {
            authority: Option<i32>,
        }
        const MOST: &str = "SELECT a.authority AS authority FROM districts d LEFT JOIN (
                SELECT s.authority AS authority, COUNT(*) AS schools
                FROM school_districts m JOIN schools s ON s.urn = m.urn
                WHERE m.district = $1 AND m.from_date <= $2
                    AND (m.until_date IS NULL OR m.until_date > $2)
                GROUP BY s.authority) a ON 1 = 1
            WHERE d.slug = $1 ORDER BY a.schools DESC, a.authority LIMIT 1";
        let values = vec![slug.into(), today.to_string().into()];
        let found: Option<Found> = sql::one(self.reads(), MOST, values).await?;
        let found = found.ok_or_else(|| StoreError::NotFound(format!("districts/{slug}")))?;
        Ok(found.authority.unwrap_or_default())
    }
}

/// What comes after a key, in the order of the list.
fn after((year, measure, group, period): DistrictFigureKey) -> String {
    // All are numbers of ours, sealed in the page token.
    format!(
        "(t.year < {year} OR (t.year = {year} AND (t.measure > {measure} OR (t.measure = {measure}
            AND (t.pupil_group > {group} OR (t.pupil_group = {group} AND t.period > {period}))))))"
    )
}

fn figure(row: &TogetherRow, beside: &Beside) -> Result<DistrictFigure, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("figures of a district: {what}"));
    let measure = Measure::from_code(row.measure).ok_or_else(|| corrupt("measure"))?;
    let Together {
        value,
        numerator,
        denominator,
    } = row.together(measure);
    let dataset = |name: &str| Dataset::parse(name).map_err(|_| corrupt("data set"));
    let mut datasets = vec![dataset(&row.first_dataset)?, dataset(&row.last_dataset)?];
    datasets.dedup();
    Ok(DistrictFigure {
        year: year(row.year)?,
        period: Period::from_code(row.period).ok_or_else(|| corrupt("period"))?,
        measure,
        group: PupilGroup::from_code(row.pupil_group).ok_or_else(|| corrupt("group"))?,
        value,
        estimated: numerator.is_some() && row.estimated > 0,
        numerator,
        denominator,
        schools: row.schools,
        left_out: row.left_out,
        release: Release::from_code(row.release).ok_or_else(|| corrupt("release"))?,
        embargo: row.embargo.and_then(day),
        datasets,
        applied_at: row.applied_at.unwrap_or_default(),
        comparators: beside.of(row.at())?,
    })
}
