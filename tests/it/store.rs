//! What the store promises, looked at from behind the server.

use llpr_migrations::{Migrator, MigratorTrait as _};
use llpr_store::LedgerState;
use llpr_tests::{Engine, on_both_engines};
use sea_orm::{ConnectionTrait as _, Statement};

on_both_engines! {
    County async fn the_ledger_is_whole_and_a_planted_change_shows(world) {
        let store = world.server().store().clone();
        let system = store.system("a test", world.clock.today());
        let LedgerState::Whole { length, .. } = store.verify_ledger(&system, |_| true).await.unwrap() else { panic!("broken") };
        assert!(length > 50);
        let tail = store.ledger_tail(&system, 5).await.unwrap();
        assert_eq!(tail.last().unwrap().seq, length);
        assert!(tail.iter().all(|entry| !entry.method.is_empty()));
        let database = world.database().await;
        database.execute_unprepared("UPDATE ledger SET entry = REPLACE(entry, 'role', 'rule') WHERE seq = 7").await.unwrap();
        assert_eq!(store.verify_ledger(&system, |_| true).await.unwrap(), LedgerState::Broken { seq: 7 });
    }

    County async fn the_ledger_holds_no_names_and_no_addresses(world) {
        let database = world.database().await;
        let backend = database.get_database_backend();
        let count = Statement::from_string(backend, "SELECT COUNT(*) FROM ledger WHERE entry LIKE '%marlshire%' OR entry LIKE '%Ashgrove%'");
        let row = database.query_one_raw(count).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
    }

    Empty async fn migrations_go_back_and_forth(world) {
        let database = world.database().await;
        Migrator::down(&database, None).await.expect("back");
        Migrator::up(&database, None).await.expect("forth");
    }
}

#[test]
fn query_planner_stability_is_on_in_sqlite() {
    llpr_tests::tell(Engine::Sqlite, llpr_tests::Start::Empty, async |world| {
        let database = world.database().await;
        let ask = Statement::from_string(
            database.get_database_backend(),
            "SELECT sqlite_compileoption_used('ENABLE_QPSG')",
        );
        let row = database.query_one_raw(ask).await.unwrap().unwrap();
        assert_eq!(
            row.try_get_by_index::<i64>(0).unwrap(),
            1,
            "see .cargo/config.toml"
        );
    });
}
