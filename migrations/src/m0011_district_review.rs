//! The yearly review of a district: strengths and priorities in versions, when each was shared with
//! the county manager, and when that was acknowledged.

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
CREATE TABLE district_reviews (
    district TEXT NOT NULL,
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    written_by TEXT NOT NULL REFERENCES users (id),
    written_at BIGINT NOT NULL,
    shared_by TEXT REFERENCES users (id),
    shared_at BIGINT,
    acknowledged_by TEXT REFERENCES users (id),
    acknowledged_at BIGINT,
    PRIMARY KEY (district, year, version)
);

CREATE TABLE district_review_points (
    district TEXT NOT NULL,
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    tag TEXT NOT NULL,
    wording TEXT NOT NULL,
    PRIMARY KEY (district, year, version, kind, position),
    FOREIGN KEY (district, year, version) REFERENCES district_reviews (district, year, version)
);
";

const DOWN: &str = "
DROP TABLE district_review_points;
DROP TABLE district_reviews;
";
