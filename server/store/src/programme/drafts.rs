//! Drafts: one for each year, written by administrators, approved by the county manager.

use std::sync::Arc;

use llpr_domain::programme::Programme;
use llpr_domain::year::AcademicYear;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{
    NewVersion, Version, VersionName, Writer, insert, latest, names, read, start, version, writers,
    year,
};
use crate::access::{Access, County};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// A draft without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftHead {
    /// The year.
    pub year: AcademicYear,
    /// The programme's title.
    pub title: String,
    /// Who wrote in it, in the order in which they first did.
    pub drafters: Vec<Writer>,
    /// When it was started, in microseconds since 1970.
    pub created_at: i64,
    /// When it was last written to, in microseconds since 1970.
    pub updated_at: i64,
    /// Version. It begins at the moment of creation, so that no draft has the version of one
    /// that was thrown away before it.
    pub version: i64,
}

/// A draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Who and when.
    pub head: DraftHead,
    /// The document.
    pub document: String,
    /// What the document says.
    pub programme: Arc<Programme>,
}

/// A document to keep as a draft, and what was read of it.
#[derive(Clone, Debug)]
pub struct DraftChange {
    /// The year.
    pub year: AcademicYear,
    /// The programme's title.
    pub title: String,
    /// The document.
    pub document: String,
}

#[derive(FromQueryResult)]
struct DraftRow {
    year: i32,
    title: String,
    document: String,
    drafters: String,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

const DRAFT: &str = "SELECT year, title, document, drafters, created_at, updated_at, version
    FROM programme_drafts";

impl Store {
    /// All drafts, the latest year first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn programme_drafts(
        &self,
        _access: &Access<County>,
    ) -> Result<Vec<DraftHead>, StoreError> {
        let query = format!("{DRAFT} ORDER BY year DESC");
        let rows: Vec<DraftRow> = sql::all(self.reads(), &query, vec![]).await?;
        let ids = rows.iter().flat_map(|row| row.drafters.split(' '));
        let ids = ids.map(str::to_owned).collect();
        let names = names(self.reads(), ids).await?;
        rows.iter().map(|row| head(row, &names)).collect()
    }

    /// The draft of a year.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the year has none.
    pub async fn programme_draft(
        &self,
        _access: &Access<County>,
        year: AcademicYear,
    ) -> Result<Draft, StoreError> {
        draft(self.reads(), year).await
    }

    /// The document that a draft of a year starts from: that of the year's version in force or,
    /// for a new year, of the last year before it. `None` where there is none.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn programme_to_start_from(
        &self,
        _access: &Access<County>,
        year: AcademicYear,
    ) -> Result<Option<Version>, StoreError> {
        let next = VersionName {
            year,
            number: i32::MAX,
        };
        match super::before(self.reads(), next).await? {
            Some(name) => version(self.reads(), name).await.map(Some),
            None => Ok(None),
        }
    }

    /// An approved version, for a comparison with a draft.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none of that name.
    pub async fn programme_base(
        &self,
        _access: &Access<County>,
        name: VersionName,
    ) -> Result<Version, StoreError> {
        version(self.reads(), name).await
    }

    /// Starts a draft.
    ///
    /// # Errors
    /// [`Refusal::Exists`] where the year has one.
    pub async fn create_programme_draft(
        &self,
        access: &Access<County>,
        intent: Intent,
        new: DraftChange,
    ) -> Result<Outcome<Draft>, StoreError> {
        const INSERT: &str = "INSERT INTO programme_drafts
            (year, title, document, drafters, created_at, updated_at, version)
            VALUES ($1, $2, $3, $4, $5, $5, $5) ON CONFLICT DO NOTHING";
        self.write(access, intent, async move |tx| {
            let values = vec![
                start(new.year).into(),
                new.title.into(),
                new.document.into(),
                tx.user.clone().unwrap_or_default().into(),
                tx.now.into(),
            ];
            let done = sql::execute(&tx.connection, INSERT, values).await?;
            if done.rows_affected() == 0 {
                return Err(Refusal::Exists(name(new.year)).into());
            }
            written(&tx, new.year).await
        })
        .await
    }

    /// Puts another document in a draft's place.
    ///
    /// # Errors
    /// [`StoreError::EtagMismatch`] where it was changed since `version`.
    pub async fn update_programme_draft(
        &self,
        access: &Access<County>,
        intent: Intent,
        change: DraftChange,
        version: i64,
    ) -> Result<Outcome<Draft>, StoreError> {
        const UPDATE: &str = "UPDATE programme_drafts SET title = $1, document = $2,
            drafters = $3, updated_at = $4, version = version + 1 WHERE year = $5 AND version = $6";
        self.write(access, intent, async move |tx| {
            let row = row(&tx.connection, change.year).await?;
            let values = vec![
                change.title.into(),
                change.document.into(),
                with_writer(&row.drafters, tx.user.as_deref()).into(),
                tx.now.into(),
                start(change.year).into(),
                version.into(),
            ];
            let done = sql::execute(&tx.connection, UPDATE, values).await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::EtagMismatch(name(change.year)));
            }
            written(&tx, change.year).await
        })
        .await
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// [`StoreError::EtagMismatch`] where it was changed since `version`.
    pub async fn delete_programme_draft(
        &self,
        access: &Access<County>,
        intent: Intent,
        year: AcademicYear,
        version: Option<i64>,
    ) -> Result<Outcome<()>, StoreError> {
        self.write(access, intent, async move |tx| {
            let row = row(&tx.connection, year).await?;
            remove(&tx, year, version.unwrap_or(row.version)).await?;
            Ok(Written {
                value: (),
                target: name(year),
                fields: vec!["document"],
            })
        })
        .await
    }

    /// Makes a draft the year's next version.
    ///
    /// # Errors
    /// [`Refusal::OwnDraft`] where the caller wrote in it, whatever their roles;
    /// [`StoreError::EtagMismatch`] where it was changed since `version`.
    pub async fn approve_programme_draft(
        &self,
        access: &Access<County>,
        intent: Intent,
        year: AcademicYear,
        version: i64,
    ) -> Result<Outcome<Version>, StoreError> {
        self.write(access, intent, async move |tx| {
            let row = row(&tx.connection, year).await?;
            let approver = tx.user.clone();
            if row
                .drafters
                .split(' ')
                .any(|id| Some(id) == approver.as_deref())
            {
                return Err(Refusal::OwnDraft.into());
            }
            remove(&tx, year, version).await?;
            let number = latest(&tx.connection, year).await?.unwrap_or(0) + 1;
            let version = VersionName { year, number };
            let new = NewVersion {
                name: version,
                title: row.title,
                document: row.document,
                drafters: row.drafters,
                drafted_at: row.updated_at,
                approver,
            };
            insert(&tx, new).await?;
            Ok(Written {
                value: super::version(&tx.connection, version).await?,
                target: version.to_string(),
                fields: vec!["document"],
            })
        })
        .await
    }
}

async fn written(tx: &Tx, year: AcademicYear) -> Result<Written<Draft>, StoreError> {
    Ok(Written {
        value: draft(&tx.connection, year).await?,
        target: name(year),
        fields: vec!["document"],
    })
}

async fn remove(tx: &Tx, year: AcademicYear, version: i64) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM programme_drafts WHERE year = $1 AND version = $2";
    let values = vec![start(year).into(), version.into()];
    let done = sql::execute(&tx.connection, DELETE, values).await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::EtagMismatch(name(year)));
    }
    Ok(())
}

async fn row(
    connection: &impl ConnectionTrait,
    year: AcademicYear,
) -> Result<DraftRow, StoreError> {
    let query = format!("{DRAFT} WHERE year = $1");
    let row = sql::one(connection, &query, vec![start(year).into()]).await?;
    row.ok_or_else(|| StoreError::NotFound(name(year)))
}

async fn draft(connection: &impl ConnectionTrait, year: AcademicYear) -> Result<Draft, StoreError> {
    let row = row(connection, year).await?;
    let ids = row.drafters.split(' ').map(str::to_owned).collect();
    let names = names(connection, ids).await?;
    let head = head(&row, &names)?;
    let programme = read(&name(year), &row.document)?;
    Ok(Draft {
        head,
        document: row.document,
        programme,
    })
}

fn head(
    row: &DraftRow,
    names: &std::collections::BTreeMap<String, String>,
) -> Result<DraftHead, StoreError> {
    Ok(DraftHead {
        year: year(row.year)?,
        title: row.title.clone(),
        drafters: writers(&row.drafters, names),
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    })
}

/// The ids of all who wrote, and this one.
fn with_writer(drafters: &str, user: Option<&str>) -> String {
    match user {
        Some(user) if !drafters.split(' ').any(|id| id == user) => {
            format!("{drafters} {user}").trim_start().to_owned()
        }
        Some(_) | None => drafters.to_owned(),
    }
}

fn name(year: AcademicYear) -> String {
    format!("programmeYears/{}/draft", year.slug())
}
