//! Dated roles: giving one, ending one, and the rules of both.

use chrono::NaiveDate;
use llpr_domain::access::{self as rules, Node, NodeKind, Role, RoleAtSchool};
use llpr_domain::district::DistrictSlug;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult,
    PaginatorTrait as _, QueryFilter as _, Set,
};
use uuid::Uuid;

use super::listing::reached_assignments;
use super::{persons, user_name};
use crate::access::{self, Access, AnyNode, Basis, Denied, Listed, SelfOnly, urn_value};
use crate::engine::Store;
use crate::entity::{district, role_assignment, school, user};
use crate::error::{Refusal, StoreError};
use crate::programme::in_force;
use crate::register::{day, optional_day};
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// A dated role of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Id.
    pub id: String,
    /// Id of the user.
    pub user: String,
    /// The person's name.
    pub user_display_name: String,
    /// The role.
    pub role: Role,
    /// Where.
    pub node: Node,
    /// The node's name in words; empty where the register lacks it.
    pub node_display_name: String,
    /// First day.
    pub from: NaiveDate,
    /// First day on which it is no longer held.
    pub until: Option<NaiveDate>,
    /// Version, from 1.
    pub version: i64,
}

/// A role to give at the node of the proof.
#[derive(Clone, Debug)]
pub struct NewAssignment {
    /// Id or e-mail address of the person.
    pub user: String,
    /// The role.
    pub role: Role,
    /// First day.
    pub from: NaiveDate,
    /// First day on which it is no longer held.
    pub until: Option<NaiveDate>,
}

#[derive(FromQueryResult)]
pub(super) struct AssignmentRow {
    pub(super) id: String,
    pub(super) user_id: String,
    pub(super) user_name: String,
    pub(super) role: i16,
    pub(super) district: Option<String>,
    pub(super) urn: Option<i32>,
    pub(super) node_name: Option<String>,
    pub(super) from_date: String,
    pub(super) until_date: Option<String>,
    pub(super) version: i64,
}

impl AssignmentRow {
    pub(super) fn read(self) -> Result<Assignment, StoreError> {
        let corrupt =
            |what: &str| StoreError::Corrupt(format!("role assignment {}: {what}", self.id));
        let role = Role::from_code(self.role).ok_or_else(|| corrupt("unknown role"))?;
        let (node, node_display_name) = node_of(self.urn, self.district, self.node_name)?;
        Ok(Assignment {
            user: self.user_id,
            user_display_name: self.user_name,
            role,
            node,
            node_display_name,
            from: day(&self.from_date)?,
            until: optional_day(self.until_date.as_deref())?,
            version: self.version,
            id: self.id,
        })
    }
}

/// The node of an assignment's columns, and its name in words.
pub(crate) fn node_of(
    urn: Option<i32>,
    district: Option<String>,
    name: Option<String>,
) -> Result<(Node, String), StoreError> {
    let node = match (urn, district) {
        (Some(urn), _) => Node::School(crate::register::urn(urn)?),
        (None, Some(slug)) => Node::District(
            slug.parse()
                .map_err(|_| StoreError::Corrupt(format!("district {slug}")))?,
        ),
        (None, None) => Node::County,
    };
    let name = match node.kind() {
        NodeKind::County => "The county".to_owned(),
        NodeKind::District | NodeKind::School => name.unwrap_or_default(),
    };
    Ok((node, name))
}

const ASSIGNMENTS: &str = "
    SELECT r.id AS id, r.user_id AS user_id, u.display_name AS user_name, r.role AS role,
        r.district AS district, r.urn AS urn, COALESCE(s.name, d.name) AS node_name,
        r.from_date AS from_date, r.until_date AS until_date, r.version AS version
    FROM role_assignments r JOIN users u ON u.id = r.user_id
    LEFT JOIN schools s ON s.urn = r.urn LEFT JOIN districts d ON d.slug = r.district";

async fn assignment(connection: &impl ConnectionTrait, id: &str) -> Result<Assignment, StoreError> {
    let query = format!("{ASSIGNMENTS} WHERE r.id = $1");
    let row: Option<AssignmentRow> = sql::one(connection, &query, vec![id.into()]).await?;
    row.ok_or_else(|| StoreError::NotFound(id.to_owned()))?
        .read()
}

impl Store {
    /// The roles that the caller holds today.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn own_assignments(
        &self,
        access: &Access<SelfOnly>,
    ) -> Result<Vec<Assignment>, StoreError> {
        let query = format!(
            "{ASSIGNMENTS} WHERE r.user_id = $1 AND r.from_date <= $2
                AND (r.until_date IS NULL OR r.until_date > $2) ORDER BY r.id LIMIT 1000"
        );
        let values = vec![
            access.user().unwrap_or_default().into(),
            access.today().to_string().into(),
        ];
        let rows: Vec<AssignmentRow> = sql::all(self.reads(), &query, values).await?;
        rows.into_iter().map(AssignmentRow::read).collect()
    }

    /// Gives a role at the node of the proof. The proof's rule names the roles that may give;
    /// which of them the caller holds there decides, by the granting table.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (person, district or school), [`Refusal::GrantNotAllowed`],
    /// [`Refusal::ConflictOfInterest`], [`Refusal::Exists`], [`Refusal::DatesReversed`].
    pub async fn create_assignment(
        &self,
        access: &Access<AnyNode>,
        intent: Intent,
        new: NewAssignment,
    ) -> Result<Outcome<Assignment>, StoreError> {
        let node = access.node().clone();
        let basis = access.basis().clone();
        self.write(access, intent, async move |tx| {
            may_give(&tx, &basis, &node, new.role).await?;
            let person = find_person(&tx, &new.user).await?;
            if tx.user.as_deref() == Some(person.id.as_str()) {
                return Err(Refusal::GrantNotAllowed.into());
            }
            let new = NewAssignment {
                user: person.id,
                ..new
            };
            node_exists(&tx, &node).await?;
            let id = insert_assignment(&tx, &new, &node).await?;
            let value = assignment(&tx.connection, &id).await?;
            Ok(Written {
                target: format!("users/{}/roleAssignments/{id}", value.user),
                value,
                fields: vec!["role", "node", "from_date", "until_date"],
            })
        })
        .await
    }

    /// An assignment within the caller's reach, after a repeated request.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn assignment(
        &self,
        _access: &Access<AnyNode>,
        id: &str,
    ) -> Result<Assignment, StoreError> {
        assignment(self.reads(), id).await
    }

    /// An assignment at a node where the caller may give roles.
    ///
    /// # Errors
    /// [`StoreError::AccessEnded`] where there is none within reach.
    pub async fn listed_assignment(
        &self,
        access: &Access<Listed>,
        id: &str,
    ) -> Result<Assignment, StoreError> {
        let found = role_assignment::Entity::find_by_id(id)
            .filter(reached_assignments(access.basis()))
            .count(self.reads())
            .await?;
        if found == 0 {
            return Err(StoreError::AccessEnded);
        }
        assignment(self.reads(), id).await
    }

    /// Ends a role. Whoever may give it there may end it; a role that would begin later than it
    /// ends is never held, and one that ends earlier already keeps its end.
    ///
    /// # Errors
    /// [`StoreError::AccessEnded`] where there is none within reach,
    /// [`Refusal::GrantNotAllowed`], [`StoreError::EtagMismatch`].
    pub async fn end_assignment(
        &self,
        access: &Access<Listed>,
        intent: Intent,
        (user, id): (String, String),
        until: NaiveDate,
        version: Option<i64>,
    ) -> Result<Outcome<Assignment>, StoreError> {
        let basis = access.basis().clone();
        self.write(access, intent, async move |tx| {
            let row = role_assignment::Entity::find_by_id(&id)
                .filter(role_assignment::Column::UserId.eq(&user))
                .filter(reached_assignments(&basis))
                .one(&tx.connection)
                .await?
                .ok_or(StoreError::AccessEnded)?;
            let current = assignment(&tx.connection, &id).await?;
            may_give(&tx, &basis, &current.node, current.role).await?;
            if tx.user.as_deref() == Some(user.as_str()) {
                return Err(Refusal::GrantNotAllowed.into());
            }
            let read = version.unwrap_or(row.version);
            let name = format!("users/{user}/roleAssignments/{id}");
            // Nothing that was over is made longer, and nothing ends before it begins.
            let until = current
                .until
                .map_or(until, |end| std::cmp::Ord::min(end, until));
            let until = std::cmp::Ord::max(until, current.from);
            let changed = role_assignment::Entity::update_many()
                .col_expr(
                    role_assignment::Column::UntilDate,
                    Expr::value(until.to_string()),
                )
                .col_expr(role_assignment::Column::Version, Expr::value(read + 1))
                .filter(role_assignment::Column::Id.eq(&id))
                .filter(role_assignment::Column::Version.eq(read))
                .exec(&tx.connection)
                .await?;
            if changed.rows_affected == 0 {
                return Err(StoreError::EtagMismatch(name));
            }
            let value = assignment(&tx.connection, &id).await?;
            Ok(Written {
                target: name,
                value,
                fields: vec!["until_date"],
            })
        })
        .await
    }
}

/// Refuses whoever may not give a role at a node, by the granting table.
pub(crate) async fn may_give(
    tx: &Tx,
    basis: &Basis,
    node: &Node,
    role: Role,
) -> Result<(), StoreError> {
    is_a_person(tx).await?;
    granted(&held_roles(tx, basis, node).await?, role, node)
}

/// Refuses a role that none of these roles may give, or that is not held at such a node.
pub(crate) fn granted(granters: &[Role], role: Role, node: &Node) -> Result<(), StoreError> {
    let mut granters = granters.iter();
    let allowed = granters.any(|&granter| rules::may_grant(granter, role));
    if allowed && role.node_kind() == node.kind() {
        Ok(())
    } else {
        Err(Refusal::GrantNotAllowed.into())
    }
}

/// All roles of the rule that the caller holds over a node.
async fn held_roles(tx: &Tx, basis: &Basis, node: &Node) -> Result<Vec<Role>, StoreError> {
    let mut roles = Vec::new();
    for &role in &basis.allowed {
        let only = Basis {
            allowed: vec![role],
            reach: access::Reach::Node(node.clone()),
            ..basis.clone()
        };
        match access::held(&tx.connection, &only, tx.now).await {
            Ok(_) => roles.push(role),
            // A database that is away says nothing of roles.
            Err(Denied::Store(error)) => return Err(error),
            Err(Denied::SessionEnded | Denied::NoRole | Denied::MalformedName) => {}
        }
    }
    Ok(roles)
}

/// Refuses a script: roles are given and ended by people, whatever role the script has.
pub(crate) async fn is_a_person(tx: &Tx) -> Result<(), StoreError> {
    let found = persons()
        .filter(user::Column::Id.eq(tx.user.clone().unwrap_or_default()))
        .count(&tx.connection)
        .await?;
    if found == 0 {
        Err(Refusal::GrantNotAllowed.into())
    } else {
        Ok(())
    }
}

async fn find_person(tx: &Tx, id_or_email: &str) -> Result<user::Model, StoreError> {
    let found = persons()
        .filter(
            Condition::any()
                .add(user::Column::Id.eq(id_or_email))
                .add(user::Column::Email.eq(id_or_email.to_lowercase())),
        )
        .one(&tx.connection)
        .await?;
    found.ok_or_else(|| StoreError::NotFound(user_name(id_or_email)))
}

pub(crate) async fn node_exists(tx: &Tx, node: &Node) -> Result<(), StoreError> {
    let count = match node {
        Node::County => 1,
        Node::District(slug) => {
            district::Entity::find_by_id(slug.to_string())
                .count(&tx.connection)
                .await?
        }
        Node::School(urn) => {
            school::Entity::find_by_id(urn_value(*urn))
                .count(&tx.connection)
                .await?
        }
    };
    if count == 0 {
        Err(StoreError::NotFound(node.to_string()))
    } else {
        Ok(())
    }
}

/// Inserts an assignment after the rules of dates, repetition and conflict.
pub(crate) async fn insert_assignment(
    tx: &Tx,
    new: &NewAssignment,
    node: &Node,
) -> Result<String, StoreError> {
    use role_assignment::Column as C;
    if new.until.is_some_and(|until| until <= new.from) {
        return Err(Refusal::DatesReversed.into());
    }
    let (district, urn): (Option<&DistrictSlug>, Option<Urn>) = match node {
        Node::County => (None, None),
        Node::District(slug) => (Some(slug), None),
        Node::School(urn) => (None, Some(*urn)),
    };
    let district = district.map(ToString::to_string);
    let urn = urn.map(urn_value);
    let held = role_assignment::Entity::find()
        .filter(C::UserId.eq(&new.user))
        .filter(if let Some(urn) = urn {
            C::Urn.eq(urn)
        } else {
            C::Urn.is_null()
        })
        .filter(if let Some(slug) = &district {
            C::District.eq(slug)
        } else {
            C::District.is_null()
        })
        .all(&tx.connection)
        .await?;
    let mut at_node = Vec::new();
    for row in &held {
        let role = Role::from_code(row.role)
            .ok_or_else(|| StoreError::Corrupt(format!("role {}", row.role)))?;
        let (from, until) = (
            day(&row.from_date)?,
            optional_day(row.until_date.as_deref())?,
        );
        let overlaps =
            until.is_none_or(|until| new.from < until) && new.until.is_none_or(|end| from < end);
        if role == new.role && overlaps {
            return Err(
                Refusal::Exists(format!("users/{}/roleAssignments/{}", new.user, row.id)).into(),
            );
        }
        at_node.push(RoleAtSchool { role, until });
    }
    if urn.is_some() {
        let years = years_before_partner(tx, new.role).await?;
        if let Some(role) = rules::conflict_of_interest(new.role, new.from, &at_node, years) {
            return Err(Refusal::ConflictOfInterest { role, years }.into());
        }
    }
    let id = Uuid::now_v7().to_string();
    let row = role_assignment::ActiveModel {
        id: Set(id.clone()),
        user_id: Set(new.user.clone()),
        role: Set(new.role.code()),
        district: Set(district),
        urn: Set(urn),
        from_date: Set(new.from.to_string()),
        until_date: Set(new.until.map(|until| until.to_string())),
        granted_by: Set(tx.user.clone()),
        created_at: Set(tx.now),
        version: Set(1),
    };
    row.insert(&tx.connection).await?;
    Ok(id)
}

/// How long after working at a school somebody may be its partner (¶6a): a setting of the programme
/// year in force today. Only a partner's role asks for it.
async fn years_before_partner(tx: &Tx, role: Role) -> Result<u32, StoreError> {
    if role != Role::Llp {
        return Ok(0);
    }
    let year =
        AcademicYear::of_date(tx.today).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let (_, programme) = in_force(&tx.connection, year).await?;
    Ok(programme.settings.years_before_partner)
}
