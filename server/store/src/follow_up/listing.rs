//! Lists of actions, by due date: of a node, of their owner, and those that a school was told of.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use llpr_domain::access::{Node, Role};
use llpr_domain::follow_up::action::ActionState;
use llpr_domain::year::AcademicYear;
use sea_orm::{
    ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _, QuerySelect as _,
    QueryTrait as _,
};

use super::actions::{Action, Row, SELECT, read};
use super::visible::{self, Values};
use crate::access::{Access, AnyNode, Listed, School, reached_schools, urn_value};
use crate::engine::Store;
use crate::entity::school;
use crate::error::StoreError;
use crate::figures::numbers;
use crate::page::{Page, Slice};
use crate::sql;

/// Which actions to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct ActionFilter {
    /// Only those in a state.
    pub state: Option<ActionState>,
    /// Whether only those that are open and past their day.
    pub overdue_only: bool,
    /// Only those of a programme year.
    pub year: Option<AcademicYear>,
}

/// Where a page begins: due date and id.
pub type ActionKey = (String, String);

impl Store {
    /// The actions of a school, a district or the county that the caller sees.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn actions(
        &self,
        access: &Access<AnyNode>,
        filter: ActionFilter,
        page: Page<ActionKey>,
    ) -> Result<Slice<Action, ActionKey>, StoreError> {
        let (today, role) = (access.today(), access.role());
        let mut values = Values::default();
        let user = access.user().unwrap_or_default();
        let mut fits = vec![
            visible::within("a", access.node(), today, &mut values),
            visible::actions(role, user, &mut values),
        ];
        fits.extend(filtered(filter, today, &mut values));
        let mut found = self.page_of_actions(fits, values, today, &page).await?;
        for action in &mut found.items {
            visible::narrow(action, role);
        }
        Ok(found)
    }

    /// The actions that the caller owns at schools that their roles reach.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn own_actions(
        &self,
        access: &Access<Listed>,
        filter: ActionFilter,
        page: Page<ActionKey>,
    ) -> Result<Slice<Action, ActionKey>, StoreError> {
        let today = access.today();
        let reached = school::Entity::find()
            .select_only()
            .column(school::Column::Urn)
            .filter(reached_schools(access))
            .build(self.reads().get_database_backend());
        let mut values = Values::default();
        let user = access.user().unwrap_or_default();
        let mut fits = vec![
            format!("a.owner = {}", values.add(user)),
            format!("a.urn IN ({reached})"),
        ];
        fits.extend(filtered(filter, today, &mut values));
        self.page_of_actions(fits, values, today, &page).await
    }

    /// The actions that were shared with a school.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn agreed_actions(
        &self,
        access: &Access<School>,
        page: Page<ActionKey>,
    ) -> Result<Slice<Action, ActionKey>, StoreError> {
        let today = access.today();
        let mut values = Values::default();
        let node = Node::School(access.urn());
        let fits = vec![
            visible::within("a", &node, today, &mut values),
            "a.shared_at IS NOT NULL".to_owned(),
        ];
        self.page_of_actions(fits, values, today, &page).await
    }

    async fn page_of_actions(
        &self,
        fits: Vec<String>,
        mut values: Values,
        today: NaiveDate,
        page: &Page<ActionKey>,
    ) -> Result<Slice<Action, ActionKey>, StoreError> {
        let fits = fits.join(" AND ");
        let count = format!("SELECT COUNT(*) FROM follow_up_actions a WHERE {fits}");
        let total = sql::number(self.reads(), &count, values.all()).await?;
        let (due, id) = page.after.clone().unwrap_or_default();
        let list = format!(
            "{SELECT} WHERE {fits} AND (a.due_on, a.id) > ({}, {}) ORDER BY a.due_on, a.id LIMIT {}",
            values.add(due),
            values.add(id),
            values.add(i64::try_from(page.size + 1).unwrap_or(i64::MAX))
        );
        let rows: Vec<Row> = sql::all(self.reads(), &list, values.all()).await?;
        let rows = rows.into_iter().map(|row| read(row, today));
        let actions: Vec<Action> = rows.collect::<Result<_, _>>()?;
        let key = |one: &Action| (one.due.to_string(), one.id.clone());
        Ok(Slice::cut(actions, page.size, total.unsigned_abs(), key))
    }
}

/// The open actions of schools, by due date, for who sees all of them.
pub(crate) async fn open_of_schools(
    connection: &impl ConnectionTrait,
    urns: &[i32],
    today: NaiveDate,
) -> Result<BTreeMap<i32, Vec<Action>>, StoreError> {
    let mut found: BTreeMap<i32, Vec<Action>> = BTreeMap::new();
    if urns.is_empty() {
        return Ok(found);
    }
    let query = format!(
        "{SELECT} WHERE a.state = $1 AND a.urn IN ({}) ORDER BY a.due_on, a.id",
        numbers(urns.iter().copied())
    );
    let open = vec![ActionState::Open.as_str().into()];
    let rows: Vec<Row> = sql::all(connection, &query, open).await?;
    for row in rows {
        let action = read(row, today)?;
        found.entry(urn_value(action.urn)).or_default().push(action);
    }
    Ok(found)
}

/// How many open actions are past their day, by district, as far as the county manager sees them.
pub(crate) async fn overdue_by_district(
    connection: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<BTreeMap<String, i64>, StoreError> {
    #[derive(FromQueryResult)]
    struct CountRow {
        district: String,
        actions: i64,
    }
    let mut values = Values::default();
    let day = values.add(today.to_string());
    let open = values.add(ActionState::Open.as_str());
    let query = format!(
        "SELECT m.district AS district, COUNT(*) AS actions
        FROM follow_up_actions a JOIN school_districts m ON m.urn = a.urn AND m.from_date <= {day}
            AND (m.until_date IS NULL OR m.until_date > {day})
        WHERE a.state = {open} AND a.due_on < {day} AND {}
        GROUP BY m.district",
        visible::actions(Some(Role::CountyManager), "", &mut values)
    );
    let rows: Vec<CountRow> = sql::all(connection, &query, values.all()).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.district, row.actions))
        .collect())
}

fn filtered(filter: ActionFilter, today: NaiveDate, values: &mut Values) -> Vec<String> {
    let ActionFilter {
        state,
        overdue_only,
        year,
    } = filter;
    let mut fits = Vec::new();
    if let Some(state) = state {
        fits.push(format!("a.state = {}", values.add(state.as_str())));
    }
    if overdue_only {
        let open = values.add(ActionState::Open.as_str());
        let today = values.add(today.to_string());
        fits.push(format!("a.state = {open} AND a.due_on < {today}"));
    }
    if let Some(year) = year {
        let year = values.add(i32::from(year.start()));
        fits.push(format!("a.year = {year}"));
    }
    fits
}
