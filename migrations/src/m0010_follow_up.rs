//! Follow-up of the risk analysis: contacts and actions; and decisions about programme contexts, in
//! versions.

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
CREATE TABLE follow_up_contacts (
    id TEXT NOT NULL PRIMARY KEY,
    urn INTEGER NOT NULL,
    year INTEGER NOT NULL,
    contacted_on TEXT NOT NULL,
    party TEXT NOT NULL,
    party_name TEXT NOT NULL,
    means TEXT NOT NULL,
    purpose TEXT NOT NULL,
    spoken_to TEXT NOT NULL,
    note TEXT NOT NULL,
    made_by TEXT NOT NULL REFERENCES users (id),
    made_at BIGINT NOT NULL
);
CREATE INDEX follow_up_contacts_by_school ON follow_up_contacts (urn, contacted_on, id);

CREATE TABLE follow_up_actions (
    id TEXT NOT NULL PRIMARY KEY,
    urn INTEGER NOT NULL,
    year INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    owner TEXT NOT NULL REFERENCES users (id),
    due_on TEXT NOT NULL,
    first_due_on TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    closed_on TEXT,
    closed_by TEXT REFERENCES users (id),
    closed_at BIGINT,
    contact TEXT REFERENCES follow_up_contacts (id),
    wording TEXT NOT NULL,
    agreed_with TEXT NOT NULL,
    agreed_on TEXT,
    shared_by TEXT REFERENCES users (id),
    shared_at BIGINT,
    made_by TEXT NOT NULL REFERENCES users (id),
    made_on TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX follow_up_actions_by_school ON follow_up_actions (urn, due_on, id);
CREATE INDEX follow_up_actions_by_owner ON follow_up_actions (owner, due_on, id);

CREATE TABLE programme_contexts (
    urn INTEGER NOT NULL,
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    context TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed TEXT NOT NULL,
    proposed_reason TEXT NOT NULL,
    in_bulk BOOLEAN NOT NULL,
    decided_by TEXT NOT NULL REFERENCES users (id),
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (urn, year, version)
);
";

const DOWN: &str = "
DROP TABLE programme_contexts;
DROP TABLE follow_up_actions;
DROP TABLE follow_up_contacts;
";
