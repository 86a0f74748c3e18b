//! What was found in a file.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_issues")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) import_seq: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) position: i64,
    pub(crate) class: String,
    pub(crate) code: String,
    pub(crate) line: Option<i64>,
    pub(crate) column_name: String,
    /// The cell of a workbook's sheet.
    pub(crate) cell: Option<String>,
    pub(crate) value: String,
    pub(crate) message: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
