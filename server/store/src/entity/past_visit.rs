//! Visits of years before this software.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "past_visits")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) urn: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) visit_date: String,
    pub(crate) report_date: Option<String>,
    pub(crate) priority: Option<bool>,
    /// A line for each.
    pub(crate) actions: String,
    pub(crate) document_name: Option<String>,
    pub(crate) document_sha256: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
