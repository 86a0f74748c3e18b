//! Accounts: who can sign in.

use llpr_domain::access::{Node, Role};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Set,
};
use uuid::Uuid;

use super::{
    NewAssignment, after, containing, end_sessions, insert_assignment, persons, user_name, user_row,
};
use crate::access::{Access, County, SelfOnly, System};
use crate::engine::Store;
use crate::entity::user;
use crate::error::{Refusal, StoreError};
use crate::page::{Page, Slice};
use crate::register::fold;
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
}
