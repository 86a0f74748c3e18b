//! Contacts that were withdrawn, such as those written at the wrong school. The contact itself stays
//! as it was.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait must match it"
)]
#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "DROP TABLE follow_up_withdrawals").await
    }
}

const UP: &str = "
CREATE TABLE follow_up_withdrawals (
    contact TEXT NOT NULL PRIMARY KEY REFERENCES follow_up_contacts (id),
    reason TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL REFERENCES users (id),
    withdrawn_at BIGINT NOT NULL
);
";
