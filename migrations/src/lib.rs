//! The schema, forward and back, on SQLite and PostgreSQL.
//!
//! Text is compared bytewise on both engines (`COLLATE "C"` on PostgreSQL), moments are
//! microseconds since 1970 in UTC, dates are `YYYY-MM-DD`.

#![deny(missing_docs)]

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub use sea_orm_migration::MigratorTrait;

mod m0001_spine;
mod m0002_programme;
mod m0003_figure_counts;
mod m0004_circumstances;
mod m0005_accounts_and_audit;
mod m0006_invitations;
mod m0007_workbooks;
mod m0008_past_visits;
mod m0009_risk;
mod m0010_follow_up;
mod m0011_district_review;
mod m0012_past_reports;
mod m0013_withdrawn_contacts;
mod m0014_suggestion_notes;
mod m0015_current_imports_index;

/// Every migration, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_spine::Migration),
            Box::new(m0002_programme::Migration),
            Box::new(m0003_figure_counts::Migration),
            Box::new(m0004_circumstances::Migration),
            Box::new(m0005_accounts_and_audit::Migration),
            Box::new(m0006_invitations::Migration),
            Box::new(m0007_workbooks::Migration),
            Box::new(m0008_past_visits::Migration),
            Box::new(m0009_risk::Migration),
            Box::new(m0010_follow_up::Migration),
            Box::new(m0011_district_review::Migration),
            Box::new(m0012_past_reports::Migration),
            Box::new(m0013_withdrawn_contacts::Migration),
            Box::new(m0014_suggestion_notes::Migration),
            Box::new(m0015_current_imports_index::Migration),
        ]
    }
}

/// Runs statements, separated by `;`, after fitting them to the engine: ` TEXT` compares
/// bytewise, `{bytes}` is the type of bytes, and `{keyed}` stores a table in the order of its primary
/// key where the engine can.
async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let postgres = connection.get_database_backend() == DbBackend::Postgres;
    let (text, bytes, keyed) = if postgres {
        (" TEXT COLLATE \"C\"", "BYTEA", "")
    } else {
        (" TEXT", "BLOB", "WITHOUT ROWID")
    };
    for statement in statements.split(';').filter(|part| !part.trim().is_empty()) {
        let statement = statement
            .replace(" TEXT", text)
            .replace("{bytes}", bytes)
            .replace("{keyed}", keyed);
        connection.execute_unprepared(&statement).await?;
    }
    Ok(())
}
