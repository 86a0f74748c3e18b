//! Reports of visits before this software: which of them are there, and their bytes.
//!
//! What a past visit names decides: a report that none names is read by nobody, and swept.

use chrono::NaiveDate;
use llpr_domain::past_report::ReportKind;
use llpr_domain::urn::Urn;
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::access::{Access, County, School, System, urn_value};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::page::{Page, Slice};
use crate::register::{day, urn};
use crate::sql;
use crate::write::{Intent, Written};

/// How long a report is kept that no past visit names, in microseconds: thirty days.
const UNNAMED: i64 = 30 * 24 * 3600 * 1_000_000;

/// A report that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastReport {
    /// The school.
    pub urn: Urn,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: String,
    /// What kind of file it is.
    pub kind: ReportKind,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// When it was uploaded, in microseconds since 1970.
    pub uploaded_at: i64,
    /// Where its pieces lie.
    content: String,
}

/// A file that the list of past visits names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDocument {
    /// The school.
    pub urn: Urn,
    /// The school's name; empty where the register lacks it.
    pub school_name: String,
    /// The day of the visit.
    pub visited: NaiveDate,
    /// The file's name.
    pub file_name: String,
    /// SHA-256 of its bytes, where the list says it.
    pub sha256: Option<String>,
    /// The report; none where it is not there yet.
    pub report: Option<PastReport>,
}

#[derive(FromQueryResult)]
struct Row {
    urn: i32,
    sha256: String,
    media_type: String,
    size_bytes: i64,
    uploaded_at: i64,
    content: String,
}

const COLUMNS: &str = "SELECT r.urn AS urn, r.sha256 AS sha256, r.media_type AS media_type,
        r.size_bytes AS size_bytes, r.uploaded_at AS uploaded_at, r.content AS content
    FROM past_reports r";
/// That a past visit names the report `r`.
const NAMED: &str = "EXISTS (SELECT 1 FROM past_visits v
    WHERE v.urn = r.urn AND v.document_sha256 = r.sha256)";

fn read(row: Row) -> Result<PastReport, StoreError> {
    let kind = ReportKind::of_media_type(&row.media_type);
    Ok(PastReport {
        urn: urn(row.urn)?,
        kind: kind.ok_or_else(|| StoreError::Corrupt(format!("kind {}", row.media_type)))?,
        sha256: row.sha256,
        size_bytes: row.size_bytes,
        uploaded_at: row.uploaded_at,
        content: row.content,
    })
}

/// The reports of a school that its past visits name.
pub(super) async fn of_school(
    connection: &impl ConnectionTrait,
    school: Urn,
) -> Result<Vec<PastReport>, StoreError> {
    let query = format!("{COLUMNS} WHERE r.urn = $1 AND {NAMED}");
    let rows: Vec<Row> = sql::all(connection, &query, vec![urn_value(school).into()]).await?;
    rows.into_iter().map(read).collect()
}

/// A report, if a past visit of the school names it.
pub(super) async fn one(
    connection: &impl ConnectionTrait,
    school: Urn,
    sha256: &str,
) -> Result<Option<PastReport>, StoreError> {
    let query = format!("{COLUMNS} WHERE r.urn = $1 AND r.sha256 = $2 AND {NAMED}");
    let values = vec![urn_value(school).into(), sha256.into()];
    let row: Option<Row> = sql::one(connection, &query, values).await?;
    row.map(read).transpose()
}

/// The name that a past visit of the school gives a file, the latest where several do.
pub(super) async fn file_name(
    connection: &impl ConnectionTrait,
    school: Urn,
    sha256: &str,
) -> Result<Option<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Name {
        document_name: String,
    }
    const FIND: &str = "SELECT document_name FROM past_visits
        WHERE urn = $1 AND document_sha256 = $2 AND document_name IS NOT NULL
        ORDER BY visit_date DESC LIMIT 1";
    let values = vec![urn_value(school).into(), sha256.into()];
    let name: Option<Name> = sql::one(connection, FIND, values).await?;
    Ok(name.map(|name| name.document_name))
}

/// The resource name of a report.
pub(super) fn name(school: Urn, sha256: &str) -> String {
    format!("schools/{school}/pastVisitReports/{sha256}")
}

impl Store {
    /// The files that past visits name, by school and visit; with `missing_only` those whose report
    /// is not there.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn named_documents(
        &self,
        _access: &Access<County>,
        missing_only: bool,
        page: Page<(i32, String)>,
    ) -> Result<Slice<NamedDocument, (i32, String)>, StoreError> {
        const FROM: &str = "FROM past_visits v
            LEFT JOIN schools s ON s.urn = v.urn
            LEFT JOIN past_reports r ON r.urn = v.urn AND r.sha256 = v.document_sha256
            WHERE v.document_name IS NOT NULL";
        #[derive(FromQueryResult)]
        struct Named {
            urn: i32,
            visit_date: String,
            file_name: String,
            school_name: Option<String>,
            sha256: Option<String>,
            media_type: Option<String>,
            size_bytes: Option<i64>,
            uploaded_at: Option<i64>,
            content: Option<String>,
        }
        fn report(row: &Named) -> Option<Row> {
            Some(Row {
                urn: row.urn,
                sha256: row.sha256.clone()?,
                media_type: row.media_type.clone()?,
                size_bytes: row.size_bytes?,
                uploaded_at: row.uploaded_at?,
                content: row.content.clone()?,
            })
        }
        let missing = if missing_only {
            " AND r.sha256 IS NULL"
        } else {
            ""
        };
        let count = format!("SELECT COUNT(*) {FROM}{missing}");
        let total = sql::number(self.reads(), &count, vec![]).await?;
        let (after, visit) = page.after.unwrap_or_default();
        let query = format!(
            "SELECT v.urn AS urn, v.visit_date AS visit_date, v.document_name AS file_name,
                s.name AS school_name, v.document_sha256 AS sha256, r.media_type AS media_type,
                r.size_bytes AS size_bytes, r.uploaded_at AS uploaded_at, r.content AS content
            {FROM}{missing} AND (v.urn, v.visit_date) > ($1, $2)
            ORDER BY v.urn, v.visit_date LIMIT $3"
        );
        let most = i64::try_from(page.size + 1).unwrap_or(i64::MAX);
        let values = vec![after.into(), visit.into(), most.into()];
        let rows: Vec<Named> = sql::all(self.reads(), &query, values).await?;
        let total = u64::try_from(total).unwrap_or_default();
        let Slice { items, next, total } = Slice::cut(rows, page.size, total, |row| {
            (row.urn, row.visit_date.clone())
        });
        let items = items.into_iter().map(|row| {
            Ok(NamedDocument {
                urn: urn(row.urn)?,
                visited: day(&row.visit_date)?,
                report: report(&row).map(read).transpose()?,
                school_name: row.school_name.unwrap_or_default(),
                file_name: row.file_name,
                sha256: row.sha256,
            })
        });
        Ok(Slice {
            items: items.collect::<Result<_, StoreError>>()?,
            next,
            total,
        })
    }

    /// A report that somebody is about to read, with its file's name. That they do is in the
    /// ledger.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where it is not there, or no past visit names it.
    pub async fn read_past_report(
        &self,
        access: &Access<School>,
        sha256: &str,
        now: i64,
    ) -> Result<(PastReport, String), StoreError> {
        let target = name(access.urn(), sha256);
        let report = one(self.reads(), access.urn(), sha256).await?;
        let file_name = file_name(self.reads(), access.urn(), sha256).await?;
        let (Some(report), Some(file_name)) = (report, file_name) else {
            return Err(StoreError::NotFound(target));
        };
        self.write(access, Intent::at(now), async move |_tx| {
            Ok(Written {
                value: (),
                target,
                fields: vec!["pastVisitReports.content"],
            })
        })
        .await?;
        Ok((report, file_name))
    }

    /// A piece of a report's bytes, by its position from 0; none behind the last.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn past_report_piece(
        &self,
        _access: &Access<School>,
        report: &PastReport,
        position: i32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        #[derive(FromQueryResult)]
        struct Piece {
            bytes: Vec<u8>,
        }
        const FIND: &str =
            "SELECT bytes FROM past_report_pieces WHERE content = $1 AND position = $2";
        let values = vec![report.content.as_str().into(), position.into()];
        let piece: Option<Piece> = sql::one(self.reads(), FIND, values).await?;
        Ok(piece.map(|piece| piece.bytes))
    }

    /// Removes the reports that no past visit has named for a month, each with a row in the ledger,
    /// and what uploads left that have made no progress since a moment. The month is for a list that
    /// was taken back or replaced by mistake.
    pub(crate) async fn sweep_past_reports(
        &self,
        access: &Access<System>,
        now: i64,
        untouched_since: i64,
    ) -> Result<(), StoreError> {
        #[derive(FromQueryResult)]
        struct Left {
            id: String,
        }
        const LEFT: &str = "SELECT c.id AS id FROM past_report_contents c
            WHERE c.touched_at < $1
                AND NOT EXISTS (SELECT 1 FROM past_reports r WHERE r.content = c.id)
            LIMIT 1000";
        self.transaction(access, now, async move |tx| {
            let named = format!(
                "UPDATE past_reports AS r SET unnamed_since = NULL
                WHERE r.unnamed_since IS NOT NULL AND {NAMED}"
            );
            let unnamed = format!(
                "UPDATE past_reports AS r SET unnamed_since = $1
                WHERE r.unnamed_since IS NULL AND NOT {NAMED}"
            );
            sql::execute(&tx.connection, &named, vec![]).await?;
            sql::execute(&tx.connection, &unnamed, vec![now.into()]).await?;
            Ok(())
        })
        .await?;
        let query = format!("{COLUMNS} WHERE r.unnamed_since <= $1 LIMIT 1000");
        let unnamed: Vec<Row> =
            sql::all(self.reads(), &query, vec![(now - UNNAMED).into()]).await?;
        for row in unnamed {
            self.remove_unnamed(access, now, row).await?;
        }
        let left: Vec<Left> = sql::all(self.reads(), LEFT, vec![untouched_since.into()]).await?;
        for content in left {
            self.remove_content(access, now, content.id).await?;
        }
        Ok(())
    }

    /// Removes a report, unless a past visit names it again.
    async fn remove_unnamed(
        &self,
        access: &Access<System>,
        now: i64,
        row: Row,
    ) -> Result<(), StoreError> {
        let Row {
            urn: school,
            sha256,
            content,
            ..
        } = row;
        let target = name(urn(school)?, &sha256);
        let removed = self
            .write(access, Intent::at(now), async move |tx| {
                let delete = format!(
                    "DELETE FROM past_reports AS r WHERE r.urn = $1 AND r.sha256 = $2
                        AND NOT {NAMED}"
                );
                let values = vec![school.into(), sha256.into()];
                let done = sql::execute(&tx.connection, &delete, values).await?;
                if done.rows_affected() == 0 {
                    return Err(Refusal::Exists(target).into());
                }
                Ok(Written {
                    value: (),
                    target,
                    fields: vec!["pastVisitReports"],
                })
            })
            .await;
        match removed {
            Ok(_) => self.remove_content(access, now, content).await,
            Err(StoreError::Refused(Refusal::Exists(_))) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Removes the bytes of a content, unless a report names it.
    pub(super) async fn remove_content<S>(
        &self,
        access: &Access<S>,
        now: i64,
        id: String,
    ) -> Result<(), StoreError> {
        self.transaction(access, now, async move |tx| {
            for statement in [
                "DELETE FROM past_report_pieces WHERE content = $1 AND NOT EXISTS
                    (SELECT 1 FROM past_reports r WHERE r.content = $1)",
                "DELETE FROM past_report_contents WHERE id = $1 AND NOT EXISTS
                    (SELECT 1 FROM past_reports r WHERE r.content = $1)",
            ] {
                sql::execute(&tx.connection, statement, vec![id.as_str().into()]).await?;
            }
            Ok(())
        })
        .await
    }
}
