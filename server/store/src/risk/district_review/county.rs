//! What the county manager sees across districts: where each review is, where schools stand as far
//! as SIMs have shared it, and which priorities several districts have in common (¶11, ¶12).

use std::collections::{BTreeMap, BTreeSet};

use llpr_domain::district::DistrictSlug;
use llpr_domain::risk::assessment::{RiskState, Urgency};
use llpr_domain::risk::district_review::PointKind;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::versions::{ReviewState, title};
use crate::access::{Access, County};
use crate::engine::Store;
use crate::error::StoreError;
use crate::follow_up::overdue_by_district;
use crate::page::{Page, Slice};
use crate::register::is_open;
use crate::risk::suggestions::asked_year;
use crate::{programme, sql};

/// Where schools stand, as far as it was shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Open schools.
    pub schools: i64,
    /// Those reviewed without concern.
    pub no_concern: i64,
    /// Those at risk.
    pub at_risk: i64,
    /// Schools at risk by criterion.
    pub criteria: BTreeMap<char, i64>,
    /// Schools at risk by urgency.
    pub urgencies: BTreeMap<Urgency, i64>,
    /// Actions that are open and past their day.
    pub overdue: i64,
}

impl Standing {
    /// Those nothing was shared about.
    pub fn unreviewed(&self) -> i64 {
        self.schools - self.no_concern - self.at_risk
    }

    fn add(&mut self, other: &Self) {
        let Self {
            schools,
            no_concern,
            at_risk,
            criteria,
            urgencies,
            overdue,
        } = other;
        self.overdue += overdue;
        self.schools += schools;
        self.no_concern += no_concern;
        self.at_risk += at_risk;
        for (letter, count) in criteria {
            *self.criteria.entry(*letter).or_default() += count;
        }
        for (urgency, count) in urgencies {
            *self.urgencies.entry(*urgency).or_default() += count;
        }
    }
}

/// A district as the county manager sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountyDistrict {
    /// The district.
    pub slug: DistrictSlug,
    /// Its name.
    pub name: String,
    /// Where its review is.
    pub state: ReviewState,
    /// When the review was last shared, in microseconds since 1970.
    pub shared_at: Option<i64>,
    /// When that version was acknowledged, in microseconds since 1970.
    pub acknowledged_at: Option<i64>,
    /// Where its schools stand.
    pub standing: Standing,
}

/// A priority that several districts have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPriority {
    /// What it belongs to.
    pub tag: String,
    /// Its title in the programme year.
    pub title: String,
    /// The districts that chose it, by name.
    pub districts: Vec<String>,
}

/// Where a page begins: sort key and slug.
pub type ReviewKey = (String, String);

/// The county's districts.
#[derive(Clone, Debug)]
pub struct CountyDistricts {
    /// The programme year.
    pub year: AcademicYear,
    /// By name.
    pub districts: Slice<CountyDistrict, ReviewKey>,
    /// The schools of all districts.
    pub standing: Standing,
    /// Reviews that were shared.
    pub shared: i64,
    /// Of those, acknowledged ones.
    pub acknowledged: i64,
    /// The most frequent first.
    pub common: Vec<SharedPriority>,
}

#[derive(FromQueryResult)]
struct DistrictRow {
    slug: String,
    name: String,
    sort_key: String,
    begun: i64,
    shared_at: Option<i64>,
    acknowledged_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct StandingRow {
    district: String,
    state: Option<String>,
    urgency: Option<String>,
    letters: Option<String>,
    schools: i64,
}

#[derive(FromQueryResult)]
struct CountRow {
    shared: i64,
    acknowledged: i64,
}

#[derive(FromQueryResult)]
struct PriorityRow {
    tag: String,
    district: String,
}

/// That `r` is the latest version of its district that was shared in the year `$1`.
const LATEST_SHARED: &str = "r.year = $1 AND r.version = (SELECT MAX(b.version)
    FROM district_reviews b WHERE b.district = r.district AND b.year = r.year
    AND b.shared_at IS NOT NULL)";

/// That the county reviews a district `d` (¶11): schools of other authorities that buy the programme
/// are no part of its strategy.
const REVIEWED: &str = "d.kind <> 'traded'";

impl Store {
    /// The county's districts with their reviews, and what they have in common: nothing that was
    /// not shared but that a review is begun.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has no programme.
    pub async fn county_districts(
        &self,
        access: &Access<County>,
        asked: Option<AcademicYear>,
        page: Page<ReviewKey>,
    ) -> Result<CountyDistricts, StoreError> {
        let today = access.today();
        let year = asked_year(self.reads(), asked, today).await?;
        let (_, programme) = programme::in_force(self.reads(), year).await?;
        let start = i32::from(year.start());
        let mut standings = standings(self.reads(), start, &today.to_string()).await?;
        for (district, overdue) in overdue_by_district(self.reads(), today).await? {
            // A district that the county does not review has no standing.
            if let Some(standing) = standings.get_mut(&district) {
                standing.overdue = overdue;
            }
        }
        let mut standing = Standing::default();
        for one in standings.values() {
            standing.add(one);
        }
        let counts = format!(
            "SELECT COUNT(*) AS shared, COUNT(r.acknowledged_at) AS acknowledged
            FROM district_reviews r JOIN districts d ON d.slug = r.district
            WHERE {LATEST_SHARED} AND {REVIEWED}"
        );
        let counts: Option<CountRow> = sql::one(self.reads(), &counts, vec![start.into()]).await?;
        let common = self.common(start).await?;
        let common = common.into_iter().map(|(tag, districts)| SharedPriority {
            title: title(&tag, &programme),
            tag,
            districts,
        });
        let total = format!("SELECT COUNT(*) FROM districts d WHERE {REVIEWED}");
        let total = sql::number(self.reads(), &total, vec![]).await?;
        let list = format!(
            "SELECT d.slug AS slug, d.name AS name, d.sort_key AS sort_key,
                (SELECT COUNT(*) FROM district_reviews b WHERE b.district = d.slug
                    AND b.year = $1) AS begun,
                r.shared_at AS shared_at, r.acknowledged_at AS acknowledged_at
            FROM districts d LEFT JOIN district_reviews r ON r.district = d.slug
                AND {LATEST_SHARED}
            WHERE {REVIEWED} AND (d.sort_key, d.slug) > ($2, $3)
            ORDER BY d.sort_key, d.slug LIMIT $4"
        );
        let (sort_key, slug) = page.after.unwrap_or_default();
        let limit = i64::try_from(page.size + 1).unwrap_or(i64::MAX);
        let values = vec![start.into(), sort_key.into(), slug.into(), limit.into()];
        let rows: Vec<DistrictRow> = sql::all(self.reads(), &list, values).await?;
        let key = |row: &DistrictRow| (row.sort_key.clone(), row.slug.clone());
        let Slice { items, next, total } = Slice::cut(rows, page.size, total.unsigned_abs(), key);
        let items = items.into_iter().map(|row| {
            let standing = standings.remove(&row.slug).unwrap_or_default();
            district(row, standing)
        });
        let items = items.collect::<Result<_, StoreError>>()?;
        Ok(CountyDistricts {
            year,
            districts: Slice { items, next, total },
            standing,
            shared: counts.as_ref().map_or(0, |counts| counts.shared),
            acknowledged: counts.as_ref().map_or(0, |counts| counts.acknowledged),
            common: common.collect(),
        })
    }

    /// The tags that two districts or more chose, the most frequent first, each with its districts.
    async fn common(&self, start: i32) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        let query = format!(
            "SELECT DISTINCT p.tag AS tag, p.district AS district, d.sort_key AS sort_key
            FROM district_reviews r
                JOIN district_review_points p ON p.district = r.district AND p.year = r.year
                    AND p.version = r.version AND p.kind = $2
                JOIN districts d ON d.slug = r.district
            WHERE {LATEST_SHARED} AND {REVIEWED} ORDER BY p.tag, d.sort_key, p.district"
        );
        let values = vec![start.into(), PointKind::Priority.as_str().into()];
        let rows: Vec<PriorityRow> = sql::all(self.reads(), &query, values).await?;
        let mut by_tag: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in rows {
            by_tag.entry(row.tag).or_default().push(row.district);
        }
        let mut common: Vec<(String, Vec<String>)> = by_tag
            .into_iter()
            .filter(|(_, districts)| districts.len() > 1)
            .collect();
        common.sort_by_key(|(_, districts)| std::cmp::Reverse(districts.len()));
        Ok(common)
    }
}

fn district(row: DistrictRow, standing: Standing) -> Result<CountyDistrict, StoreError> {
    let corrupt = || StoreError::Corrupt(format!("district {}", row.slug));
    Ok(CountyDistrict {
        slug: row.slug.parse().map_err(|_| corrupt())?,
        name: row.name,
        state: match (row.shared_at, row.acknowledged_at) {
            (Some(_), Some(_)) => ReviewState::Acknowledged,
            (Some(_), None) => ReviewState::Shared,
            (None, _) if row.begun > 0 => ReviewState::Draft,
            (None, _) => ReviewState::NotBegun,
        },
        shared_at: row.shared_at,
        acknowledged_at: row.acknowledged_at,
        standing,
    })
}

/// Where the schools of each district stand, by what was shared last of each.
async fn standings(
    connection: &impl ConnectionTrait,
    start: i32,
    today: &str,
) -> Result<BTreeMap<String, Standing>, StoreError> {
    let query = format!(
        "SELECT m.district AS district, a.state AS state, a.urgency AS urgency,
            a.letters AS letters, COUNT(*) AS schools
        FROM schools s JOIN school_districts m ON m.urn = s.urn AND m.from_date <= $2
                AND (m.until_date IS NULL OR m.until_date > $2)
            JOIN districts d ON d.slug = m.district AND {REVIEWED}
            LEFT JOIN risk_assessments a ON a.urn = s.urn AND a.year = $1
                AND a.version = (SELECT MAX(b.version) FROM risk_assessments b
                    WHERE b.urn = a.urn AND b.year = a.year AND b.shared_at IS NOT NULL)
        WHERE {}
        GROUP BY m.district, a.state, a.urgency, a.letters",
        is_open()
    );
    let values = vec![start.into(), today.into()];
    let rows: Vec<StandingRow> = sql::all(connection, &query, values).await?;
    let mut found: BTreeMap<String, Standing> = BTreeMap::new();
    for row in rows {
        let corrupt = |what: &str| StoreError::Corrupt(format!("assessment's {what}"));
        let standing = found.entry(row.district).or_default();
        standing.schools += row.schools;
        let Some(state) = row.state else { continue };
        match RiskState::parse(&state).ok_or_else(|| corrupt("state"))? {
            RiskState::NoConcern => standing.no_concern += row.schools,
            RiskState::AtRisk => {
                standing.at_risk += row.schools;
                let letters: BTreeSet<char> =
                    row.letters.iter().flat_map(|all| all.chars()).collect();
                for letter in letters {
                    *standing.criteria.entry(letter).or_default() += row.schools;
                }
                let urgency = row.urgency.as_deref().and_then(Urgency::parse);
                let urgency = urgency.ok_or_else(|| corrupt("urgency"))?;
                *standing.urgencies.entry(urgency).or_default() += row.schools;
            }
        }
    }
    Ok(found)
}
