//! Invitations, one-time links, the mails that carry them, and the lease of the job runner.

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
CREATE TABLE links (
    id TEXT NOT NULL PRIMARY KEY,
    purpose SMALLINT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    made_by TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX links_by_user ON links (user_id, purpose);
CREATE INDEX links_by_end ON links (expires_at);

CREATE TABLE link_requests (
    id TEXT NOT NULL PRIMARY KEY,
    purpose SMALLINT NOT NULL,
    user_id TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    assignment_id TEXT NOT NULL REFERENCES role_assignments (id),
    sender_id TEXT NOT NULL REFERENCES users (id),
    link_id TEXT,
    mail_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    accepted_at BIGINT,
    cancelled_at BIGINT
);
CREATE INDEX invitations_by_user ON invitations (user_id);
CREATE INDEX invitations_by_assignment ON invitations (assignment_id);
CREATE INDEX invitations_by_link ON invitations (link_id);

CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    kind SMALLINT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    sender_id TEXT,
    link_id TEXT,
    state SMALLINT NOT NULL,
    attempts INTEGER NOT NULL,
    failure TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX mails_by_state ON mails (state, next_at);

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

ALTER TABLE sessions ADD COLUMN by_link BOOLEAN NOT NULL DEFAULT FALSE;
";

const DOWN: &str = "
ALTER TABLE sessions DROP COLUMN by_link;
DROP TABLE leases;
DROP TABLE mails;
DROP TABLE invitations;
DROP TABLE link_requests;
DROP TABLE links;
";
