//! The ledger as administrators see it, and streams that end with the role.

use llpr_cli::Exit;
use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_server::keys_admin::{self, Purpose};
use llpr_tests::{Actor, World, on_both_engines};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use sha2::{Digest as _, Sha256};
use tonic::{Code, Streaming};

use crate::command_line::run as llpr;

async fn verify(admin: &Actor) -> VerifyLedgerResponse {
    let mut audit = admin.session.audit();
    let answer = audit.verify_ledger(VerifyLedgerRequest {}).await;
    answer.expect("verified").into_inner()
}

async fn export(admin: &Actor, follow: bool) -> Streaming<ExportLedgerResponse> {
    let request = ExportLedgerRequest {
        after_seq: 0,
        follow,
    };
    let answer = admin.session.audit().export_ledger(request).await;
    answer.expect("a stream").into_inner()
}

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.expect(sql);
}

async fn number(database: &DatabaseConnection, sql: &str) -> i64 {
    let ask = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(ask).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// What somebody does who can write the database and knows how the chain is made.
async fn rewrite_the_whole_chain(database: &DatabaseConnection) {
    let backend = database.get_database_backend();
    let all = Statement::from_string(backend, "SELECT seq, entry FROM ledger ORDER BY seq");
    let (mut previous, mut last) = (String::new(), 0);
    for row in database.query_all_raw(all).await.unwrap() {
        let (seq, entry): (i64, String) = row.try_get_many_by_index().unwrap();
        let entry = if seq == 7 {
            entry.replace("llpr.v1.", "llpr.v2.")
        } else {
            entry
        };
        let hash = hex::encode(Sha256::digest(format!("{previous}{entry}")));
        let method: serde_json::Value = serde_json::from_str(&entry).unwrap();
        let change = Statement::from_sql_and_values(
            backend,
            "UPDATE ledger SET previous_hash = $1, hash = $2, entry = $3, method = $4 WHERE seq = $5",
            [
                previous.into(),
                hash.clone().into(),
                entry.into(),
                method["method"].as_str().unwrap().into(),
                seq.into(),
            ],
        );
        database.execute_raw(change).await.unwrap();
        (previous, last) = (hash, seq);
    }
    run(
        database,
        &format!("UPDATE ledger_head SET seq = {last}, hash = '{previous}'"),
    )
    .await;
}

async fn end_role(admin: &Actor, of: &Actor) {
    let me = of.session.auth().get_caller(GetCallerRequest {}).await;
    let request = EndRoleAssignmentRequest {
        name: me.unwrap().into_inner().role_assignments[0].name.clone(),
        request_id: request_id(),
        ..EndRoleAssignmentRequest::default()
    };
    let ended = admin.session.users().end_role_assignment(request).await;
    ended.expect("ended");
}

/// A second administrator, whose role may end.
async fn second_administrator(world: &World, admin: &Actor) -> Actor {
    let person = &llpr_tests::first("ADVISER").email;
    let request = CreateRoleAssignmentRequest {
        parent: format!("users/{person}"),
        role_assignment: Some(RoleAssignment {
            role: llpr_client::Role::Administrator.into(),
            node: "county".into(),
            ..RoleAssignment::default()
        }),
        request_id: request_id(),
    };
    let given = admin.session.users().create_role_assignment(request).await;
    given.expect("given");
    world.person(person).await
}

async fn end_administrator(admin: &Actor, of: &Actor) {
    let me = of.session.auth().get_caller(GetCallerRequest {}).await;
    let roles = me.unwrap().into_inner().role_assignments;
    let role = roles.iter().find(|role| role.node == "county").unwrap();
    let request = EndRoleAssignmentRequest {
        name: role.name.clone(),
        request_id: request_id(),
        ..EndRoleAssignmentRequest::default()
    };
    let ended = admin.session.users().end_role_assignment(request).await;
    ended.expect("ended");
}

/// Reads until the stream ends, which it must by itself.
async fn end_of(mut stream: Streaming<ExportLedgerResponse>) -> tonic::Status {
    loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the stream ended as if it were complete"),
            Err(status) => return status,
        }
    }
}

/// An open upload of the officer's, wherever it goes, ends when an administrator ends the role.
async fn an_upload_ends_with_the_role(world: &World, admin: &Actor, officer: &Actor) {
    use upload_import_request::Content;
    let (sender, messages) = tokio::sync::mpsc::channel(4);
    let header = UploadImportHeader {
        dataset: "datasets/gias-establishments".into(),
        file_name: "x.csv".into(),
        size_bytes: 1_000_000,
        sha256: "0".repeat(64),
        ..UploadImportHeader::default()
    };
    let message = |content| UploadImportRequest {
        content: Some(content),
    };
    sender.send(message(Content::Header(header))).await.unwrap();
    let head = Content::Chunk(b"URN,LA (code)\r\n".to_vec());
    sender.send(message(head)).await.unwrap();
    let session = officer.session.clone();
    let upload = tokio::spawn(async move {
        let messages = tokio_stream::wrappers::ReceiverStream::new(messages);
        session.imports().upload_import(messages).await
    });
    let database = world.database().await;
    let arriving = "SELECT COUNT(*) FROM imports WHERE state = 'uploading'";
    while number(&database, arriving).await == 0 {
        tokio::task::yield_now().await;
    }
    end_role(admin, officer).await;
    world.clock.advance(std::time::Duration::from_secs(1));
    // The next chunk finds that the role has ended.
    let row = Content::Chunk(b"900001,990\r\n".to_vec());
    sender.send(message(row)).await.unwrap();
    let status = upload.await.unwrap().expect_err("stopped");
    assert_eq!(status.code(), Code::PermissionDenied);
    while number(&database, arriving).await > 0 {
        tokio::task::yield_now().await;
    }
    drop(sender);
}

on_both_engines! {
    County async fn entries_are_found_by_actor_method_target_and_time(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let list = async |request: ListLedgerEntriesRequest| {
            admin.session.audit().list_ledger_entries(request).await.expect("listed").into_inner()
        };
        let page = |token: String| ListLedgerEntriesRequest { page_size: 10, page_token: token, ..ListLedgerEntriesRequest::default() };
        let first = list(page(String::new())).await;
        let second = list(page(first.next_page_token.clone())).await;
        let seqs: Vec<i64> = first.entries.iter().chain(&second.entries).map(|entry| entry.seq).collect();
        assert_eq!(seqs.len(), 20);
        assert!(seqs.windows(2).all(|pair| pair[0] == pair[1] + 1), "{seqs:?}");
        let by_method = list(ListLedgerEntriesRequest { method: "llpr.v1.ImportService/".into(), ..Default::default() }).await;
        assert!(!by_method.entries.is_empty() && by_method.entries.iter().all(|entry| entry.method.starts_with("llpr.v1.ImportService/")));
        let by_target = list(ListLedgerEntriesRequest { target_prefix: "imports/".into(), ..Default::default() }).await;
        assert!(!by_target.entries.is_empty() && by_target.entries.iter().all(|entry| entry.target.starts_with("imports/")));
        let actor = by_target.entries[0].actor.clone();
        let by_actor = list(ListLedgerEntriesRequest { actor: actor.clone(), ..Default::default() }).await;
        assert!(by_actor.entries.iter().all(|entry| entry.actor == actor && !entry.actor_display_name.is_empty()));
        let now = Some(prost_types::Timestamp { seconds: world.clock.now().timestamp() + 60, nanos: 0 });
        assert!(list(ListLedgerEntriesRequest { start_time: now, ..Default::default() }).await.entries.is_empty());
        assert!(!list(ListLedgerEntriesRequest { end_time: now, ..Default::default() }).await.entries.is_empty());
    }

    County async fn a_chain_that_was_rewritten_whole_does_not_fit_its_signed_head(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let seq = world.server().sign_ledger_head().await.expect("signed").expect("moved");
        assert_eq!(world.server().sign_ledger_head().await.expect("asked"), None, "it has not moved since");
        let whole = verify(&admin).await;
        assert!(whole.whole && whole.head_count >= 1, "{whole:?}");
        let database = world.database().await;
        rewrite_the_whole_chain(&database).await;
        let found = verify(&admin).await;
        assert!(!found.whole, "{found:?}");
        // The template's own servers signed when they stopped, and the first head that fails is named.
        let first = number(&database, "SELECT MIN(seq) FROM ledger_heads WHERE seq >= 7").await;
        assert!(first <= seq);
        assert_eq!(found.fault_seq, first, "{found:?}");
        assert!(found.fault.contains(&format!("signed at entry {first}")), "{}", found.fault);
    }

    County async fn heads_that_were_forged_or_outlive_their_chain_show(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let seq = world.server().sign_ledger_head().await.expect("signed").expect("moved");
        let database = world.database().await;
        run(&database, &format!("DELETE FROM ledger WHERE seq > {}", seq - 1)).await;
        run(&database, &format!("UPDATE ledger_head SET seq = {0}, hash = (SELECT hash FROM ledger WHERE seq = {0})", seq - 1)).await;
        let cut = verify(&admin).await;
        assert!(!cut.whole && cut.fault_seq == seq, "{cut:?}");
        run(&database, &format!("DELETE FROM ledger_heads WHERE seq = {seq}")).await;
        assert!(verify(&admin).await.whole, "without the head, nothing in the database tells: keep heads elsewhere");
        let forged = "UPDATE ledger_heads SET signature = REPLACE(signature, 'a', 'b')";
        run(&database, forged).await;
        let forged = verify(&admin).await;
        assert!(!forged.whole && forged.fault.contains("signed at entry"), "{forged:?}");
    }

    County async fn heads_of_a_retired_key_are_verified_still(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        world.server().sign_ledger_head().await.expect("signed");
        let keys = async || {
            let list = admin.session.audit().list_ledger_heads(ListLedgerHeadsRequest::default()).await;
            list.expect("heads").into_inner()
        };
        let old = keys().await.heads[0].kid.clone();
        let folder = &world.config.keys.folder;
        assert!(keys_admin::retire(folder, &old).is_err(), "it is the one that signs");
        let new = keys_admin::rotate(folder, Purpose::Ledger).expect("rotated");
        keys_admin::retire(folder, &old).expect("retired");
        world.actor("SIM").await;
        world.server().sign_ledger_head().await.expect("signed").expect("moved");
        let listed = keys().await;
        assert_eq!(listed.heads[0].kid, new);
        assert!(listed.keys.iter().any(|key| key.kid == old));
        assert!(verify(&admin).await.whole);
    }

    County async fn an_export_holds_the_whole_chain_and_its_heads(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let signed = world.server().sign_ledger_head().await.expect("signed").expect("moved");
        let mut stream = export(&admin, false).await;
        let (mut seq, mut previous, mut heads, mut keys) = (0, String::new(), Vec::new(), 0);
        while let Some(message) = stream.message().await.expect("the whole") {
            for entry in message.entries {
                assert_eq!((entry.seq, &entry.previous_hash), (seq + 1, &previous));
                assert_eq!(entry.hash, hex::encode(Sha256::digest(format!("{previous}{}", entry.entry))));
                (seq, previous) = (entry.seq, entry.hash);
            }
            heads.extend(message.heads.into_iter().map(|head| head.seq));
            keys += message.keys.len();
        }
        assert!(seq >= signed && heads.contains(&signed) && keys == 1, "{seq} {heads:?} {keys}");
    }

    County async fn a_role_that_ends_stops_an_open_stream(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let second = second_administrator(&world, &admin).await;
        let mut stream = export(&second, true).await;
        stream.message().await.expect("a message").expect("entries");
        end_administrator(&admin, &second).await;
        let status = end_of(stream).await;
        assert_eq!(status.code(), Code::PermissionDenied);
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::AccessDenied));
    }

    County async fn a_session_that_ends_stops_an_open_stream(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let stream = export(&admin, true).await;
        admin.session.auth().sign_out(SignOutRequest::default()).await.expect("signed out");
        assert_eq!(Error::from(end_of(stream).await).reason(), Some(ErrorReason::SessionEnded));
    }

    County async fn a_role_that_ends_stops_an_upload_and_nothing_is_kept(world) {
        let (admin, officer) = (world.actor("ADMINISTRATOR").await, world.actor("DATA_OFFICER").await);
        an_upload_ends_with_the_role(&world, &admin, &officer).await;
    }

    County async fn refusals_are_counted_and_do_not_fill_the_ledger(world) {
        let (admin, sim) = (world.actor("ADMINISTRATOR").await, world.actor("SIM").await);
        for _ in 0..30 {
            let request = GetSchoolRequest { name: "schools/900037".into() };
            sim.session.schools().get_school(request).await.expect_err("another district");
        }
        let list = admin.session.audit().list_refusals(ListRefusalsRequest::default()).await;
        let refusals = list.expect("listed").into_inner().refusals;
        assert_eq!((refusals.len(), refusals[0].count), (1, 30));
        assert_eq!(refusals[0].last_method, "llpr.v1.SchoolService/GetSchool");
        let request = ListLedgerEntriesRequest { actor: refusals[0].actor.clone(), page_size: 500, ..Default::default() };
        let entries = admin.session.audit().list_ledger_entries(request).await.unwrap().into_inner().entries;
        let refused: Vec<_> = entries.iter().filter(|entry| entry.fields == ["refused"]).collect();
        assert_eq!(refused.len(), 20);
        assert_eq!(refused[0].target, "schools/900037");
        assert!(verify(&admin).await.whole);
    }
}

#[test]
fn a_role_that_ends_at_one_server_stops_streams_at_the_other() {
    use llpr_tests::{Engine, Start};
    llpr_tests::tell(Engine::Postgres, Start::County, async |world| {
        let admin = world.actor("ADMINISTRATOR").await;
        let person = second_administrator(&world, &admin).await.email;
        let replica = world.replica().await;
        let client = llpr_client::Client::connect(&replica.endpoint()).expect("a client");
        let there = Actor::with(client, &person, llpr_tests::PASSWORD).await;
        let mut stream = export(&there, true).await;
        stream.message().await.expect("a message").expect("entries");
        end_administrator(&admin, &there).await;
        assert_eq!(end_of(stream).await.code(), Code::PermissionDenied);
        let request = VerifyLedgerRequest {};
        let status = there.session.audit().verify_ledger(request).await;
        assert_eq!(status.expect_err("ended").code(), Code::PermissionDenied);
        replica.stop().await;
    });
}

#[test]
fn a_role_that_ends_at_one_server_stops_an_upload_at_the_other() {
    use llpr_tests::{Engine, Start};
    llpr_tests::tell(Engine::Postgres, Start::County, async |world| {
        let admin = world.actor("ADMINISTRATOR").await;
        let replica = world.replica().await;
        let client = llpr_client::Client::connect(&replica.endpoint()).expect("a client");
        let email = &llpr_tests::first("DATA_OFFICER").email;
        let officer = Actor::with(client, email, llpr_tests::PASSWORD).await;
        an_upload_ends_with_the_role(&world, &admin, &officer).await;
        drop(officer);
        replica.stop().await;
    });
}

on_both_engines! {
    County async fn an_administrator_takes_a_copy_and_checks_it_without_the_server(world) {
        let file = world.path("ledger.jsonl");
        let path = file.to_str().unwrap();
        world.server().sign_ledger_head().await.expect("signed");
        let (exit, _, err) = llpr(&world, "ADMINISTRATOR", &["audit", "verify"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(err.starts_with("The record is whole:"), "{err}");
        let (exit, _, err) = llpr(&world, "ADMINISTRATOR", &["audit", "export", "--file", path]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (exit, _, err) = llpr(&world, "ADMINISTRATOR", &["audit", "verify", path]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(err.contains("entries 1 to ") && err.contains("keys in the file itself"), "{err}");

        let whole = std::fs::read_to_string(&file).unwrap();
        let key = whole.lines().find_map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["key"]["publicKey"].as_str().map(str::to_owned)
        });
        let pem = world.path("key.pem");
        std::fs::write(&pem, key.expect("a key")).unwrap();
        let (exit, _, err) = llpr(&world, "ADMINISTRATOR", &["audit", "verify", path, "--key", pem.to_str().unwrap()]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(!err.contains("keys in the file itself"), "{err}");

        // A changed entry, a missing one, and a file that was cut off.
        let lines: Vec<&str> = whole.lines().collect();
        let entry = lines.iter().position(|line| line.contains("CreateRoleAssignment")).expect("an entry");
        let changed = lines.iter().enumerate().map(|(at, line)| {
            if at == entry { line.replace("CreateRoleAssignment", "CreateUser") } else { (*line).to_owned() }
        });
        let missing = lines.iter().enumerate().filter(|(at, _)| *at != entry).map(|(_, line)| (*line).to_owned());
        let cut = whole[..whole.len() - 20].to_owned();
        for wrong in [changed.collect::<Vec<_>>().join("\n"), missing.collect::<Vec<_>>().join("\n"), cut] {
            std::fs::write(&file, wrong).unwrap();
            let (exit, _, err) = llpr(&world, "ADMINISTRATOR", &["audit", "verify", path]).await;
            assert_eq!(exit, Exit::Conflict, "{err}");
            assert!(err.contains("ledger.jsonl line "), "{err}");
        }
        let (exit, out, err) = llpr(&world, "ADMINISTRATOR", &["audit", "list", "--method", "llpr.v1.UserService/CreateUser", "-o", "csv"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.lines().count() > 2 && !out.contains('@'), "{out}");
        let (exit, _, _) = llpr(&world, "SIM", &["audit", "list"]).await;
        assert_eq!(exit, Exit::NotAllowed);
    }
}
