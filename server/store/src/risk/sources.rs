//! What is known of the schools of a page, in a number of statements that does not depend on how
//! many schools there are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use llpr_domain::figure::{Period, Place, PupilGroup, Release};
use llpr_domain::inspection::Inspection;
use llpr_domain::measure::Measure;
use llpr_domain::programme::Programme;
use llpr_domain::risk::assemble::{
    Assembled, Benchmarks, MEASURES, Subject, Told, Window, assemble,
};
use llpr_domain::risk::review::{Review, review};
use llpr_domain::school::Phase;
use llpr_domain::support::Support;
use llpr_domain::urn::AuthorityCode;
use llpr_domain::year::AcademicYear;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _,
};

use super::exhibit::Context;
use crate::circumstances::{inspections, support};
use crate::entity::{inspection, school_support};
use crate::error::StoreError;
use crate::figures::{FigureRow, OF_LARGER_PLACE, numbers, standing, value, year};
use crate::predecessors::predecessors_of;
use crate::register::urn;
use crate::sql;

/// How many years back figures are looked for: three result years, the two that never were, and
/// as many again as a county may be late with.
pub(super) const YEARS_BACK: i32 = 10;
/// Figures of larger places that a page can need; far more than there are.
pub(super) const MOST_BESIDE: usize = 20_000;

/// A school of a page.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct SubjectRow {
    pub(crate) urn: i32,
    pub(crate) name: String,
    pub(crate) sort_key: String,
    pub(crate) phase: String,
    pub(crate) authority: i32,
}

/// Columns of a school `s`, as [`SubjectRow`] reads them.
pub(crate) const SUBJECT_COLUMNS: &str = "s.urn AS urn, s.name AS name, s.sort_key AS sort_key,
        s.phase AS phase, s.authority AS authority";

/// What data says of one school.
pub(super) struct Picture {
    pub(super) subject: SubjectRow,
    pub(super) assembled: Assembled,
    pub(super) authority: Option<AuthorityCode>,
    pub(super) review: Review,
}

/// What data says of the schools of a page, in their order.
pub(super) struct Pictures {
    pub(super) schools: Vec<Picture>,
    pub(super) benchmarks: Benchmarks,
}

impl Picture {
    pub(super) fn context<'a>(&'a self, benchmarks: &'a Benchmarks) -> Context<'a> {
        Context {
            assembled: &self.assembled,
            benchmarks,
            authority: self.authority,
        }
    }
}

/// Looks at all schools of a page.
pub(super) async fn pictures(
    connection: &impl ConnectionTrait,
    subjects: Vec<SubjectRow>,
    programme: &Programme,
    until: AcademicYear,
    today: NaiveDate,
) -> Result<Pictures, StoreError> {
    let sources = sources(connection, subjects, &[programme], until).await?;
    sources.judged(programme, today)
}

/// What is known of the schools of a page, as far as programmes ask for it.
pub(super) struct Sources {
    pub(super) subjects: Vec<SubjectRow>,
    until: AcademicYear,
    earlier: BTreeMap<i32, BTreeMap<i32, String>>,
    figures: BTreeMap<i32, Vec<Told>>,
    beside: Vec<Told>,
    inspections: BTreeMap<i32, Vec<Inspection>>,
    support: BTreeMap<i32, Vec<Support>>,
}

/// Reads it.
pub(super) async fn sources(
    connection: &impl ConnectionTrait,
    subjects: Vec<SubjectRow>,
    programmes: &[&Programme],
    until: AcademicYear,
) -> Result<Sources, StoreError> {
    let urns: Vec<i32> = subjects.iter().map(|subject| subject.urn).collect();
    let earlier = predecessors_of(connection, &urns).await?;
    let groups: Vec<PupilGroup> = programmes
        .iter()
        .flat_map(|programme| groups(programme))
        .collect();
    Ok(Sources {
        figures: figures(connection, &urns, &earlier, &groups, until).await?,
        beside: beside(connection, &subjects, &groups, until).await?,
        inspections: inspections_of(connection, &urns).await?,
        support: support_of(connection, &urns).await?,
        subjects,
        until,
        earlier,
    })
}

/// The groups whose figures a programme asks for.
fn groups(programme: &Programme) -> impl Iterator<Item = PupilGroup> {
    programme.groups.iter().filter_map(|group| group.figures)
}

impl Sources {
    /// What a programme says of it.
    pub(super) fn judged(
        &self,
        programme: &Programme,
        today: NaiveDate,
    ) -> Result<Pictures, StoreError> {
        let groups: Vec<PupilGroup> = groups(programme).collect();
        let benchmarks = Benchmarks::new(&self.beside);
        let mut schools = Vec::new();
        for subject in &self.subjects {
            let phase = Phase::parse(&subject.phase).unwrap_or(Phase::NotApplicable);
            let places = self
                .earlier
                .get(&subject.urn)
                .into_iter()
                .flat_map(BTreeMap::keys);
            let told: Vec<Told> = std::iter::once(&subject.urn)
                .chain(places)
                .filter_map(|place| self.figures.get(place))
                .flatten()
                .filter(|told| is_asked(told.group, &groups))
                .copied()
                .collect();
            let window = Window {
                until: self.until,
                years: programme.settings.pooled_years,
                groups: &groups,
            };
            let of = Subject {
                urn: urn(subject.urn)?,
                phase,
            };
            let assembled = assemble(of, &told, &benchmarks, window);
            let review = review(
                &assembled.data,
                self.inspections
                    .get(&subject.urn)
                    .map_or(&[], Vec::as_slice),
                self.support.get(&subject.urn).map_or(&[], Vec::as_slice),
                &programme.settings,
                today,
            );
            let authority = u16::try_from(subject.authority).ok();
            schools.push(Picture {
                authority: authority.and_then(|code| AuthorityCode::new(code).ok()),
                subject: subject.clone(),
                assembled,
                review,
            });
        }
        Ok(Pictures {
            schools,
            benchmarks,
        })
    }
}

/// The groups beside which an intake is worked out; they are always asked for.
const ALWAYS: [PupilGroup; 3] = [
    PupilGroup::All,
    PupilGroup::Disadvantaged,
    PupilGroup::NotDisadvantaged,
];

fn is_asked(group: PupilGroup, groups: &[PupilGroup]) -> bool {
    ALWAYS.contains(&group) || groups.contains(&group)
}

/// That a figure is of a measure, group and year that a question needs.
fn wanted(groups: &[PupilGroup], until: AcademicYear) -> String {
    let groups: BTreeSet<i16> = groups
        .iter()
        .chain(&ALWAYS)
        .map(|group| group.code())
        .collect();
    let last = i32::from(until.start());
    format!(
        "f.measure IN ({}) AND f.pupil_group IN ({}) AND f.year BETWEEN {} AND {last}",
        numbers(MEASURES.iter().map(|measure| measure.code())),
        numbers(groups.into_iter()),
        last - YEARS_BACK,
    )
}

/// The figures of schools and of all their predecessors, by URN.
async fn figures(
    connection: &impl ConnectionTrait,
    urns: &[i32],
    earlier: &BTreeMap<i32, BTreeMap<i32, String>>,
    groups: &[PupilGroup],
    until: AcademicYear,
) -> Result<BTreeMap<i32, Vec<Told>>, StoreError> {
    if urns.is_empty() {
        return Ok(BTreeMap::new());
    }
    let all = urns.iter().chain(earlier.values().flat_map(BTreeMap::keys));
    let all: BTreeSet<i32> = all.copied().collect();
    let query = standing(&format!(
        "f.place_kind = 1 AND f.place_code IN ({}) AND {}",
        numbers(all.into_iter()),
        wanted(groups, until)
    ));
    let rows: Vec<FigureRow> = sql::all(connection, &query, vec![]).await?;
    let mut found: BTreeMap<i32, Vec<Told>> = BTreeMap::new();
    for row in rows {
        found.entry(row.place_code).or_default().push(told(&row)?);
    }
    Ok(found)
}

/// The figures of England and of the schools' authorities.
async fn beside(
    connection: &impl ConnectionTrait,
    subjects: &[SubjectRow],
    groups: &[PupilGroup],
    until: AcademicYear,
) -> Result<Vec<Told>, StoreError> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let authorities: BTreeSet<i32> = subjects.iter().map(|subject| subject.authority).collect();
    let places = std::iter::once(0).chain(authorities);
    let query = standing(&format!(
        "{OF_LARGER_PLACE} AND f.place_code IN ({}) AND f.period = {} AND {}",
        numbers(places),
        Period::Year.code(),
        wanted(groups, until)
    ));
    let query = format!("SELECT t.* FROM ({query}) t ORDER BY t.place_kind LIMIT {MOST_BESIDE}");
    let rows: Vec<FigureRow> = sql::all(connection, &query, vec![]).await?;
    rows.iter().map(told).collect()
}

pub(super) fn told(row: &FigureRow) -> Result<Told, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("figure of {}: {what}", row.place_code));
    Ok(Told {
        place: Place::from_parts(row.place_kind, row.place_code).ok_or_else(|| corrupt("place"))?,
        year: year(row.year)?,
        period: Period::from_code(row.period).ok_or_else(|| corrupt("period"))?,
        measure: Measure::from_code(row.measure).ok_or_else(|| corrupt("measure"))?,
        group: PupilGroup::from_code(row.pupil_group).ok_or_else(|| corrupt("group"))?,
        value: value(row.value, row.marker).ok_or_else(|| corrupt("marker"))?,
        numerator: row.numerator,
        denominator: row.denominator,
        cohort: row.cohort.and_then(|cohort| u32::try_from(cohort).ok()),
        release: Release::from_code(row.release).ok_or_else(|| corrupt("release"))?,
    })
}

pub(crate) async fn inspections_of(
    connection: &impl ConnectionTrait,
    urns: &[i32],
) -> Result<BTreeMap<i32, Vec<Inspection>>, StoreError> {
    let rows = inspection::Entity::find()
        .filter(inspection::Column::Urn.is_in(urns.iter().copied()))
        .all(connection)
        .await?;
    let mut found: BTreeMap<i32, Vec<Inspection>> = BTreeMap::new();
    for row in rows {
        found
            .entry(row.urn)
            .or_default()
            .push(inspections::read(row)?);
    }
    Ok(found)
}

pub(crate) async fn support_of(
    connection: &impl ConnectionTrait,
    urns: &[i32],
) -> Result<BTreeMap<i32, Vec<Support>>, StoreError> {
    let rows = school_support::Entity::find()
        .filter(school_support::Column::Urn.is_in(urns.iter().copied()))
        .all(connection)
        .await?;
    let mut found: BTreeMap<i32, Vec<Support>> = BTreeMap::new();
    for row in rows {
        found.entry(row.urn).or_default().push(support::read(row)?);
    }
    Ok(found)
}
