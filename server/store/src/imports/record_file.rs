//! A data set of records that merge in place: each changed record is kept whole, before and after,
//! until the import is applied.

use std::collections::{BTreeSet, HashSet};

use llpr_domain::import::{Dataset, Reader, Row};
use llpr_domain::school::{SchoolLink, SchoolRecord};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Set,
};

use super::changes::{DistrictFile, Found, compare_schools};
use super::diff::Differences;
use super::statements::{self, StatementFile};
use super::tally::Missing;
use super::{ChangeKind, Run};
use crate::access::urn_value;
use crate::engine::Store;
use crate::entity::{import_change, school};
use crate::error::StoreError;

/// Records that are compared at once.
const SOME: usize = 1_000;
/// Rows of a statement: more are not faster.
const ROWS: usize = 1_000;

/// The records of a file.
#[derive(Debug, Default)]
pub(super) struct RecordFile {
    held: Vec<(SchoolRecord, Vec<SchoolLink>)>,
    districts: DistrictFile,
    statements: StatementFile,
    authorities: BTreeSet<i32>,
    schools: HashSet<i32>,
    /// Position of the last change.
    position: i64,
    differences: Differences,
    missing: Vec<Found>,
}

impl RecordFile {
    /// Takes a row of the file.
    ///
    /// # Errors
    /// Where what it states can't be kept.
    pub(super) fn add(&mut self, row: Row) -> Result<(), StoreError> {
        match row {
            Row::School { record, links, .. } => {
                self.authorities.insert(i32::from(record.authority.get()));
                self.schools.insert(urn_value(record.urn));
                self.held.push((*record, links));
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
                self.schools.insert(urn_value(urn));
                let district = (name, slug.to_string());
                self.districts.add(urn, district, kind, (from, until));
            }
            // Figures are no records.
            Row::Figures { .. } | Row::Person { .. } => {}
            Row::Statement { statement, .. } => {
                self.schools.extend(statement.urn().map(urn_value));
                self.statements.add(statement)?;
            }
        }
        Ok(())
    }

    pub(super) fn schools(&self) -> usize {
        self.schools.len()
    }

    /// Compares what is held with what stands once it is enough for a query, or all of it; writes
    /// what differs.
    pub(super) async fn write(
        &mut self,
        run: &Run,
        reader: &Reader,
        now: i64,
        all: bool,
    ) -> Result<(), StoreError> {
        while self.held.len() >= SOME || (all && !self.held.is_empty()) {
            let rest = self.held.split_off(self.held.len().min(SOME));
            let some = std::mem::replace(&mut self.held, rest);
            let compared = compare_schools(&run.store, reader, &some).await?;
            self.differences.unchanged += compared.unchanged;
            self.write_changes(run, compared.changes, now).await?;
        }
        self.statements.write(run, now, all).await?;
        if all {
            self.compare_statements(run, now).await?;
            for compared in std::mem::take(&mut self.districts)
                .compare(&run.store)
                .await?
            {
                self.differences.unchanged += compared.unchanged;
                self.write_changes(run, compared.changes, now).await?;
            }
        }
        Ok(())
    }

    /// Compares what was stated with what stands, some subjects at a time.
    async fn compare_statements(&mut self, run: &Run, now: i64) -> Result<(), StoreError> {
        let mut after = 0;
        self.differences.unchanged += self.statements.silent();
        while let Some((compared, last)) = statements::compare(run, after).await? {
            self.differences.unchanged += compared.unchanged;
            self.write_changes(run, compared.changes, now).await?;
            after = last;
        }
        self.statements.clear(run, now).await
    }

    async fn write_changes(
        &mut self,
        run: &Run,
        changes: Vec<Found>,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(changes.len());
        for change in changes {
            match change.kind {
                ChangeKind::Added => self.differences.added += change.weight,
                ChangeKind::Changed => self.differences.changed += change.weight,
                ChangeKind::Missing => self.differences.missing += change.weight,
            }
            self.position += 1;
            rows.push(import_change::ActiveModel {
                import_seq: Set(run.seq),
                position: Set(self.position),
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
        run.store
            .transaction(&run.access, now, async move |tx| {
                let mut rows = rows.into_iter().peekable();
                while rows.peek().is_some() {
                    let some: Vec<_> = rows.by_ref().take(ROWS).collect();
                    import_change::Entity::insert_many(some)
                        .exec_without_returning(&tx.connection)
                        .await?;
                }
                Ok(())
            })
            .await
    }

    /// Finds the records that stand and are not in the file.
    pub(super) async fn missing(&mut self, run: &Run) -> Result<Missing, StoreError> {
        let (standing, missing) = match run.dataset {
            Dataset::GiasEstablishments => self.missing_schools(&run.store).await?,
            // A membership that isn't in the file stays.
            _ => (0, Vec::new()),
        };
        self.missing = missing;
        Ok(Missing {
            standing,
            missing: self.missing.len(),
        })
    }

    /// How the file differs from what stands; what is missing is kept too, so that the difference
    /// shows it.
    pub(super) async fn differences(
        &mut self,
        run: &Run,
        now: i64,
    ) -> Result<Differences, StoreError> {
        let missing = std::mem::take(&mut self.missing);
        self.write_changes(run, missing, now).await?;
        Ok(self.differences)
    }

    /// The register's schools of the file's authorities that the file lacks.
    async fn missing_schools(&self, store: &Store) -> Result<(usize, Vec<Found>), StoreError> {
        const PAGE: u64 = 1_000;
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
                    .order_by_asc(school::Column::Urn)
                    .limit(PAGE)
                    .into_tuple::<(i32, String)>()
                    .all(store.reads())
                    .await?;
                let Some((last, _)) = rows.last() else { break };
                after = *last;
                standing += rows.len();
                let lacks = rows
                    .into_iter()
                    .filter(|(urn, _)| !self.schools.contains(urn));
                missing.extend(
                    lacks.map(|(urn, name)| Found::missing(format!("schools/{urn}"), name)),
                );
            }
        }
        Ok((standing, missing))
    }
}
