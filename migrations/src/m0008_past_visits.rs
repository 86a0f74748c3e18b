//! Visits of years before this software.

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
        crate::run(manager, "DROP TABLE past_visits").await
    }
}

const UP: &str = "
CREATE TABLE past_visits (
    urn INTEGER NOT NULL,
    visit_date TEXT NOT NULL,
    report_date TEXT,
    priority BOOLEAN,
    actions TEXT NOT NULL,
    document_name TEXT,
    document_sha256 TEXT,
    PRIMARY KEY (urn, visit_date)
);
";
