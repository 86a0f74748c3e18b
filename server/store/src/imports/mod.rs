//! Imports: from an upload that nobody sees, over a staged import with its issues and its
//! difference from what stands, to one small transaction that makes it current.
//!
//! Figures are immutable rows keyed by their import, and current when `current_imports` points to
//! it: applying flips pointers, taking back flips them again. The register itself merges in place
//! from the changes that were found while staging, each kept whole before and after.

mod apply;
mod changes;
mod diff;
mod figure_file;
mod load;
mod record_file;
mod staging;
mod statements;
mod sweep;
mod tally;

use std::collections::{BTreeSet, HashMap};

use llpr_domain::figure::Release;
use llpr_domain::import::{Class, Dataset};
use llpr_domain::year::AcademicYear;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

pub use diff::{Change, ChangeKind, DiffKey, FigureAt};
pub use staging::{NewImport, Staging};

use crate::access::{Access, County};
use crate::engine::Store;
use crate::entity::{import, import_issue, user};
use crate::error::StoreError;
use crate::page::{Page, Slice};
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// The kind of a user that is a service account.
const SERVICE_ACCOUNT: i16 = 2;

/// State of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// The file is arriving.
    Uploading,
    /// Read and compared.
    Staged,
    /// Fatal issues.
    Rejected,
    /// Applied.
    Applied,
    /// Discarded.
    Discarded,
    /// Taken back.
    Reverted,
}

impl ImportState {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Uploading,
        Self::Staged,
        Self::Rejected,
        Self::Applied,
        Self::Discarded,
        Self::Reverted,
    ];

    /// The stored word, which also serves in sentences.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Staged => "staged",
            Self::Rejected => "rejected",
            Self::Applied => "applied",
            Self::Discarded => "discarded",
            Self::Reverted => "reverted",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Id.
    pub id: String,
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
    /// State.
    pub state: ImportState,
    /// Who uploaded it.
    pub creator: Creator,
    /// When the upload began, in microseconds since 1970.
    pub created_at: i64,
    /// When it was applied.
    pub applied_at: Option<i64>,
    /// Bytes that have arrived.
    pub received_bytes: i64,
    /// Encoding it was read with; empty while it arrives.
    pub encoding: String,
    /// What was counted.
    pub counts: Counts,
    /// Version, from 1.
    pub version: i64,
}

/// Who uploaded an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Creator {
    /// Id of the user or service account.
    pub id: String,
    /// The name; empty where there is no such account any more.
    pub name: String,
    /// Whether it is a service account.
    pub is_service_account: bool,
}

/// What was counted in an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records read.
    pub rows: i64,
    /// Schools.
    pub schools: i64,
    /// Rows of authorities and England.
    pub comparators: i64,
    /// Schools that the register lacks.
    pub pending: i64,
    /// What it adds.
    pub added: i64,
    /// What it changes.
    pub changed: i64,
    /// What is the same.
    pub unchanged: i64,
    /// What stands and is not in the file.
    pub missing: i64,
    /// Fatal issues.
    pub fatal: i64,
    /// Notes.
    pub notes: i64,
}

/// An issue as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptIssue {
    /// How serious.
    pub class: Class,
    /// Stable word.
    pub code: String,
    /// Line, from 1.
    pub line: Option<i64>,
    /// Column's name; empty if none.
    pub column: String,
    /// Cell of a workbook's sheet, such as `C7`; empty if none.
    pub cell: String,
    /// What stands there; empty if nothing.
    pub value: String,
    /// What is wrong and what to do.
    pub message: String,
}

fn class_word(class: Class) -> &'static str {
    match class {
        Class::Fatal => "fatal",
        Class::Pending => "pending",
        Class::Note => "note",
    }
}

fn name(id: &str) -> String {
    format!("imports/{id}")
}

async fn row(connection: &impl ConnectionTrait, id: &str) -> Result<import::Model, StoreError> {
    let found = import::Entity::find()
        .filter(import::Column::Id.eq(id))
        .one(connection)
        .await?;
    found.ok_or_else(|| StoreError::NotFound(name(id)))
}

/// An import as it is now.
async fn one(connection: &impl ConnectionTrait, id: &str) -> Result<Import, StoreError> {
    let row = row(connection, id).await?;
    let creators = creators(connection, [row.creator.as_str()]).await?;
    read(row, &creators)
}

/// Who uploaded some imports, by id.
async fn creators(
    connection: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, Creator>, StoreError> {
    use user::Column as C;
    let ids: BTreeSet<&str> = ids.into_iter().collect();
    let rows = user::Entity::find()
        .select_only()
        .columns([C::Id, C::DisplayName, C::Kind])
        .filter(C::Id.is_in(ids))
        .into_tuple::<(String, String, i16)>()
        .all(connection)
        .await?;
    let creator = |(id, name, kind): (String, String, i16)| {
        let creator = Creator {
            id: id.clone(),
            name,
            is_service_account: kind == SERVICE_ACCOUNT,
        };
        (id, creator)
    };
    Ok(rows.into_iter().map(creator).collect())
}

fn read(row: import::Model, creators: &HashMap<String, Creator>) -> Result<Import, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("import {}: {what}", row.id));
    Ok(Import {
        dataset: Dataset::parse(&row.dataset).map_err(|_| corrupt("data set"))?,
        year: row.year.map(crate::figures::year).transpose()?,
        release: row
            .release
            .as_deref()
            .map(|text| Release::parse(text).ok_or_else(|| corrupt("release")))
            .transpose()?,
        state: ImportState::parse(&row.state).ok_or_else(|| corrupt("state"))?,
        counts: Counts {
            rows: row.row_count,
            schools: row.school_count,
            comparators: row.comparator_count,
            pending: row.pending_count,
            added: row.added_count,
            changed: row.changed_count,
            unchanged: row.unchanged_count,
            missing: row.missing_count,
            fatal: row.fatal_count,
            notes: row.note_count,
        },
        id: row.id,
        file_name: row.file_name,
        size_bytes: row.size_bytes,
        sha256: row.sha256,
        creator: creators.get(&row.creator).cloned().unwrap_or(Creator {
            id: row.creator,
            ..Creator::default()
        }),
        created_at: row.created_at,
        applied_at: row.applied_at,
        received_bytes: row.received_bytes,
        encoding: row.encoding,
        version: row.version,
    })
}

/// Compares the version and moves an import to a state.
async fn move_to(
    tx: &Tx,
    row: &import::Model,
    version: Option<i64>,
    state: ImportState,
) -> Result<(), StoreError> {
    use import::Column as C;
    let read = version.unwrap_or(row.version);
    let mut update = import::Entity::update_many()
        .col_expr(C::State, Expr::value(state.as_str()))
        .col_expr(C::Version, Expr::value(read + 1));
    if state == ImportState::Applied {
        update = update.col_expr(C::AppliedAt, Expr::value(tx.now));
    }
    let moved = update
        .filter(C::Seq.eq(row.seq))
        .filter(C::Version.eq(read))
        .exec(&tx.connection)
        .await?;
    if moved.rows_affected == 0 {
        Err(StoreError::EtagMismatch(name(&row.id)))
    } else {
        Ok(())
    }
}

/// Takes the places of an import whose rows nobody shall see any more: without them its figures
/// are nobody's, and [`Store::clear`] or the sweep removes them.
async fn hide(tx: &Tx, seq: i64) -> Result<(), StoreError> {
    const PLACES: &str = "DELETE FROM import_places WHERE import_seq = $1";
    sql::execute(&tx.connection, PLACES, vec![seq.into()]).await?;
    Ok(())
}

/// What goes with everything that an upload writes.
#[derive(Clone, Debug)]
struct Run {
    store: Store,
    access: Access<County>,
    seq: i64,
    dataset: Dataset,
}

/// Whether an import holds figures, which become current as a whole; the others hold records, which
/// merge in place.
fn of_figures(row: &import::Model) -> bool {
    Dataset::parse(&row.dataset).is_ok_and(Dataset::has_figures)
}

impl Store {
    /// An import.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn import(&self, _access: &Access<County>, id: &str) -> Result<Import, StoreError> {
        one(self.reads(), id).await
    }

    /// Imports, newest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn imports(
        &self,
        _access: &Access<County>,
        dataset: Option<Dataset>,
        state: Option<ImportState>,
        page: Page<i64>,
    ) -> Result<Slice<Import, i64>, StoreError> {
        use import::Column as C;
        let mut found = import::Entity::find();
        if let Some(dataset) = dataset {
            found = found.filter(C::Dataset.eq(dataset.as_str()));
        }
        if let Some(state) = state {
            found = found.filter(C::State.eq(state.as_str()));
        }
        let total = found.clone().count(self.reads()).await?;
        if let Some(seq) = page.after {
            found = found.filter(C::Seq.lt(seq));
        }
        let rows = found
            .order_by_desc(C::Seq)
            .limit(page.size + 1)
            .all(self.reads())
            .await?;
        let Slice { items, next, total } = Slice::cut(rows, page.size, total, |row| row.seq);
        let creators = creators(self.reads(), items.iter().map(|row| row.creator.as_str())).await?;
        let items = items.into_iter().map(|row| read(row, &creators));
        Ok(Slice {
            items: items.collect::<Result<_, _>>()?,
            next,
            total,
        })
    }

    /// The kept issues of an import, in the order of its lines.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn import_issues(
        &self,
        _access: &Access<County>,
        id: &str,
        class: Option<Class>,
        page: Page<i64>,
    ) -> Result<Slice<KeptIssue, i64>, StoreError> {
        use import_issue::Column as C;
        let seq = row(self.reads(), id).await?.seq;
        let mut found = import_issue::Entity::find().filter(C::ImportSeq.eq(seq));
        if let Some(class) = class {
            found = found.filter(C::Class.eq(class_word(class)));
        }
        let total = found.clone().count(self.reads()).await?;
        if let Some(position) = page.after {
            found = found.filter(C::Position.gt(position));
        }
        let rows = found
            .order_by_asc(C::Position)
            .limit(page.size + 1)
            .all(self.reads())
            .await?;
        let Slice { items, next, total } = Slice::cut(rows, page.size, total, |row| row.position);
        let items = items
            .into_iter()
            .map(|row| {
                let class = [Class::Fatal, Class::Pending, Class::Note]
                    .into_iter()
                    .find(|&c| class_word(c) == row.class);
                Ok(KeptIssue {
                    class: class
                        .ok_or_else(|| StoreError::Corrupt(format!("issue class {}", row.class)))?,
                    code: row.code,
                    line: row.line,
                    column: row.column_name,
                    cell: row.cell.unwrap_or_default(),
                    value: row.value,
                    message: row.message,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Slice { items, next, total })
    }

    /// Drops a staged or rejected import with its rows; one that is discarded stays so.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::EtagMismatch`], [`crate::Refusal::ImportState`].
    pub async fn discard_import(
        &self,
        access: &Access<County>,
        intent: Intent,
        id: String,
        version: Option<i64>,
    ) -> Result<Outcome<Import>, StoreError> {
        const ISSUES: &str = "DELETE FROM import_issues WHERE import_seq = $1";
        let now = intent.now;
        let cleared = id.clone();
        let done = self
            .write(access, intent, async move |tx| {
                let found = row(&tx.connection, &id).await?;
                match ImportState::parse(&found.state) {
                    Some(ImportState::Staged | ImportState::Rejected) => {
                        move_to(&tx, &found, version, ImportState::Discarded).await?;
                        hide(&tx, found.seq).await?;
                        sql::execute(&tx.connection, ISSUES, vec![found.seq.into()]).await?;
                    }
                    Some(ImportState::Discarded) => {}
                    state => return Err(apply::wrong_state(state)),
                }
                let value = one(&tx.connection, &id).await?;
                Ok(Written {
                    target: name(&id),
                    value,
                    fields: vec!["state"],
                })
            })
            .await?;
        let seq = row(self.reads(), &cleared).await?.seq;
        self.clear_after(access, now, seq).await;
        Ok(done)
    }
}
