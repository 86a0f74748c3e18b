//! Making an import current, and taking it back.

use llpr_domain::import::Dataset;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, FromQueryResult,
    IntoActiveModel as _, Iterable as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::changes::{Entry, entries, memberships, parse};
use super::statements;
use super::{Import, ImportState, hide, move_to, name, of_figures, one, row};
use crate::access::{Access, County};
use crate::engine::Store;
use crate::entity::{district, import, import_change, school, school_district, school_link};
use crate::error::{Refusal, StoreError};
use crate::risk::may_differ;
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// How many changes are merged by one statement.
const SOME: u64 = 500;

/// Schools after which the engine looks at the register anew.
const MANY: i64 = 5_000;

#[derive(FromQueryResult)]
struct PlaceRow {
    replaced_seq: Option<i64>,
    standing_seq: Option<i64>,
}

pub(super) fn wrong_state(state: Option<ImportState>) -> StoreError {
    match state {
        Some(ImportState::Rejected) => Refusal::ImportRejected.into(),
        Some(state) => Refusal::ImportState(state.as_str()).into(),
        None => StoreError::Corrupt("import state".into()),
    }
}

impl Store {
    /// Makes a staged import current, in one transaction. An applied one stays so. With
    /// `only_check` everything is checked and nothing changed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::EtagMismatch`], [`Refusal::ImportRejected`],
    /// [`Refusal::ImportState`], [`Refusal::ImportOutdated`].
    pub async fn apply_import(
        &self,
        access: &Access<County>,
        intent: Intent,
        id: String,
        version: Option<i64>,
    ) -> Result<Outcome<Import>, StoreError> {
        let now = intent.now;
        let applied = self
            .write(access, intent, async move |tx| {
                let found = row(&tx.connection, &id).await?;
                match ImportState::parse(&found.state) {
                    Some(ImportState::Staged) => {
                        move_to(&tx, &found, version, ImportState::Applied).await?;
                        still_stands(&tx, &found).await?;
                        if of_figures(&found) {
                            apply_figures(&tx, &found).await?;
                        } else {
                            merge(&tx, &found, Direction::Forward).await?;
                        }
                        may_differ(&tx).await?;
                    }
                    Some(ImportState::Applied) => {}
                    state => return Err(wrong_state(state)),
                }
                let value = one(&tx.connection, &id).await?;
                Ok(Written {
                    target: name(&id),
                    value,
                    fields: vec!["state"],
                })
            })
            .await?;
        self.clear_if_hidden(access, now, &applied).await?;
        if let Outcome::Done(import) = &applied
            && import.dataset == Dataset::GiasEstablishments
            && import.counts.added + import.counts.changed >= MANY
        {
            self.look_anew(access, now, "schools, school_links").await;
        }
        Ok(applied)
    }

    /// Whether a staged import could be applied now.
    ///
    /// # Errors
    /// As [`Store::apply_import`].
    pub async fn check_apply(
        &self,
        _access: &Access<County>,
        id: &str,
        version: Option<i64>,
    ) -> Result<Import, StoreError> {
        let found = row(self.reads(), id).await?;
        match ImportState::parse(&found.state) {
            Some(ImportState::Staged | ImportState::Applied) => {}
            state => return Err(wrong_state(state)),
        }
        if version.is_some_and(|version| version != found.version) {
            return Err(StoreError::EtagMismatch(name(id)));
        }
        if found.state == ImportState::Staged.as_str() {
            outdated(self.reads(), &found).await?;
        }
        one(self.reads(), &found.id).await
    }

    /// Removes the figures of an import that said nothing new.
    async fn clear_if_hidden(
        &self,
        access: &Access<County>,
        now: i64,
        applied: &Outcome<Import>,
    ) -> Result<(), StoreError> {
        const HIDDEN: &str = "SELECT i.seq AS seq FROM imports i WHERE i.id = $1
            AND NOT EXISTS (SELECT 1 FROM import_places p WHERE p.import_seq = i.seq)";
        let Outcome::Done(import) = applied else {
            return Ok(());
        };
        if !import.dataset.has_figures() {
            return Ok(());
        }
        let seq = sql::number(self.reads(), HIDDEN, vec![import.id.as_str().into()]).await?;
        if seq == 0 {
            Ok(())
        } else {
            self.clear(access, now, seq).await
        }
    }

    /// Takes an applied import back: what stood before stands again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::EtagMismatch`], [`Refusal::ImportState`],
    /// [`Refusal::ImportRevertConflict`].
    pub async fn revert_import(
        &self,
        access: &Access<County>,
        intent: Intent,
        id: String,
        version: Option<i64>,
    ) -> Result<Outcome<Import>, StoreError> {
        self.write(access, intent, async move |tx| {
            let found = row(&tx.connection, &id).await?;
            match ImportState::parse(&found.state) {
                Some(ImportState::Applied) => {
                    move_to(&tx, &found, version, ImportState::Reverted).await?;
                    if of_figures(&found) {
                        revert_figures(&tx, &found).await?;
                    } else {
                        merge(&tx, &found, Direction::Back).await?;
                    }
                    may_differ(&tx).await?;
                }
                Some(ImportState::Reverted) => {}
                state => return Err(wrong_state(state)),
            }
            let value = one(&tx.connection, &id).await?;
            Ok(Written {
                target: name(&id),
                value,
                fields: vec!["state"],
            })
        })
        .await
    }
}

async fn places(
    connection: &impl sea_orm::ConnectionTrait,
    found: &import::Model,
) -> Result<Vec<PlaceRow>, StoreError> {
    const FIND: &str = "SELECT p.replaced_seq AS replaced_seq, c.import_seq AS standing_seq
        FROM import_places p LEFT JOIN current_imports c
            ON c.dataset = $2 AND c.year = p.year AND c.authority = p.authority
        WHERE p.import_seq = $1 ORDER BY p.year, p.authority";
    let values = vec![found.seq.into(), found.dataset.as_str().into()];
    Ok(sql::all(connection, FIND, values).await?)
}

/// Refuses an import that was compared with something that no longer stands.
async fn outdated(
    connection: &impl sea_orm::ConnectionTrait,
    found: &import::Model,
) -> Result<(), StoreError> {
    let moved = if of_figures(found) {
        places(connection, found)
            .await?
            .iter()
            .any(|place| place.standing_seq != place.replaced_seq)
    } else {
        const BASE: &str = "SELECT value FROM counters WHERE name = 'register'";
        sql::number(connection, BASE, vec![]).await? != found.base
    };
    if moved {
        Err(Refusal::ImportOutdated.into())
    } else {
        Ok(())
    }
}

/// As [`outdated`], and holds the register against others until the transaction ends.
async fn still_stands(tx: &Tx, found: &import::Model) -> Result<(), StoreError> {
    if !of_figures(found) {
        const HOLD: &str =
            "UPDATE counters SET value = value + 1 WHERE name = 'register' AND value = $1";
        let held = sql::execute(&tx.connection, HOLD, vec![found.base.into()]).await?;
        return if held.rows_affected() == 1 {
            Ok(())
        } else {
            Err(Refusal::ImportOutdated.into())
        };
    }
    // The counter of imports serves as the lock of the pointers.
    sql::execute(
        &tx.connection,
        "UPDATE counters SET value = value WHERE name = 'import'",
        vec![],
    )
    .await?;
    outdated(&tx.connection, found).await
}

/// Points to the import, unless it says nothing new: the same figures again change nothing.
async fn apply_figures(tx: &Tx, found: &import::Model) -> Result<(), StoreError> {
    const SAME_RELEASE: &str =
        "SELECT COUNT(*) FROM import_places p JOIN imports i ON i.seq = p.replaced_seq
        WHERE p.import_seq = $1 AND i.release = $2";
    let places = places(&tx.connection, found).await?;
    if found.added_count + found.changed_count + found.missing_count == 0 {
        let values = vec![found.seq.into(), found.release.clone().into()];
        let same = sql::number(&tx.connection, SAME_RELEASE, values).await?;
        if usize::try_from(same) == Ok(places.len()) {
            return hide(tx, found.seq).await;
        }
    }
    point(tx, found, "p.import_seq").await
}

async fn revert_figures(tx: &Tx, found: &import::Model) -> Result<(), StoreError> {
    const CLEAR: &str = "DELETE FROM current_imports WHERE dataset = $2 AND import_seq = $1";
    sql::execute(
        &tx.connection,
        "UPDATE counters SET value = value WHERE name = 'import'",
        vec![],
    )
    .await?;
    let places = places(&tx.connection, found).await?;
    if places
        .iter()
        .any(|place| place.standing_seq != Some(found.seq))
    {
        let what = format!("the figures of {}", found.dataset);
        return Err(Refusal::ImportRevertConflict(what).into());
    }
    let values = vec![found.seq.into(), found.dataset.as_str().into()];
    sql::execute(&tx.connection, CLEAR, values).await?;
    point(tx, found, "p.replaced_seq").await
}

/// Lets the figures of each year and authority of an import be those of the import in a column of
/// its places; where that is none, nothing changes.
async fn point(tx: &Tx, found: &import::Model, column: &str) -> Result<(), StoreError> {
    let statement = format!(
        "INSERT INTO current_imports (dataset, year, authority, import_seq)
        SELECT $2, p.year, p.authority, {column} FROM import_places p
        WHERE p.import_seq = $1 AND {column} IS NOT NULL
        ON CONFLICT (dataset, year, authority) DO UPDATE SET import_seq = excluded.import_seq"
    );
    let values = vec![found.seq.into(), found.dataset.as_str().into()];
    sql::execute(&tx.connection, &statement, values).await?;
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From before to after.
    Forward,
    /// From after to before, if after still stands.
    Back,
}

/// Merges the changes of a register import, in the order in which they were found (districts
/// before the memberships that need them), or takes them back in the opposite order.
async fn merge(tx: &Tx, found: &import::Model, direction: Direction) -> Result<(), StoreError> {
    use import_change::Column as C;
    if direction == Direction::Back {
        sql::execute(
            &tx.connection,
            "UPDATE counters SET value = value + 1 WHERE name = 'register'",
            vec![],
        )
        .await?;
    }
    let mut edge = if direction == Direction::Forward {
        0
    } else {
        i64::MAX
    };
    loop {
        let query = import_change::Entity::find()
            .filter(C::ImportSeq.eq(found.seq))
            .limit(SOME);
        let query = match direction {
            Direction::Forward => query.filter(C::Position.gt(edge)).order_by_asc(C::Position),
            Direction::Back => query
                .filter(C::Position.lt(edge))
                .order_by_desc(C::Position),
        };
        let rows = query.all(&tx.connection).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        edge = last.position;
        let dataset = Dataset::parse(&found.dataset)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let (of_districts, of_schools): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .filter(|row| row.before_json.is_some() || row.after_json.is_some())
            .partition(|row| row.subject.starts_with("districts/"));
        match (dataset, direction) {
            (Dataset::Districts, Direction::Forward) => {
                merge_districts(tx, of_districts, direction).await?;
                merge_memberships(tx, of_schools, direction).await?;
            }
            (Dataset::Districts, Direction::Back) => {
                merge_memberships(tx, of_schools, direction).await?;
                merge_districts(tx, of_districts, direction).await?;
            }
            (Dataset::GiasEstablishments, _) => merge_schools(tx, of_schools, direction).await?,
            _ => statements::merge(tx, dataset, &of_schools, direction).await?,
        }
    }
}

/// What should stand after the merge, and what must stand before it is taken back.
pub(super) fn sides<T: for<'a> serde::Deserialize<'a>>(
    row: &import_change::Model,
    direction: Direction,
) -> Result<(Option<T>, Option<T>), StoreError> {
    let before = row.before_json.as_deref().map(parse).transpose()?;
    let after = row.after_json.as_deref().map(parse).transpose()?;
    Ok(match direction {
        Direction::Forward => (before, after),
        Direction::Back => (after, before),
    })
}

pub(super) fn conflict(row: &import_change::Model) -> StoreError {
    Refusal::ImportRevertConflict(row.subject.clone()).into()
}

fn subject_urn(row: &import_change::Model) -> Result<i32, StoreError> {
    let number = row
        .subject
        .strip_prefix("schools/")
        .and_then(|urn| urn.parse().ok());
    number.ok_or_else(|| StoreError::Corrupt(format!("change of {}", row.subject)))
}

async fn merge_schools(
    tx: &Tx,
    rows: Vec<import_change::Model>,
    direction: Direction,
) -> Result<(), StoreError> {
    let urns = rows
        .iter()
        .map(subject_urn)
        .collect::<Result<Vec<_>, _>>()?;
    if urns.is_empty() {
        return Ok(());
    }
    let standing = if direction == Direction::Back {
        Some(entries(&tx.connection, urns.clone()).await?)
    } else {
        None
    };
    let (mut schools, mut links, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let (from, to) = sides::<Entry>(row, direction)?;
        let urn = subject_urn(row)?;
        if standing
            .as_ref()
            .is_some_and(|standing| standing.get(&urn) != from.as_ref())
        {
            return Err(conflict(row));
        }
        let (school, own) = to.map_or((None, Vec::new()), |entry| (entry.school, entry.links));
        match school {
            Some(school) => schools.push(school.into_active_model().reset_all()),
            None => gone.push(urn),
        }
        let own = own.into_iter();
        links.extend(own.map(|link| link.into_active_model().reset_all()));
    }
    school_link::Entity::delete_many()
        .filter(school_link::Column::Urn.is_in(urns))
        .filter(school_link::Column::Kind.ne(crate::register::PAIR))
        .exec(&tx.connection)
        .await?;
    if !gone.is_empty() {
        school::Entity::delete_many()
            .filter(school::Column::Urn.is_in(gone))
            .exec(&tx.connection)
            .await?;
    }
    if !schools.is_empty() {
        let all_but_key =
            school::Column::iter().filter(|column| !matches!(column, school::Column::Urn));
        school::Entity::insert_many(schools)
            .on_conflict(
                OnConflict::column(school::Column::Urn)
                    .update_columns(all_but_key)
                    .to_owned(),
            )
            .exec_without_returning(&tx.connection)
            .await?;
    }
    if !links.is_empty() {
        school_link::Entity::insert_many(links)
            .exec_without_returning(&tx.connection)
            .await?;
    }
    Ok(())
}

async fn merge_memberships(
    tx: &Tx,
    rows: Vec<import_change::Model>,
    direction: Direction,
) -> Result<(), StoreError> {
    let urns = rows
        .iter()
        .map(subject_urn)
        .collect::<Result<Vec<_>, _>>()?;
    if urns.is_empty() {
        return Ok(());
    }
    let standing = memberships(&tx.connection, urns.clone()).await?;
    let mut all = Vec::new();
    for row in &rows {
        let (from, to) = sides::<Vec<school_district::Model>>(row, direction)?;
        let stands = standing
            .get(&subject_urn(row)?)
            .cloned()
            .unwrap_or_default();
        if direction == Direction::Back && stands != from.unwrap_or_default() {
            return Err(conflict(row));
        }
        all.extend(
            to.unwrap_or_default()
                .into_iter()
                .map(|row| row.into_active_model().reset_all()),
        );
    }
    school_district::Entity::delete_many()
        .filter(school_district::Column::Urn.is_in(urns))
        .exec(&tx.connection)
        .await?;
    if !all.is_empty() {
        school_district::Entity::insert_many(all)
            .exec_without_returning(&tx.connection)
            .await?;
    }
    Ok(())
}

async fn merge_districts(
    tx: &Tx,
    rows: Vec<import_change::Model>,
    direction: Direction,
) -> Result<(), StoreError> {
    for row in &rows {
        let (from, to) = sides::<district::Model>(row, direction)?;
        match (from, to) {
            (_, Some(district)) => {
                let columns = [
                    district::Column::Name,
                    district::Column::SortKey,
                    district::Column::Kind,
                ];
                district::Entity::insert(district.into_active_model().reset_all())
                    .on_conflict(
                        OnConflict::column(district::Column::Slug)
                            .update_columns(columns)
                            .to_owned(),
                    )
                    .exec_without_returning(&tx.connection)
                    .await?;
            }
            (Some(district), None) => drop_district(tx, row, &district.slug).await?,
            (None, None) => {}
        }
    }
    Ok(())
}

/// Removes a district that an import made, unless schools or people belong to it by now.
async fn drop_district(tx: &Tx, row: &import_change::Model, slug: &str) -> Result<(), StoreError> {
    const USED: &str = "SELECT (SELECT COUNT(*) FROM school_districts WHERE district = $1)
        + (SELECT COUNT(*) FROM role_assignments WHERE district = $1)";
    if sql::number(&tx.connection, USED, vec![slug.into()]).await? > 0 {
        return Err(conflict(row));
    }
    district::Entity::delete_many()
        .filter(Expr::col(district::Column::Slug).eq(slug))
        .exec(&tx.connection)
        .await?;
    Ok(())
}
