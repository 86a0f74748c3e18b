//! Users and their dated roles.

use chrono::NaiveDate;
use llpr_domain::access::{self as rules, Node, NodeKind, Role, RoleAtSchool};
use llpr_domain::district::DistrictSlug;
use llpr_domain::urn::Urn;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, LikeExpr, Query};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Set,
};
use uuid::Uuid;

use crate::access::{
    self, Access, AnyNode, Basis, County, Denied, Listed, SelfOnly, System, column, urn_value,
};
use crate::engine::Store;
use crate::entity::{district, role_assignment, school, school_district, user};
use crate::error::{Refusal, StoreError};
use crate::page::{Page, Slice};
use crate::register::{day, fold, optional_day};
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// Who has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum UserKind {
    /// A person.
    Person = 1,
    /// A script: one role, an end, no password.
    ServiceAccount = 2,
}

impl UserKind {
    pub(crate) const fn code(self) -> i16 {
        self as i16
    }

    pub(crate) fn from_code(code: i16) -> Result<Self, StoreError> {
        [Self::Person, Self::ServiceAccount]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or_else(|| StoreError::Corrupt(format!("kind of user {code}")))
    }
}

/// A person with an account; where the caller is asked for, perhaps a service account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Id.
    pub id: String,
    /// A person, or a service account.
    pub kind: UserKind,
    /// E-mail address in lower case; empty for a service account.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// When it was created, in microseconds since 1970.
    pub created_at: i64,
    /// Version, from 1.
    pub version: i64,
}

impl TryFrom<user::Model> for User {
    type Error = StoreError;

    fn try_from(row: user::Model) -> Result<Self, StoreError> {
        let user::Model {
            id,
            email,
            display_name,
            sort_key: _,
            password_hash: _,
            disabled,
            created_at,
            version,
            kind,
            expires_at: _,
        } = row;
        let kind = UserKind::from_code(kind)?;
        Ok(Self {
            id,
            kind,
            email: match kind {
                UserKind::Person => email,
                UserKind::ServiceAccount => String::new(),
            },
            display_name,
            disabled,
            created_at,
            version,
        })
    }
}

/// A user to create.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// E-mail address in any case.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// argon2id hash of the first password; `None` for somebody who can't sign in yet.
    pub password_hash: Option<String>,
}

/// What to change of a user; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// New e-mail address.
    pub email: Option<String>,
    /// New name.
    pub display_name: Option<String>,
    /// Whether to disable the account.
    pub disabled: Option<bool>,
    /// The version that was read; `None` to change whatever the version.
    pub version: Option<i64>,
}

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

#[derive(FromQueryResult)]
struct AssignmentRow {
    id: String,
    user_id: String,
    user_name: String,
    role: i16,
    district: Option<String>,
    urn: Option<i32>,
    node_name: Option<String>,
    from_date: String,
    until_date: Option<String>,
    version: i64,
}

impl AssignmentRow {
    fn read(self) -> Result<Assignment, StoreError> {
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

fn user_name(id: &str) -> String {
    format!("users/{id}")
}

/// The rows of people: a service account is none.
fn persons() -> sea_orm::Select<user::Entity> {
    user::Entity::find().filter(user::Column::Kind.eq(UserKind::Person.code()))
}

async fn user_row(connection: &impl ConnectionTrait, id: &str) -> Result<user::Model, StoreError> {
    let found = persons()
        .filter(user::Column::Id.eq(id))
        .one(connection)
        .await?;
    found.ok_or_else(|| StoreError::NotFound(user_name(id)))
}

async fn email_is_free(tx: &Tx, email: &str, but: &str) -> Result<(), StoreError> {
    let taken = user::Entity::find()
        .filter(user::Column::Email.eq(email))
        .filter(user::Column::Id.ne(but))
        .count(&tx.connection)
        .await?;
    if taken > 0 {
        Err(Refusal::EmailTaken.into())
    } else {
        Ok(())
    }
}

pub(crate) async fn insert_user(tx: &Tx, new: NewUser) -> Result<user::Model, StoreError> {
    let email = new.email.to_lowercase();
    email_is_free(tx, &email, "").await?;
    let row = user::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        email: Set(email),
        sort_key: Set(fold(&new.display_name)),
        display_name: Set(new.display_name),
        password_hash: Set(new.password_hash),
        disabled: Set(false),
        created_at: Set(tx.now),
        version: Set(1),
        kind: Set(UserKind::Person.code()),
        expires_at: Set(None),
    };
    Ok(row.insert(&tx.connection).await?)
}

impl Store {
    /// Creates a user.
    ///
    /// # Errors
    /// [`Refusal::EmailTaken`].
    pub async fn create_user(
        &self,
        access: &Access<County>,
        intent: Intent,
        new: NewUser,
    ) -> Result<Outcome<User>, StoreError> {
        self.write(access, intent, async move |tx| {
            let row = insert_user(&tx, new).await?;
            Ok(Written {
                target: user_name(&row.id),
                value: row.try_into()?,
                fields: vec!["email", "display_name", "password"],
            })
        })
        .await
    }

    /// Creates an administrator: how the first comes to be.
    ///
    /// # Errors
    /// [`Refusal::EmailTaken`].
    pub async fn create_administrator(
        &self,
        access: &Access<System>,
        intent: Intent,
        new: NewUser,
    ) -> Result<Outcome<User>, StoreError> {
        self.write(access, intent, async move |tx| {
            let row = insert_user(&tx, new).await?;
            let new = NewAssignment {
                user: row.id.clone(),
                role: Role::Administrator,
                from: tx.today,
                until: None,
            };
            insert_assignment(&tx, &new, &Node::County).await?;
            Ok(Written {
                target: user_name(&row.id),
                value: row.try_into()?,
                fields: vec!["email", "display_name", "password", "role"],
            })
        })
        .await
    }

    /// A user by id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn user(&self, _access: &Access<County>, id: &str) -> Result<User, StoreError> {
        user_row(self.reads(), id).await?.try_into()
    }

    /// The caller.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn own_user(&self, access: &Access<SelfOnly>) -> Result<User, StoreError> {
        let id = access.user().unwrap_or_default();
        let found = user::Entity::find_by_id(id).one(self.reads()).await?;
        found
            .ok_or_else(|| StoreError::NotFound(user_name(id)))?
            .try_into()
    }

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

    /// Users by name; `query` is sought in name and e-mail address.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn users(
        &self,
        _access: &Access<County>,
        query: &str,
        page: Page<(String, String)>,
    ) -> Result<Slice<User, (String, String)>, StoreError> {
        let mut found = persons();
        if !query.is_empty() {
            let like = containing(&fold(query));
            found = found.filter(
                Condition::any()
                    .add(Expr::col(user::Column::SortKey).like(like.clone()))
                    .add(Expr::col(user::Column::Email).like(like)),
            );
        }
        let total = found.clone().count(self.reads()).await?;
        if let Some((name, id)) = page.after {
            found = found.filter(after((user::Column::SortKey, name), (user::Column::Id, id)));
        }
        let rows = found
            .order_by_asc(user::Column::SortKey)
            .order_by_asc(user::Column::Id)
            .limit(page.size + 1)
            .all(self.reads())
            .await?;
        let slice = Slice::cut(rows, page.size, total, |row| {
            (row.sort_key.clone(), row.id.clone())
        });
        let Slice { items, next, total } = slice;
        Ok(Slice {
            items: items
                .into_iter()
                .map(User::try_from)
                .collect::<Result<_, _>>()?,
            next,
            total,
        })
    }

    /// Changes a user. Disabling ends the user's sessions in the same transaction.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::EtagMismatch`], [`Refusal::EmailTaken`].
    pub async fn update_user(
        &self,
        access: &Access<County>,
        intent: Intent,
        id: String,
        change: UserChange,
    ) -> Result<Outcome<User>, StoreError> {
        self.write(access, intent, async move |tx| {
            let row = user_row(&tx.connection, &id).await?;
            let read = change.version.unwrap_or(row.version);
            let mut fields = Vec::new();
            let mut new = row.clone().into_active_model();
            if let Some(email) = change.email.map(|email| email.to_lowercase()) {
                email_is_free(&tx, &email, &id).await?;
                fields.push("email");
                new.email = Set(email);
            }
            if let Some(name) = change.display_name {
                fields.push("display_name");
                new.sort_key = Set(fold(&name));
                new.display_name = Set(name);
            }
            if let Some(disabled) = change.disabled {
                fields.push("disabled");
                new.disabled = Set(disabled);
                if disabled {
                    end_sessions(&tx, &id, None, "disabled").await?;
                }
            }
            new.version = Set(read + 1);
            let changed = user::Entity::update_many()
                .set(new)
                .filter(user::Column::Id.eq(&id))
                .filter(user::Column::Version.eq(read))
                .exec(&tx.connection)
                .await?;
            if changed.rows_affected == 0 {
                return Err(StoreError::EtagMismatch(user_name(&id)));
            }
            let row = user_row(&tx.connection, &id).await?;
            Ok(Written {
                target: user_name(&id),
                value: row.try_into()?,
                fields,
            })
        })
        .await
    }

    /// Sets somebody's password and ends that person's sessions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_password(
        &self,
        access: &Access<County>,
        intent: Intent,
        id: String,
        hash: String,
    ) -> Result<Outcome<()>, StoreError> {
        self.write(access, intent, async move |tx| {
            put_password(&tx, &id, &hash).await?;
            end_sessions(&tx, &id, None, "password set").await?;
            Ok(Written {
                target: user_name(&id),
                value: (),
                fields: vec!["password"],
            })
        })
        .await
    }

    /// Changes the caller's password and ends the caller's other sessions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn change_own_password(
        &self,
        access: &Access<SelfOnly>,
        intent: Intent,
        hash: String,
    ) -> Result<Outcome<()>, StoreError> {
        let session = access.session().map(str::to_owned);
        self.write(access, intent, async move |tx| {
            let id = tx.user.clone().unwrap_or_default();
            put_password(&tx, &id, &hash).await?;
            end_sessions(&tx, &id, session.as_deref(), "password changed").await?;
            Ok(Written {
                target: user_name(&id),
                value: (),
                fields: vec!["password"],
            })
        })
        .await
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
            is_a_person(&tx).await?;
            let granters = held_roles(&tx, &basis, &node).await?;
            let allowed = granters
                .iter()
                .any(|&granter| rules::may_grant(granter, new.role));
            if !allowed || new.role.node_kind() != node.kind() {
                return Err(Refusal::GrantNotAllowed.into());
            }
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
    /// ends is never held.
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
            is_a_person(&tx).await?;
            let row = role_assignment::Entity::find_by_id(&id)
                .filter(role_assignment::Column::UserId.eq(&user))
                .filter(reached_assignments(&basis))
                .one(&tx.connection)
                .await?
                .ok_or(StoreError::AccessEnded)?;
            let current = assignment(&tx.connection, &id).await?;
            let granters = held_roles(&tx, &basis, &current.node).await?;
            let own = tx.user.as_deref() == Some(user.as_str());
            let allowed = !own
                && granters
                    .iter()
                    .any(|&granter| rules::may_grant(granter, current.role));
            if !allowed {
                return Err(Refusal::GrantNotAllowed.into());
            }
            let read = version.unwrap_or(row.version);
            let name = format!("users/{user}/roleAssignments/{id}");
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
                Expr::SubQuery(
                    None,
                    Box::new(
                        name_of(
                            user::Entity,
                            user::Column::DisplayName,
                            user::Column::Id,
                            C::UserId,
                        )
                        .into(),
                    ),
                ),
                "user_name",
            )
            .column_as(
                Expr::SubQuery(
                    None,
                    Box::new(
                        name_of(
                            school::Entity,
                            school::Column::Name,
                            school::Column::Urn,
                            C::Urn,
                        )
                        .into(),
                    ),
                ),
                "school_name",
            )
            .column_as(
                Expr::SubQuery(
                    None,
                    Box::new(
                        name_of(
                            district::Entity,
                            district::Column::Name,
                            district::Column::Slug,
                            C::District,
                        )
                        .into(),
                    ),
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
) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .expr(Expr::col(name))
        .from(table)
        .and_where(Expr::col(key).equals((role_assignment::Entity, pointer)))
        .to_owned()
}

/// The assignments of people at nodes that the caller's granting roles reach.
fn reached_assignments(basis: &Basis) -> Condition {
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
    if let (Some(_), Some(other)) = (
        urn,
        rules::conflict_of_interest(new.role, new.from, &at_node),
    ) {
        return Err(Refusal::ConflictOfInterest(other).into());
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

async fn put_password(tx: &Tx, id: &str, hash: &str) -> Result<(), StoreError> {
    let changed = user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .filter(user::Column::Id.eq(id))
        .filter(user::Column::Kind.eq(UserKind::Person.code()))
        .exec(&tx.connection)
        .await?;
    if changed.rows_affected == 0 {
        Err(StoreError::NotFound(user_name(id)))
    } else {
        Ok(())
    }
}

/// Ends the sessions of a user, but for one.
pub(crate) async fn end_sessions(
    tx: &Tx,
    user: &str,
    but: Option<&str>,
    reason: &str,
) -> Result<(), StoreError> {
    const END: &str = "UPDATE sessions SET ended_at = $1, end_reason = $2
        WHERE user_id = $3 AND id <> $4 AND ended_at IS NULL";
    let values = vec![
        tx.now.into(),
        reason.into(),
        user.into(),
        but.unwrap_or_default().into(),
    ];
    sql::execute(&tx.connection, END, values).await?;
    Ok(())
}

/// `LIKE` pattern for a text that contains this one, letter by letter.
pub(crate) fn containing(text: &str) -> LikeExpr {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    LikeExpr::new(format!("%{escaped}%")).escape('\\')
}

/// That a row comes after another in the order of two columns.
pub(crate) fn after<A, B>(
    (first, a): (impl sea_orm::ColumnTrait, A),
    (second, b): (impl sea_orm::ColumnTrait, B),
) -> Condition
where
    A: Into<sea_orm::Value> + Clone,
    B: Into<sea_orm::Value>,
{
    Condition::any()
        .add(first.gt(a.clone()))
        .add(Condition::all().add(first.eq(a)).add(second.gt(b)))
}
