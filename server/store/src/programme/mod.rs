//! Programme years: approved versions and drafts.
//!
//! A version is never changed or removed. The version in force of a year is its last. The text is
//! the programme's and public to everybody signed in; drafts take the proof of the county.

mod drafts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use llpr_domain::programme::{self, Programme};
use llpr_domain::year::AcademicYear;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QuerySelect as _,
};

use crate::access::{Access, SelfOnly, System};
use crate::engine::Store;
use crate::entity::user;
use crate::error::{Refusal, StoreError};
use crate::page::{Page, Slice};
use crate::risk::may_differ;
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

pub use drafts::{Draft, DraftChange, DraftHead};

/// What names an approved version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionName {
    /// The year.
    pub year: AcademicYear,
    /// Its number, from 1.
    pub number: i32,
}

impl std::fmt::Display for VersionName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let slug = self.year.slug();
        write!(f, "programmeYears/{slug}/versions/{}", self.number)
    }
}

/// Somebody who wrote or approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Id of the user.
    pub user: String,
    /// The person's name.
    pub display_name: String,
}

/// An approved version without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionHead {
    /// Its name.
    pub name: VersionName,
    /// The programme's title.
    pub title: String,
    /// Who wrote in its draft; empty for what came with the software.
    pub drafters: Vec<Writer>,
    /// When its draft was last written to, in microseconds since 1970.
    pub drafted_at: i64,
    /// Who approved it; `None` for what came with the software.
    pub approver: Option<Writer>,
    /// When it was approved, in microseconds since 1970.
    pub approved_at: i64,
}

/// An approved version.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Who and when.
    pub head: VersionHead,
    /// The document.
    pub document: String,
    /// What the document says.
    pub programme: Arc<Programme>,
}

#[derive(FromQueryResult)]
struct HeadRow {
    year: i32,
    number: i32,
    title: String,
    drafters: String,
    drafted_at: i64,
    approver: Option<String>,
    approved_at: i64,
}

#[derive(FromQueryResult)]
struct DocumentRow {
    document: String,
}

const HEAD: &str = "SELECT year, number, title, drafters, drafted_at, approver, approved_at
    FROM programme_versions";

impl Store {
    /// The version in force of every year, the latest year first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn programme_years(
        &self,
        _access: &Access<SelfOnly>,
    ) -> Result<Vec<VersionHead>, StoreError> {
        let query = format!(
            "{HEAD} v WHERE number = (SELECT MAX(number) FROM programme_versions m
                WHERE m.year = v.year) ORDER BY year DESC"
        );
        let rows = sql::all(self.reads(), &query, vec![]).await?;
        heads(self.reads(), rows).await
    }

    /// The version in force of a year.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has none.
    pub async fn programme_year(
        &self,
        _access: &Access<SelfOnly>,
        year: AcademicYear,
    ) -> Result<Version, StoreError> {
        let latest = latest(self.reads(), year).await?;
        let number = latest.ok_or_else(|| missing_year(year))?;
        version(self.reads(), VersionName { year, number }).await
    }

    /// The programme that the rules of a year go by: the year's own or, where it has none, the
    /// last before it or, where there is none either, the first after it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no programme at all.
    pub async fn programme_in_force<S>(
        &self,
        _access: &Access<S>,
        year: AcademicYear,
    ) -> Result<(VersionName, Arc<Programme>), StoreError> {
        in_force(self.reads(), year).await
    }

    /// The versions of a year, the latest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has none.
    pub async fn programme_versions(
        &self,
        _access: &Access<SelfOnly>,
        year: AcademicYear,
        page: Page<i32>,
    ) -> Result<Slice<VersionHead, i32>, StoreError> {
        let total = latest(self.reads(), year).await?;
        let total = total.ok_or_else(|| missing_year(year))?;
        let query = format!("{HEAD} WHERE year = $1 AND number < $2 ORDER BY number DESC LIMIT $3");
        let values = vec![
            start(year).into(),
            page.after.unwrap_or(i32::MAX).into(),
            i64::try_from(page.size + 1).unwrap_or(i64::MAX).into(),
        ];
        let rows = sql::all(self.reads(), &query, values).await?;
        let items = heads(self.reads(), rows).await?;
        let total = u64::try_from(total).unwrap_or_default();
        Ok(Slice::cut(items, page.size, total, |head| head.name.number))
    }

    /// An approved version.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none of that name.
    pub async fn programme_version(
        &self,
        _access: &Access<SelfOnly>,
        name: VersionName,
    ) -> Result<Version, StoreError> {
        version(self.reads(), name).await
    }

    /// The version that one is compared with unless another is asked for: the one before it in
    /// its year, or the last of the years before. `None` for the very first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn programme_version_before<S>(
        &self,
        _access: &Access<S>,
        name: VersionName,
    ) -> Result<Option<VersionName>, StoreError> {
        before(self.reads(), name).await
    }

    /// Keeps the programme that came with the software, unless the database has one: a county's
    /// own is never replaced. Whether it was kept.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn load_programme(
        &self,
        access: &Access<System>,
        intent: Intent,
        programme: &Programme,
        document: &'static str,
    ) -> Result<bool, StoreError> {
        const ANY: &str = "SELECT COUNT(*) FROM programme_versions";
        if sql::number(self.reads(), ANY, vec![]).await? > 0 {
            return Ok(false);
        }
        let name = VersionName {
            year: programme.year,
            number: 1,
        };
        let title = programme.title.clone();
        let loaded = self
            .write(access, intent, async move |tx| {
                let new = NewVersion {
                    name,
                    title,
                    document: document.to_owned(),
                    drafters: String::new(),
                    drafted_at: tx.now,
                    approver: None,
                };
                insert(&tx, new).await?;
                Ok(Written {
                    value: (),
                    target: name.to_string(),
                    fields: vec!["document"],
                })
            })
            .await;
        match loaded {
            Ok(Outcome::Done(()) | Outcome::Repeated(_)) => Ok(true),
            // Another server was first.
            Err(StoreError::Refused(Refusal::Exists(_))) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// A version to keep.
struct NewVersion {
    name: VersionName,
    title: String,
    document: String,
    drafters: String,
    drafted_at: i64,
    approver: Option<String>,
}

async fn insert(tx: &Tx, new: NewVersion) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO programme_versions
        (year, number, title, document, drafters, drafted_at, approver, approved_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    let NewVersion {
        name,
        title,
        document,
        drafters,
        drafted_at,
        approver,
    } = new;
    let values = vec![
        start(name.year).into(),
        name.number.into(),
        title.into(),
        document.into(),
        drafters.into(),
        drafted_at.into(),
        approver.into(),
        tx.now.into(),
    ];
    let done = sql::execute(&tx.connection, INSERT, values).await?;
    if done.rows_affected() == 0 {
        return Err(Refusal::Exists(name.to_string()).into());
    }
    may_differ(tx).await
}

/// The programme of a year within any connection, a transaction's too.
pub(crate) async fn in_force(
    connection: &impl ConnectionTrait,
    year: AcademicYear,
) -> Result<(VersionName, Arc<Programme>), StoreError> {
    const NEAREST: &str = "SELECT CAST(COALESCE(
        (SELECT MAX(year) FROM programme_versions WHERE year <= $1),
        (SELECT MIN(year) FROM programme_versions), 0) AS BIGINT)";
    let found = sql::number(connection, NEAREST, vec![start(year).into()]).await?;
    let found = u16::try_from(found).ok();
    let found = found.and_then(|start| AcademicYear::from_start(start).ok());
    let year = found.ok_or_else(|| missing_year(year))?;
    let number = latest(connection, year).await?;
    let name = VersionName {
        year,
        number: number.ok_or_else(|| missing_year(year))?,
    };
    let Version { programme, .. } = version(connection, name).await?;
    Ok((name, programme))
}

pub(crate) async fn latest(
    connection: &impl ConnectionTrait,
    year: AcademicYear,
) -> Result<Option<i32>, StoreError> {
    // An integer column's maximum has 32 bits on PostgreSQL and 64 on SQLite; the cast makes them
    // alike.
    const LATEST: &str = "SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT)
        FROM programme_versions WHERE year = $1";
    let number = sql::number(connection, LATEST, vec![start(year).into()]).await?;
    Ok(i32::try_from(number).ok().filter(|&number| number > 0))
}

async fn before(
    connection: &impl ConnectionTrait,
    name: VersionName,
) -> Result<Option<VersionName>, StoreError> {
    const BEFORE: &str = " WHERE year < $1 OR (year = $1 AND number < $2)
        ORDER BY year DESC, number DESC LIMIT 1";
    let values = vec![start(name.year).into(), name.number.into()];
    let row: Option<HeadRow> = sql::one(connection, &format!("{HEAD}{BEFORE}"), values).await?;
    row.map(|row| {
        Ok(VersionName {
            year: year(row.year)?,
            number: row.number,
        })
    })
    .transpose()
}

async fn version(
    connection: &impl ConnectionTrait,
    name: VersionName,
) -> Result<Version, StoreError> {
    const DOCUMENT: &str =
        "SELECT document FROM programme_versions WHERE year = $1 AND number = $2";
    let not_found = || StoreError::NotFound(name.to_string());
    let values = || vec![start(name.year).into(), name.number.into()];
    let query = format!("{HEAD} WHERE year = $1 AND number = $2");
    let rows: Vec<HeadRow> = sql::all(connection, &query, values()).await?;
    let head = heads(connection, rows).await?.pop().ok_or_else(not_found)?;
    let row: Option<DocumentRow> = sql::one(connection, DOCUMENT, values()).await?;
    let DocumentRow { document } = row.ok_or_else(not_found)?;
    let programme = read(&head.name.to_string(), &document)?;
    Ok(Version {
        head,
        document,
        programme,
    })
}

/// What a kept document says. It was sound when it was kept.
fn read(name: &str, document: &str) -> Result<Arc<Programme>, StoreError> {
    if let Some(programme) = known(document) {
        return Ok(programme);
    }
    let programme = programme::parse(document).map_err(|violations| {
        let first = violations.first();
        let told = first.map_or(String::new(), |fault| {
            format!(": line {} {}", fault.line, fault.key)
        });
        StoreError::Corrupt(format!("the document of {name}{told}"))
    })?;
    let programme = Arc::new(programme);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    read.truncate(KEPT - 1);
    read.insert(0, (document.to_owned(), Arc::clone(&programme)));
    Ok(programme)
}

/// The documents that were read last, the newest first, beside what they say. What a document says
/// follows from its text and from nothing else, so this can be small and never wrong.
static READ: Mutex<Vec<(String, Arc<Programme>)>> = Mutex::new(Vec::new());
/// A year in force, its predecessor, and drafts of both.
const KEPT: usize = 4;

fn known(document: &str) -> Option<Arc<Programme>> {
    let read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let found = read.iter().find(|(text, _)| text == document);
    found.map(|(_, programme)| Arc::clone(programme))
}

async fn heads(
    connection: &impl ConnectionTrait,
    rows: Vec<HeadRow>,
) -> Result<Vec<VersionHead>, StoreError> {
    let ids = rows.iter().flat_map(|row| {
        let drafters = row.drafters.split(' ').map(str::to_owned);
        drafters.chain(row.approver.clone())
    });
    let ids = ids.collect();
    let names = names(connection, ids).await?;
    rows.into_iter()
        .map(|row| {
            Ok(VersionHead {
                name: VersionName {
                    year: year(row.year)?,
                    number: row.number,
                },
                title: row.title,
                drafters: writers(&row.drafters, &names),
                drafted_at: row.drafted_at,
                approver: row.approver.map(|user| writer(&user, &names)),
                approved_at: row.approved_at,
            })
        })
        .collect()
}

/// The names of some users, in one query.
pub(crate) async fn names(
    connection: &impl ConnectionTrait,
    ids: BTreeSet<String>,
) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = user::Entity::find()
        .select_only()
        .columns([user::Column::Id, user::Column::DisplayName])
        .filter(user::Column::Id.is_in(ids))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

fn writers(ids: &str, names: &BTreeMap<String, String>) -> Vec<Writer> {
    let ids = ids.split(' ').filter(|id| !id.is_empty());
    ids.map(|id| writer(id, names)).collect()
}

fn writer(id: &str, names: &BTreeMap<String, String>) -> Writer {
    Writer {
        user: id.to_owned(),
        display_name: names.get(id).cloned().unwrap_or_default(),
    }
}

pub(crate) fn missing_year(year: AcademicYear) -> StoreError {
    StoreError::NotFound(format!("programmeYears/{}", year.slug()))
}

fn start(year: AcademicYear) -> i32 {
    i32::from(year.start())
}

fn year(start: i32) -> Result<AcademicYear, StoreError> {
    let year = u16::try_from(start).ok();
    year.and_then(|start| AcademicYear::from_start(start).ok())
        .ok_or_else(|| StoreError::Corrupt(format!("{start} is no academic year")))
}
