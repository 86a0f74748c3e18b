//! Invitations: a person, a role and a mail, made together.
//!
//! The role is given at once, by the same rules as any other, so that whoever invites learns at once
//! what stands in its way. Somebody new can't use it until the link in the mail has set a password.
//! Somebody who has an account is told of the role and keeps name and password.

use chrono::NaiveDate;
use llpr_domain::access::{Node, Role};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Set, Value,
};
use uuid::Uuid;

use crate::access::{Access, AnyNode, Basis, Listed};
use crate::engine::Store;
use crate::entity::{invitation, role_assignment, user};
use crate::error::{Refusal, StoreError};
use crate::links::{LinkPurpose, end_link, insert_link};
use crate::outbox::{MailKind, MailState, insert_mail};
use crate::page::{Page, Slice};
use crate::people::{
    NewAssignment, NewUser, insert_assignment, insert_user, may_give, node_exists, node_of,
    persons, reached_assignments, user_name,
};
use crate::register::{day, optional_day};
use crate::sql;
use crate::write::{Intent, Outcome, Tx, Written};

/// How an invitation stands; the numbers are those of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum InvitationState {
    /// Its link works.
    Waiting = 1,
    /// The person has a password.
    Accepted = 2,
    /// Its link is past its time.
    Expired = 3,
    /// It was taken back, or its role has ended.
    Cancelled = 4,
}

impl InvitationState {
    /// Its number.
    pub const fn code(self) -> i16 {
        self as i16
    }

    const fn is_open(self) -> bool {
        match self {
            Self::Waiting | Self::Expired => true,
            Self::Accepted | Self::Cancelled => false,
        }
    }
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Id.
    pub id: String,
    /// Id of the person.
    pub user: String,
    /// The person's e-mail address; empty once the invitation is accepted or taken back: from then
    /// on the address is the person's own affair.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// The role.
    pub role: Role,
    /// Where.
    pub node: Node,
    /// The node's name in words.
    pub node_display_name: String,
    /// First day of the role.
    pub from: NaiveDate,
    /// First day on which it is no longer held.
    pub until: Option<NaiveDate>,
    /// How it stands.
    pub state: InvitationState,
    /// How its latest mail stands; `None` where that is swept.
    pub mail: Option<MailState>,
    /// The name of whoever invited.
    pub sender_display_name: String,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// When its link stops working; `None` where there is none.
    pub expires_at: Option<i64>,
    assignment: String,
    link: Option<String>,
}

/// An invitation to make at the node of the proof.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// E-mail address in any case.
    pub email: String,
    /// The person's name, for a new account.
    pub display_name: String,
    /// The role.
    pub role: Role,
    /// First day.
    pub from: NaiveDate,
    /// First day on which the role is no longer held.
    pub until: Option<NaiveDate>,
    /// When the link stops working, in microseconds since 1970.
    pub expires_at: i64,
}

/// The moment for which the state of an invitation is told.
#[derive(Clone, Copy, Debug)]
struct At {
    now: i64,
    today: NaiveDate,
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    user_id: String,
    email: String,
    display_name: String,
    role: i16,
    district: Option<String>,
    urn: Option<i32>,
    node_name: Option<String>,
    from_date: String,
    until_date: Option<String>,
    mail_state: Option<i16>,
    sender_name: String,
    created_at: i64,
    expires_at: Option<i64>,
    accepted_at: Option<i64>,
    cancelled_at: Option<i64>,
    assignment_id: String,
    link_id: Option<String>,
}

impl Row {
    fn read(self, at: At) -> Result<Invitation, StoreError> {
        let role = Role::from_code(self.role)
            .ok_or_else(|| StoreError::Corrupt(format!("role {}", self.role)))?;
        let (node, node_display_name) = node_of(self.urn, self.district, self.node_name)?;
        let until = optional_day(self.until_date.as_deref())?;
        let state = if self.cancelled_at.is_some() {
            InvitationState::Cancelled
        } else if self.accepted_at.is_some() {
            InvitationState::Accepted
        } else if until.is_some_and(|until| until <= at.today) {
            InvitationState::Cancelled
        } else if self.expires_at.is_some_and(|end| end > at.now) {
            InvitationState::Waiting
        } else {
            InvitationState::Expired
        };
        Ok(Invitation {
            email: if state.is_open() {
                self.email
            } else {
                String::new()
            },
            id: self.id,
            user: self.user_id,
            display_name: self.display_name,
            role,
            node,
            node_display_name,
            from: day(&self.from_date)?,
            until,
            state,
            mail: self.mail_state.map(MailState::read).transpose()?,
            sender_display_name: self.sender_name,
            created_at: self.created_at,
            expires_at: self.expires_at,
            assignment: self.assignment_id,
            link: self.link_id,
        })
    }
}

const INVITATIONS: &str = "
    SELECT i.id AS id, i.user_id AS user_id, u.email AS email, u.display_name AS display_name,
        r.role AS role, r.district AS district, r.urn AS urn, COALESCE(s.name, d.name) AS node_name,
        r.from_date AS from_date, r.until_date AS until_date, m.state AS mail_state,
        w.display_name AS sender_name, i.created_at AS created_at, l.expires_at AS expires_at,
        i.accepted_at AS accepted_at, i.cancelled_at AS cancelled_at,
        i.assignment_id AS assignment_id, i.link_id AS link_id
    FROM invitations i JOIN users u ON u.id = i.user_id JOIN users w ON w.id = i.sender_id
    JOIN role_assignments r ON r.id = i.assignment_id
    LEFT JOIN schools s ON s.urn = r.urn LEFT JOIN districts d ON d.slug = r.district
    LEFT JOIN links l ON l.id = i.link_id LEFT JOIN mails m ON m.id = i.mail_id";

/// `users/{user}/invitations/{id}`.
fn name(user: &str, id: &str) -> String {
    format!("{}/invitations/{id}", user_name(user))
}

async fn read(
    connection: &impl ConnectionTrait,
    id: &str,
    at: At,
) -> Result<Invitation, StoreError> {
    let query = format!("{INVITATIONS} WHERE i.id = $1");
    let row: Option<Row> = sql::one(connection, &query, vec![id.into()]).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("invitations/{id}")))?
        .read(at)
}

/// The invitations whose roles are within the caller's reach.
fn reached(basis: &Basis, of_role: Condition) -> Condition {
    let roles = Query::select()
        .column(role_assignment::Column::Id)
        .from(role_assignment::Entity)
        .cond_where(reached_assignments(basis))
        .cond_where(of_role)
        .to_owned();
    Condition::all().add(invitation::Column::AssignmentId.in_subquery(roles))
}

/// The person of an address, with an account made where there is none; and whether a password is
/// known already.
async fn person(tx: &Tx, new: &NewInvitation) -> Result<(String, bool), StoreError> {
    let found = persons()
        .filter(user::Column::Email.eq(new.email.to_lowercase()))
        .one(&tx.connection)
        .await?;
    if let Some(found) = found {
        return Ok((found.id, found.password_hash.is_some()));
    }
    let made = NewUser {
        email: new.email.clone(),
        display_name: new.display_name.clone(),
        password_hash: None,
    };
    Ok((insert_user(tx, made).await?.id, false))
}

/// An invitation within reach that is open, of a person by whom it may be changed.
async fn open(
    tx: &Tx,
    basis: &Basis,
    (user, id): &(String, String),
) -> Result<Invitation, StoreError> {
    let found = invitation::Entity::find_by_id(id)
        .filter(invitation::Column::UserId.eq(user))
        .filter(reached(basis, Condition::all()))
        .count(&tx.connection)
        .await?;
    if found == 0 {
        return Err(StoreError::AccessEnded);
    }
    let at = At {
        now: tx.now,
        today: tx.today,
    };
    let invitation = read(&tx.connection, id, at).await?;
    may_give(tx, basis, &invitation.node, invitation.role).await?;
    if invitation.state.is_open() {
        Ok(invitation)
    } else {
        Err(Refusal::InvitationState.into())
    }
}

impl Store {
    /// Invites somebody to a role at the node of the proof.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] (district or school), [`Refusal::GrantNotAllowed`],
    /// [`Refusal::ConflictOfInterest`], [`Refusal::Exists`], [`Refusal::DatesReversed`].
    pub async fn create_invitation(
        &self,
        access: &Access<AnyNode>,
        intent: Intent,
        new: NewInvitation,
    ) -> Result<Outcome<Invitation>, StoreError> {
        let node = access.node().clone();
        let basis = access.basis().clone();
        self.write(access, intent, async move |tx| {
            may_give(&tx, &basis, &node, new.role).await?;
            node_exists(&tx, &node).await?;
            let sender = tx.user.clone().unwrap_or_default();
            let (user, known) = person(&tx, &new).await?;
            if user == sender {
                return Err(Refusal::GrantNotAllowed.into());
            }
            let given = NewAssignment {
                user: user.clone(),
                role: new.role,
                from: new.from,
                until: new.until,
            };
            let assignment = insert_assignment(&tx, &given, &node).await?;
            let (kind, link) = if known {
                (MailKind::Role, None)
            } else {
                let link = insert_link(
                    &tx,
                    LinkPurpose::Invitation,
                    &user,
                    Some(&sender),
                    new.expires_at,
                )
                .await?;
                (MailKind::Invitation, Some(link))
            };
            let mail = insert_mail(&tx, kind, &user, Some(&sender), link.as_deref()).await?;
            let row = invitation::ActiveModel {
                id: Set(Uuid::now_v7().to_string()),
                user_id: Set(user.clone()),
                assignment_id: Set(assignment),
                sender_id: Set(sender),
                link_id: Set(link),
                mail_id: Set(mail),
                created_at: Set(tx.now),
                accepted_at: Set(known.then_some(tx.now)),
                cancelled_at: Set(None),
            };
            let id = row.insert(&tx.connection).await?.id;
            let at = At {
                now: tx.now,
                today: tx.today,
            };
            Ok(Written {
                target: name(&user, &id),
                value: read(&tx.connection, &id, at).await?,
                fields: vec![
                    "email",
                    "display_name",
                    "role",
                    "node",
                    "from_date",
                    "until_date",
                ],
            })
        })
        .await
    }

    /// An invitation, after a repeated request.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn invitation(
        &self,
        access: &Access<AnyNode>,
        id: &str,
        now: i64,
    ) -> Result<Invitation, StoreError> {
        let today = access.today();
        read(self.reads(), id, At { now, today }).await
    }

    /// An invitation within the caller's reach, after a repeated request.
    ///
    /// # Errors
    /// [`StoreError::AccessEnded`] where there is none.
    pub async fn listed_invitation(
        &self,
        access: &Access<Listed>,
        id: &str,
        now: i64,
    ) -> Result<Invitation, StoreError> {
        let found = invitation::Entity::find_by_id(id)
            .filter(reached(access.basis(), Condition::all()))
            .count(self.reads())
            .await?;
        if found == 0 {
            return Err(StoreError::AccessEnded);
        }
        let today = access.today();
        read(self.reads(), id, At { now, today }).await
    }

    /// Invitations at the nodes where the caller may give roles, the latest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn invitations(
        &self,
        access: &Access<Listed>,
        open_only: bool,
        now: i64,
        page: Page<String>,
    ) -> Result<Slice<Invitation, String>, StoreError> {
        use invitation::Column as C;
        use role_assignment::Column as R;
        let today = access.today();
        let of_role = if open_only {
            Condition::any()
                .add(R::UntilDate.is_null())
                .add(R::UntilDate.gt(today.to_string()))
        } else {
            Condition::all()
        };
        let mut found = invitation::Entity::find().filter(reached(access.basis(), of_role));
        if open_only {
            found = found
                .filter(C::AcceptedAt.is_null())
                .filter(C::CancelledAt.is_null());
        }
        let total = found.clone().count(self.reads()).await?;
        if let Some(id) = page.after {
            found = found.filter(Expr::col((invitation::Entity, C::Id)).lt(id));
        }
        let ids: Vec<String> = found
            .select_only()
            .column(C::Id)
            .order_by_desc(C::Id)
            .limit(page.size + 1)
            .into_tuple()
            .all(self.reads())
            .await?;
        let Slice { items, next, total } = Slice::cut(ids, page.size, total, Clone::clone);
        let items = self.read_all(items, At { now, today }).await?;
        Ok(Slice { items, next, total })
    }

    async fn read_all(&self, ids: Vec<String>, at: At) -> Result<Vec<Invitation>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (1..=ids.len()).map(|number| format!("${number}")).collect();
        let query = format!(
            "{INVITATIONS} WHERE i.id IN ({}) ORDER BY i.id DESC",
            places.join(", ")
        );
        let values: Vec<Value> = ids.into_iter().map(Value::from).collect();
        let rows: Vec<Row> = sql::all(self.reads(), &query, values).await?;
        rows.into_iter().map(|row| row.read(at)).collect()
    }

    /// Sends an open invitation again, with a new link instead of the old one.
    ///
    /// # Errors
    /// [`StoreError::AccessEnded`] where there is none within reach, [`Refusal::GrantNotAllowed`],
    /// [`Refusal::InvitationState`].
    pub async fn resend_invitation(
        &self,
        access: &Access<Listed>,
        intent: Intent,
        which: (String, String),
        expires_at: i64,
    ) -> Result<Outcome<Invitation>, StoreError> {
        let basis = access.basis().clone();
        self.write(access, intent, async move |tx| {
            const RESEND: &str = "UPDATE invitations SET link_id = $1, mail_id = $2 WHERE id = $3";
            let invitation = open(&tx, &basis, &which).await?;
            if let Some(link) = &invitation.link {
                end_link(&tx, link).await?;
            }
            let sender = tx.user.clone();
            let user = &invitation.user;
            let purpose = LinkPurpose::Invitation;
            let link = insert_link(&tx, purpose, user, sender.as_deref(), expires_at).await?;
            let kind = MailKind::Invitation;
            let mail = insert_mail(&tx, kind, user, sender.as_deref(), Some(&link)).await?;
            let id = invitation.id.as_str();
            let values = vec![link.into(), mail.into(), id.into()];
            sql::execute(&tx.connection, RESEND, values).await?;
            let at = At {
                now: tx.now,
                today: tx.today,
            };
            Ok(Written {
                target: name(user, id),
                value: read(&tx.connection, id, at).await?,
                fields: vec!["link"],
            })
        })
        .await
    }

    /// Takes an open invitation back: its link stops working and its role ends.
    ///
    /// # Errors
    /// [`StoreError::AccessEnded`] where there is none within reach, [`Refusal::GrantNotAllowed`],
    /// [`Refusal::InvitationState`].
    pub async fn cancel_invitation(
        &self,
        access: &Access<Listed>,
        intent: Intent,
        which: (String, String),
    ) -> Result<Outcome<Invitation>, StoreError> {
        let basis = access.basis().clone();
        self.write(access, intent, async move |tx| {
            const CANCEL: &str = "UPDATE invitations SET cancelled_at = $1 WHERE id = $2";
            const END: &str = "UPDATE role_assignments SET until_date = $1, version = version + 1
                WHERE id = $2 AND (until_date IS NULL OR until_date > $1)";
            let invitation = open(&tx, &basis, &which).await?;
            if let Some(link) = &invitation.link {
                end_link(&tx, link).await?;
            }
            let id = invitation.id.as_str();
            sql::execute(&tx.connection, CANCEL, vec![tx.now.into(), id.into()]).await?;
            let until = std::cmp::Ord::max(tx.today, invitation.from).to_string();
            let values = vec![until.into(), invitation.assignment.as_str().into()];
            sql::execute(&tx.connection, END, values).await?;
            let at = At {
                now: tx.now,
                today: tx.today,
            };
            Ok(Written {
                target: name(&invitation.user, id),
                value: read(&tx.connection, id, at).await?,
                fields: vec!["state", "until_date"],
            })
        })
        .await
    }
}
