//! An invitation of a person to a role.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) assignment_id: String,
    pub(crate) sender_id: String,
    pub(crate) link_id: Option<String>,
    pub(crate) mail_id: String,
    pub(crate) created_at: i64,
    pub(crate) accepted_at: Option<i64>,
    pub(crate) cancelled_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
