//! Programme years: approved versions, which never change, and one draft for each year.

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
        crate::run(manager, DOWN).await
    }
}

// `drafters` are the ids of all who wrote in a draft, in the order in which they first did,
// separated by spaces: who approves must be none of them.
const UP: &str = "
CREATE TABLE programme_versions (
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    drafters TEXT NOT NULL,
    drafted_at BIGINT NOT NULL,
    approver TEXT,
    approved_at BIGINT NOT NULL,
    PRIMARY KEY (year, number)
);

CREATE TABLE programme_drafts (
    year INTEGER NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    drafters TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
";

const DOWN: &str = "
DROP TABLE programme_drafts;
DROP TABLE programme_versions;
";
