//! People with an account, and service accounts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    /// In lower case; of a service account, what is no address.
    pub(crate) email: String,
    pub(crate) display_name: String,
    pub(crate) sort_key: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) disabled: bool,
    pub(crate) created_at: i64,
    pub(crate) version: i64,
    /// 1 a person, 2 a service account.
    pub(crate) kind: i16,
    /// When a service account ends; `None` for a person.
    pub(crate) expires_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
