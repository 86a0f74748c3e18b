//! Service accounts and their tokens; signed heads of the ledger, its columns to search by, and
//! refusals.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait must match it"
)]
#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, UP).await?;
        let fill = match manager.get_connection().get_database_backend() {
            DbBackend::Postgres => FILL_POSTGRES,
            _ => FILL_SQLITE,
        };
        crate::run(manager, fill).await?;
        crate::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, DOWN).await
    }
}

const UP: &str = "
ALTER TABLE users ADD COLUMN kind SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN expires_at BIGINT;
ALTER TABLE sessions ADD COLUMN token_id TEXT;

CREATE TABLE service_account_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    secret_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE ledger_heads (
    seq BIGINT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    kid TEXT NOT NULL,
    signature TEXT NOT NULL
);

CREATE TABLE refusals (
    day TEXT NOT NULL,
    user_id TEXT NOT NULL,
    refused BIGINT NOT NULL,
    last_method TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (day, user_id)
);

ALTER TABLE ledger ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN target TEXT NOT NULL DEFAULT '';
";

const FILL_SQLITE: &str = "
UPDATE ledger SET at = json_extract(entry, '$.at'), user_id = json_extract(entry, '$.user'),
    method = json_extract(entry, '$.method'), target = json_extract(entry, '$.target');
";

const FILL_POSTGRES: &str = "
UPDATE ledger SET at = (entry::json->>'at')::bigint, user_id = entry::json->>'user',
    method = entry::json->>'method', target = entry::json->>'target';
";

const INDEXES: &str = "
CREATE INDEX service_account_tokens_by_user ON service_account_tokens (user_id, id);
CREATE INDEX sessions_by_token ON sessions (token_id, created_at);
CREATE INDEX ledger_by_user ON ledger (user_id, seq);
CREATE INDEX ledger_by_target ON ledger (target, seq);
CREATE INDEX ledger_by_method ON ledger (method, seq);
CREATE INDEX ledger_by_time ON ledger (at);
";

const DOWN: &str = "
DROP INDEX ledger_by_time;
DROP INDEX ledger_by_method;
DROP INDEX ledger_by_target;
DROP INDEX ledger_by_user;
DROP INDEX sessions_by_token;
ALTER TABLE ledger DROP COLUMN target;
ALTER TABLE ledger DROP COLUMN method;
ALTER TABLE ledger DROP COLUMN user_id;
ALTER TABLE ledger DROP COLUMN at;
DROP TABLE refusals;
DROP TABLE ledger_heads;
DROP TABLE service_account_tokens;
DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE kind <> 1);
DELETE FROM role_assignments WHERE user_id IN (SELECT id FROM users WHERE kind <> 1);
DELETE FROM users WHERE kind <> 1;
ALTER TABLE sessions DROP COLUMN token_id;
ALTER TABLE users DROP COLUMN expires_at;
ALTER TABLE users DROP COLUMN kind;
";
