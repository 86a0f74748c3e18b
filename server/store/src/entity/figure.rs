//! Figures, immutable and keyed by their import.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "figures")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) import_seq: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) place_kind: i16,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) place_code: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) measure: i16,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) pupil_group: i16,
    pub(crate) authority: i32,
    /// Hundredths of the measure's unit.
    pub(crate) value: Option<i64>,
    pub(crate) marker: Option<i16>,
    pub(crate) cohort: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
