//! The same questions as SQL by hand: the figures that stand, without what the server makes of them.

use std::time::{Duration, Instant};

use llpr_domain::risk::{assemble, pooled};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, QueryResult, Statement,
};

use crate::county::Bench;

/// Figures of the imports that stand, in an order that suits both engines; a condition on them
/// follows.
const STANDING: &str = "FROM (SELECT DISTINCT import_seq FROM current_imports) x
    CROSS JOIN figures f
    CROSS JOIN current_imports c
    WHERE f.import_seq = x.import_seq AND c.import_seq = f.import_seq AND c.year = f.year
        AND c.authority = f.authority AND";
/// Of places larger than a school.
const OF_LARGER_PLACE: &str = "f.place_kind IN (2, 3, 4, 5, 6, 7, 8, 9, 10)";

/// A connection of its own to the server's database.
pub(crate) struct ByHand(DatabaseConnection);

impl ByHand {
    pub(crate) async fn connect(bench: &Bench) -> Self {
        let mut options = ConnectOptions::new(bench.database.clone());
        options.max_connections(1).sqlx_logging(false);
        Self(
            Database::connect(options)
                .await
                .expect("the database answers"),
        )
    }

    /// How long it takes until every row is here; there must be some.
    async fn time(&self, sql: String) -> Duration {
        let begun = Instant::now();
        let statement = Statement::from_string(self.0.get_database_backend(), sql);
        let rows = self.0.query_all_raw(statement).await.expect("rows");
        assert!(!rows.is_empty(), "the data is there");
        begun.elapsed()
    }

    /// The schools of a district that have figures.
    pub(crate) async fn schools(&self, district: &str) -> Vec<u32> {
        let sql = format!(
            "SELECT DISTINCT f.place_code AS urn {STANDING} f.place_kind = 1
                AND f.place_code IN (SELECT urn FROM school_districts WHERE district = '{district}')
                ORDER BY urn"
        );
        let statement = Statement::from_string(self.0.get_database_backend(), sql);
        let rows = self.0.query_all_raw(statement).await.expect("rows");
        let urn = |row: QueryResult| row.try_get_by_index::<i32>(0).expect("a URN");
        rows.into_iter()
            .map(|row| urn(row).unsigned_abs())
            .collect()
    }

    /// A school's figures, and those of its authority and of England beside them.
    pub(crate) async fn school(&self, urn: u32) -> Duration {
        let own = format!("SELECT f.* {STANDING} f.place_kind = 1 AND f.place_code = {urn}");
        let beside = format!(
            "SELECT f.* {STANDING} {OF_LARGER_PLACE} AND f.place_code IN
                (0, (SELECT s.authority FROM schools s WHERE s.urn = {urn}))"
        );
        self.time(own).await + self.time(beside).await
    }

    /// A district's figures, added up, and those beside them.
    pub(crate) async fn district(&self, slug: &str) -> Duration {
        let beside =
            format!("SELECT f.* {STANDING} {OF_LARGER_PLACE} AND f.place_code IN (0, 200)");
        self.time(together("", &format!("'{slug}'"))).await + self.time(beside).await
    }

    /// The figures of which suggestions are made.
    pub(crate) async fn suggestions(&self, slug: &str) -> Duration {
        let measures = codes(&assemble::MEASURES);
        self.time(format!(
            "SELECT f.* {STANDING} f.place_kind = 1 AND f.measure IN ({measures})
                AND f.place_code IN (SELECT urn FROM school_districts WHERE district = '{slug}')"
        ))
        .await
    }

    /// The figures of a district's review, added up, and the county's beside them.
    pub(crate) async fn review(&self, slug: &str) -> Duration {
        let measures = format!(" AND f.measure IN ({})", codes(&pooled::MEASURES));
        self.time(together(&measures, &format!("'{slug}'"))).await
            + self
                .time(together(&measures, "SELECT slug FROM districts"))
                .await
    }
}

fn codes(measures: &[llpr_domain::measure::Measure]) -> String {
    let codes: Vec<String> = measures.iter().map(|one| one.code().to_string()).collect();
    codes.join(", ")
}

fn together(fits: &str, districts: &str) -> String {
    format!(
        "SELECT f.year, f.measure, f.pupil_group, f.period, COUNT(f.value), SUM(f.numerator),
            SUM(f.denominator), SUM(f.value * COALESCE(f.denominator, f.cohort))
        {STANDING} f.place_kind = 1{fits}
            AND f.place_code IN (SELECT urn FROM school_districts WHERE district IN ({districts}))
        GROUP BY f.year, f.measure, f.pupil_group, f.period"
    )
}
