//! People and roles.

mod list;

use llpr_client::{Error, request_id};
use llpr_proto::options::v1::Role;
use llpr_proto::v1::*;
use llpr_tests::{Actor, on_both_engines};

fn grant(person: &str, role: Role, node: &str) -> CreateRoleAssignmentRequest {
    CreateRoleAssignmentRequest {
        parent: format!("users/{person}"),
        role_assignment: Some(RoleAssignment {
            role: role.into(),
            node: node.into(),
            ..RoleAssignment::default()
        }),
        request_id: request_id(),
    }
}

async fn refused(actor: &Actor, request: CreateRoleAssignmentRequest) -> Option<ErrorReason> {
    let status = actor
        .session
        .users()
        .create_role_assignment(request)
        .await
        .expect_err("refused");
    Error::from(status).reason()
}

on_both_engines! {
    County async fn the_granting_table_holds(world) {
        let (admin, sim, head) = (world.actor("ADMINISTRATOR").await, world.actor("SIM").await, world.actor("HEADTEACHER").await);
        let adviser = "naomi.tarn@marlshire.example";
        sim.session.users().create_role_assignment(grant(adviser, Role::Adviser, "schools/900005")).await.expect("a SIM may");
        head.session.users().create_role_assignment(grant(adviser, Role::Clerk, "schools/900001")).await.expect("a head may");
        assert_eq!(refused(&sim, grant(adviser, Role::Governor, "schools/900005")).await, Some(ErrorReason::GrantNotAllowed));
        assert_eq!(refused(&head, grant(adviser, Role::Llp, "schools/900001")).await, Some(ErrorReason::GrantNotAllowed));
        assert_eq!(refused(&sim, grant(adviser, Role::Adviser, "schools/900037")).await, Some(ErrorReason::AccessDenied));
        assert_eq!(refused(&admin, grant(&admin.email, Role::DataOfficer, "county")).await, Some(ErrorReason::GrantNotAllowed));
        assert_eq!(refused(&admin, grant(adviser, Role::Sim, "county")).await, Some(ErrorReason::InvalidRequest));
        assert_eq!(refused(&admin, grant("nobody@marlshire.example", Role::Sim, "districts/north-marl")).await, Some(ErrorReason::ResourceNotFound));
    }

    County async fn p6a_a_governor_is_not_the_partner(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let reason = refused(&admin, grant("grace.hollis@marlshire.example", Role::Llp, "schools/900045")).await;
        assert_eq!(reason, Some(ErrorReason::ConflictOfInterest));
    }

    County async fn a_repeated_request_gives_the_first_outcome_and_another_is_refused(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let create = |email: &str, id: &str| CreateUserRequest {
            user: Some(User { email: email.into(), display_name: "Una Fenn".into(), ..User::default() }),
            password: "harbour violet anvil".into(),
            request_id: id.into(),
        };
        let id = request_id();
        let one = admin.session.users().create_user(create("una.fenn@marlshire.example", &id)).await.unwrap().into_inner();
        let two = admin.session.users().create_user(create("una.fenn@marlshire.example", &id)).await.unwrap().into_inner();
        assert_eq!(one, two);
        let status = admin.session.users().create_user(create("other@marlshire.example", &id)).await.expect_err("reused");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::RequestIdReused));
        let status = admin.session.users().create_user(create("Una.Fenn@marlshire.example", &request_id())).await.expect_err("taken");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::EmailTaken));
    }

    County async fn a_stale_etag_changes_nothing(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let listed = admin.session.users().list_users(ListUsersRequest { query: "naomi".into(), ..ListUsersRequest::default() }).await;
        let user = listed.unwrap().into_inner().users.remove(0);
        let rename = |user: &User, name: &str| UpdateUserRequest {
            user: Some(User { display_name: name.into(), ..user.clone() }),
            update_mask: Some(prost_types::FieldMask { paths: vec!["display_name".into()] }),
            request_id: request_id(),
        };
        let changed = admin.session.users().update_user(rename(&user, "Naomi Tarn-Ash")).await.unwrap().into_inner().user.unwrap();
        let status = admin.session.users().update_user(rename(&user, "Lost")).await.expect_err("stale");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::EtagMismatch));
        let now = admin.session.users().get_user(GetUserRequest { name: user.name }).await.unwrap().into_inner().user.unwrap();
        assert_eq!(now, changed);
    }

    County async fn all_violations_are_told_at_once(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let request = CreateUserRequest {
            user: Some(User { email: "not an address".into(), display_name: "x".repeat(200), ..User::default() }),
            password: "short".into(),
            request_id: "not a uuid".into(),
        };
        let error = Error::from(admin.session.users().create_user(request).await.expect_err("invalid"));
        let mut fields: Vec<_> = error.violations().iter().map(|violation| violation.field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["password", "request_id", "user.display_name", "user.email"]);
    }

    County async fn a_sim_lists_the_roles_of_her_district_only(world) {
        let sim = world.actor("SIM").await;
        let request = ListRoleAssignmentsRequest { parent: "users/-".into(), page_size: 500, ..ListRoleAssignmentsRequest::default() };
        let listed = sim.session.users().list_role_assignments(request).await.unwrap().into_inner();
        assert_eq!(listed.role_assignments.len(), usize::try_from(listed.total_size).unwrap());
        let urns: Vec<u32> = listed.role_assignments.iter().filter_map(|a| a.node.strip_prefix("schools/")?.parse().ok()).collect();
        assert!(!urns.is_empty() && urns.iter().all(|urn| (900_001..=900_017).contains(urn)), "{urns:?}");
    }
}
