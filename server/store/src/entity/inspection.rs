//! Inspections of schools.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "inspections")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) urn: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: String,
    pub(crate) inspection_type: String,
    pub(crate) start_date: String,
    pub(crate) publication_date: Option<String>,
    pub(crate) of_predecessor: bool,
    pub(crate) predecessor_urn: Option<i32>,
    pub(crate) predecessor_name: String,
    pub(crate) concern: Option<String>,
    pub(crate) findings: String,
    pub(crate) overall: Option<String>,
    pub(crate) safeguarding: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) areas: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
