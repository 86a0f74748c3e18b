//! Proofs of access. Only [`Store::authorise`] makes them, after asking the database.
//!
//! One query answers whether the session stands, which of the caller's roles reach the resource
//! today, and whether one of them is allowed by the method's rule. A proof is for one call: a
//! write asks again inside its transaction, a stream before each message.

use chrono::NaiveDate;
use llpr_domain::access::{Node, Role};
use llpr_domain::district::DistrictSlug;
use llpr_domain::urn::Urn;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, IntoCondition, Query, SelectStatement,
};
use sea_orm::{ColumnTrait as _, ConnectionTrait, FromQueryResult};

use crate::engine::Store;
use crate::entity::{role_assignment, school, school_district};
use crate::error::StoreError;
use crate::sql;

/// Who calls, as a verified token says it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Id of the user.
    pub user: String,
    /// Id of the session.
    pub session: String,
}

/// What a method asks of its caller.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The method's full name, for the ledger.
    pub method: &'static str,
    /// The roles that may call, in the order in which they are tried.
    pub roles: Vec<Role>,
}

/// Why there is no access.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// No session stands behind the call.
    #[error("the session has ended")]
    SessionEnded,
    /// No role of the caller reaches the resource.
    #[error("no role of the caller allows this")]
    NoRole,
    /// The caller's role reaches the county, and the resource name is of no valid form.
    #[error("the resource name is malformed")]
    MalformedName,
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Leave to do what one call asks, over a scope. The proof is made by [`Store::authorise`] and
/// by nothing else.
///
/// A read takes the proof of its own scope:
///
/// ```
/// use llpr_store::access::School;
/// use llpr_store::{Access, Store};
///
/// async fn peek(store: &Store, access: &Access<School>) {
///     let _ = store.school(access).await;
/// }
/// ```
///
/// and no other:
///
/// ```compile_fail,E0308
/// use llpr_store::access::County;
/// use llpr_store::{Access, Store};
///
/// async fn peek(store: &Store, access: &Access<County>) {
///     let _ = store.school(access).await;
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Access<S> {
    scope: S,
    basis: Basis,
}

/// What a proof rests on, kept so that it can be checked again.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    /// Who calls; `None` for a public method and for the system.
    pub(crate) identity: Option<Identity>,
    /// The method, or why the system acts.
    pub(crate) method: &'static str,
    /// The roles that the rule allows.
    pub(crate) allowed: Vec<Role>,
    /// The role that gave access; `None` where the scope asks for none.
    pub(crate) role: Option<Role>,
    /// What the role must reach.
    pub(crate) reach: Reach,
    /// The day for which the roles were read.
    pub(crate) today: NaiveDate,
}

/// What a role must reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nothing: anybody.
    Public,
    /// Nothing but the caller's own person.
    Own,
    /// A node, or one that contains it.
    Node(Node),
    /// Any node.
    Anywhere,
    /// Work that no caller asked for.
    System,
}

/// Over what a proof holds.
pub trait Scope: Clone + Send + Sync + Sized + 'static {
    #[doc(hidden)]
    fn reach(node: Option<&Node>) -> Option<ReachOf<Self>>;
}

/// A scope with what a role must reach for it.
#[doc(hidden)]
#[derive(Debug)]
pub struct ReachOf<S>(S, Reach);

/// Anybody.
#[derive(Clone, Debug)]
pub struct Public(());
/// The caller's own person and session.
#[derive(Clone, Debug)]
pub struct SelfOnly(());
/// The county.
///
/// A scope can be named by anybody, and is made here only:
///
/// ```
/// fn named(_: llpr_store::access::County) {}
/// ```
///
/// ```compile_fail,E0603
/// let _ = llpr_store::access::County(());
/// ```
#[derive(Clone, Debug)]
pub struct County(());
/// One district.
#[derive(Clone, Debug)]
pub struct District(DistrictSlug);
/// One school.
#[derive(Clone, Debug)]
pub struct School(Urn);
/// One node of any kind.
#[derive(Clone, Debug)]
pub struct AnyNode(Node);
/// Whatever the caller's roles reach.
#[derive(Clone, Debug)]
pub struct Listed(());
/// Work that no caller asked for.
#[derive(Clone, Debug)]
pub struct System(());

impl Scope for Public {
    fn reach(_: Option<&Node>) -> Option<ReachOf<Self>> {
        Some(ReachOf(Self(()), Reach::Public))
    }
}
impl Scope for SelfOnly {
    fn reach(_: Option<&Node>) -> Option<ReachOf<Self>> {
        Some(ReachOf(Self(()), Reach::Own))
    }
}
impl Scope for County {
    fn reach(_: Option<&Node>) -> Option<ReachOf<Self>> {
        Some(ReachOf(Self(()), Reach::Node(Node::County)))
    }
}
impl Scope for District {
    fn reach(node: Option<&Node>) -> Option<ReachOf<Self>> {
        match node? {
            node @ Node::District(slug) => {
                Some(ReachOf(Self(slug.clone()), Reach::Node(node.clone())))
            }
            Node::County | Node::School(_) => None,
        }
    }
}
impl Scope for School {
    fn reach(node: Option<&Node>) -> Option<ReachOf<Self>> {
        match node? {
            node @ Node::School(urn) => Some(ReachOf(Self(*urn), Reach::Node(node.clone()))),
            Node::County | Node::District(_) => None,
        }
    }
}
impl Scope for AnyNode {
    fn reach(node: Option<&Node>) -> Option<ReachOf<Self>> {
        let node = node?;
        Some(ReachOf(Self(node.clone()), Reach::Node(node.clone())))
    }
}
impl Scope for Listed {
    fn reach(_: Option<&Node>) -> Option<ReachOf<Self>> {
        Some(ReachOf(Self(()), Reach::Anywhere))
    }
}

impl Access<District> {
    /// The district.
    pub fn district(&self) -> &DistrictSlug {
        &self.scope.0
    }
}

impl Access<School> {
    /// The school.
    pub fn urn(&self) -> Urn {
        self.scope.0
    }
}

impl Access<AnyNode> {
    /// The node.
    pub fn node(&self) -> &Node {
        &self.scope.0
    }
}

impl<S> Access<S> {
    /// Id of the user who calls; `None` for a public method and for the system.
    pub fn user(&self) -> Option<&str> {
        self.basis
            .identity
            .as_ref()
            .map(|identity| identity.user.as_str())
    }

    /// Id of the session; `None` for a public method and for the system.
    pub fn session(&self) -> Option<&str> {
        self.basis
            .identity
            .as_ref()
            .map(|identity| identity.session.as_str())
    }

    /// The role that gave access; `None` where the scope asks for none.
    pub fn role(&self) -> Option<Role> {
        self.basis.role
    }

    /// The day for which the roles were read.
    pub fn today(&self) -> NaiveDate {
        self.basis.today
    }

    pub(crate) fn basis(&self) -> &Basis {
        &self.basis
    }
}

#[derive(FromQueryResult)]
struct HeldRow {
    role: Option<i16>,
}

impl Store {
    /// Decides access for one call, in one query.
    ///
    /// `node` is the node that the resource name belongs to, `None` where the scope needs none or
    /// the name is malformed. `now` is in microseconds since 1970.
    ///
    /// # Errors
    /// [`Denied`] says which.
    pub async fn authorise<S: Scope>(
        &self,
        rule: &Rule,
        identity: Option<&Identity>,
        node: Option<&Node>,
        today: NaiveDate,
        now: i64,
    ) -> Result<Access<S>, Denied> {
        // A malformed name belongs to no node but the county, so that only those who may see all
        // learn that it is malformed.
        let (scope, reach) = match S::reach(node) {
            Some(ReachOf(scope, reach)) => (Some(scope), reach),
            None => (None, Reach::Node(Node::County)),
        };
        let basis = Basis {
            identity: identity.cloned(),
            method: rule.method,
            allowed: rule.roles.clone(),
            role: None,
            reach,
            today,
        };
        let used = held(self.reads(), &basis, now).await?;
        let scope = scope.ok_or(Denied::MalformedName)?;
        Ok(Access {
            scope,
            basis: Basis {
                role: used,
                ..basis
            },
        })
    }

    /// Whether another school is within the reach of the same caller and rule.
    ///
    /// # Errors
    /// [`Denied::NoRole`] where it is not.
    pub async fn extend_to_school(
        &self,
        access: &Access<School>,
        urn: Urn,
        now: i64,
    ) -> Result<Access<School>, Denied> {
        let reach = Reach::Node(Node::School(urn));
        let basis = Basis {
            reach,
            ..access.basis.clone()
        };
        let role = held(self.reads(), &basis, now).await?;
        Ok(Access {
            scope: School(urn),
            basis: Basis { role, ..basis },
        })
    }

    /// Whether a proof still holds, and by which role: what a stream asks before each message.
    ///
    /// # Errors
    /// [`Denied`] where session or role have ended since.
    pub async fn renew<S: Clone>(
        &self,
        access: &Access<S>,
        today: NaiveDate,
        now: i64,
    ) -> Result<Access<S>, Denied> {
        let basis = Basis {
            today,
            ..access.basis.clone()
        };
        let role = held(self.reads(), &basis, now).await?;
        Ok(Access {
            scope: access.scope.clone(),
            basis: Basis { role, ..basis },
        })
    }

    /// Leave for work that no caller asked for: the first administrator, sweeps at start. The
    /// reason goes into the ledger as the method.
    pub fn system(&self, reason: &'static str, today: NaiveDate) -> Access<System> {
        Access {
            scope: System(()),
            basis: Basis {
                identity: None,
                method: reason,
                allowed: Vec::new(),
                role: None,
                reach: Reach::System,
                today,
            },
        }
    }
}

/// The first allowed role that reaches what the basis asks for, if the session stands.
pub(crate) async fn held(
    connection: &impl ConnectionTrait,
    basis: &Basis,
    now: i64,
) -> Result<Option<Role>, Denied> {
    const SESSION: &str = "
        FROM sessions s JOIN users u ON u.id = s.user_id
        LEFT JOIN role_assignments r ON r.user_id = u.id
            AND r.from_date <= $4 AND (r.until_date IS NULL OR r.until_date > $4)";
    const STANDS: &str = "
        WHERE s.id = $1 AND s.user_id = $2 AND s.expires_at > $3
            AND s.ended_at IS NULL AND u.disabled = FALSE";
    if matches!(basis.reach, Reach::Public | Reach::System) {
        return Ok(None);
    }
    let Some(identity) = &basis.identity else {
        return Err(Denied::SessionEnded);
    };
    let mut values = vec![
        identity.session.as_str().into(),
        identity.user.as_str().into(),
        now.into(),
        basis.today.to_string().into(),
    ];
    let reaches = match &basis.reach {
        Reach::Public | Reach::System | Reach::Own | Reach::Anywhere => "",
        Reach::Node(Node::County) => " AND r.district IS NULL AND r.urn IS NULL",
        Reach::Node(Node::District(slug)) => {
            values.push(slug.to_string().into());
            " AND r.urn IS NULL AND (r.district IS NULL OR r.district = $5)"
        }
        Reach::Node(Node::School(urn)) => {
            values.push(urn_value(*urn).into());
            " AND ((r.urn IS NULL AND r.district IS NULL) OR r.urn = $5
                OR r.district IN (SELECT d.district FROM school_districts d WHERE d.urn = $5
                    AND d.from_date <= $4 AND (d.until_date IS NULL OR d.until_date > $4)))"
        }
    };
    let query = format!("SELECT r.role AS role {SESSION}{reaches}{STANDS}");
    let rows: Vec<HeldRow> = sql::all(connection, &query, values)
        .await
        .map_err(StoreError::from)?;
    if rows.is_empty() {
        return Err(Denied::SessionEnded);
    }
    if basis.reach == Reach::Own {
        return Ok(None);
    }
    let holds = |role: Role| rows.iter().any(|row| row.role == Some(role.code()));
    let role = basis.allowed.iter().copied().find(|&role| holds(role));
    role.map(Some).ok_or(Denied::NoRole)
}

/// A URN as both engines keep it.
#[expect(clippy::cast_possible_wrap, reason = "a URN has six digits")]
pub(crate) fn urn_value(urn: Urn) -> i32 {
    urn.get() as i32
}

/// The schools that the caller's roles reach today, as a condition on the school's URN: a
/// subquery, never a list of ids.
pub(crate) fn reached_schools(access: &Access<Listed>) -> Condition {
    let basis = access.basis();
    let by_school = assignments(basis)
        .column((Alias::new("r"), role_assignment::Column::Urn))
        .and_where(column("r", role_assignment::Column::Urn).is_not_null())
        .to_owned();
    let by_district = Query::select()
        .column((Alias::new("sd"), school_district::Column::Urn))
        .from_as(school_district::Entity, Alias::new("sd"))
        .and_where(
            column("sd", school_district::Column::District).in_subquery(
                assignments(basis)
                    .column((Alias::new("r"), role_assignment::Column::District))
                    .and_where(column("r", role_assignment::Column::District).is_not_null())
                    .to_owned(),
            ),
        )
        .cond_where(in_force_as("sd", basis.today))
        .to_owned();
    Condition::any()
        .add(Expr::exists(county_assignment(basis)))
        .add(school::Column::Urn.in_subquery(by_school))
        .add(school::Column::Urn.in_subquery(by_district))
}

/// The caller's assignments of the allowed roles that hold today.
pub(crate) fn assignments(basis: &Basis) -> SelectStatement {
    let user = basis
        .identity
        .as_ref()
        .map_or("", |identity| identity.user.as_str());
    let roles: Vec<i16> = basis.allowed.iter().map(|role| role.code()).collect();
    Query::select()
        .from_as(role_assignment::Entity, Alias::new("r"))
        .and_where(column("r", role_assignment::Column::UserId).eq(user))
        .and_where(column("r", role_assignment::Column::Role).is_in(roles))
        .cond_where(in_force_as("r", basis.today))
        .to_owned()
}

/// The caller's allowed assignments at the county.
pub(crate) fn county_assignment(basis: &Basis) -> SelectStatement {
    assignments(basis)
        .expr(Expr::val(1))
        .and_where(column("r", role_assignment::Column::District).is_null())
        .and_where(column("r", role_assignment::Column::Urn).is_null())
        .to_owned()
}

pub(crate) fn column(table: &'static str, column: impl sea_orm::sea_query::IntoIden) -> Expr {
    Expr::col((Alias::new(table), column))
}

/// That a dated row of a table holds on a day: from its first day until the day before `until`.
pub(crate) fn in_force_as(table: &'static str, day: NaiveDate) -> Condition {
    let day = day.to_string();
    let until = || column(table, Alias::new("until_date"));
    Condition::all()
        .add(column(table, Alias::new("from_date")).lte(day.clone()))
        .add(until().is_null().or(until().gt(day)).into_condition())
}
