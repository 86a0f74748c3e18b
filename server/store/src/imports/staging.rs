//! Uploading: parses the bytes as they come and keeps the rows where nobody sees them yet.

use std::collections::{BTreeSet, HashSet};

use llpr_domain::figure::{Place, Release, Value};
use llpr_domain::import::{
    Batch, Class, Dataset, Encoding, Issue, IssueCode, Reader, Request, Row,
};
use llpr_domain::year::AcademicYear;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QuerySelect as _, Set,
};
use uuid::Uuid;

use super::changes::{DistrictFile, Found, compare_schools};
use super::{ChangeKind, Import, ImportState, class_word, diff, name, read, row};
use crate::access::{Access, County, urn_value};
use crate::engine::Store;
use crate::entity::{figure, import, import_change, import_issue, school};
use crate::error::StoreError;
use crate::sql;
use crate::write::{Intent, Outcome, Written};

/// Rows of a statement: more are not faster, and both engines have a limit on bound values.
const ROWS: usize = 1_000;
/// Rows that are held before they are written.
const HELD: usize = 4_000;
/// Issues that are kept; all are counted.
const KEPT_ISSUES: i64 = 1_000;
/// A file is refused when it lacks more than this share of the schools that stand.
const MISSING_SHARE: f64 = 0.2;
/// Fewer missing schools than this are never suspicious.
const MISSING_FLOOR: i64 = 5;

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
    store: Store,
    access: Access<County>,
    new: NewImport,
    id: String,
    seq: i64,
    reader: Reader,
    batch: Batch,
    received: i64,
    figures: Vec<figure::ActiveModel>,
    districts: DistrictFile,
    authorities: BTreeSet<i32>,
    seen: HashSet<i32>,
    tally: Tally,
}

/// What is counted while reading.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    issues: i64,
    fatal: i64,
    pending: i64,
    notes: i64,
    changes: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
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
                Ok(Some(read(row(self.reads(), &id).await?)?))
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
            file_name: new.file_name.clone(),
        };
        Ok(Staging {
            store: self.clone(),
            access: access.clone(),
            new,
            id,
            seq,
            reader: Reader::new(request),
            batch: Batch::default(),
            received: 0,
            figures: Vec::new(),
            districts: DistrictFile::default(),
            authorities: BTreeSet::new(),
            seen: HashSet::new(),
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
        let held = self.batch.rows.len() + self.batch.issues.len() + self.figures.len();
        if held >= HELD || bytes.len() >= HELD * 16 {
            self.flush(now).await?;
        }
        Ok(())
    }

    /// Bytes that have arrived.
    pub fn received(&self) -> i64 {
        self.received
    }

    /// Removes the upload as if it had never been.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn abandon(self, now: i64) -> Result<(), StoreError> {
        self.store.remove_upload(&self.access, now, self.seq).await
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
        let summary = self.reader.finish(&mut self.batch);
        self.store_batch(now).await?;
        self.write_figures(now).await?;
        for compared in std::mem::take(&mut self.districts)
            .compare(&self.store)
            .await?
        {
            self.tally.unchanged += compared.unchanged;
            self.write_changes(compared.changes, now).await?;
        }
        self.batch.issues.extend(transfer);
        let missing = if self.tally.fatal > 0 {
            0
        } else {
            self.compare(now).await?
        };
        self.write_issues(now).await?;

        let (seq, id, tally, received) = (self.seq, self.id.clone(), self.tally, self.received);
        let figures = self.new.dataset.has_figures();
        let state = if tally.fatal > 0 {
            ImportState::Rejected
        } else {
            ImportState::Staged
        };
        let encoding = match summary.encoding {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Bom => "UTF-8 with BOM",
            Encoding::Windows1252 => "Windows-1252",
        };
        let as_count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let (rows, comparators) = (as_count(summary.rows), as_count(summary.comparators));
        let schools = i64::try_from(self.seen.len()).unwrap_or(i64::MAX);
        let written = self
            .store
            .write(&self.access, intent, async move |tx| {
                use import::Column as C;
                let differences = if figures && state == ImportState::Staged {
                    diff::count_figures(&tx.connection, seq).await?
                } else {
                    diff::Differences {
                        added: tally.added,
                        changed: tally.changed,
                        unchanged: tally.unchanged,
                        missing,
                    }
                };
                if state == ImportState::Rejected {
                    for table in ["figures", "import_changes", "import_places"] {
                        let remove = format!("DELETE FROM {table} WHERE import_seq = $1");
                        sql::execute(&tx.connection, &remove, vec![seq.into()]).await?;
                    }
                }
                import::Entity::update_many()
                    .col_expr(C::State, Expr::value(state.as_str()))
                    .col_expr(C::ReceivedBytes, Expr::value(received))
                    .col_expr(C::TouchedAt, Expr::value(tx.now))
                    .col_expr(C::Encoding, Expr::value(encoding))
                    .col_expr(C::RowCount, Expr::value(rows))
                    .col_expr(C::SchoolCount, Expr::value(schools))
                    .col_expr(C::ComparatorCount, Expr::value(comparators))
                    .col_expr(C::PendingCount, Expr::value(tally.pending))
                    .col_expr(C::AddedCount, Expr::value(differences.added))
                    .col_expr(C::ChangedCount, Expr::value(differences.changed))
                    .col_expr(C::UnchangedCount, Expr::value(differences.unchanged))
                    .col_expr(C::MissingCount, Expr::value(differences.missing))
                    .col_expr(C::FatalCount, Expr::value(tally.fatal))
                    .col_expr(C::NoteCount, Expr::value(tally.notes))
                    .filter(C::Seq.eq(seq))
                    .exec(&tx.connection)
                    .await?;
                let value = read(row(&tx.connection, &id).await?)?;
                Ok(Written {
                    target: name(&id),
                    value,
                    fields: vec!["state"],
                })
            })
            .await;
        match &written {
            Ok(Outcome::Done(_)) => {}
            // Another upload with the same request id came first, or the write failed.
            Ok(Outcome::Repeated(_)) | Err(_) => {
                self.store
                    .remove_upload(&self.access, now, self.seq)
                    .await?;
            }
        }
        written
    }

    async fn flush(&mut self, now: i64) -> Result<(), StoreError> {
        self.store_batch(now).await?;
        let (seq, received) = (self.seq, self.received);
        self.store
            .transaction(&self.access, now, async move |tx| {
                const TOUCH: &str =
                    "UPDATE imports SET received_bytes = $1, touched_at = $2 WHERE seq = $3";
                sql::execute(
                    &tx.connection,
                    TOUCH,
                    vec![received.into(), now.into(), seq.into()],
                )
                .await?;
                Ok(())
            })
            .await
    }

    /// Writes what has been read so far.
    async fn store_batch(&mut self, now: i64) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.batch.rows);
        self.note_unknown_schools(&rows).await?;
        let mut schools = Vec::new();
        for row in rows {
            match row {
                Row::School { record, links, .. } => {
                    self.authorities.insert(i32::from(record.authority.get()));
                    self.seen.insert(urn_value(record.urn));
                    schools.push((*record, links));
                }
                Row::District {
                    urn,
                    name,
                    slug,
                    kind,
                    from,
                    until,
                    ..
                } => {
                    self.seen.insert(urn_value(urn));
                    self.districts
                        .add(urn, (name, slug.to_string()), kind, (from, until));
                }
                Row::Figures {
                    place,
                    authority,
                    figures,
                    ..
                } => {
                    let authority = authority.map_or(0, |code| i32::from(code.get()));
                    self.authorities.insert(authority);
                    if let Place::School(urn) = place {
                        self.seen.insert(urn_value(urn));
                    }
                    for row in figures {
                        let (value, marker) = match row.value {
                            Value::Number(number) => (Some(number), None),
                            Value::Marker(marker) => (None, Some(marker.code())),
                        };
                        self.figures.push(figure::ActiveModel {
                            import_seq: Set(self.seq),
                            place_kind: Set(place.kind()),
                            place_code: Set(place.code()),
                            measure: Set(row.measure.code()),
                            pupil_group: Set(row.group.code()),
                            authority: Set(authority),
                            value: Set(value),
                            marker: Set(marker),
                            cohort: Set(row.cohort.and_then(|cohort| i32::try_from(cohort).ok())),
                        });
                    }
                    if self.figures.len() >= HELD {
                        self.write_figures(now).await?;
                    }
                }
            }
        }
        for some in schools.chunks(ROWS) {
            let compared = compare_schools(&self.store, &self.reader, some).await?;
            self.tally.unchanged += compared.unchanged;
            self.write_changes(compared.changes, now).await?;
        }
        self.write_issues(now).await
    }

    /// A pending issue for each school with figures that the register lacks.
    async fn note_unknown_schools(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        let wanted: Vec<(u64, llpr_domain::urn::Urn, &str)> = rows
            .iter()
            .filter_map(|row| match row {
                Row::Figures {
                    line,
                    place: Place::School(urn),
                    name,
                    ..
                } => Some((*line, *urn, name.as_str())),
                Row::District { line, urn, .. } => Some((*line, *urn, "")),
                Row::School { .. } | Row::Figures { .. } => None,
            })
            .collect();
        for some in wanted.chunks(ROWS) {
            let known: HashSet<i32> = school::Entity::find()
                .select_only()
                .column(school::Column::Urn)
                .filter(school::Column::Urn.is_in(some.iter().map(|(_, urn, _)| urn_value(*urn))))
                .into_tuple::<i32>()
                .all(self.store.reads())
                .await?
                .into_iter()
                .collect();
            for (line, urn, name) in some
                .iter()
                .filter(|(_, urn, _)| !known.contains(&urn_value(*urn)))
            {
                let what = match self.new.dataset {
                    Dataset::Districts => {
                        "Its district is kept and counts as soon as the school is in the register."
                    }
                    _ => {
                        "Its figures are kept and appear as soon as the school is in the register."
                    }
                };
                let who = if name.is_empty() {
                    format!("URN {urn}")
                } else {
                    format!("{name} (URN {urn})")
                };
                let message = format!(
                    "The register has no school {who}. {what} Load a newer GIAS establishments file, with closed schools."
                );
                let issue = Issue::new(IssueCode::UnknownSchool, message);
                self.batch.issues.push(
                    issue
                        .at_line(*line)
                        .in_column("URN")
                        .with_value(&urn.to_string()),
                );
            }
        }
        Ok(())
    }

    async fn write_figures(&mut self, now: i64) -> Result<(), StoreError> {
        let mut rows = std::mem::take(&mut self.figures);
        if rows.is_empty() {
            return Ok(());
        }
        // In the order of the key: rows that arrive shuffled cost several times as much.
        rows.sort_by_key(|row| {
            let key = (
                row.place_kind.as_ref(),
                row.place_code.as_ref(),
                row.measure.as_ref(),
                row.pupil_group.as_ref(),
            );
            (*key.0, *key.1, *key.2, *key.3)
        });
        self.store
            .transaction(&self.access, now, async move |tx| {
                let mut rows = rows.into_iter().peekable();
                while rows.peek().is_some() {
                    let some: Vec<_> = rows.by_ref().take(ROWS).collect();
                    figure::Entity::insert_many(some)
                        .exec_without_returning(&tx.connection)
                        .await?;
                }
                Ok(())
            })
            .await
    }

    async fn write_changes(&mut self, changes: Vec<Found>, now: i64) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(changes.len());
        for change in changes {
            match change.kind {
                ChangeKind::Added => self.tally.added += change.weight,
                ChangeKind::Changed => self.tally.changed += change.weight,
                ChangeKind::Missing => {}
            }
            self.tally.changes += 1;
            rows.push(import_change::ActiveModel {
                import_seq: Set(self.seq),
                position: Set(self.tally.changes),
                kind: Set(change.kind.code()),
                subject: Set(change.subject),
                subject_name: Set(change.subject_name),
                before_json: Set(change.before),
                after_json: Set(change.after),
            });
        }
        if rows.is_empty() {
            return Ok(());
        }
        self.store
            .transaction(&self.access, now, async move |tx| {
                for some in rows.chunks(ROWS) {
                    import_change::Entity::insert_many(some.to_vec())
                        .exec_without_returning(&tx.connection)
                        .await?;
                }
                Ok(())
            })
            .await
    }

    async fn write_issues(&mut self, now: i64) -> Result<(), StoreError> {
        let issues = std::mem::take(&mut self.batch.issues);
        let mut rows = Vec::new();
        for issue in issues {
            let class = issue.code.class();
            match class {
                Class::Fatal => self.tally.fatal += 1,
                Class::Pending => self.tally.pending += 1,
                Class::Note => self.tally.notes += 1,
            }
            self.tally.issues += 1;
            if self.tally.issues > KEPT_ISSUES && class != Class::Fatal {
                continue;
            }
            if self.tally.issues > 2 * KEPT_ISSUES {
                continue;
            }
            rows.push(import_issue::ActiveModel {
                import_seq: Set(self.seq),
                position: Set(self.tally.issues),
                class: Set(class_word(class).to_owned()),
                code: Set(issue.code.as_str().to_owned()),
                line: Set(issue.line.and_then(|line| i64::try_from(line).ok())),
                column_name: Set(issue.column.unwrap_or_default()),
                value: Set(issue.value.unwrap_or_default()),
                message: Set(issue.message),
            });
        }
        if rows.is_empty() {
            return Ok(());
        }
        self.store
            .transaction(&self.access, now, async move |tx| {
                for some in rows.chunks(ROWS) {
                    import_issue::Entity::insert_many(some.to_vec())
                        .exec_without_returning(&tx.connection)
                        .await?;
                }
                Ok(())
            })
            .await
    }

    /// Finds what stands and is not in the file; too much of that is a fatal issue. Returns how
    /// many schools are missing (registers only; figures are counted by query).
    async fn compare(&mut self, now: i64) -> Result<i64, StoreError> {
        let (standing, missing) = match self.new.dataset {
            Dataset::Districts => (0, Vec::new()),
            Dataset::GiasEstablishments => self.missing_schools().await?,
            _ => self.missing_figures(now).await?,
        };
        let count = i64::try_from(missing.len()).unwrap_or(i64::MAX);
        #[expect(clippy::cast_precision_loss, reason = "counts of schools")]
        let suspicious = count > MISSING_FLOOR && count as f64 > MISSING_SHARE * standing as f64;
        if suspicious && !self.new.accept_missing {
            let message = format!(
                "{count} of the {standing} schools that stand for this authority are not in the file. If the file \
                 is complete, repeat with --accept-missing; otherwise download the whole file."
            );
            self.batch
                .issues
                .push(Issue::new(IssueCode::FewerSchools, message));
            return Ok(0);
        }
        let missing = missing
            .into_iter()
            .map(|(urn, name)| Found::missing(format!("schools/{urn}"), name))
            .collect();
        if self.new.dataset == Dataset::GiasEstablishments {
            self.write_changes(missing, now).await?;
        }
        Ok(count)
    }

    /// The register's schools of the file's authorities that the file lacks.
    async fn missing_schools(&self) -> Result<(i64, Vec<(i32, String)>), StoreError> {
        let mut standing = 0;
        let mut missing = Vec::new();
        for &authority in &self.authorities {
            let mut after = 0;
            loop {
                let rows = school::Entity::find()
                    .select_only()
                    .columns([school::Column::Urn, school::Column::Name])
                    .filter(school::Column::Authority.eq(authority))
                    .filter(school::Column::Urn.gt(after))
                    .order_by_urn()
                    .into_tuple::<(i32, String)>()
                    .all(self.store.reads())
                    .await?;
                let Some((last, _)) = rows.last() else { break };
                after = *last;
                standing += i64::try_from(rows.len()).unwrap_or(0);
                missing.extend(rows.into_iter().filter(|(urn, _)| !self.seen.contains(urn)));
            }
        }
        Ok((standing, missing))
    }

    /// Remembers which imports stand for the file's authorities, and finds the schools of those
    /// that the file lacks.
    async fn missing_figures(&self, now: i64) -> Result<(i64, Vec<(i32, String)>), StoreError> {
        let seq = self.seq;
        let dataset = self.new.dataset.as_str();
        let year = self.new.year.map_or(0, |year| i32::from(year.start()));
        let authorities = self.authorities.clone();
        self.store
            .transaction(&self.access, now, async move |tx| {
                const PLACE: &str =
                    "INSERT INTO import_places (import_seq, authority, replaced_seq)
                    VALUES ($1, $2, (SELECT import_seq FROM current_imports
                        WHERE dataset = $3 AND year = $4 AND authority = $2))";
                for authority in authorities {
                    let values = vec![seq.into(), authority.into(), dataset.into(), year.into()];
                    sql::execute(&tx.connection, PLACE, values).await?;
                }
                Ok(())
            })
            .await?;
        standing_schools(&self.store, seq, &self.seen).await
    }
}

/// Of the figures that an import would replace: how many schools, and those it lacks.
async fn standing_schools(
    store: &Store,
    seq: i64,
    seen: &HashSet<i32>,
) -> Result<(i64, Vec<(i32, String)>), StoreError> {
    #[derive(FromQueryResult)]
    struct Standing {
        urn: i32,
    }
    const FIND: &str = "SELECT DISTINCT f.place_code AS urn FROM import_places p
        JOIN figures f ON f.import_seq = p.replaced_seq AND f.authority = p.authority
        WHERE p.import_seq = $1 AND f.place_kind = 1";
    let rows: Vec<Standing> = sql::all(store.reads(), FIND, vec![seq.into()]).await?;
    let standing = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let missing = rows.into_iter().filter(|row| !seen.contains(&row.urn));
    Ok((
        standing,
        missing.map(|row| (row.urn, String::new())).collect(),
    ))
}

/// A page of a thousand schools by URN.
trait ByUrn {
    fn order_by_urn(self) -> Self;
}

impl ByUrn for sea_orm::Select<school::Entity> {
    fn order_by_urn(self) -> Self {
        use sea_orm::QueryOrder as _;
        self.order_by_asc(school::Column::Urn).limit(1_000)
    }
}
