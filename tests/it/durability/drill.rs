//! A backup that is taken while people work is one moment of the database, and works elsewhere.

use std::collections::BTreeSet;

use llpr_client::request_id;
use llpr_proto::v1::*;
use llpr_server::backup::{self, BackupError};
use llpr_tests::{Actor, World, behind, first, on_both_engines};
use sea_orm::{ConnectionTrait as _, Database};

/// The tables in which a row is changed in place while the drill writes.
const CHANGED_IN_PLACE: [&str; 2] = ["ledger_head", "sessions"];

async fn create(admin: &Actor, number: u32) -> String {
    let request = CreateUserRequest {
        user: Some(User {
            email: format!("drill-{number}@marlshire.example"),
            display_name: "Storm Petrel".into(),
            ..User::default()
        }),
        request_id: request_id(),
        ..CreateUserRequest::default()
    };
    let made = admin.session.users().create_user(request).await;
    made.expect("a user")
        .into_inner()
        .user
        .expect("a user")
        .name
}

/// Creates users until told to stop, and some before anybody is told to begin.
async fn busy(
    world: &World,
    folder: &std::path::Path,
) -> (backup::Manifest, BTreeSet<String>, BTreeSet<String>) {
    let admin = world.actor("ADMINISTRATOR").await;
    let mut before = BTreeSet::new();
    for number in 0..5 {
        before.insert(create(&admin, number).await);
    }
    let backing_up = backup::backup(&world.config, folder);
    futures::pin_mut!(backing_up);
    let mut meanwhile = BTreeSet::new();
    for number in 5.. {
        tokio::select! {
            made = &mut backing_up => return (made.expect("backed up"), before, meanwhile),
            name = create(&admin, number) => meanwhile.insert(name),
        };
    }
    unreachable!("the numbers don't end")
}

on_both_engines! {
    County async fn a_backup_taken_while_people_work_is_one_moment_and_works_elsewhere(world) {
        let folder = world.path("backup");
        let (made, before, meanwhile) = busy(&world, &folder).await;
        let elsewhere = world.elsewhere().await;
        let restored = backup::restore(&elsewhere, &folder, false).await.expect("restored");
        assert_eq!(restored.ledger_head, made.ledger_head);

        let (here, there) = (world.database().await, Database::connect(&elsewhere.database.url).await.unwrap());
        let (ours, theirs) = (behind::contents(world.engine, &here).await, behind::contents(world.engine, &there).await);
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (table, rows) in &theirs {
            if !CHANGED_IN_PLACE.contains(&table.as_str()) {
                let strange: Vec<_> = rows.difference(&ours[table]).take(3).collect();
                assert!(strange.is_empty(), "{table} has rows that never were: {strange:?}");
            }
        }
        // What came later is missing whole: as many users as ledger rows and request ids.
        let later = |table: &str| ours[table].difference(&theirs[table]).count();
        assert_eq!((later("users"), later("idempotency")), (later("ledger"), later("ledger")));
        assert!(later("users") <= meanwhile.len() + 1, "{} of {}", later("users"), meanwhile.len());
        assert_eq!(i64::try_from(theirs["ledger"].len()).unwrap(), made.ledger_length);
        for name in before {
            let id = name.trim_start_matches("users/");
            assert!(theirs["users"].iter().any(|row| row.contains(id)), "{name} was acknowledged before the backup");
        }
        assert_eq!(behind::halves(&there).await, Vec::<String>::new());

        // A server starts on it, and people sign in with their passwords.
        let server = llpr_server::start(elsewhere.clone()).await.expect("it serves");
        let client = llpr_client::Client::connect(&server.endpoint()).unwrap();
        let sim = Actor::with(client, &first("SIM").email, llpr_tests::PASSWORD).await;
        let school = GetSchoolRequest { name: "schools/900001".into() };
        sim.session.schools().get_school(school).await.expect("a school");
        drop(sim);
        server.stop().await;
    }

    County async fn a_restore_never_overwrites_and_never_takes_what_was_changed(world) {
        let folder = world.path("backup");
        backup::backup(&world.config, &folder).await.expect("backed up");
        let taken = backup::backup(&world.config, &folder).await;
        assert!(matches!(taken, Err(BackupError::FolderTaken(_))), "{taken:?}");
        let over = backup::restore(&world.config, &folder, false).await.expect_err("it holds data");
        assert!(over.to_string().contains("--replace"), "{over}");

        let data = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        let data = data.into_iter().find(|path| path.extension().is_none_or(|kind| kind != "json")).unwrap();
        let mut bytes = std::fs::read(&data).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&data, bytes).unwrap();
        let elsewhere = world.elsewhere().await;
        let changed = backup::restore(&elsewhere, &folder, false).await.expect_err("it was changed");
        assert!(!changed.to_string().is_empty());
        std::fs::remove_file(folder.join("manifest.json")).unwrap();
        backup::restore(&elsewhere, &folder, false).await.expect_err("a backup that broke off has no manifest");
        // Nothing of it is there.
        if let Ok(there) = Database::connect(&elsewhere.database.url).await {
            assert!(there.execute_unprepared("SELECT 1 FROM users").await.is_err());
        }
    }
}
