//! What a SIM writes about a district: versions that are never changed, when each was shared with the
//! county manager, and when that was acknowledged (¶11).

use std::collections::BTreeMap;

use llpr_domain::access::Role;
use llpr_domain::district::DistrictSlug;
use llpr_domain::programme::Programme;
use llpr_domain::risk::district_review::{Point, PointKind, Tag, faults};
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::access::{Access, District};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::figures::numbers;
use crate::page::{Page, Slice};
use crate::programme::{self, Writer};
use crate::risk::must_be_open;
use crate::risk::suggestions::asked_year;
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// Where a review is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// Nobody has written anything.
    NotBegun,
    /// Something is written that was not shared.
    Draft,
    /// It was shared.
    Shared,
    /// The county manager has read it.
    Acknowledged,
}

/// A strength or priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPoint {
    /// Which of the two.
    pub kind: PointKind,
    /// What it belongs to; empty for none.
    pub tag: String,
    /// The tag's title in the programme year.
    pub title: String,
    /// The words.
    pub text: String,
}

/// A review as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewVersion {
    /// From 1.
    pub number: i32,
    /// Strengths and priorities, in the order in which they were written.
    pub points: Vec<ReviewPoint>,
    /// Who wrote it.
    pub by: Writer,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// When it was shared, in microseconds since 1970.
    pub shared_at: Option<i64>,
    /// Who acknowledged it.
    pub acknowledged_by: Option<Writer>,
    /// When, in microseconds since 1970.
    pub acknowledged_at: Option<i64>,
}

/// The review of a district in a year, as far as the caller may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The district.
    pub district: DistrictSlug,
    /// Its name.
    pub district_name: String,
    /// The programme year.
    pub year: AcademicYear,
    /// Where it is.
    pub state: ReviewState,
    /// The latest version that the caller may see.
    pub latest: Option<ReviewVersion>,
    /// The latest that was shared.
    pub shared: Option<ReviewVersion>,
    /// The latest version that the caller may see, to write, share or acknowledge what was seen.
    pub etag: String,
}

#[derive(FromQueryResult)]
struct Row {
    version: i32,
    written_by: String,
    written_by_name: String,
    written_at: i64,
    shared_at: Option<i64>,
    acknowledged_by: Option<String>,
    acknowledged_by_name: Option<String>,
    acknowledged_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct PointRow {
    version: i32,
    kind: String,
    tag: String,
    wording: String,
}

#[derive(FromQueryResult)]
struct NameRow {
    name: String,
}

const SELECT: &str = "SELECT r.version AS version, r.written_by AS written_by,
        w.display_name AS written_by_name, r.written_at AS written_at, r.shared_at AS shared_at,
        r.acknowledged_by AS acknowledged_by, a.display_name AS acknowledged_by_name,
        r.acknowledged_at AS acknowledged_at
    FROM district_reviews r JOIN users w ON w.id = r.written_by
        LEFT JOIN users a ON a.id = r.acknowledged_by
    WHERE r.district = $1 AND r.year = $2";

/// Whether a reader sees what was not shared.
fn sees_drafts(role: Option<Role>) -> bool {
    role == Some(Role::Sim)
}

/// The versions that a reader may see, as a condition on `r`.
fn seen_by(role: Option<Role>) -> &'static str {
    if sees_drafts(role) {
        ""
    } else {
        " AND r.shared_at IS NOT NULL"
    }
}

impl Store {
    /// The review of a district: a SIM gets the latest version, everybody else the latest that was
    /// shared.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such district, or the year has no programme.
    pub async fn district_review(
        &self,
        access: &Access<District>,
        asked: Option<AcademicYear>,
    ) -> Result<Review, StoreError> {
        let year = asked_year(self.reads(), asked, access.today()).await?;
        review(self.reads(), access.district(), year, access.role()).await
    }

    /// The versions that a caller may see, the last first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such district, or the year has no programme.
    pub async fn district_review_versions(
        &self,
        access: &Access<District>,
        asked: Option<AcademicYear>,
        page: Page<i32>,
    ) -> Result<Slice<ReviewVersion, i32>, StoreError> {
        let year = asked_year(self.reads(), asked, access.today()).await?;
        let (_, programme) = programme::in_force(self.reads(), year).await?;
        let district = access.district();
        name_of(self.reads(), district).await?;
        let fits = seen_by(access.role());
        let key = || vec![district.to_string().into(), start(year).into()];
        let count = format!("SELECT COUNT(*) FROM ({SELECT}{fits}) t");
        let total = sql::number(self.reads(), &count, key()).await?;
        let list = format!("{SELECT}{fits} AND r.version < $3 ORDER BY r.version DESC LIMIT $4");
        let mut values = key();
        values.push(page.after.unwrap_or(i32::MAX).into());
        values.push(i64::try_from(page.size + 1).unwrap_or(i64::MAX).into());
        let rows: Vec<Row> = sql::all(self.reads(), &list, values).await?;
        let of = Of {
            district,
            year,
            programme: &programme,
        };
        let items = of.versions(self.reads(), rows).await?;
        Ok(Slice::cut(
            items,
            page.size,
            total.unsigned_abs(),
            |version| version.number,
        ))
    }

    /// Writes the next version.
    ///
    /// # Errors
    /// [`StoreError::EtagMismatch`] where another version was written meanwhile;
    /// [`Refusal::Faults`]; [`Refusal::YearNotOpen`].
    pub async fn write_district_review(
        &self,
        access: &Access<District>,
        intent: Intent,
        year: AcademicYear,
        points: Vec<Point>,
        etag: String,
    ) -> Result<Outcome<Review>, StoreError> {
        const INSERT: &str = "INSERT INTO district_reviews
            (district, year, version, written_by, written_at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        const POINT: &str = "INSERT INTO district_review_points
            (district, year, version, kind, position, tag, wording)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let (district, role) = (access.district().clone(), access.role());
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, year, tx.today).await?;
            let (_, programme) = programme::in_force(&tx.connection, year).await?;
            let faults = faults(&points, &programme);
            if !faults.is_empty() {
                return Err(Refusal::Faults(faults).into());
            }
            let seen = review(&tx.connection, &district, year, role).await?;
            let mismatch = || StoreError::EtagMismatch(name(&district, year));
            if seen.etag != etag {
                return Err(mismatch());
            }
            let next = seen.latest.map_or(1, |latest| latest.number + 1);
            let key = || -> Vec<sea_orm::Value> {
                vec![district.to_string().into(), start(year).into(), next.into()]
            };
            let mut values = key();
            values.push(tx.user.clone().unwrap_or_default().into());
            values.push(tx.now.into());
            let done = sql::execute(&tx.connection, INSERT, values).await?;
            if done.rows_affected() == 0 {
                return Err(mismatch());
            }
            for (position, point) in (0_i32..).zip(points) {
                let mut values = key();
                values.push(point.kind.as_str().into());
                values.push(position.into());
                values.push(point.tag.into());
                values.push(point.text.trim().into());
                sql::execute(&tx.connection, POINT, values).await?;
            }
            written(&tx, &district, year, role, vec!["strengths", "priorities"]).await
        })
        .await
    }

    /// Shares the latest version with the county manager. What is shared stays shared.
    ///
    /// # Errors
    /// [`Refusal::ReviewNotWritten`]; [`StoreError::EtagMismatch`] where another version was written
    /// meanwhile; [`Refusal::YearNotOpen`].
    pub async fn share_district_review(
        &self,
        access: &Access<District>,
        intent: Intent,
        year: AcademicYear,
        etag: String,
    ) -> Result<Outcome<Review>, StoreError> {
        const SHARE: &str = "UPDATE district_reviews SET shared_by = $1, shared_at = $2
            WHERE district = $3 AND year = $4 AND version = $5 AND shared_at IS NULL";
        let (district, role) = (access.district().clone(), access.role());
        self.write(access, intent, async move |tx| {
            must_be_open(&tx.connection, year, tx.today).await?;
            let seen = review(&tx.connection, &district, year, role).await?;
            let Some(latest) = seen.latest else {
                return Err(Refusal::ReviewNotWritten(name(&district, year)).into());
            };
            if seen.etag != etag {
                return Err(StoreError::EtagMismatch(name(&district, year)));
            }
            mark(&tx, SHARE, &district, year, latest.number).await?;
            written(&tx, &district, year, role, vec!["share_time"]).await
        })
        .await
    }

    /// Says that the county manager has read what was shared. The first day stands.
    ///
    /// # Errors
    /// [`Refusal::ReviewNotShared`]; [`StoreError::EtagMismatch`] where another version was shared
    /// meanwhile.
    pub async fn acknowledge_district_review(
        &self,
        access: &Access<District>,
        intent: Intent,
        year: AcademicYear,
        etag: String,
    ) -> Result<Outcome<Review>, StoreError> {
        const ACKNOWLEDGE: &str = "UPDATE district_reviews
            SET acknowledged_by = $1, acknowledged_at = $2
            WHERE district = $3 AND year = $4 AND version = $5 AND acknowledged_at IS NULL";
        let (district, role) = (access.district().clone(), access.role());
        self.write(access, intent, async move |tx| {
            let seen = review(&tx.connection, &district, year, role).await?;
            let Some(shared) = seen.shared else {
                return Err(Refusal::ReviewNotShared(name(&district, year)).into());
            };
            if seen.etag != etag {
                return Err(StoreError::EtagMismatch(name(&district, year)));
            }
            mark(&tx, ACKNOWLEDGE, &district, year, shared.number).await?;
            written(&tx, &district, year, role, vec!["acknowledge_time"]).await
        })
        .await
    }
}

/// Notes who and when in a version.
async fn mark(
    tx: &Tx,
    update: &str,
    district: &DistrictSlug,
    year: AcademicYear,
    version: i32,
) -> Result<(), StoreError> {
    let values = vec![
        tx.user.clone().unwrap_or_default().into(),
        tx.now.into(),
        district.to_string().into(),
        start(year).into(),
        version.into(),
    ];
    sql::execute(&tx.connection, update, values).await?;
    Ok(())
}

async fn written(
    tx: &Tx,
    district: &DistrictSlug,
    year: AcademicYear,
    role: Option<Role>,
    fields: Vec<&'static str>,
) -> Result<Written<Review>, StoreError> {
    Ok(Written {
        value: review(&tx.connection, district, year, role).await?,
        target: name(district, year),
        fields,
    })
}

fn name(district: &DistrictSlug, year: AcademicYear) -> String {
    format!("districts/{district}/reviews/{}", year.slug())
}

fn start(year: AcademicYear) -> i32 {
    i32::from(year.start())
}

/// A district's name.
async fn name_of(
    connection: &impl ConnectionTrait,
    district: &DistrictSlug,
) -> Result<String, StoreError> {
    const NAME: &str = "SELECT name FROM districts WHERE slug = $1";
    let found: Option<NameRow> =
        sql::one(connection, NAME, vec![district.to_string().into()]).await?;
    let missing = || StoreError::NotFound(format!("districts/{district}"));
    Ok(found.ok_or_else(missing)?.name)
}

/// The review as far as a role may see it.
async fn review(
    connection: &impl ConnectionTrait,
    district: &DistrictSlug,
    year: AcademicYear,
    role: Option<Role>,
) -> Result<Review, StoreError> {
    let (_, programme) = programme::in_force(connection, year).await?;
    let district_name = name_of(connection, district).await?;
    let query = format!(
        "{SELECT} AND r.version IN (
            (SELECT MAX(b.version) FROM district_reviews b WHERE b.district = $1 AND b.year = $2),
            (SELECT MAX(b.version) FROM district_reviews b WHERE b.district = $1 AND b.year = $2
                AND b.shared_at IS NOT NULL))
        ORDER BY r.version DESC"
    );
    let values = vec![district.to_string().into(), start(year).into()];
    let rows: Vec<Row> = sql::all(connection, &query, values).await?;
    let of = Of {
        district,
        year,
        programme: &programme,
    };
    let versions = of.versions(connection, rows).await?;
    let is_begun = !versions.is_empty();
    let shared = versions.iter().find(|version| version.shared_at.is_some());
    let shared = shared.cloned();
    let latest = if sees_drafts(role) {
        versions.into_iter().next()
    } else {
        shared.clone()
    };
    let state = match &latest {
        Some(latest) if latest.acknowledged_at.is_some() => ReviewState::Acknowledged,
        Some(latest) if latest.shared_at.is_some() => ReviewState::Shared,
        Some(_) => ReviewState::Draft,
        None if is_begun => ReviewState::Draft,
        None => ReviewState::NotBegun,
    };
    Ok(Review {
        district: district.clone(),
        district_name,
        year,
        state,
        etag: latest
            .as_ref()
            .map_or(0, |latest| latest.number)
            .to_string(),
        latest,
        shared,
    })
}

/// Of which review versions are read.
struct Of<'a> {
    district: &'a DistrictSlug,
    year: AcademicYear,
    programme: &'a Programme,
}

impl Of<'_> {
    /// The versions with their points, in one statement more.
    async fn versions(
        &self,
        connection: &impl ConnectionTrait,
        rows: Vec<Row>,
    ) -> Result<Vec<ReviewVersion>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let query = format!(
            "SELECT version, kind, tag, wording FROM district_review_points
            WHERE district = $1 AND year = $2 AND version IN ({}) ORDER BY version, position",
            numbers(rows.iter().map(|row| row.version))
        );
        let values = vec![self.district.to_string().into(), start(self.year).into()];
        let points: Vec<PointRow> = sql::all(connection, &query, values).await?;
        let mut by_version: BTreeMap<i32, Vec<ReviewPoint>> = BTreeMap::new();
        for row in points {
            let corrupt = || StoreError::Corrupt(format!("kind {} of a point", row.kind));
            let point = ReviewPoint {
                kind: PointKind::parse(&row.kind).ok_or_else(corrupt)?,
                title: title(&row.tag, self.programme),
                tag: row.tag,
                text: row.wording,
            };
            by_version.entry(row.version).or_default().push(point);
        }
        let versions = rows.into_iter().map(|row| ReviewVersion {
            points: by_version.remove(&row.version).unwrap_or_default(),
            number: row.version,
            by: Writer {
                user: row.written_by,
                display_name: row.written_by_name,
            },
            at: row.written_at,
            shared_at: row.shared_at,
            acknowledged_by: row
                .acknowledged_by
                .zip(row.acknowledged_by_name)
                .map(|(user, display_name)| Writer { user, display_name }),
            acknowledged_at: row.acknowledged_at,
        });
        Ok(versions.collect())
    }
}

/// A tag's title in a programme year; empty where it has none.
pub(super) fn title(tag: &str, programme: &Programme) -> String {
    let tag = tag.parse::<Tag>().ok();
    let title = tag.as_ref().and_then(|tag| tag.title(programme));
    title.map(str::to_owned).unwrap_or_default()
}
