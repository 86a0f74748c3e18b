//! Dated roles: at a school (urn), at a district, or, with neither, at the county.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_assignments")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) role: i16,
    pub(crate) district: Option<String>,
    pub(crate) urn: Option<i32>,
    pub(crate) from_date: String,
    pub(crate) until_date: Option<String>,
    pub(crate) granted_by: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
