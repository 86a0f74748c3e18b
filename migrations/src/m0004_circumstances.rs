//! What schools' files state beside figures: groups, inspections and support.

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
ALTER TABLE school_links ADD COLUMN linked_name TEXT;

CREATE TABLE school_groups (
    uid INTEGER NOT NULL PRIMARY KEY,
    group_id TEXT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    companies_house TEXT,
    ukprn TEXT,
    opened TEXT,
    closed TEXT,
    is_closed BOOLEAN NOT NULL
);

CREATE TABLE group_memberships (
    urn INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_date TEXT,
    until_date TEXT,
    PRIMARY KEY (urn, uid)
);
CREATE INDEX group_memberships_by_group ON group_memberships (uid, urn);

CREATE TABLE inspections (
    urn INTEGER NOT NULL,
    number TEXT NOT NULL,
    inspection_type TEXT NOT NULL,
    start_date TEXT NOT NULL,
    publication_date TEXT,
    of_predecessor BOOLEAN NOT NULL,
    predecessor_urn INTEGER,
    predecessor_name TEXT NOT NULL,
    concern TEXT,
    findings TEXT NOT NULL,
    overall TEXT,
    safeguarding TEXT,
    outcome TEXT,
    areas TEXT NOT NULL,
    PRIMARY KEY (urn, number)
);

CREATE TABLE school_support (
    urn INTEGER NOT NULL,
    kind TEXT NOT NULL,
    from_date TEXT NOT NULL,
    until_date TEXT,
    outcome TEXT NOT NULL,
    PRIMARY KEY (urn, kind, from_date)
);

CREATE TABLE import_statements (
    import_seq BIGINT NOT NULL,
    subject INTEGER NOT NULL,
    position BIGINT NOT NULL,
    told TEXT NOT NULL,
    PRIMARY KEY (import_seq, subject, position)
) {keyed};
";

const DOWN: &str = "
DROP TABLE import_statements;
DROP TABLE school_support;
DROP TABLE inspections;
DROP TABLE group_memberships;
DROP TABLE school_groups;
ALTER TABLE school_links DROP COLUMN linked_name;
";
