//! People, roles, sessions, the register, figures, imports and the ledger.

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
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    password_hash TEXT,
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX users_by_name ON users (sort_key, id);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE sign_in_failures (
    bucket TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    window_start BIGINT NOT NULL
);

CREATE TABLE role_assignments (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    role SMALLINT NOT NULL,
    district TEXT,
    urn INTEGER,
    from_date TEXT NOT NULL,
    until_date TEXT,
    granted_by TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX role_assignments_by_user ON role_assignments (user_id);
CREATE INDEX role_assignments_by_school ON role_assignments (urn, role);
CREATE INDEX role_assignments_by_district ON role_assignments (district, role);

CREATE TABLE districts (
    slug TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    kind TEXT NOT NULL
);

CREATE TABLE schools (
    urn INTEGER NOT NULL PRIMARY KEY,
    laestab INTEGER,
    authority INTEGER NOT NULL,
    authority_name TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    type_name TEXT NOT NULL,
    type_key TEXT NOT NULL,
    phase TEXT NOT NULL,
    status TEXT NOT NULL,
    open_date TEXT,
    close_date TEXT,
    low_age INTEGER,
    high_age INTEGER,
    pupils INTEGER,
    capacity INTEGER,
    religious_character TEXT,
    diocese TEXT,
    trust TEXT,
    federation TEXT,
    nursery_provision TEXT,
    resourced_provision TEXT,
    town TEXT,
    postcode TEXT,
    website TEXT,
    administrative_district TEXT,
    urban_rural TEXT
);
CREATE INDEX schools_by_name ON schools (sort_key, urn);
CREATE INDEX schools_by_authority ON schools (authority);

CREATE TABLE school_districts (
    urn INTEGER NOT NULL,
    from_date TEXT NOT NULL,
    until_date TEXT,
    district TEXT NOT NULL REFERENCES districts (slug),
    PRIMARY KEY (urn, from_date)
);
CREATE INDEX school_districts_by_district ON school_districts (district, urn);

CREATE TABLE school_links (
    urn INTEGER NOT NULL,
    linked_urn INTEGER NOT NULL,
    kind TEXT NOT NULL,
    established TEXT,
    PRIMARY KEY (urn, linked_urn, kind)
);

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('import', 0);
INSERT INTO counters (name, value) VALUES ('register', 0);

CREATE TABLE imports (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dataset TEXT NOT NULL,
    year INTEGER,
    release TEXT,
    file_name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    applied_at BIGINT,
    touched_at BIGINT NOT NULL,
    received_bytes BIGINT NOT NULL,
    encoding TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    school_count BIGINT NOT NULL,
    comparator_count BIGINT NOT NULL,
    pending_count BIGINT NOT NULL,
    added_count BIGINT NOT NULL,
    changed_count BIGINT NOT NULL,
    unchanged_count BIGINT NOT NULL,
    missing_count BIGINT NOT NULL,
    fatal_count BIGINT NOT NULL,
    note_count BIGINT NOT NULL,
    base BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE import_issues (
    import_seq BIGINT NOT NULL,
    position BIGINT NOT NULL,
    class TEXT NOT NULL,
    code TEXT NOT NULL,
    line BIGINT,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (import_seq, position)
);

CREATE TABLE import_changes (
    import_seq BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    subject TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT,
    PRIMARY KEY (import_seq, position)
);

CREATE TABLE import_places (
    import_seq BIGINT NOT NULL,
    authority INTEGER NOT NULL,
    replaced_seq BIGINT,
    PRIMARY KEY (import_seq, authority)
);

CREATE TABLE current_imports (
    dataset TEXT NOT NULL,
    year INTEGER NOT NULL,
    authority INTEGER NOT NULL,
    import_seq BIGINT NOT NULL,
    PRIMARY KEY (dataset, year, authority)
);

CREATE TABLE figures (
    import_seq BIGINT NOT NULL,
    place_kind SMALLINT NOT NULL,
    place_code INTEGER NOT NULL,
    measure SMALLINT NOT NULL,
    pupil_group SMALLINT NOT NULL,
    authority INTEGER NOT NULL,
    value BIGINT,
    marker SMALLINT,
    cohort INTEGER,
    PRIMARY KEY (import_seq, place_kind, place_code, measure, pupil_group)
) {keyed};

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    request_id TEXT NOT NULL,
    method TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (caller, request_id)
);
CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);

CREATE TABLE ledger (
    seq BIGINT NOT NULL PRIMARY KEY,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    entry TEXT NOT NULL
);
CREATE TABLE ledger_head (
    id SMALLINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO ledger_head (id, seq, hash) VALUES (1, 0, '');
";

const DOWN: &str = "
DROP TABLE ledger_head;
DROP TABLE ledger;
DROP TABLE idempotency;
DROP TABLE figures;
DROP TABLE current_imports;
DROP TABLE import_places;
DROP TABLE import_changes;
DROP TABLE import_issues;
DROP TABLE imports;
DROP TABLE counters;
DROP TABLE school_links;
DROP TABLE school_districts;
DROP TABLE schools;
DROP TABLE districts;
DROP TABLE role_assignments;
DROP TABLE sign_in_failures;
DROP TABLE sessions;
DROP TABLE users;
";
