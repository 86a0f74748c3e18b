//! Uploading a report of a past visit: its bytes arrive in pieces that nobody sees, and one small
//! transaction at the end makes them a report.

use llpr_domain::past_report::ReportKind;
use llpr_domain::urn::Urn;
use uuid::Uuid;

use super::past_reports::{self, PastReport};
use crate::access::{Access, County, urn_value};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::sql;
use crate::write::{Intent, Outcome, Written};

/// A piece is written as soon as it has so many bytes. It may have more by what arrives at once.
const PIECE: usize = 512 * 1024;

/// An upload under way.
pub struct ReportUpload {
    store: Store,
    access: Access<County>,
    urn: Urn,
    sha256: String,
    content: String,
    held: Vec<u8>,
    position: i32,
    received: i64,
}

impl Store {
    /// The report of a file that past visits of a school name; none where it is still to come.
    ///
    /// # Errors
    /// [`Refusal::ReportNotNamed`].
    pub async fn wanted_report(
        &self,
        _access: &Access<County>,
        urn: Urn,
        sha256: &str,
    ) -> Result<Option<PastReport>, StoreError> {
        let named = past_reports::file_name(self.reads(), urn, sha256).await?;
        if named.is_none() {
            return Err(Refusal::ReportNotNamed(urn).into());
        }
        past_reports::one(self.reads(), urn, sha256).await
    }

    /// Begins an upload. What it brings is visible to nobody; [`ReportUpload::abandon`] or a sweep
    /// removes it.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn begin_report(
        &self,
        access: &Access<County>,
        now: i64,
        urn: Urn,
        sha256: String,
    ) -> Result<ReportUpload, StoreError> {
        const BEGIN: &str = "INSERT INTO past_report_contents (id, touched_at) VALUES ($1, $2)";
        let content = Uuid::now_v7().to_string();
        let values = vec![content.as_str().into(), now.into()];
        self.transaction(access, now, async move |tx| {
            sql::execute(&tx.connection, BEGIN, values).await?;
            Ok(())
        })
        .await?;
        Ok(ReportUpload {
            store: self.clone(),
            access: access.clone(),
            urn,
            sha256,
            content,
            held: Vec::new(),
            position: 0,
            received: 0,
        })
    }
}

impl ReportUpload {
    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn push(&mut self, bytes: &[u8], now: i64) -> Result<(), StoreError> {
        self.received += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.write_piece(now).await?;
        }
        Ok(())
    }

    /// Removes the upload as if it had never been.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn abandon(self, now: i64) -> Result<(), StoreError> {
        let Self {
            store,
            access,
            content,
            ..
        } = self;
        store.remove_content(&access, now, content).await
    }

    /// Makes the bytes a report. Where another upload of the same file came first, that one's stands.
    ///
    /// # Errors
    /// [`Refusal::ReportNotNamed`] where no past visit names the file any more; where the database
    /// can't be written; the access is checked again.
    pub async fn finish(mut self, now: i64, kind: ReportKind) -> Result<PastReport, StoreError> {
        let left = match self.write_piece(now).await {
            Ok(()) => self.leave(now, kind).await,
            Err(error) => Err(error),
        };
        let Self {
            store, urn, sha256, ..
        } = &self;
        let (store, urn, sha256) = (store.clone(), *urn, sha256.clone());
        if left.is_err()
            && let Err(error) = self.abandon(now).await
        {
            tracing::warn!(error = %error, "An upload that came to nothing was not removed; the sweep will.");
        }
        match left {
            Err(StoreError::Refused(Refusal::Exists(name))) => {
                let standing = past_reports::one(store.reads(), urn, &sha256).await?;
                standing.ok_or(StoreError::NotFound(name))
            }
            left => left,
        }
    }

    async fn write_piece(&mut self, now: i64) -> Result<(), StoreError> {
        const WRITE: &str =
            "INSERT INTO past_report_pieces (content, position, bytes) VALUES ($1, $2, $3)";
        const TOUCH: &str = "UPDATE past_report_contents SET touched_at = $1 WHERE id = $2";
        let bytes = std::mem::take(&mut self.held);
        if bytes.is_empty() {
            return Ok(());
        }
        let (content, position) = (self.content.clone(), self.position);
        self.position += 1;
        self.store
            .transaction(&self.access, now, async move |tx| {
                let piece = vec![content.as_str().into(), position.into(), bytes.into()];
                sql::execute(&tx.connection, WRITE, piece).await?;
                sql::execute(&tx.connection, TOUCH, vec![now.into(), content.into()]).await?;
                Ok(())
            })
            .await
    }

    async fn leave(&self, now: i64, kind: ReportKind) -> Result<PastReport, StoreError> {
        const INSERT: &str = "INSERT INTO past_reports
            (urn, sha256, media_type, size_bytes, content, uploaded_by, uploaded_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (urn, sha256) DO NOTHING";
        let (urn, sha256) = (self.urn, self.sha256.clone());
        let (content, size) = (self.content.clone(), self.received);
        let written = self
            .store
            .write(&self.access, Intent::at(now), async move |tx| {
                let target = past_reports::name(urn, &sha256);
                if past_reports::file_name(&tx.connection, urn, &sha256)
                    .await?
                    .is_none()
                {
                    return Err(Refusal::ReportNotNamed(urn).into());
                }
                let values = vec![
                    urn_value(urn).into(),
                    sha256.as_str().into(),
                    kind.media_type().into(),
                    size.into(),
                    content.into(),
                    tx.user.clone().unwrap_or_default().into(),
                    tx.now.into(),
                ];
                let done = sql::execute(&tx.connection, INSERT, values).await?;
                if done.rows_affected() == 0 {
                    return Err(Refusal::Exists(target).into());
                }
                let value = past_reports::one(&tx.connection, urn, &sha256).await?;
                Ok(Written {
                    value: value.ok_or_else(|| StoreError::NotFound(target.clone()))?,
                    target,
                    fields: vec!["pastVisitReports"],
                })
            })
            .await?;
        match written {
            Outcome::Done(report) => Ok(report),
            // An intent without a request id is never a repetition.
            Outcome::Repeated(name) => Err(StoreError::NotFound(name)),
        }
    }
}
