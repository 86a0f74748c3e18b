//! How the county's data are: what is loaded for a year, whose figures are missing and why, what
//! waits for the register, and what is under embargo. A fixed number of statements, however many
//! schools there are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use llpr_domain::access::Node;
use llpr_domain::figure::{Marker, Release};
use llpr_domain::health::{self, Known, Missing, Standing};
use llpr_domain::import::Dataset;
use llpr_domain::school::{LinkKind, Phase, SchoolStatus};
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::FromQueryResult;

use crate::access::{Access, AnyNode};
use crate::engine::Store;
use crate::error::StoreError;
use crate::figures::{STANDING, day, day_number, numbers, year as year_of};
use crate::sql;

/// Issues of unknown schools that are looked at; an import keeps a thousand.
const ISSUES: usize = 10_000;

/// How the data of a year are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataHealth {
    /// The year; none where no figures stand at all.
    pub year: Option<AcademicYear>,
    /// The years that figures stand for, latest first.
    pub years: Vec<AcademicYear>,
    /// One for each data set, in the order in which a county needs them.
    pub datasets: Vec<DatasetHealth>,
}

/// How a data set is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetHealth {
    /// Which.
    pub dataset: Dataset,
    /// The imports that stand: for figures those of the year, for a register the last one.
    pub sources: Vec<Source>,
    /// Schools that should have figures.
    pub expected: u32,
    /// Of those, schools that have a number.
    pub present: u32,
    /// The others, by name.
    pub missing: Vec<MissingSchool>,
    /// The same by district.
    pub districts: Vec<DistrictHealth>,
    /// URNs that the files have and the register lacks: those that are still known by name of the
    /// first thousand of each import.
    pub pending: Vec<i32>,
    /// Schools with figures under embargo.
    pub embargoed: u32,
    /// The last day of the longest embargo.
    pub embargo: Option<NaiveDate>,
}

/// An import that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Id of the import.
    pub import: String,
    /// The file's name.
    pub file_name: String,
    /// How final its figures are.
    pub release: Option<Release>,
    /// When it was applied, in microseconds since 1970.
    pub applied_at: i64,
    /// The name of who uploaded it.
    pub creator: String,
}

/// A school without the figures that it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingSchool {
    /// URN.
    pub urn: i32,
    /// Name.
    pub name: String,
    /// The name of its district of today.
    pub district: String,
    /// The reason, as far as one can be told.
    pub reason: Missing,
}

/// A district's part of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistrictHealth {
    /// Slug.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Schools that should have figures.
    pub expected: u32,
    /// Of those, schools that have a number.
    pub present: u32,
}

#[derive(FromQueryResult)]
struct YearRow {
    year: i32,
}

#[derive(FromQueryResult)]
struct SchoolRow {
    urn: i32,
    name: String,
    #[sea_orm(nested)]
    known: KnownRow,
    authority: i32,
    district: String,
    district_name: String,
}

/// What says of a school whose figures it should have.
#[derive(FromQueryResult)]
pub(crate) struct KnownRow {
    phase: String,
    status: String,
    open_date: Option<String>,
    close_date: Option<String>,
    low_age: Option<i32>,
    high_age: Option<i32>,
}

/// Columns of a school `s` as [`KnownRow`] reads them.
pub(crate) const KNOWN_COLUMNS: &str = "s.phase AS phase, s.status AS status,
        s.open_date AS open_date, s.close_date AS close_date, s.low_age AS low_age,
        s.high_age AS high_age";

impl KnownRow {
    pub(crate) fn known(&self) -> Result<Known, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("a school's {what}"));
        let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
        let age = |age: Option<i32>| age.and_then(|age| u8::try_from(age).ok());
        Ok(Known {
            phase: Phase::parse(&self.phase).ok_or_else(|| corrupt("phase"))?,
            status: SchoolStatus::parse(&self.status).ok_or_else(|| corrupt("status"))?,
            low_age: age(self.low_age),
            high_age: age(self.high_age),
            opened: date(&self.open_date),
            closed: date(&self.close_date),
        })
    }
}

#[derive(FromQueryResult)]
struct LinkRow {
    earlier: i32,
    later: i32,
}

#[derive(FromQueryResult)]
struct StandingRow {
    dataset: String,
    urn: i32,
    numbers: i64,
    markers: i64,
    suppressed: i64,
    embargo: Option<i32>,
}

#[derive(FromQueryResult)]
struct SourceRow {
    dataset: String,
    authority: i32,
    seq: i64,
    id: String,
    file_name: String,
    release: Option<String>,
    applied_at: Option<i64>,
    creator: Option<String>,
}

#[derive(FromQueryResult)]
struct PendingRow {
    dataset: String,
    urn: String,
}

#[derive(FromQueryResult)]
struct UrnRow {
    urn: i32,
}

/// A school of the scope.
struct Place {
    row: SchoolRow,
    known: Known,
}

/// What stands of each school, with the embargo's last day.
type ByDataset<T> = BTreeMap<(Dataset, i32), T>;

impl Store {
    /// How the data are, of a district or of all districts: for one year, or the latest.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such district.
    pub async fn data_health(
        &self,
        access: &Access<AnyNode>,
        wanted: Option<AcademicYear>,
    ) -> Result<DataHealth, StoreError> {
        let years = self.years_with_figures().await?;
        let year = wanted.or_else(|| years.first().copied());
        let places = self.places(access).await?;
        let start = year.map_or(0, |year| i32::from(year.start()));
        let earlier = self.earlier(&places).await?;
        let standing = self.standing_of(&places, &earlier, start).await?;
        let sources = self.sources(&places, start).await?;
        let pending = self.pending(&sources).await?;
        let today = day_number(access.today());
        let data = Dataset::ALL.iter().filter(|dataset| dataset.is_data());
        let datasets = data.map(|&dataset| {
            let mut found = DatasetHealth {
                dataset,
                sources: Vec::new(),
                expected: 0,
                present: 0,
                missing: Vec::new(),
                districts: Vec::new(),
                pending: pending.get(&dataset).cloned().unwrap_or_default(),
                embargoed: 0,
                embargo: None,
            };
            let of = sources.iter().filter(|(of, _)| *of == dataset);
            let rows: Vec<&SourceRow> = of.map(|(_, row)| row).collect();
            found.sources = distinct(&rows);
            if let Some(year) = year {
                let loaded: BTreeSet<i32> = rows.iter().map(|row| row.authority).collect();
                count(&mut found, year, today, &places, &standing, &loaded);
            }
            found
        });
        Ok(DataHealth {
            year,
            datasets: datasets.collect(),
            years,
        })
    }

    async fn years_with_figures(&self) -> Result<Vec<AcademicYear>, StoreError> {
        const YEARS: &str = "SELECT DISTINCT year FROM current_imports ORDER BY year DESC";
        let rows: Vec<YearRow> = sql::all(self.reads(), YEARS, vec![]).await?;
        rows.into_iter().map(|row| year_of(row.year)).collect()
    }

    /// The schools that belong to the district, or to any, today.
    async fn places(&self, access: &Access<AnyNode>) -> Result<Vec<Place>, StoreError> {
        const THERE: &str = "SELECT COUNT(*) FROM districts WHERE slug = $1";
        let schools = format!(
            "SELECT s.urn AS urn, s.name AS name, {KNOWN_COLUMNS}, s.authority AS authority,
                m.district AS district, d.name AS district_name
            FROM schools s JOIN school_districts m ON m.urn = s.urn
                AND m.from_date <= $1 AND (m.until_date IS NULL OR m.until_date > $1)
            JOIN districts d ON d.slug = m.district
            WHERE $2 = '' OR m.district = $2
            ORDER BY d.sort_key, m.district, s.sort_key, s.urn"
        );
        let slug = match access.node() {
            Node::County => String::new(),
            Node::District(slug) => slug.to_string(),
            Node::School(urn) => return Err(StoreError::NotFound(format!("schools/{urn}"))),
        };
        if !slug.is_empty()
            && sql::number(self.reads(), THERE, vec![slug.as_str().into()]).await? == 0
        {
            return Err(StoreError::NotFound(format!("districts/{slug}")));
        }
        let values = vec![access.today().to_string().into(), slug.into()];
        let rows: Vec<SchoolRow> = sql::all(self.reads(), &schools, values).await?;
        rows.into_iter().map(Place::new).collect()
    }

    /// The schools that came before these, with the one that followed each.
    async fn earlier(&self, places: &[Place]) -> Result<Vec<LinkRow>, StoreError> {
        let kinds = |wanted: fn(LinkKind) -> bool| {
            let kinds = LinkKind::ALL.iter().filter(|kind| wanted(**kind));
            numbers(kinds.map(|kind| format!("'{}'", kind.as_str())))
        };
        let of = urns(places);
        let query = format!(
            "SELECT linked_urn AS earlier, urn AS later FROM school_links
                WHERE urn IN ({of}) AND kind IN ({before})
            UNION SELECT urn AS earlier, linked_urn AS later FROM school_links
                WHERE linked_urn IN ({of}) AND kind IN ({after})",
            before = kinds(LinkKind::is_predecessor),
            after = kinds(LinkKind::is_successor),
        );
        Ok(sql::all(self.reads(), &query, vec![]).await?)
    }

    /// What stands of each school, its predecessors' figures with its own.
    async fn standing_of(
        &self,
        places: &[Place],
        earlier: &[LinkRow],
        year: i32,
    ) -> Result<ByDataset<(Standing, Option<i32>)>, StoreError> {
        let own: BTreeSet<i32> = places.iter().map(|place| place.row.urn).collect();
        let codes = numbers(
            std::iter::once(0)
                .chain(own.iter().copied())
                .chain(earlier.iter().map(|link| link.earlier)),
        );
        let query = format!(
            "SELECT c.dataset AS dataset, f.place_code AS urn, COUNT(f.value) AS numbers,
                COUNT(f.marker) AS markers,
                COUNT(CASE WHEN f.marker = {suppressed} THEN 1 END) AS suppressed,
                MAX(f.embargo) AS embargo
            {STANDING} AND f.place_kind = 1 AND f.place_code IN ({codes}) AND f.year = $1
            GROUP BY c.dataset, f.place_code",
            suppressed = Marker::Suppressed.code()
        );
        let rows: Vec<StandingRow> = sql::all(self.reads(), &query, vec![year.into()]).await?;
        let mut standing: ByDataset<(Standing, Option<i32>)> = BTreeMap::new();
        for row in rows {
            let dataset = parse(&row.dataset)?;
            let later = earlier
                .iter()
                .filter(|link| link.earlier == row.urn && own.contains(&link.later));
            let of = later
                .map(|link| link.later)
                .chain(own.get(&row.urn).copied());
            for urn in of {
                let (sum, embargo) = standing.entry((dataset, urn)).or_default();
                sum.numbers += row.numbers;
                sum.markers += row.markers;
                sum.suppressed += row.suppressed;
                *embargo = (*embargo).max(row.embargo);
            }
        }
        Ok(standing)
    }

    /// The imports that stand for a year in the schools' authorities, and the last of each register.
    async fn sources(
        &self,
        places: &[Place],
        year: i32,
    ) -> Result<Vec<(Dataset, SourceRow)>, StoreError> {
        let authorities: BTreeSet<i32> = places.iter().map(|place| place.row.authority).collect();
        let authorities = numbers(std::iter::once(0).chain(authorities));
        let registers = Dataset::ALL.iter().filter(|dataset| !dataset.has_figures());
        let registers = numbers(registers.map(|dataset| format!("'{}'", dataset.as_str())));
        let query = format!(
            "SELECT t.dataset AS dataset, t.authority AS authority, i.seq AS seq, i.id AS id,
                i.file_name AS file_name, i.release AS release, i.applied_at AS applied_at,
                u.display_name AS creator
            FROM (SELECT dataset, authority, import_seq FROM current_imports
                    WHERE year = $1 AND authority IN ({authorities})
                UNION ALL SELECT dataset, 0 AS authority, seq AS import_seq FROM (
                    SELECT dataset, seq, ROW_NUMBER() OVER (
                        PARTITION BY dataset ORDER BY applied_at DESC, seq DESC) AS place_in_line
                    FROM imports WHERE state = 'applied' AND dataset IN ({registers})) r
                    WHERE r.place_in_line = 1) t
            JOIN imports i ON i.seq = t.import_seq
            LEFT JOIN users u ON u.id = i.creator
            ORDER BY i.applied_at DESC, i.seq DESC"
        );
        let rows: Vec<SourceRow> = sql::all(self.reads(), &query, vec![year.into()]).await?;
        rows.into_iter()
            .map(|row| Ok((parse(&row.dataset)?, row)))
            .collect()
    }

    /// The URNs that files have and the register lacks, still.
    async fn pending(
        &self,
        sources: &[(Dataset, SourceRow)],
    ) -> Result<BTreeMap<Dataset, Vec<i32>>, StoreError> {
        let seqs = numbers(std::iter::once(0).chain(sources.iter().map(|(_, row)| row.seq)));
        let query = format!(
            "SELECT DISTINCT i.dataset AS dataset, s.value AS urn
            FROM import_issues s JOIN imports i ON i.seq = s.import_seq
            WHERE s.import_seq IN ({seqs}) AND s.class = 'pending'
            ORDER BY i.dataset, s.value LIMIT {ISSUES}"
        );
        let rows: Vec<PendingRow> = sql::all(self.reads(), &query, vec![]).await?;
        let mut told = Vec::new();
        for row in rows {
            if let Ok(urn) = row.urn.parse::<Urn>() {
                told.push((parse(&row.dataset)?, crate::access::urn_value(urn)));
            }
        }
        let codes = numbers(std::iter::once(0).chain(told.iter().map(|(_, urn)| *urn)));
        let query = format!("SELECT urn FROM schools WHERE urn IN ({codes})");
        let known: Vec<UrnRow> = sql::all(self.reads(), &query, vec![]).await?;
        let known: BTreeSet<i32> = known.into_iter().map(|row| row.urn).collect();
        let mut pending: BTreeMap<Dataset, Vec<i32>> = BTreeMap::new();
        for (dataset, urn) in told.into_iter().filter(|(_, urn)| !known.contains(urn)) {
            pending.entry(dataset).or_default().push(urn);
        }
        Ok(pending)
    }
}

impl Place {
    fn new(row: SchoolRow) -> Result<Self, StoreError> {
        let known = row.known.known()?;
        Ok(Self { row, known })
    }
}

/// Counts a data set's schools, and names those without a number.
fn count(
    found: &mut DatasetHealth,
    year: AcademicYear,
    today: i32,
    places: &[Place],
    standing: &ByDataset<(Standing, Option<i32>)>,
    loaded: &BTreeSet<i32>,
) {
    let dataset = found.dataset;
    let mut longest = None;
    for Place { row, known } in places {
        let (stands, embargo) = standing
            .get(&(dataset, row.urn))
            .copied()
            .unwrap_or_default();
        if embargo.is_some_and(|last| last >= today) {
            found.embargoed += 1;
            longest = longest.max(embargo);
        }
        if health::expected(dataset, year, known).is_err() {
            continue;
        }
        if found
            .districts
            .last()
            .is_none_or(|last| last.slug != row.district)
        {
            found.districts.push(DistrictHealth {
                slug: row.district.clone(),
                name: row.district_name.clone(),
                expected: 0,
                present: 0,
            });
        }
        let is_loaded = loaded.contains(&row.authority) || of_the_county(dataset, loaded);
        let missing = health::missing(dataset, year, known, stands, is_loaded);
        let here = u32::from(missing.is_none());
        found.expected += 1;
        found.present += here;
        if let Some(last) = found.districts.last_mut() {
            last.expected += 1;
            last.present += here;
        }
        if let Some(reason) = missing {
            found.missing.push(MissingSchool {
                urn: row.urn,
                name: row.name.clone(),
                district: row.district_name.clone(),
                reason,
            });
        }
    }
    found.embargo = longest.and_then(day);
}

/// Whether a data set's rows name no authority, and something of it stands.
fn of_the_county(dataset: Dataset, loaded: &BTreeSet<i32>) -> bool {
    dataset.template().is_some() && loaded.contains(&0)
}

/// Each import once: it may stand for several authorities.
fn distinct(rows: &[&SourceRow]) -> Vec<Source> {
    let mut seen = BTreeSet::new();
    let first = rows.iter().filter(|row| seen.insert(row.seq));
    let source = |row: &&SourceRow| Source {
        import: row.id.clone(),
        file_name: row.file_name.clone(),
        release: row.release.as_deref().and_then(Release::parse),
        applied_at: row.applied_at.unwrap_or_default(),
        creator: row.creator.clone().unwrap_or_default(),
    };
    first.map(source).collect()
}

fn parse(dataset: &str) -> Result<Dataset, StoreError> {
    Dataset::parse(dataset).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn urns(places: &[Place]) -> String {
    numbers(std::iter::once(0).chain(places.iter().map(|place| place.row.urn)))
}
