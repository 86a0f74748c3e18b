//! Uploading: parses the bytes as they come and keeps the rows where nobody sees them yet.

use llpr_domain::figure::Release;
use llpr_domain::import::{Batch, Dataset, Encoding, Issue, Reader, Request, Summary};
use llpr_domain::year::AcademicYear;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _,
    Set,
};
use uuid::Uuid;

use super::diff::Differences;
use super::figure_file::FigureFile;
use super::record_file::RecordFile;
use super::tally::{Tally, unknown_schools};
use super::{Import, ImportState, Run, hide, name, one};
use crate::access::{Access, County};
use crate::engine::Store;
use crate::entity::import;
use crate::error::StoreError;
use crate::sql;
use crate::write::{Intent, Outcome, Written};

/// Rows and issues that are held before they are looked at.
const HELD: usize = 1_000;
/// How often an upload says how far it is, in microseconds.
const TOUCH_EVERY: i64 = 500_000;

/// What an upload is of.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// The data set.
    pub dataset: Dataset,
    /// Academic year of the figures.
    pub year: Option<AcademicYear>,
    /// How final they are.
    pub release: Option<Release>,
    /// The file's name.
    pub file_name: String,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Whether to take a file that has far fewer schools than stand.
    pub accept_missing: bool,
}

/// An upload under way.
pub struct Staging {
    run: Run,
    id: String,
    accept_missing: bool,
    reader: Reader,
    batch: Batch,
    received: i64,
    touched: i64,
    contents: Contents,
    tally: Tally,
}

/// What a file holds. A data set belongs to one of the two ([`Dataset::has_figures`]).
#[derive(Debug)]
enum Contents {
    Figures(FigureFile),
    Records(Box<RecordFile>),
}

#[derive(FromQueryResult)]
struct Value64 {
    value: i64,
}

impl Store {
    /// The resource name that came of a request id before, so that a repeated upload need not be
    /// read again.
    ///
    /// # Errors
    /// [`StoreError::RequestIdReused`] where the id was used with another request.
    pub async fn repeated_upload(
        &self,
        access: &Access<County>,
        intent: &Intent,
    ) -> Result<Option<Import>, StoreError> {
        #[derive(FromQueryResult)]
        struct Found {
            request_hash: String,
            outcome: String,
        }
        const FIND: &str = "SELECT request_hash, outcome FROM idempotency
            WHERE caller = $1 AND request_id = $2 AND expires_at > $3";
        let Some(request) = &intent.request_id else {
            return Ok(None);
        };
        let values = vec![
            access.user().unwrap_or_default().into(),
            request.as_str().into(),
            intent.now.into(),
        ];
        let found: Option<Found> = sql::one(self.reads(), FIND, values).await?;
        match found {
            None => Ok(None),
            Some(found) if found.request_hash == intent.request_hash => {
                let id = found
                    .outcome
                    .strip_prefix("imports/")
                    .unwrap_or_default()
                    .to_owned();
                Ok(Some(one(self.reads(), &id).await?))
            }
            Some(_) => Err(StoreError::RequestIdReused),
        }
    }

    /// Begins an upload. What it brings is visible to nobody; [`Staging::abandon`] or a sweep
    /// removes it.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn begin_upload(
        &self,
        access: &Access<County>,
        now: i64,
        new: NewImport,
    ) -> Result<Staging, StoreError> {
        let wanted = new.clone();
        let (id, seq) = self
            .transaction(access, now, async move |tx| {
                const NEXT: &str =
                    "UPDATE counters SET value = value + 1 WHERE name = 'import' RETURNING value";
                const BASE: &str = "SELECT value FROM counters WHERE name = 'register'";
                let next: Option<Value64> = sql::one(&tx.connection, NEXT, vec![]).await?;
                let seq = next
                    .ok_or_else(|| StoreError::Corrupt("no import counter".into()))?
                    .value;
                let base = sql::number(&tx.connection, BASE, vec![]).await?;
                let id = Uuid::now_v7().to_string();
                let row = import::ActiveModel {
                    seq: Set(seq),
                    id: Set(id.clone()),
                    dataset: Set(wanted.dataset.as_str().to_owned()),
                    year: Set(wanted.year.map(|year| i32::from(year.start()))),
                    release: Set(wanted.release.map(|release| release.as_str().to_owned())),
                    file_name: Set(wanted.file_name),
                    size_bytes: Set(wanted.size_bytes),
                    sha256: Set(wanted.sha256),
                    state: Set(ImportState::Uploading.as_str().to_owned()),
                    creator: Set(tx.user.clone().unwrap_or_default()),
                    created_at: Set(tx.now),
                    applied_at: Set(None),
                    touched_at: Set(tx.now),
                    received_bytes: Set(0),
                    encoding: Set(String::new()),
                    row_count: Set(0),
                    school_count: Set(0),
                    comparator_count: Set(0),
                    pending_count: Set(0),
                    added_count: Set(0),
                    changed_count: Set(0),
                    unchanged_count: Set(0),
                    missing_count: Set(0),
                    fatal_count: Set(0),
                    note_count: Set(0),
                    base: Set(base),
                    version: Set(1),
                };
                row.insert(&tx.connection).await?;
                Ok((id, seq))
            })
            .await?;
        let request = Request {
            dataset: new.dataset,
            year: new.year,
            file_name: new.file_name,
        };
        let contents = if new.dataset.has_figures() {
            Contents::Figures(FigureFile::default())
        } else {
            Contents::Records(Box::default())
        };
        Ok(Staging {
            run: Run {
                store: self.clone(),
                access: access.clone(),
                seq,
                dataset: new.dataset,
            },
            id,
            accept_missing: new.accept_missing,
            reader: Reader::new(request),
            batch: Batch::default(),
            received: 0,
            touched: now,
            contents,
            tally: Tally::default(),
        })
    }
}

impl Staging {
    /// Reads the next bytes of the file.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn push(&mut self, bytes: &[u8], now: i64) -> Result<(), StoreError> {
        self.received += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.reader.push(bytes, &mut self.batch);
        if self.batch.rows.len() + self.batch.issues.len() >= HELD {
            self.take_batch(now, false).await?;
        }
        if now - self.touched >= TOUCH_EVERY {
            self.touch(now).await?;
        }
        Ok(())
    }

    /// Removes the upload as if it had never been.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn abandon(mut self, now: i64) -> Result<(), StoreError> {
        if let Contents::Figures(figures) = &mut self.contents {
            // What is being written must not arrive after the removal.
            let _ = figures.settle().await;
        }
        let Run {
            store, access, seq, ..
        } = &self.run;
        store.remove_upload(access, now, *seq).await
    }

    /// Ends the upload: compares with what stands and leaves a staged or a rejected import.
    /// `transfer` holds what the transfer itself found, such as a hash that does not match.
    ///
    /// # Errors
    /// Where the database can't be written; the access is checked again.
    pub async fn finish(
        mut self,
        intent: Intent,
        transfer: Vec<Issue>,
    ) -> Result<Outcome<Import>, StoreError> {
        let now = intent.now;
        let compared = self.compare(transfer, now).await;
        let written = match compared {
            Ok((summary, differences)) => self.leave(intent, summary, differences).await,
            Err(error) => Err(error),
        };
        let Run {
            store, access, seq, ..
        } = &self.run;
        match &written {
            Ok(Outcome::Done(import)) if import.state == ImportState::Rejected => {
                store.clear_after(access, now, *seq).await;
            }
            Ok(Outcome::Done(_)) => {}
            // Another upload with the same request id came first, or the write failed.
            Ok(Outcome::Repeated(_)) | Err(_) => {
                if let Err(error) = self.abandon(now).await {
                    tracing::warn!(error = %error, "An upload that came to nothing was not removed; the sweep will.");
                }
            }
        }
        written
    }

    /// Reads what is left, and compares the whole with what stands.
    async fn compare(
        &mut self,
        transfer: Vec<Issue>,
        now: i64,
    ) -> Result<(Summary, Differences), StoreError> {
        let summary = self.reader.finish(&mut self.batch);
        self.batch.issues.extend(transfer);
        self.take_batch(now, true).await?;
        let mut differences = Differences::default();
        if self.tally.fatal == 0 {
            let missing = match &mut self.contents {
                Contents::Figures(figures) => figures.missing(&self.run, now).await?,
                Contents::Records(records) => records.missing(&self.run).await?,
            };
            if let Some(issue) = missing.suspicion().filter(|_| !self.accept_missing) {
                self.tally.take(self.run.seq, issue);
            }
        }
        if self.tally.fatal == 0 {
            differences = match &mut self.contents {
                Contents::Figures(figures) => figures.differences(&self.run, now).await?,
                Contents::Records(records) => records.differences(&self.run, now).await?,
            };
        }
        self.tally.write(&self.run, now).await?;
        Ok((summary, differences))
    }

    /// Lets the import be staged or rejected, with what was counted.
    async fn leave(
        &self,
        intent: Intent,
        summary: Summary,
        differences: Differences,
    ) -> Result<Outcome<Import>, StoreError> {
        let (seq, id, received) = (self.run.seq, self.id.clone(), self.received);
        let (fatal, pending, notes) = (self.tally.fatal, self.tally.pending, self.tally.notes);
        let state = if fatal > 0 {
            ImportState::Rejected
        } else {
            ImportState::Staged
        };
        let encoding = match summary.encoding {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Bom => "UTF-8 with BOM",
            Encoding::Windows1252 => "Windows-1252",
            Encoding::Workbook => "XLSX",
        };
        let as_count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let (rows, comparators) = (as_count(summary.rows), as_count(summary.comparators));
        let schools = match &self.contents {
            Contents::Figures(figures) => figures.schools(),
            Contents::Records(records) => records.schools(),
        };
        let schools = i64::try_from(schools).unwrap_or(i64::MAX);
        self.run
            .store
            .write(&self.run.access, intent, async move |tx| {
                use import::Column as C;
                if state == ImportState::Rejected {
                    hide(&tx, seq).await?;
                }
                import::Entity::update_many()
                    .col_expr(C::State, Expr::value(state.as_str()))
                    .col_expr(C::ReceivedBytes, Expr::value(received))
                    .col_expr(C::TouchedAt, Expr::value(tx.now))
                    .col_expr(C::Encoding, Expr::value(encoding))
                    .col_expr(C::RowCount, Expr::value(rows))
                    .col_expr(C::SchoolCount, Expr::value(schools))
                    .col_expr(C::ComparatorCount, Expr::value(comparators))
                    .col_expr(C::PendingCount, Expr::value(pending))
                    .col_expr(C::AddedCount, Expr::value(differences.added))
                    .col_expr(C::ChangedCount, Expr::value(differences.changed))
                    .col_expr(C::UnchangedCount, Expr::value(differences.unchanged))
                    .col_expr(C::MissingCount, Expr::value(differences.missing))
                    .col_expr(C::FatalCount, Expr::value(fatal))
                    .col_expr(C::NoteCount, Expr::value(notes))
                    .filter(C::Seq.eq(seq))
                    .exec(&tx.connection)
                    .await?;
                let value = one(&tx.connection, &id).await?;
                Ok(Written {
                    target: name(&id),
                    value,
                    fields: vec!["state"],
                })
            })
            .await
    }

    /// Says how far the upload is, which also shows the sweep that it lives.
    async fn touch(&mut self, now: i64) -> Result<(), StoreError> {
        self.touched = now;
        let (seq, received) = (self.run.seq, self.received);
        self.run
            .store
            .transaction(&self.run.access, now, async move |tx| {
                const TOUCH: &str =
                    "UPDATE imports SET received_bytes = $1, touched_at = $2 WHERE seq = $3";
                let values = vec![received.into(), now.into(), seq.into()];
                sql::execute(&tx.connection, TOUCH, values).await?;
                Ok(())
            })
            .await
    }

    /// Takes over what the reader gave; with `all`, everything is written when this returns.
    async fn take_batch(&mut self, now: i64, all: bool) -> Result<(), StoreError> {
        let Batch { rows, issues } = std::mem::take(&mut self.batch);
        let unknown = unknown_schools(&self.run, &rows).await?;
        for issue in issues.into_iter().chain(unknown) {
            self.tally.take(self.run.seq, issue);
        }
        match &mut self.contents {
            Contents::Figures(file) => {
                for row in rows {
                    file.add(row);
                }
                file.write(&self.run, now, all).await?;
            }
            Contents::Records(file) => {
                for row in rows {
                    file.add(row)?;
                }
                file.write(&self.run, &self.reader, now, all).await?;
            }
        }
        self.tally.write(&self.run, now).await
    }
}
