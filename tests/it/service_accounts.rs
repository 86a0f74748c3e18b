//! Scripts: one role, an end, no password.

use std::time::Duration;

use llpr_cli::Exit;
use llpr_client::{Error, Role, Session, request_id};
use llpr_proto::v1::auth_service_client::AuthServiceClient;
use llpr_proto::v1::*;
use llpr_tests::{Actor, World, on_both_engines, register};
use tonic::{Code, Status};

use crate::command_line::run;

const DAY: i64 = 24 * 3600;

async fn create(
    world: &World,
    admin: &Actor,
    role: Role,
    node: &str,
    days: i64,
) -> Result<ServiceAccount, Status> {
    let request = CreateServiceAccountRequest {
        service_account: Some(ServiceAccount {
            display_name: "Nightly import".into(),
            role: role.into(),
            node: node.into(),
            expire_time: Some(prost_types::Timestamp {
                seconds: world.clock.now().timestamp() + days * DAY,
                nanos: 0,
            }),
            ..ServiceAccount::default()
        }),
        request_id: request_id(),
    };
    let answer = admin
        .session
        .users()
        .create_service_account(request)
        .await?;
    Ok(answer.into_inner().service_account.expect("an account"))
}

/// A data officer's script that lives thirty days.
pub(crate) async fn importer(world: &World, admin: &Actor) -> ServiceAccount {
    create(world, admin, Role::DataOfficer, "county", 30)
        .await
        .expect("created")
}

pub(crate) async fn token(admin: &Actor, account: &ServiceAccount) -> (String, String) {
    let request = CreateServiceAccountTokenRequest {
        parent: account.name.clone(),
        request_id: request_id(),
        ..CreateServiceAccountTokenRequest::default()
    };
    let mut auth = admin.session.auth();
    let answer = auth.create_service_account_token(request).await;
    let answer = answer.expect("a token").into_inner();
    (answer.token.expect("a token").name, answer.secret)
}

pub(crate) fn script(world: &World, secret: &str) -> Session {
    Session::of_service_account(world.client(), secret)
}

async fn exchange(world: &World, secret: &str) -> Result<SignInServiceAccountResponse, Status> {
    let request = SignInServiceAccountRequest {
        secret: secret.into(),
    };
    let mut auth = AuthServiceClient::new(world.client().channel());
    Ok(auth.sign_in_service_account(request).await?.into_inner())
}

fn told(status: &Status) -> (Code, String, Vec<u8>) {
    (
        status.code(),
        status.message().to_owned(),
        status.details().to_vec(),
    )
}

async fn imports(session: &Session) -> Result<(), Status> {
    let list = ListImportsRequest::default();
    session.imports().list_imports(list).await.map(|_| ())
}

on_both_engines! {
    County async fn a_script_imports_and_the_ledger_names_it(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let account = importer(&world, &admin).await;
        let (_, secret) = token(&admin, &account).await;
        let session = script(&world, &secret);
        let caller = session.auth().get_caller(GetCallerRequest {}).await.expect("signed in").into_inner();
        let user = caller.user.expect("a caller");
        assert_eq!((user.name.as_str(), user.email.as_str()), (account.name.as_str(), ""));
        assert_eq!(caller.role_assignments.len(), 1);
        let upload = register("districts", "districts.csv");
        let content = b"district,name,urn\r\n".to_vec();
        let answer = llpr_client::upload_import(&session, upload, std::io::Cursor::new(content), |_| {}).await;
        let import = answer.expect("uploaded");
        let request = ListLedgerEntriesRequest { actor: account.name.clone(), ..ListLedgerEntriesRequest::default() };
        let listed = admin.session.audit().list_ledger_entries(request).await.expect("listed").into_inner();
        assert!(listed.entries.iter().any(|entry| entry.target == import.name && entry.role == "DATA_OFFICER"), "{listed:?}");
        assert!(listed.entries.iter().all(|entry| entry.actor == account.name && entry.actor_display_name == "Nightly import"));
    }

    County async fn an_unknown_token_and_a_wrong_secret_look_alike_and_a_right_one_is_never_held_up(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let account = importer(&world, &admin).await;
        let (_, secret) = token(&admin, &account).await;
        let mut wrong = secret.clone();
        wrong.replace_range(secret.len() - 4.., if secret.ends_with("AAAA") { "BBBB" } else { "AAAA" });
        let unknown = format!("llpr_sa_{}_{}", "0".repeat(32), &secret[secret.len() - 43..]);
        let refused = told(&exchange(&world, &wrong).await.expect_err("wrong"));
        assert_eq!(refused.0, Code::Unauthenticated);
        for other in [unknown.as_str(), "x", &admin.refresh_token(), &admin.access_token()[..200]] {
            assert_eq!(told(&exchange(&world, other).await.expect_err("unknown")), refused, "{other}");
        }
        for _ in 0..9 {
            exchange(&world, &wrong).await.expect_err("wrong");
        }
        let status = exchange(&world, &wrong).await.expect_err("too many");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::TooManySignIns));
        exchange(&world, &secret).await.expect("the right secret works all the same");
    }

    County async fn a_repeated_request_does_not_show_the_secret_again(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let account = importer(&world, &admin).await;
        let request = CreateServiceAccountTokenRequest {
            parent: account.name.clone(), request_id: request_id(), ..CreateServiceAccountTokenRequest::default()
        };
        let one = admin.session.auth().create_service_account_token(request.clone()).await.unwrap().into_inner();
        let two = admin.session.auth().create_service_account_token(request).await.unwrap().into_inner();
        assert_eq!(one.token, two.token);
        assert!(one.secret.starts_with("llpr_sa_") && two.secret.is_empty());
        let database = world.database().await;
        // What is random may hold an underscore itself: it begins after the third.
        let random = one.secret.splitn(4, '_').last().unwrap().to_owned();
        for table in ["service_account_tokens", "ledger", "idempotency"] {
            use sea_orm::{ConnectionTrait as _, Statement};
            let all = Statement::from_string(database.get_database_backend(), format!("SELECT * FROM {table}"));
            let rows = database.query_all_raw(all).await.unwrap();
            assert!(!format!("{rows:?}").contains(&random), "{table}");
        }
    }

    County async fn tokens_change_without_a_gap_and_a_revoked_one_is_out_at_once(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let account = importer(&world, &admin).await;
        let (old, old_secret) = token(&admin, &account).await;
        let (_, new_secret) = token(&admin, &account).await;
        let (first, second) = (script(&world, &old_secret), script(&world, &new_secret));
        imports(&first).await.expect("the old one works");
        imports(&second).await.expect("and the new one");
        let revoke = RevokeServiceAccountTokenRequest { name: old, request_id: request_id() };
        admin.session.auth().revoke_service_account_token(revoke).await.expect("revoked");
        assert_eq!(imports(&first).await.expect_err("out").code(), Code::Unauthenticated);
        exchange(&world, &old_secret).await.expect_err("and gets nothing new");
        imports(&second).await.expect("the new one is untouched");
    }

    County async fn a_revoked_account_is_out_at_once_and_stays_listed(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let account = importer(&world, &admin).await;
        let (_, secret) = token(&admin, &account).await;
        let session = script(&world, &secret);
        imports(&session).await.expect("works");
        let revoke = RevokeServiceAccountRequest { name: account.name.clone(), request_id: request_id() };
        admin.session.users().revoke_service_account(revoke).await.expect("revoked");
        assert_eq!(imports(&session).await.expect_err("out").code(), Code::Unauthenticated);
        exchange(&world, &secret).await.expect_err("no further session");
        let list = ListServiceAccountsRequest::default();
        let listed = admin.session.users().list_service_accounts(list).await.unwrap().into_inner();
        assert!(listed.service_accounts.iter().any(|found| found.name == account.name && found.revoked && found.tokens.is_empty()));
        let request = CreateServiceAccountTokenRequest { parent: account.name, ..CreateServiceAccountTokenRequest::default() };
        let status = admin.session.auth().create_service_account_token(request).await.expect_err("ended");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::ServiceAccountState));
    }

    County async fn a_script_ends_with_its_account(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let account = create(&world, &admin, Role::DataOfficer, "county", 1).await.expect("created");
        let (_, secret) = token(&admin, &account).await;
        let session = script(&world, &secret);
        imports(&session).await.expect("works");
        world.clock.advance(Duration::from_hours(25));
        exchange(&world, &secret).await.expect_err("its time is over");
        assert_eq!(imports(&session).await.expect_err("out").code(), Code::Unauthenticated);
    }

    County async fn a_script_is_no_person_and_gives_no_roles(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let account = create(&world, &admin, Role::Sim, "districts/north-marl", 30).await.expect("created");
        let (_, secret) = token(&admin, &account).await;
        let session = script(&world, &secret);
        let id = account.name.strip_prefix("serviceAccounts/").unwrap();
        let users = admin.session.users().list_users(ListUsersRequest { page_size: 500, ..ListUsersRequest::default() }).await;
        assert!(users.unwrap().into_inner().users.iter().all(|user| !user.name.contains(id)));
        admin.session.users().get_user(GetUserRequest { name: format!("users/{id}") }).await.expect_err("no user");
        let set = SetUserPasswordRequest { name: format!("users/{id}"), password: "harbour violet anvil".into(), ..SetUserPasswordRequest::default() };
        admin.session.users().set_user_password(set).await.expect_err("no password");
        let roles = ListRoleAssignmentsRequest { parent: "users/-".into(), page_size: 500, ..ListRoleAssignmentsRequest::default() };
        let roles = admin.session.users().list_role_assignments(roles).await.unwrap().into_inner();
        assert!(roles.role_assignments.iter().all(|given| !given.user.contains(id)));
        let grant = |parent: &str| CreateRoleAssignmentRequest {
            parent: parent.into(),
            role_assignment: Some(RoleAssignment { role: Role::Adviser.into(), node: "schools/900005".into(), ..RoleAssignment::default() }),
            request_id: request_id(),
        };
        let status = session.users().create_role_assignment(grant("users/naomi.tarn@marlshire.example")).await.expect_err("a script");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::GrantNotAllowed));
        let status = admin.session.users().create_role_assignment(grant(&format!("users/{id}"))).await.expect_err("a second role");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::ResourceNotFound));
    }

    County async fn what_an_account_may_be_is_bounded(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        for (role, node, days, reason) in [
            (Role::Administrator, "county", 30, ErrorReason::GrantNotAllowed),
            (Role::Headteacher, "schools/900001", 30, ErrorReason::GrantNotAllowed),
            (Role::DataOfficer, "districts/north-marl", 30, ErrorReason::InvalidRequest),
            (Role::Sim, "districts/nowhere", 30, ErrorReason::ResourceNotFound),
            (Role::DataOfficer, "county", 400, ErrorReason::InvalidRequest),
            (Role::DataOfficer, "county", 0, ErrorReason::InvalidRequest),
        ] {
            let status = create(&world, &admin, role, node, days).await.expect_err("refused");
            assert_eq!(Error::from(status).reason(), Some(reason), "{role:?} {node} {days}");
        }
    }
}

on_both_engines! {
    County async fn a_script_signs_in_with_a_file_from_the_command_line(world) {
        let day = (world.clock.today() + chrono::Duration::days(90)).to_string();
        let create = ["service-account", "create", "Nightly import", "--role", "data-officer", "--node", "county", "--until", &day, "-o", "json"];
        let (exit, out, err) = run(&world, "ADMINISTRATOR", &create).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let account: serde_json::Value = serde_json::from_str(&out).unwrap();
        let name = account["name"].as_str().unwrap();
        let (exit, secret, err) = run(&world, "ADMINISTRATOR", &["service-account", "token", name]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let file = world.path("import.token");
        std::fs::write(&file, &secret).unwrap();
        let file = file.to_str().unwrap();

        let (exit, out, err) = run(&world, "ADMINISTRATOR", &["--token-file", file, "whoami", "-o", "json"]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        assert!(out.contains("Nightly import"), "{out}");
        let (exit, _, err) = run(&world, "ADMINISTRATOR", &["--token-file", file, "user", "list"]).await;
        assert_eq!(exit, Exit::NotAllowed, "{err}");

        let (exit, _, err) = run(&world, "ADMINISTRATOR", &["service-account", "revoke", name]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (exit, _, err) = run(&world, "ADMINISTRATOR", &["--token-file", file, "whoami"]).await;
        assert_eq!(exit, Exit::NotAllowed, "{err}");
        assert!(!err.contains(secret.trim()), "{err}");
        let wrong = ["service-account", "create", "X", "--role", "data-officer", "--node", "county", "--until", "31/08/2027"];
        let (exit, _, err) = run(&world, "ADMINISTRATOR", &wrong).await;
        assert_eq!(exit, Exit::Usage);
        assert!(err.contains("YYYY-MM-DD"), "{err}");
    }
}
