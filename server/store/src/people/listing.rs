//! Lists of roles, at the nodes where the caller may give some.

use llpr_domain::access::{Node, Role};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::UserKind;
use super::roles::{Assignment, AssignmentRow};
use crate::access::{self, Access, Basis, Listed, column, urn_value};
use crate::engine::Store;
use crate::entity::{district, role_assignment, school, school_district, user};
use crate::error::StoreError;
use crate::page::{Page, Slice};

/// Which assignments to list.
#[derive(Clone, Debug, Default)]
pub struct AssignmentFilter {
    /// Only this person's.
    pub user: Option<String>,
    /// Only this role.
    pub role: Option<Role>,
    /// Only at exactly this node.
    pub node: Option<Node>,
    /// Whether to leave out roles that have ended.
    pub current_only: bool,
}

impl Store {
    /// Assignments at the nodes where the caller may give roles, in the order in which they were
    /// made.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn assignments(
        &self,
        access: &Access<Listed>,
        filter: AssignmentFilter,
        page: Page<String>,
    ) -> Result<Slice<Assignment, String>, StoreError> {
        use role_assignment::Column as C;
        let mut found = role_assignment::Entity::find().filter(reached_assignments(access.basis()));
        if let Some(user) = filter.user {
            found = found.filter(C::UserId.eq(user));
        }
        if let Some(role) = filter.role {
            found = found.filter(C::Role.eq(role.code()));
        }
        if let Some(node) = filter.node {
            found = match node {
                Node::County => found.filter(C::Urn.is_null()).filter(C::District.is_null()),
                Node::District(slug) => found.filter(C::District.eq(slug.to_string())),
                Node::School(urn) => found.filter(C::Urn.eq(urn_value(urn))),
            };
        }
        if filter.current_only {
            let today = access.today().to_string();
            found = found.filter(C::UntilDate.is_null().or(C::UntilDate.gt(today)));
        }
        let total = found.clone().count(self.reads()).await?;
        if let Some(id) = page.after {
            found = found.filter(C::Id.gt(id));
        }
        let query = found
            .select_only()
            .columns([
                C::Id,
                C::UserId,
                C::Role,
                C::District,
                C::Urn,
                C::FromDate,
                C::UntilDate,
                C::Version,
            ])
            .column_as(
                name_of(
                    user::Entity,
                    user::Column::DisplayName,
                    user::Column::Id,
                    C::UserId,
                ),
                "user_name",
            )
            .column_as(
                name_of(
                    school::Entity,
                    school::Column::Name,
                    school::Column::Urn,
                    C::Urn,
                ),
                "school_name",
            )
            .column_as(
                name_of(
                    district::Entity,
                    district::Column::Name,
                    district::Column::Slug,
                    C::District,
                ),
                "district_name",
            )
            .order_by_asc(C::Id)
            .limit(page.size + 1);
        let rows = query.into_model::<ListedRow>().all(self.reads()).await?;
        let Slice { items, next, total } = Slice::cut(rows, page.size, total, |row| row.id.clone());
        let items = items
            .into_iter()
            .map(|row| AssignmentRow::from(row).read())
            .collect::<Result<_, _>>()?;
        Ok(Slice { items, next, total })
    }
}

#[derive(FromQueryResult)]
struct ListedRow {
    id: String,
    user_id: String,
    user_name: String,
    role: i16,
    district: Option<String>,
    urn: Option<i32>,
    school_name: Option<String>,
    district_name: Option<String>,
    from_date: String,
    until_date: Option<String>,
    version: i64,
}

impl From<ListedRow> for AssignmentRow {
    fn from(row: ListedRow) -> Self {
        let ListedRow {
            id,
            user_id,
            user_name,
            role,
            district,
            urn,
            school_name,
            district_name,
            from_date,
            until_date,
            version,
        } = row;
        Self {
            id,
            user_id,
            user_name,
            role,
            district,
            urn,
            node_name: school_name.or(district_name),
            from_date,
            until_date,
            version,
        }
    }
}

/// The name of the row that an assignment's column points to.
fn name_of(
    table: impl sea_orm::sea_query::IntoTableRef,
    name: impl sea_orm::sea_query::IntoColumnRef,
    key: impl sea_orm::sea_query::IntoColumnRef,
    pointer: role_assignment::Column,
) -> Expr {
    let named = Query::select()
        .expr(Expr::col(name))
        .from(table)
        .and_where(Expr::col(key).equals((role_assignment::Entity, pointer)))
        .to_owned();
    Expr::SubQuery(None, Box::new(named.into()))
}

/// The assignments of people at nodes that the caller's granting roles reach.
pub(crate) fn reached_assignments(basis: &Basis) -> Condition {
    use role_assignment::Column as C;
    let own_districts = || {
        access::assignments(basis)
            .column((Alias::new("r"), C::District))
            .and_where(column("r", C::District).is_not_null())
            .to_owned()
    };
    let own_schools = access::assignments(basis)
        .column((Alias::new("r"), C::Urn))
        .and_where(column("r", C::Urn).is_not_null())
        .to_owned();
    let schools_of_districts = Query::select()
        .column((Alias::new("sd"), school_district::Column::Urn))
        .from_as(school_district::Entity, Alias::new("sd"))
        .and_where(column("sd", school_district::Column::District).in_subquery(own_districts()))
        .cond_where(access::in_force_as("sd", basis.today))
        .to_owned();
    let reached = Condition::any()
        .add(Expr::exists(access::county_assignment(basis)))
        .add(C::Urn.in_subquery(own_schools))
        .add(C::Urn.in_subquery(schools_of_districts))
        .add(C::District.in_subquery(own_districts()));
    let people = Query::select()
        .column(user::Column::Id)
        .from(user::Entity)
        .and_where(user::Column::Kind.eq(UserKind::Person.code()))
        .to_owned();
    Condition::all()
        .add(reached)
        .add(C::UserId.in_subquery(people))
}
