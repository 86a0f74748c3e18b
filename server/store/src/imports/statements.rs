//! Records that merge in place, whatever they are: the rows of one table that belong to one
//! subject, a school or a group.
//!
//! What a file states is kept in `import_statements` while it arrives, so that memory doesn't grow
//! with the file and its order doesn't matter. Then each subject's rows are combined with those
//! that stand, a thousand subjects at a time, and what differs is kept whole, before and after.

use std::collections::{BTreeMap, HashMap};

use llpr_domain::import::{Dataset, Statement};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait,
    IntoActiveModel, ModelTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _, Set,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::apply::{Direction, conflict, sides};
use super::changes::{Compared, Found, json, parse};
use super::{ChangeKind, Run};
use crate::access::urn_value;
use crate::circumstances::{groups, inspections, past_visits, support};
use crate::engine::Store;
use crate::entity::{
    group_membership, import_change, import_statement, inspection, past_visit, school,
    school_group, school_link, school_support,
};
use crate::error::StoreError;
use crate::sql;
use crate::write::Tx;

/// Subjects that are compared at once.
const SUBJECTS: u64 = 1_000;

/// A row of a table whose rows belong to subjects.
pub(super) trait Kept:
    ModelTrait
    + IntoActiveModel<<Self::Entity as EntityTrait>::ActiveModel>
    + Clone
    + PartialEq
    + Serialize
    + DeserializeOwned
    + Send
    + Sync
{
    /// What a subject's name begins with.
    const SUBJECTS: &'static str = "schools";

    /// The column that tells the subject.
    fn column() -> <Self::Entity as EntityTrait>::Column;

    /// Which rows of the table are the files'; all but for links that people made.
    fn of_files() -> Condition {
        Condition::all()
    }

    /// The subject.
    fn subject(&self) -> i32;

    /// A subject's name, if its rows tell it.
    fn name(&self) -> Option<&str> {
        None
    }

    /// A subject's rows after a file, in any order.
    fn combine(standing: Vec<Self>, told: Vec<Self>) -> Vec<Self>;

    /// In which order a subject's rows are compared.
    fn key(&self) -> (String, String);
}

impl Kept for school_link::Model {
    fn column() -> school_link::Column {
        school_link::Column::Urn
    }

    fn of_files() -> Condition {
        Condition::all().add(school_link::Column::Kind.ne(crate::register::PAIR))
    }

    fn subject(&self) -> i32 {
        self.urn
    }

    /// A link once told stays; a file without its day or name takes neither away.
    fn combine(standing: Vec<Self>, told: Vec<Self>) -> Vec<Self> {
        let mut all = standing;
        for mut new in told {
            let same = |old: &Self| old.linked_urn == new.linked_urn && old.kind == new.kind;
            if let Some(at) = all.iter().position(same) {
                let old = all.swap_remove(at);
                new.established = new.established.or(old.established);
                new.linked_name = new.linked_name.or(old.linked_name);
            }
            all.push(new);
        }
        all
    }

    fn key(&self) -> (String, String) {
        (self.linked_urn.to_string(), self.kind.clone())
    }
}

impl Kept for school_group::Model {
    const SUBJECTS: &'static str = "groups";

    fn column() -> school_group::Column {
        school_group::Column::Uid
    }

    fn subject(&self) -> i32 {
        self.uid
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    /// The layout of 2019 has no opening day; it takes none away.
    fn combine(standing: Vec<Self>, told: Vec<Self>) -> Vec<Self> {
        let old = standing.into_iter().next();
        let mut all = told;
        for new in &mut all {
            if let Some(old) = &old {
                new.opened = new.opened.take().or_else(|| old.opened.clone());
                new.ukprn = new.ukprn.take().or_else(|| old.ukprn.clone());
            }
        }
        all
    }

    fn key(&self) -> (String, String) {
        (String::new(), String::new())
    }
}

impl Kept for group_membership::Model {
    fn column() -> group_membership::Column {
        group_membership::Column::Urn
    }

    fn subject(&self) -> i32 {
        self.urn
    }

    fn combine(standing: Vec<Self>, told: Vec<Self>) -> Vec<Self> {
        groups::combine(standing, told)
    }

    fn key(&self) -> (String, String) {
        (self.uid.to_string(), String::new())
    }
}

impl Kept for inspection::Model {
    fn column() -> inspection::Column {
        inspection::Column::Urn
    }

    fn subject(&self) -> i32 {
        self.urn
    }

    fn combine(standing: Vec<Self>, told: Vec<Self>) -> Vec<Self> {
        inspections::combine(standing, told)
    }

    fn key(&self) -> (String, String) {
        (self.number.clone(), String::new())
    }
}

impl Kept for school_support::Model {
    fn column() -> school_support::Column {
        school_support::Column::Urn
    }

    fn subject(&self) -> i32 {
        self.urn
    }

    /// What the county says now replaces all that it said.
    fn combine(_: Vec<Self>, told: Vec<Self>) -> Vec<Self> {
        told
    }

    fn key(&self) -> (String, String) {
        (self.from_date.clone(), self.kind.clone())
    }
}

impl Kept for past_visit::Model {
    fn column() -> past_visit::Column {
        past_visit::Column::Urn
    }

    fn subject(&self) -> i32 {
        self.urn
    }

    /// What the county says now replaces all that it said.
    fn combine(_: Vec<Self>, told: Vec<Self>) -> Vec<Self> {
        told
    }

    fn key(&self) -> (String, String) {
        (self.visit_date.clone(), String::new())
    }
}

/// What a statement becomes: its subject and its rows.
fn rows(statement: Statement) -> Result<(i32, Vec<String>), StoreError> {
    fn one(row: &impl Kept) -> Result<(i32, Vec<String>), StoreError> {
        Ok((row.subject(), vec![json(row)?]))
    }
    match statement {
        Statement::Link(link) => one(&school_link::Model {
            urn: urn_value(link.urn),
            linked_urn: urn_value(link.link_urn),
            kind: link.kind.as_str().to_owned(),
            established: link.established.map(|day| day.to_string()),
            linked_name: link.link_name,
        }),
        Statement::Group(group) => one(&groups::group_row(group)),
        Statement::Membership(membership) => one(&groups::membership_row(membership)),
        Statement::Support(support) => one(&support::row(&support)),
        Statement::PastVisit(visit) => one(&past_visits::row(visit)),
        Statement::Inspections { urn, inspections } => {
            let all = inspections.into_iter();
            let all = all.map(|one| json(&inspections::row(urn, one)));
            Ok((urn_value(urn), all.collect::<Result<_, _>>()?))
        }
    }
}

/// Statements that are held before they are written.
const HELD: usize = 4_000;
/// Rows of a statement of SQL: more are not faster.
const ROWS: usize = 1_000;

/// The statements of a file, as they arrive.
#[derive(Debug, Default)]
pub(super) struct StatementFile {
    held: Vec<(i32, String)>,
    /// Position of the last one.
    position: i64,
    /// Schools that the file names without stating anything of them.
    silent: i64,
}

impl StatementFile {
    /// Takes what a row states.
    pub(super) fn add(&mut self, statement: Statement) -> Result<(), StoreError> {
        let (subject, rows) = rows(statement)?;
        self.silent += i64::from(rows.is_empty());
        self.held
            .extend(rows.into_iter().map(|told| (subject, told)));
        Ok(())
    }

    /// Schools of which nothing is stated: they count as unchanged.
    pub(super) const fn silent(&self) -> i64 {
        self.silent
    }

    /// Writes what is held once it is enough for a transaction, or all of it.
    pub(super) async fn write(&mut self, run: &Run, now: i64, all: bool) -> Result<(), StoreError> {
        if self.held.is_empty() || (!all && self.held.len() < HELD) {
            return Ok(());
        }
        let mut rows = Vec::with_capacity(self.held.len());
        for (subject, told) in self.held.drain(..) {
            self.position += 1;
            rows.push(import_statement::ActiveModel {
                import_seq: Set(run.seq),
                subject: Set(subject),
                position: Set(self.position),
                told: Set(told),
            });
        }
        run.store
            .transaction(&run.access, now, async move |tx| {
                let mut rows = rows.into_iter().peekable();
                while rows.peek().is_some() {
                    let some: Vec<_> = rows.by_ref().take(ROWS).collect();
                    import_statement::Entity::insert_many(some)
                        .exec_without_returning(&tx.connection)
                        .await?;
                }
                Ok(())
            })
            .await
    }

    /// Removes what was kept for the comparison.
    pub(super) async fn clear(&self, run: &Run, now: i64) -> Result<(), StoreError> {
        const DONE: &str = "DELETE FROM import_statements WHERE import_seq = $1";
        if self.position == 0 {
            return Ok(());
        }
        let seq = run.seq;
        run.store
            .transaction(&run.access, now, async move |tx| {
                sql::execute(&tx.connection, DONE, vec![seq.into()]).await?;
                Ok(())
            })
            .await
    }
}

/// Compares some subjects of a file with what stands; `None` when all are done. `after` is the
/// last subject of the call before.
pub(super) async fn compare(run: &Run, after: i32) -> Result<Option<(Compared, i32)>, StoreError> {
    let (store, seq) = (&run.store, run.seq);
    match run.dataset {
        Dataset::GiasLinks => some::<school_link::Model>(store, seq, after).await,
        Dataset::GiasGroups => some::<school_group::Model>(store, seq, after).await,
        Dataset::GiasGroupLinks => some::<group_membership::Model>(store, seq, after).await,
        Dataset::Ofsted => some::<inspection::Model>(store, seq, after).await,
        Dataset::SupportHistory => some::<school_support::Model>(store, seq, after).await,
        Dataset::LastYear => some::<past_visit::Model>(store, seq, after).await,
        _ => Ok(None),
    }
}

async fn some<M: Kept>(
    store: &Store,
    seq: i64,
    after: i32,
) -> Result<Option<(Compared, i32)>, StoreError>
where
    M::Entity: EntityTrait<Model = M>,
{
    use import_statement::Column as C;
    let subjects: Vec<i32> = import_statement::Entity::find()
        .select_only()
        .column(C::Subject)
        .distinct()
        .filter(C::ImportSeq.eq(seq))
        .filter(C::Subject.gt(after))
        .order_by_asc(C::Subject)
        .limit(SUBJECTS)
        .into_tuple()
        .all(store.reads())
        .await?;
    let (Some(first), Some(last)) = (subjects.first(), subjects.last()) else {
        return Ok(None);
    };
    let told = import_statement::Entity::find()
        .filter(C::ImportSeq.eq(seq))
        .filter(C::Subject.between(*first, *last))
        .order_by_asc(C::Subject)
        .order_by_asc(C::Position)
        .all(store.reads())
        .await?;
    let mut by_subject: BTreeMap<i32, Vec<M>> = BTreeMap::new();
    for row in told {
        let told = by_subject.entry(row.subject).or_default();
        told.push(parse(&row.told)?);
    }
    let mut before = standing::<M>(store.reads(), subjects.clone()).await?;
    let names = names(store, &subjects).await?;
    let mut compared = Compared::default();
    for (subject, told) in by_subject {
        let before = before.remove(&subject).unwrap_or_default();
        let mut after = M::combine(before.clone(), told);
        after.sort_by_cached_key(Kept::key);
        if before == after {
            compared.unchanged += 1;
            continue;
        }
        let own = after.first().and_then(Kept::name).map(str::to_owned);
        compared.changes.push(Found {
            kind: if before.is_empty() {
                ChangeKind::Added
            } else {
                ChangeKind::Changed
            },
            subject: format!("{}/{subject}", M::SUBJECTS),
            subject_name: own
                .or_else(|| names.get(&subject).cloned())
                .unwrap_or_default(),
            before: (!before.is_empty()).then(|| json(&before)).transpose()?,
            after: Some(json(&after)?),
            weight: 1,
        });
    }
    Ok(Some((compared, *last)))
}

/// The rows that stand of some subjects, in the order of their keys.
async fn standing<M: Kept>(
    connection: &impl ConnectionTrait,
    subjects: Vec<i32>,
) -> Result<BTreeMap<i32, Vec<M>>, StoreError>
where
    M::Entity: EntityTrait<Model = M>,
{
    let rows = M::Entity::find()
        .filter(M::column().is_in(subjects))
        .filter(M::of_files())
        .all(connection)
        .await?;
    let mut found: BTreeMap<i32, Vec<M>> = BTreeMap::new();
    for row in rows {
        found.entry(row.subject()).or_default().push(row);
    }
    for rows in found.values_mut() {
        rows.sort_by_cached_key(Kept::key);
    }
    Ok(found)
}

/// The register's names of some schools.
async fn names(store: &Store, urns: &[i32]) -> Result<HashMap<i32, String>, StoreError> {
    let rows = school::Entity::find()
        .select_only()
        .columns([school::Column::Urn, school::Column::Name])
        .filter(school::Column::Urn.is_in(urns.to_vec()))
        .into_tuple::<(i32, String)>()
        .all(store.reads())
        .await?;
    Ok(rows.into_iter().collect())
}

/// Merges some changes of a data set, or takes them back.
pub(super) async fn merge(
    tx: &Tx,
    dataset: Dataset,
    rows: &[import_change::Model],
    direction: Direction,
) -> Result<(), StoreError> {
    match dataset {
        Dataset::GiasLinks => put::<school_link::Model>(tx, rows, direction).await,
        Dataset::GiasGroups => put::<school_group::Model>(tx, rows, direction).await,
        Dataset::GiasGroupLinks => put::<group_membership::Model>(tx, rows, direction).await,
        Dataset::Ofsted => put::<inspection::Model>(tx, rows, direction).await,
        Dataset::SupportHistory => put::<school_support::Model>(tx, rows, direction).await,
        Dataset::LastYear => put::<past_visit::Model>(tx, rows, direction).await,
        _ => Ok(()),
    }
}

async fn put<M: Kept>(
    tx: &Tx,
    rows: &[import_change::Model],
    direction: Direction,
) -> Result<(), StoreError>
where
    M::Entity: EntityTrait<Model = M>,
    <M::Entity as EntityTrait>::ActiveModel:
        ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    let subject = |row: &import_change::Model| {
        let number = row
            .subject
            .rsplit('/')
            .next()
            .and_then(|id| id.parse().ok());
        number.ok_or_else(|| StoreError::Corrupt(format!("change of {}", row.subject)))
    };
    let subjects = rows.iter().map(subject).collect::<Result<Vec<i32>, _>>()?;
    if subjects.is_empty() {
        return Ok(());
    }
    let mut standing = match direction {
        Direction::Forward => BTreeMap::new(),
        Direction::Back => standing::<M>(&tx.connection, subjects.clone()).await?,
    };
    let mut all = Vec::new();
    for row in rows {
        let (from, to) = sides::<Vec<M>>(row, direction)?;
        let stands = standing.remove(&subject(row)?).unwrap_or_default();
        if direction == Direction::Back && stands != from.unwrap_or_default() {
            return Err(conflict(row));
        }
        let to = to.unwrap_or_default().into_iter();
        all.extend(to.map(|row| row.into_active_model().reset_all()));
    }
    M::Entity::delete_many()
        .filter(M::column().is_in(subjects))
        .filter(M::of_files())
        .exec(&tx.connection)
        .await?;
    let mut all = all.into_iter().peekable();
    while all.peek().is_some() {
        let some: Vec<_> = all.by_ref().take(ROWS).collect();
        M::Entity::insert_many(some)
            .exec_without_returning(&tx.connection)
            .await?;
    }
    Ok(())
}
