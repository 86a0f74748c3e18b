//! A transaction that the database ends by itself, as SQLite does where its disk fails or is full.

use llpr_client::request_id;
use llpr_proto::v1::*;
use llpr_tests::{Engine, Start, behind, storm};
use sea_orm::ConnectionTrait as _;

#[test]
fn what_is_acknowledged_after_it_is_there() {
    llpr_tests::tell(Engine::Sqlite, Start::Empty, async |world| {
        let database = world.database().await;
        let admin = world.actor("ADMINISTRATOR").await;
        let create = async |email: &str| {
            let request = CreateUserRequest {
                user: Some(User {
                    email: email.into(),
                    display_name: "Storm Petrel".into(),
                    ..User::default()
                }),
                request_id: request_id(),
                ..CreateUserRequest::default()
            };
            admin.session.users().create_user(request).await
        };
        let ends = "CREATE TRIGGER ends BEFORE INSERT ON users WHEN NEW.email LIKE 'ends%'
            BEGIN SELECT RAISE(ROLLBACK, 'the transaction ends here'); END";
        database.execute_unprepared(ends).await.expect(ends);
        for round in 0..3 {
            create(&format!("ends-{round}@marlshire.example"))
                .await
                .expect_err("the transaction ended");
            for number in 0..3 {
                let email = format!("stays-{round}-{number}@marlshire.example");
                create(&email).await.expect("acknowledged");
                let there = format!("SELECT COUNT(*) FROM users WHERE email = '{email}'");
                assert_eq!(behind::number(&database, &there).await, 1, "{email}");
            }
        }
        let found = storm::at_rest(&world, &database).await;
        assert_eq!(found, Vec::<String>::new());
    });
}
