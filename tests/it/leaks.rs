//! What an answer gives away about what its caller may not see: nothing, to the byte.

use std::collections::BTreeSet;

use llpr_client::request_id;
use llpr_proto::access::METHODS;
use llpr_proto::v1::*;
use llpr_tests::wire::{Told, Wire, frame, request};
use llpr_tests::{PASSWORD, World, first, on_both_engines};
use prost::Message as _;

use crate::access::{OTHER, sample};

/// Roles at a school, and one at a district: nobody of the county's.
const ROLES: [&str; 7] = [
    "SIM",
    "LLP",
    "HEADTEACHER",
    "SCHOOL_LEADER",
    "GOVERNOR",
    "CLERK",
    "ADVISER",
];

/// Everything that a caller receives, but for the time of day.
fn bytes(mut told: Told) -> String {
    told.headers.remove("date");
    format!("{told:?}")
}

async fn ask(wire: &Wire, path: &str, token: &str, message: &[u8]) -> Told {
    let token = format!("Bearer {token}");
    let metadata = [
        ("authorization", token.as_str()),
        ("x-request-id", "the-same-for-all"),
    ];
    let told = wire.call(request(path, &metadata), frame(message)).await;
    told.expect("an answer")
}

async fn sign_in(world: &World, email: &str, password: &str) -> String {
    let wire = Wire::connect(&world.endpoint()).await;
    let message = SignInRequest {
        email: email.into(),
        password: password.into(),
    }
    .encode_to_vec();
    bytes(ask(&wire, "/llpr.v1.AuthService/SignIn", "none", &message).await)
}

/// Where the answers for two names differ, by method.
async fn differences(
    wire: &Wire,
    token: &str,
    real: (&str, &str),
    invented: (&str, &str),
) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for method in METHODS
        .iter()
        .filter(|method| !method.resource_field.is_empty())
    {
        let name = method.full_name().trim_start_matches("llpr.v1.");
        let one = ask(wire, method.path, token, &sample(name, real.0, real.1)).await;
        let other = ask(
            wire,
            method.path,
            token,
            &sample(name, invented.0, invented.1),
        )
        .await;
        if bytes(one) != bytes(other) {
            found.insert(name);
        }
    }
    found
}

/// The address of an account that an administrator has closed.
async fn closed_account(world: &World) -> String {
    let admin = world.actor("ADMINISTRATOR").await;
    let email = &first("ADVISER").email;
    let query = ListUsersRequest {
        query: email.clone(),
        ..ListUsersRequest::default()
    };
    let found = admin.session.users().list_users(query).await.unwrap();
    let user = found.into_inner().users.remove(0);
    let close = UpdateUserRequest {
        user: Some(User {
            name: user.name,
            disabled: true,
            ..User::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["disabled".into()],
        }),
        request_id: request_id(),
    };
    admin
        .session
        .users()
        .update_user(close)
        .await
        .expect("closed");
    email.clone()
}

on_both_engines! {
    County async fn a_foreign_school_and_an_invented_one_are_told_apart_by_nothing(world) {
        let wire = Wire::connect(&world.endpoint()).await;
        for role in ROLES {
            let token = world.actor(role).await.access_token();
            let found = differences(&wire, &token, (OTHER, "districts/saltmere-coast"), ("schools/999998", "districts/none-such")).await;
            assert!(found.is_empty(), "{role}: {found:?}");
        }
        // The comparison itself: who sees the county does tell them apart.
        let token = world.actor("DATA_OFFICER").await.access_token();
        let found = differences(&wire, &token, (OTHER, "districts/saltmere-coast"), ("schools/999998", "districts/none-such")).await;
        assert!(found.contains("SchoolService/GetSchool") && found.contains("SchoolService/GetDistrict"), "{found:?}");
    }

    County async fn a_foreign_role_and_an_invented_one_are_told_apart_by_nothing(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let list = ListRoleAssignmentsRequest { parent: "users/-".into(), page_size: 500, ..ListRoleAssignmentsRequest::default() };
        let list = admin.session.users().list_role_assignments(list).await.unwrap().into_inner();
        let foreign = list.role_assignments.iter().find(|given| given.node == OTHER).expect("a role there");
        let (user, _) = foreign.name.split_once("/roleAssignments/").unwrap();
        let nobody = "0198a000-0000-7000-8000-000000000000";
        let end = |name: String| EndRoleAssignmentRequest { name, ..EndRoleAssignmentRequest::default() }.encode_to_vec();
        let wire = Wire::connect(&world.endpoint()).await;
        for role in ROLES {
            let token = world.actor(role).await.access_token();
            let mut told = BTreeSet::new();
            for name in [foreign.name.clone(), format!("{user}/roleAssignments/{nobody}"), format!("users/{nobody}/roleAssignments/{nobody}")] {
                let answer = ask(&wire, "/llpr.v1.UserService/EndRoleAssignment", &token, &end(name.clone())).await;
                assert_ne!(answer.status().code(), tonic::Code::Ok, "{role}");
                // What the caller said may come back.
                told.insert(bytes(answer.clone()).replace(&name, "NAME") + &answer.status().message().replace(&name, "NAME"));
            }
            assert_eq!(told.len(), 1, "{role}: {told:#?}");
        }
    }

    County async fn an_unknown_user_a_wrong_password_and_a_closed_account_are_one(world) {
        let closed = closed_account(&world).await;
        let unknown = sign_in(&world, "nobody.at.all@marlshire.example", PASSWORD).await;
        assert_eq!(unknown, sign_in(&world, &first("SIM").email, "not the password").await);
        assert_eq!(unknown, sign_in(&world, &closed, PASSWORD).await);
        assert!(unknown.contains("E-mail%20address"), "{unknown}");
    }

    County async fn a_link_asked_for_with_an_unknown_a_known_and_a_closed_account_is_one(world) {
        let closed = closed_account(&world).await;
        let wire = Wire::connect(&world.endpoint()).await;
        for purpose in [LinkPurpose::Password, LinkPurpose::SignIn] {
            let mut told = BTreeSet::new();
            for email in ["nobody.at.all@marlshire.example", &first("SIM").email, &first("GOVERNOR").email, &closed] {
                let message = RequestLinkRequest { email: email.into(), purpose: purpose.into() }.encode_to_vec();
                let answer = ask(&wire, "/llpr.v1.AuthService/RequestLink", "none", &message).await;
                assert_eq!(answer.status().code(), tonic::Code::Ok, "{email}");
                told.insert(bytes(answer));
            }
            assert_eq!(told.len(), 1, "{told:#?}");
        }
    }

    County async fn a_foreign_invitation_and_an_invented_one_are_told_apart_by_nothing(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let invite = CreateInvitationRequest {
            invitation: Some(Invitation {
                email: "una.fenn@marlshire.example".into(),
                display_name: "Una Fenn".into(),
                role: 5,
                node: OTHER.into(),
                ..Invitation::default()
            }),
            request_id: request_id(),
        };
        let made = admin.session.users().create_invitation(invite).await.unwrap().into_inner().invitation.unwrap();
        let nobody = "0198a000-0000-7000-8000-000000000000";
        let wire = Wire::connect(&world.endpoint()).await;
        for role in ROLES {
            let token = world.actor(role).await.access_token();
            for method in ["ResendInvitation", "CancelInvitation"] {
                let mut told = BTreeSet::new();
                for name in [made.name.clone(), format!("{}/invitations/{nobody}", made.user), format!("users/{nobody}/invitations/{nobody}")] {
                    let message = CancelInvitationRequest { name: name.clone(), ..CancelInvitationRequest::default() }.encode_to_vec();
                    let answer = ask(&wire, &format!("/llpr.v1.UserService/{method}"), &token, &message).await;
                    assert_ne!(answer.status().code(), tonic::Code::Ok, "{role}");
                    told.insert(bytes(answer).replace(&name, "NAME"));
                }
                assert_eq!(told.len(), 1, "{role} {method}: {told:#?}");
            }
        }
    }
}
