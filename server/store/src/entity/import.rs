//! Files that were uploaded.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) dataset: String,
    /// First calendar year of the academic year.
    pub(crate) year: Option<i32>,
    pub(crate) release: Option<String>,
    pub(crate) file_name: String,
    pub(crate) size_bytes: i64,
    pub(crate) sha256: String,
    pub(crate) state: String,
    pub(crate) creator: String,
    pub(crate) created_at: i64,
    pub(crate) applied_at: Option<i64>,
    /// When the upload last made progress: what a sweep goes by.
    pub(crate) touched_at: i64,
    pub(crate) received_bytes: i64,
    pub(crate) encoding: String,
    pub(crate) row_count: i64,
    pub(crate) school_count: i64,
    pub(crate) comparator_count: i64,
    pub(crate) pending_count: i64,
    pub(crate) added_count: i64,
    pub(crate) changed_count: i64,
    pub(crate) unchanged_count: i64,
    pub(crate) missing_count: i64,
    pub(crate) fatal_count: i64,
    pub(crate) note_count: i64,
    /// What the difference was taken against: the register's counter when it was compared.
    pub(crate) base: i64,
    pub(crate) version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
