//! The figures of a district's schools together, beside the county's and England's (¶11).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use llpr_domain::figure::{Period, PupilGroup, Release};
use llpr_domain::health::{Known, expected};
use llpr_domain::measure::Measure;
use llpr_domain::programme::Programme;
use llpr_domain::risk::Worse;
use llpr_domain::risk::assemble::{Benchmark, Benchmarks};
use llpr_domain::risk::pooled::{self, MEASURES, Schools, Share, Together, Trend};
use llpr_domain::urn::AuthorityCode;
use llpr_domain::year::AcademicYear;
use sea_orm::FromQueryResult;

use crate::access::{Access, District};
use crate::engine::Store;
use crate::error::StoreError;
use crate::figures::{
    FigureRow, OF_LARGER_PLACE, TogetherRow, Whose, numbers, standing, together, year,
};
use crate::health::{KNOWN_COLUMNS, KnownRow};
use crate::predecessors::predecessors_of;
use crate::register::{day, is_open_in_district};
use crate::risk::sources::{MOST_BESIDE, YEARS_BACK, told};
use crate::risk::suggestions::asked_year;
use crate::{programme, sql};

/// Several schools' figure, and who stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PooledNumber {
    /// The figure.
    pub together: Together,
    /// Whether the numerator was worked out from rounded percentages.
    pub estimated: bool,
    /// The schools.
    pub schools: Schools,
    /// The same in words.
    pub words: String,
}

/// A year of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct PooledYear {
    /// Which.
    pub year: AcademicYear,
    /// The district's schools.
    pub district: PooledNumber,
    /// Those of all improvement districts; `None` where the district is of another kind and no
    /// other has such a figure.
    pub county: Option<PooledNumber>,
    /// England's figure.
    pub england: Option<Benchmark>,
    /// The authority's published figure.
    pub authority: Option<Benchmark>,
    /// The release that is least final in the district.
    pub release: Release,
}

/// The years of a measure, group and period.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What is measured.
    pub measure: Measure,
    /// Among which pupils.
    pub group: PupilGroup,
    /// In which part of the year.
    pub period: Period,
    /// Oldest first.
    pub years: Vec<PooledYear>,
    /// How it has changed; `None` where there is one year, or no share of pupils.
    pub trend: Option<Trend>,
}

/// A district's figures together.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewFigures {
    /// The programme year.
    pub year: AcademicYear,
    /// How many open schools the district has today.
    pub schools: i64,
    /// By measure, group and period.
    pub series: Vec<Series>,
}

/// A school that was or is in the district.
struct Member {
    urn: i32,
    known: Known,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
struct MemberRow {
    urn: i32,
    #[sea_orm(nested)]
    known: KnownRow,
    from_date: String,
    until_date: Option<String>,
}

#[derive(FromQueryResult)]
struct PresentRow {
    place_code: i32,
    measure: i16,
    year: i32,
}

impl Store {
    /// The figures of a district's schools together, up to a programme year.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such district, or the year has no programme.
    pub async fn review_figures(
        &self,
        access: &Access<District>,
        asked: Option<AcademicYear>,
    ) -> Result<ReviewFigures, StoreError> {
        let (slug, today) = (access.district().to_string(), access.today());
        let until = asked_year(self.reads(), asked, today).await?;
        let (_, programme) = programme::in_force(self.reads(), until).await?;
        let authority = self.authority_of(&slug, today).await?;
        let fits = wanted(&programme, until);
        let district = together(Whose::District, &fits);
        let district: Vec<TogetherRow> =
            sql::all(self.reads(), &district, vec![slug.as_str().into()]).await?;
        let county = together(Whose::County, &fits);
        let county: Vec<TogetherRow> = sql::all(self.reads(), &county, vec![]).await?;
        let beside = format!(
            "SELECT t.* FROM ({}) t ORDER BY t.place_kind LIMIT {MOST_BESIDE}",
            standing(&format!(
                "{OF_LARGER_PLACE} AND f.place_code IN (0, {authority})
                    AND f.period = {}{fits}",
                Period::Year.code()
            ))
        );
        let beside: Vec<FigureRow> = sql::all(self.reads(), &beside, vec![]).await?;
        let beside: Vec<_> = beside.iter().map(told).collect::<Result<_, _>>()?;
        let missing = self.missing(&slug, &fits).await?;
        let is_open = is_open_in_district();
        let count = format!("SELECT COUNT(*) FROM schools s WHERE {is_open}");
        let values = vec![slug.into(), today.to_string().into()];
        let parts = Parts {
            county: county.iter().map(|row| (key(row), row)).collect(),
            benchmarks: Benchmarks::new(&beside),
            authority: u16::try_from(authority)
                .ok()
                .and_then(|code| AuthorityCode::new(code).ok()),
            missing,
            programme: &programme,
        };
        Ok(ReviewFigures {
            year: until,
            schools: sql::number(self.reads(), &count, values).await?,
            series: parts.series(&district)?,
        })
    }

    /// How many schools should have a measure of all pupils in a year and have none, not even a
    /// marker, nor their predecessor: by measure and year.
    async fn missing(
        &self,
        slug: &str,
        fits: &str,
    ) -> Result<BTreeMap<(i16, i32), i64>, StoreError> {
        let query = format!(
            "SELECT s.urn AS urn, {KNOWN_COLUMNS}, m.from_date AS from_date,
                m.until_date AS until_date
            FROM school_districts m JOIN schools s ON s.urn = m.urn WHERE m.district = $1"
        );
        let rows: Vec<MemberRow> = sql::all(self.reads(), &query, vec![slug.into()]).await?;
        let members = rows.into_iter().map(|row| {
            Ok(Member {
                urn: row.urn,
                known: row.known.known()?,
                from: day(&row.from_date)?,
                until: row.until_date.as_deref().map(day).transpose()?,
            })
        });
        let members: Vec<Member> = members.collect::<Result<_, StoreError>>()?;
        if members.is_empty() {
            return Ok(BTreeMap::new());
        }
        let urns: Vec<i32> = members.iter().map(|member| member.urn).collect();
        let earlier = predecessors_of(self.reads(), &urns).await?;
        let all = urns.iter().chain(earlier.values().flat_map(BTreeMap::keys));
        let all: BTreeSet<i32> = all.copied().collect();
        let present = format!(
            "SELECT DISTINCT t.place_code AS place_code, t.measure AS measure, t.year AS year
            FROM ({}) t",
            standing(&format!(
                "f.place_kind = 1 AND f.place_code IN ({}) AND f.pupil_group = {}{fits}",
                numbers(all.into_iter()),
                PupilGroup::All.code()
            ))
        );
        let rows: Vec<PresentRow> = sql::all(self.reads(), &present, vec![]).await?;
        let mut present: BTreeMap<(i16, i32), BTreeSet<i32>> = BTreeMap::new();
        for row in rows {
            let of_year = present.entry((row.measure, row.year)).or_default();
            of_year.insert(row.place_code);
        }
        let mut missing = BTreeMap::new();
        for ((code, start), present) in present {
            let Some(dataset) = Measure::from_code(code).and_then(pooled::dataset) else {
                continue;
            };
            let year = year(start)?;
            let is_missing = |member: &&Member| {
                let mut places = std::iter::once(&member.urn).chain(
                    earlier
                        .get(&member.urn)
                        .into_iter()
                        .flat_map(BTreeMap::keys),
                );
                member.belongs_in(year)
                    && expected(dataset, year, &member.known).is_ok()
                    && !places.any(|place| present.contains(place))
            };
            let count = members.iter().filter(is_missing).count();
            missing.insert((code, start), i64::try_from(count).unwrap_or(i64::MAX));
        }
        Ok(missing)
    }
}

impl Member {
    /// Whether the school was in the district on the last day of a year.
    fn belongs_in(&self, year: AcademicYear) -> bool {
        let last = NaiveDate::from_ymd_opt(i32::from(year.end()), 8, 31);
        last.is_some_and(|last| self.from <= last && self.until.is_none_or(|until| until > last))
    }
}

/// What a figure must be of.
fn wanted(programme: &Programme, until: AcademicYear) -> String {
    let groups = programme.groups.iter().filter_map(|group| group.figures);
    let groups: BTreeSet<i16> = groups
        .chain([PupilGroup::All, PupilGroup::NotDisadvantaged])
        .map(PupilGroup::code)
        .collect();
    let last = i32::from(until.start());
    format!(
        " AND f.measure IN ({}) AND f.pupil_group IN ({}) AND f.year BETWEEN {} AND {last}",
        numbers(MEASURES.iter().map(|measure| measure.code())),
        numbers(groups.into_iter()),
        last - YEARS_BACK,
    )
}

/// Measure, group, period and year.
type Key = (i16, i16, i16, i32);

fn key(row: &TogetherRow) -> Key {
    (row.measure, row.pupil_group, row.period, row.year)
}

/// What stands beside a district's figures.
struct Parts<'a> {
    county: BTreeMap<Key, &'a TogetherRow>,
    benchmarks: Benchmarks,
    authority: Option<AuthorityCode>,
    missing: BTreeMap<(i16, i32), i64>,
    programme: &'a Programme,
}

impl Parts<'_> {
    fn series(&self, rows: &[TogetherRow]) -> Result<Vec<Series>, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("figures of a district: {what}"));
        let mut sorted: Vec<&TogetherRow> = rows.iter().collect();
        let place = |row: &TogetherRow| MEASURES.iter().position(|one| one.code() == row.measure);
        sorted.sort_by_key(|row| (place(row), row.pupil_group, row.period, row.year));
        let mut all: Vec<Series> = Vec::new();
        for row in sorted {
            let measure = Measure::from_code(row.measure).ok_or_else(|| corrupt("measure"))?;
            let group = PupilGroup::from_code(row.pupil_group).ok_or_else(|| corrupt("group"))?;
            let period = Period::from_code(row.period).ok_or_else(|| corrupt("period"))?;
            let year = self.year(row, measure, group, period)?;
            match all.last_mut() {
                Some(last)
                    if (last.measure, last.group, last.period) == (measure, group, period) =>
                {
                    last.years.push(year);
                }
                Some(_) | None => all.push(Series {
                    measure,
                    group,
                    period,
                    years: vec![year],
                    trend: None,
                }),
            }
        }
        for series in &mut all {
            series.trend = self.trend(series);
        }
        Ok(all)
    }

    fn year(
        &self,
        row: &TogetherRow,
        measure: Measure,
        group: PupilGroup,
        period: Period,
    ) -> Result<PooledYear, StoreError> {
        let of = year(row.year)?;
        let missing = match (group, period) {
            (PupilGroup::All, Period::Year) => self.missing.get(&(row.measure, row.year)),
            _ => None,
        };
        let beside = (measure, group, of);
        let has_benchmark = period == Period::Year && measure.unit().is_share();
        let release = Release::from_code(row.release);
        Ok(PooledYear {
            year: of,
            district: number(row, measure, missing.copied().unwrap_or_default()),
            county: self
                .county
                .get(&key(row))
                .map(|row| number(row, measure, 0)),
            england: self.benchmarks.england(beside).filter(|_| has_benchmark),
            authority: self
                .authority
                .and_then(|code| self.benchmarks.authority(code, beside))
                .filter(|_| has_benchmark),
            release: release.ok_or_else(|| StoreError::Corrupt("release of a figure".into()))?,
        })
    }

    fn trend(&self, series: &Series) -> Option<Trend> {
        let worse = pooled::worse(series.measure).filter(|_| series.period == Period::Year)?;
        let shares = series.years.iter().filter_map(|year| {
            Some(Share {
                year: year.year,
                met: year.district.together.numerator?,
                of: year.district.together.denominator?,
                schools: year.district.schools.counted,
                england: year.england.map(|england| england.share),
            })
        });
        let shares: Vec<Share> = shares.collect();
        let settings = &self.programme.settings;
        let rho = match worse {
            Worse::Low => settings.cohort_variation,
            Worse::High => settings.persistent_absence_variation,
        };
        pooled::trend(&shares, worse, rho)
    }
}

fn number(row: &TogetherRow, measure: Measure, missing: i64) -> PooledNumber {
    let together = row.together(measure);
    let schools = Schools {
        counted: row.schools,
        suppressed: row.suppressed,
        left_out: row.left_out_otherwise(),
        missing,
    };
    PooledNumber {
        estimated: together.numerator.is_some() && row.estimated > 0,
        words: pooled::words(measure.unit(), schools, together),
        together,
        schools,
    }
}
