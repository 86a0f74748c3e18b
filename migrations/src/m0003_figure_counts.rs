//! Figures gain their year, period, numerator, denominator, release and embargo, so that one
//! import may span years and terms; an import's places gain the year.

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

/// A primary key can't be changed in place on both engines, so both tables are made anew.
const UP: &str = "
CREATE TABLE figures_by_period (
    import_seq BIGINT NOT NULL,
    place_kind SMALLINT NOT NULL,
    place_code INTEGER NOT NULL,
    year INTEGER NOT NULL,
    measure SMALLINT NOT NULL,
    pupil_group SMALLINT NOT NULL,
    period SMALLINT NOT NULL,
    authority INTEGER NOT NULL,
    value BIGINT,
    marker SMALLINT,
    cohort INTEGER,
    numerator BIGINT,
    denominator BIGINT,
    release SMALLINT,
    embargo INTEGER,
    PRIMARY KEY (import_seq, place_kind, place_code, year, measure, pupil_group, period)
) {keyed};

INSERT INTO figures_by_period (import_seq, place_kind, place_code, year, measure, pupil_group,
    period, authority, value, marker, cohort)
SELECT f.import_seq, f.place_kind, f.place_code, i.year, f.measure, f.pupil_group, 0, f.authority,
    f.value, f.marker, f.cohort
FROM figures f JOIN imports i ON i.seq = f.import_seq WHERE i.year IS NOT NULL
ORDER BY f.import_seq, f.place_kind, f.place_code, f.measure, f.pupil_group;

DROP TABLE figures;
ALTER TABLE figures_by_period RENAME TO figures;

CREATE TABLE import_places_by_year (
    import_seq BIGINT NOT NULL,
    year INTEGER NOT NULL,
    authority INTEGER NOT NULL,
    replaced_seq BIGINT,
    PRIMARY KEY (import_seq, year, authority)
);

INSERT INTO import_places_by_year (import_seq, year, authority, replaced_seq)
SELECT p.import_seq, i.year, p.authority, p.replaced_seq
FROM import_places p JOIN imports i ON i.seq = p.import_seq WHERE i.year IS NOT NULL;

DROP TABLE import_places;
ALTER TABLE import_places_by_year RENAME TO import_places;
";

/// Figures of terms, and of other years than their import's, have no place in the older tables.
const DOWN: &str = "
CREATE TABLE figures_of_year (
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

INSERT INTO figures_of_year (import_seq, place_kind, place_code, measure, pupil_group, authority,
    value, marker, cohort)
SELECT f.import_seq, f.place_kind, f.place_code, f.measure, f.pupil_group, f.authority, f.value,
    f.marker, f.cohort
FROM figures f JOIN imports i ON i.seq = f.import_seq AND i.year = f.year WHERE f.period = 0
ORDER BY f.import_seq, f.place_kind, f.place_code, f.measure, f.pupil_group;

DROP TABLE figures;
ALTER TABLE figures_of_year RENAME TO figures;

CREATE TABLE import_places_of_year (
    import_seq BIGINT NOT NULL,
    authority INTEGER NOT NULL,
    replaced_seq BIGINT,
    PRIMARY KEY (import_seq, authority)
);

INSERT INTO import_places_of_year (import_seq, authority, replaced_seq)
SELECT p.import_seq, p.authority, p.replaced_seq
FROM import_places p JOIN imports i ON i.seq = p.import_seq AND i.year = p.year;

DROP TABLE import_places;
ALTER TABLE import_places_of_year RENAME TO import_places;
";
