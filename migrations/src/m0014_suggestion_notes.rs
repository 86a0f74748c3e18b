//! What data suggested, each time that it came to suggest something else: a later release may clear a
//! suggestion, and what it was stays readable. And the direction of travel of an assessment.

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
CREATE TABLE suggestion_notes (
    urn INTEGER NOT NULL,
    year INTEGER NOT NULL,
    letter TEXT NOT NULL,
    number INTEGER NOT NULL,
    basis TEXT NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (urn, year, letter, number)
);

INSERT INTO counters (name, value) VALUES ('suggestions', 1);
INSERT INTO counters (name, value) VALUES ('suggestions noted', 0);

ALTER TABLE risk_assessments ADD COLUMN direction TEXT;
";

const DOWN: &str = "
DELETE FROM counters WHERE name IN ('suggestions', 'suggestions noted');
DROP TABLE suggestion_notes;
ALTER TABLE risk_assessments DROP COLUMN direction;
";
