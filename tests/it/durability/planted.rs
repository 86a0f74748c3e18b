//! The checkers themselves: each finds the fault that was planted for it.

use llpr_client::request_id;
use llpr_proto::v1::*;
use llpr_tests::{Engine, World, behind, on_both_engines, storm};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};

async fn plant(database: &DatabaseConnection, sql: &str) {
    let done = database.execute_unprepared(sql).await.expect(sql);
    assert!(done.rows_affected() > 0, "nothing was planted: {sql}");
}

/// Everything that is looked for once nothing is under way.
async fn found(world: &World, database: &DatabaseConnection) -> String {
    storm::at_rest(world, database).await.join("\n")
}

/// The number of a staged import of a small file.
async fn staged(world: &World) -> String {
    let officer = world.actor("DATA_OFFICER").await;
    let parts = tokio_stream::iter(storm::upload("2024/25", 61));
    let made = officer
        .session
        .imports()
        .upload_import(parts)
        .await
        .expect("staged");
    made.into_inner().import.expect("an import").name
}

on_both_engines! {
    County async fn an_acknowledged_row_that_is_gone_is_found(world) {
        let database = world.database().await;
        let admin = world.actor("ADMINISTRATOR").await;
        let request = CreateUserRequest {
            user: Some(User { email: "gone@marlshire.example".into(), display_name: "Storm Petrel".into(), ..User::default() }),
            request_id: request_id(),
            ..CreateUserRequest::default()
        };
        admin.session.users().create_user(request).await.expect("a user");
        assert_eq!(found(&world, &database).await, "");
        plant(&database, "DELETE FROM users WHERE email = 'gone@marlshire.example'").await;
        let told = found(&world, &database).await;
        assert!(told.contains("is in the ledger and not in its table"), "{told}");
    }

    County async fn a_write_without_its_ledger_row_is_found(world) {
        let database = world.database().await;
        plant(&database, "INSERT INTO idempotency (caller, request_id, method, request_hash, outcome, expires_at)
            VALUES ('a', 'b', 'llpr.v1.UserService/CreateUser', '', 'users/none', 9000000000000000)").await;
        let told = found(&world, &database).await;
        assert!(told.contains("without a ledger row of its own"), "{told}");
    }

    County async fn a_chunk_that_was_kept_twice_is_found(world) {
        let database = world.database().await;
        staged(&world).await;
        let second = staged(&world).await;
        assert_eq!(found(&world, &database).await, "");
        let columns = "year, period, place_kind, measure, pupil_group, authority, value, marker, cohort, numerator, denominator, release, embargo";
        let import = format!("(SELECT seq FROM imports WHERE id = '{}')", second.trim_start_matches("imports/"));
        plant(&database, &format!("INSERT INTO figures (import_seq, place_code, {columns})
            SELECT import_seq, place_code + 1000, {columns} FROM figures WHERE import_seq = {import} AND place_kind = 1")).await;
        let told = found(&world, &database).await;
        assert!(told.contains("are of the same file and differ in their figures"), "{told}");
    }

    County async fn a_ledger_row_that_was_altered_is_found(world) {
        let database = world.database().await;
        plant(&database, "UPDATE ledger SET entry = entry || ' ' WHERE seq = 3").await;
        let told = found(&world, &database).await;
        assert!(told.contains("the ledger is broken at row 3"), "{told}");
    }

    County async fn a_connection_left_in_a_transaction_is_found(world) {
        let (database, other) = (world.database().await, world.database().await);
        let begin = match world.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN; SET application_name = 'llpr'",
        };
        other.execute_unprepared(begin).await.expect("begun");
        let told = behind::open_transactions(world.engine, &database).await;
        assert_eq!(told.len(), 1, "{told:?}");
        drop(other);
    }
}
