//! Trusts, federations and sponsors.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "school_groups")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) uid: i32,
    pub(crate) group_id: Option<String>,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) companies_house: Option<String>,
    pub(crate) ukprn: Option<String>,
    pub(crate) opened: Option<String>,
    pub(crate) closed: Option<String>,
    pub(crate) is_closed: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
