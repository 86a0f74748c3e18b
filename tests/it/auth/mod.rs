//! Signing in and out.

use std::time::Duration;

use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, PASSWORD, first, on_both_engines};
use tonic::Code;

async fn refused(world: &llpr_tests::World, email: &str, password: &str) -> Error {
    world
        .client()
        .sign_in(email, password)
        .await
        .expect_err("refused")
}

/// Status code, message and details without the request id: what a caller can tell apart.
async fn raw_refusal(
    world: &llpr_tests::World,
    email: &str,
    password: &str,
) -> (Code, String, Vec<u8>) {
    let mut client = auth_service_client::AuthServiceClient::new(world.client().channel());
    let request = SignInRequest {
        email: email.into(),
        password: password.into(),
    };
    let status = client.sign_in(request).await.expect_err("refused");
    (
        status.code(),
        status.message().to_owned(),
        status.details().to_vec(),
    )
}

async fn refresh(world: &llpr_tests::World, token: &str) -> Result<SessionTokens, tonic::Status> {
    let mut client = auth_service_client::AuthServiceClient::new(world.client().channel());
    let answer = client
        .refresh_session(RefreshSessionRequest {
            refresh_token: token.into(),
        })
        .await?;
    Ok(answer.into_inner().tokens.expect("tokens"))
}

on_both_engines! {
    County async fn an_unknown_person_and_a_wrong_password_look_alike(world) {
        let known = raw_refusal(&world, &first("SIM").email, "not the password").await;
        let unknown = raw_refusal(&world, "nobody.here@marlshire.example", "not the password").await;
        assert_eq!(known, unknown);
        assert_eq!(known.0, Code::Unauthenticated);
    }

    County async fn an_address_is_taken_in_any_case(world) {
        Actor::sign_in(&world, &first("SIM").email.to_uppercase(), PASSWORD).await;
    }

    County async fn too_many_attempts_wait_and_do_not_reveal_accounts(world) {
        for email in [first("SIM").email.as_str(), "nobody.here@marlshire.example"] {
            for _ in 0..10 {
                assert_eq!(refused(&world, email, "wrong").await.reason(), Some(ErrorReason::CredentialsRefused));
            }
            let error = refused(&world, email, PASSWORD).await;
            assert_eq!(error.reason(), Some(ErrorReason::TooManySignIns), "{email}");
            assert!(error.retry_delay().is_some_and(|delay| delay <= Duration::from_mins(15)));
        }
        world.clock.advance(Duration::from_mins(15));
        world.client().sign_in(&first("SIM").email, PASSWORD).await.expect("the window is over");
    }

    County async fn a_refresh_token_is_used_once_with_ten_seconds_of_grace(world) {
        let actor = world.actor("SIM").await;
        let old = actor.refresh_token();
        let next = refresh(&world, &old).await.expect("refreshed");
        assert_ne!(next.refresh_token, old);
        let again = refresh(&world, &old).await.expect("within the grace");
        assert_eq!(again.refresh_token, next.refresh_token, "the same successor");
        world.clock.advance(Duration::from_secs(11));
        let status = refresh(&world, &old).await.expect_err("reused");
        assert_eq!(status.code(), Code::Unauthenticated);
        refresh(&world, &next.refresh_token).await.expect_err("reuse ended the session");
        let status = actor.session.auth().get_caller(GetCallerRequest {}).await.expect_err("ended for calls too");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::SessionEnded));
    }

    County async fn a_made_up_refresh_token_is_nothing(world) {
        let actor = world.actor("SIM").await;
        let token = actor.refresh_token();
        let mut altered = token.clone().into_bytes();
        let last = altered.len() - 3;
        altered[last] = if altered[last] == b'A' { b'B' } else { b'A' };
        for token in ["x".to_owned(), "a.1.b".into(), String::from_utf8(altered).unwrap(), token.replacen(".1.", ".2.", 1)] {
            refresh(&world, &token).await.expect_err(&token);
        }
        refresh(&world, &token).await.expect("the real one still works");
    }

    County async fn signing_out_everywhere_ends_every_session(world) {
        let (one, two) = (world.actor("SIM").await, world.actor("SIM").await);
        one.session.auth().sign_out(SignOutRequest { all_sessions: true }).await.expect("signed out");
        for actor in [one, two] {
            let status = actor.session.auth().get_caller(GetCallerRequest {}).await.expect_err("ended");
            assert_eq!(Error::from(status).reason(), Some(ErrorReason::SessionEnded));
        }
    }

    County async fn signing_out_leaves_other_sessions_alone(world) {
        let (one, two) = (world.actor("SIM").await, world.actor("SIM").await);
        one.session.auth().sign_out(SignOutRequest::default()).await.expect("signed out");
        one.session.auth().get_caller(GetCallerRequest {}).await.expect_err("ended");
        two.session.auth().get_caller(GetCallerRequest {}).await.expect("stands");
    }

    County async fn an_access_token_lives_ten_minutes(world) {
        let actor = world.actor("SIM").await;
        let mut request = tonic::Request::new(GetCallerRequest {});
        request.metadata_mut().insert("authorization", format!("Bearer {}", actor.access_token()).parse().unwrap());
        let mut client = auth_service_client::AuthServiceClient::new(world.client().channel());
        world.clock.advance(Duration::from_secs(10 * 60 + 6));
        let status = client.get_caller(request).await.expect_err("expired");
        assert_eq!(Error::from(status).reason(), Some(ErrorReason::TokenInvalid));
        // The SDK refreshes and goes on.
        actor.session.auth().get_caller(GetCallerRequest {}).await.expect("refreshed");
    }

    County async fn tokens_that_are_not_quite_ours_are_refused(world) {
        use jsonwebtoken::{Algorithm, EncodingKey, Header};
        let actor = world.actor("SIM").await;
        let real = actor.access_token();
        let parts: Vec<&str> = real.split('.').collect();
        let header = jsonwebtoken::decode_header(&real).unwrap();
        let claims: serde_json::Value = jsonwebtoken::dangerous::insecure_decode_claims(&real).unwrap();
        let signed = |header: &Header, claims: &serde_json::Value| {
            jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(b"guess")).unwrap()
        };
        let hs256 = Header { kid: header.kid.clone(), typ: header.typ.clone(), ..Header::new(Algorithm::HS256) };
        let bad = [
            String::new(),
            "x.y.z".into(),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}.{}", parts[1], parts[0], parts[2]),
            real[..real.len() - 4].to_owned(),
            signed(&hs256, &claims),
            signed(&Header { kid: Some("another".into()), ..hs256.clone() }, &claims),
            actor.refresh_token(),
        ];
        for token in bad {
            let mut request = tonic::Request::new(GetCallerRequest {});
            request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
            let mut client = auth_service_client::AuthServiceClient::new(world.client().channel());
            let status = client.get_caller(request).await.expect_err("refused");
            assert_eq!(status.code(), Code::Unauthenticated, "{token}");
        }
    }

    County async fn a_role_that_ends_stops_the_next_call(world) {
        let (admin, sim) = (world.actor("ADMINISTRATOR").await, world.actor("SIM").await);
        let school = || GetSchoolRequest { name: "schools/900001".into() };
        sim.session.schools().get_school(school()).await.expect("her school");
        let me = sim.session.auth().get_caller(GetCallerRequest {}).await.unwrap().into_inner();
        let request = EndRoleAssignmentRequest {
            name: me.role_assignments[0].name.clone(),
            request_id: request_id(),
            ..EndRoleAssignmentRequest::default()
        };
        admin.session.users().end_role_assignment(request).await.expect("ended");
        let status = sim.session.schools().get_school(school()).await.expect_err("no role any more");
        assert_eq!(status.code(), Code::PermissionDenied);
    }

    County async fn a_disabled_account_is_out_at_once(world) {
        let (admin, sim) = (world.actor("ADMINISTRATOR").await, world.actor("SIM").await);
        let me = sim.session.auth().get_caller(GetCallerRequest {}).await.unwrap().into_inner();
        let user = User { name: me.user.unwrap().name, disabled: true, ..User::default() };
        let request = UpdateUserRequest {
            user: Some(user),
            update_mask: Some(prost_types::FieldMask { paths: vec!["disabled".into()] }),
            request_id: request_id(),
        };
        admin.session.users().update_user(request).await.expect("disabled");
        sim.session.auth().get_caller(GetCallerRequest {}).await.expect_err("out");
        let error = refused(&world, &sim.email, PASSWORD).await;
        assert_eq!(error.reason(), Some(ErrorReason::CredentialsRefused));
    }

    County async fn a_new_password_ends_the_other_sessions(world) {
        let (one, two) = (world.actor("SIM").await, world.actor("SIM").await);
        let change = |current: &str, new: &str| ChangePasswordRequest { current_password: current.into(), new_password: new.into() };
        let weak = one.session.auth().change_password(change(PASSWORD, "helen.ashgrove!")).await.expect_err("weak");
        assert_eq!(Error::from(weak).reason(), Some(ErrorReason::PasswordNotAccepted));
        let wrong = one.session.auth().change_password(change("wrong", "harbour violet anvil")).await.expect_err("wrong");
        assert_eq!(Error::from(wrong).reason(), Some(ErrorReason::CredentialsRefused));
        one.session.auth().change_password(change(PASSWORD, "harbour violet anvil")).await.expect("changed");
        one.session.auth().get_caller(GetCallerRequest {}).await.expect("stands");
        two.session.auth().get_caller(GetCallerRequest {}).await.expect_err("ended");
        Actor::sign_in(&world, &one.email, "harbour violet anvil").await;
    }
}
