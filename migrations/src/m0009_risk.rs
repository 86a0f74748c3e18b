//! The annual risk analysis: decisions about suggestions, criteria by judgement, assessments in
//! versions, with whom they were shared, and wordings told to schools.

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
CREATE TABLE risk_decisions (
    urn INTEGER NOT NULL,
    year INTEGER NOT NULL,
    letter TEXT NOT NULL,
    number INTEGER NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT,
    note TEXT NOT NULL,
    basis TEXT NOT NULL,
    decided_by TEXT NOT NULL REFERENCES users (id),
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (urn, year, letter, number)
);

CREATE TABLE risk_criteria (
    id TEXT NOT NULL PRIMARY KEY,
    urn INTEGER NOT NULL,
    year INTEGER NOT NULL,
    letter TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL,
    made_by TEXT NOT NULL REFERENCES users (id),
    made_as SMALLINT NOT NULL,
    made_at BIGINT NOT NULL,
    answer TEXT NOT NULL,
    decided_by TEXT REFERENCES users (id),
    decided_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX risk_criteria_by_school ON risk_criteria (urn, year, made_at);

CREATE TABLE risk_assessments (
    urn INTEGER NOT NULL,
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    urgency TEXT,
    reason TEXT NOT NULL,
    letters TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    in_bulk BOOLEAN NOT NULL,
    assessed_by TEXT NOT NULL REFERENCES users (id),
    assessed_at BIGINT NOT NULL,
    shared_by TEXT REFERENCES users (id),
    shared_at BIGINT,
    PRIMARY KEY (urn, year, version)
);

CREATE TABLE risk_wordings (
    id TEXT NOT NULL PRIMARY KEY,
    urn INTEGER NOT NULL,
    year INTEGER NOT NULL,
    wording TEXT NOT NULL,
    told_to TEXT NOT NULL,
    told_on TEXT NOT NULL,
    told_by TEXT NOT NULL REFERENCES users (id),
    released_at BIGINT NOT NULL
);
CREATE INDEX risk_wordings_by_school ON risk_wordings (urn, year, released_at);
";

const DOWN: &str = "
DROP TABLE risk_wordings;
DROP TABLE risk_assessments;
DROP TABLE risk_criteria;
DROP TABLE risk_decisions;
";
