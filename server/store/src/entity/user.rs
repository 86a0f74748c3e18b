//! People with an account.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    /// In lower case.
    pub(crate) email: String,
    pub(crate) display_name: String,
    pub(crate) sort_key: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) disabled: bool,
    pub(crate) created_at: i64,
    pub(crate) version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
