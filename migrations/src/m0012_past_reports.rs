//! Reports of visits before this software: their files, in pieces so that no file is ever held in
//! memory. A content that no report names is an upload under way, or what a broken one left.

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

const UP: &str = "
CREATE TABLE past_report_contents (
    id TEXT NOT NULL PRIMARY KEY,
    touched_at BIGINT NOT NULL
);

CREATE TABLE past_report_pieces (
    content TEXT NOT NULL REFERENCES past_report_contents (id),
    position INTEGER NOT NULL,
    bytes {bytes} NOT NULL,
    PRIMARY KEY (content, position)
);

CREATE TABLE past_reports (
    urn INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    content TEXT NOT NULL UNIQUE REFERENCES past_report_contents (id),
    uploaded_by TEXT NOT NULL REFERENCES users (id),
    uploaded_at BIGINT NOT NULL,
    unnamed_since BIGINT,
    PRIMARY KEY (urn, sha256)
);
";

const DOWN: &str = "
DROP TABLE past_reports;
DROP TABLE past_report_pieces;
DROP TABLE past_report_contents;
";
