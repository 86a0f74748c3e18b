//! Which school belongs to which group, from when until when.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "group_memberships")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) urn: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) uid: i32,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) from_date: Option<String>,
    pub(crate) until_date: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
