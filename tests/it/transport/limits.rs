//! Limits as a caller meets them.

use std::num::NonZeroU32;

use llpr_proto::v1::*;
use llpr_server::Hashing;
use llpr_tests::wire::{self, Wire, frame, framed, request};
use llpr_tests::{Engine, PASSWORD, Start, World, tell};
use prost::Message as _;
use tonic::Code;
use tonic_types::StatusExt as _;

const SIGN_IN: &str = "/llpr.v1.AuthService/SignIn";
const GET_IMPORT: &str = "/llpr.v1.ImportService/GetImport";
const UPLOAD: &str = "/llpr.v1.ImportService/UploadImport";

fn limit(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).unwrap()
}

fn story<F: Future<Output = ()>>(story: impl FnOnce(World) -> F) {
    tell(Engine::Sqlite, Start::County, story);
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[test]
fn a_deadline_that_the_caller_set_is_told_as_one_and_never_as_cancelled() {
    story(async |mut world| {
        world
            .restart_with(|config| config.auth.hashing = Hashing::Owasp)
            .await;
        let wire = Wire::connect(&world.endpoint()).await;
        let sign_in = SignInRequest {
            email: "nobody@marlshire.example".into(),
            password: PASSWORD.into(),
        };
        // Checking a password takes longer than any of these.
        for timeout in ["100u", "1m", "2m", "3m", "4000u", "5m"].repeat(8) {
            let asked = request(SIGN_IN, &[("grpc-timeout", timeout)]);
            let told = wire
                .call(asked, frame(&sign_in.encode_to_vec()))
                .await
                .unwrap();
            assert_eq!(
                told.status().code(),
                Code::DeadlineExceeded,
                "{timeout} {told:?}"
            );
            assert_eq!(told.reason(), "DEADLINE_EXCEEDED");
            assert!(told.headers.contains_key("x-request-id"));
        }
    });
}

#[test]
fn a_body_that_never_comes_ends_at_the_servers_deadline() {
    story(async |mut world| {
        world
            .restart_with(|config| config.limits.deadline_seconds = limit(1))
            .await;
        let wire = Wire::connect(&world.endpoint()).await;
        let (response, mut body) = wire.begin(request(SIGN_IN, &[])).await.unwrap();
        body.send_data(frame(b"half of it").slice(..7), false)
            .unwrap();
        let told = wire::told(response).await.unwrap();
        assert_eq!(
            (told.status().code(), told.reason().as_str()),
            (Code::DeadlineExceeded, "DEADLINE_EXCEEDED")
        );
        assert!(
            told.status()
                .message()
                .contains("1 s that the server gives it"),
            "{told:?}"
        );
    });
}

#[test]
fn a_message_larger_than_its_method_takes_is_refused_with_the_limit() {
    story(async |world| {
        let token = bearer(&world.actor("DATA_OFFICER").await.access_token());
        let wire = Wire::connect(&world.endpoint()).await;
        let large = GetImportRequest {
            name: "x".repeat(300 * 1024),
        }
        .encode_to_vec();
        // Said before it comes, and only found while it comes.
        let chunk = UploadImportRequest {
            content: Some(upload_import_request::Content::Chunk(vec![
                0;
                1024 * 1024
                    + 2048
            ])),
        };
        for (path, body, limit) in [
            (GET_IMPORT, frame(&large), "262144"),
            (UPLOAD, frame(&chunk.encode_to_vec()), "1 MiB"),
            (GET_IMPORT, frame(&vec![0; 2 * 1024 * 1024]), "262144"),
        ] {
            let told = wire
                .call(request(path, &[("authorization", &token)]), body)
                .await
                .unwrap();
            assert_eq!(told.status().code(), Code::InvalidArgument, "{told:?}");
            assert!(told.status().message().contains(limit), "{told:?}");
            assert!(
                matches!(
                    told.reason().as_str(),
                    "REQUEST_TOO_LARGE" | "UPLOAD_MALFORMED"
                ),
                "{told:?}"
            );
        }
        let info = wire
            .call(
                request(GET_IMPORT, &[("authorization", &token)]),
                frame(&large),
            )
            .await
            .unwrap();
        let metadata = info
            .status()
            .get_error_details()
            .error_info()
            .unwrap()
            .metadata
            .clone();
        assert_eq!(metadata["max_bytes"], "262144");
    });
}

#[test]
fn bytes_that_are_no_message_are_told_so() {
    story(async |world| {
        let wire = Wire::connect(&world.endpoint()).await;
        for body in [
            frame(&[0xff; 9]),
            framed(7, b"x"),
            framed(1, b"x"),
            frame(b"cut short").slice(..8),
            bytes::Bytes::new(),
        ] {
            let told = wire
                .call(request(SIGN_IN, &[]), body.clone())
                .await
                .unwrap();
            assert_eq!(
                (told.status().code(), told.reason().as_str()),
                (Code::InvalidArgument, "REQUEST_MALFORMED"),
                "{body:?} {told:?}"
            );
        }
        let told = wire
            .call(
                request(SIGN_IN, &[("grpc-encoding", "gzip")]),
                framed(1, b"x"),
            )
            .await
            .unwrap();
        assert_eq!(
            (told.status().code(), told.reason().as_str()),
            (Code::Unimplemented, "COMPRESSION_REFUSED")
        );
        assert_eq!(told.headers["grpc-accept-encoding"], "identity");
    });
}

#[test]
fn a_connection_over_the_limit_is_closed_and_the_others_are_served() {
    story(async |mut world| {
        world
            .restart_with(|config| config.limits.connections = limit(2))
            .await;
        let endpoint = world.endpoint();
        let one = Wire::connect(&endpoint).await;
        let two = Wire::connect(&endpoint).await;
        let health = || request("/grpc.health.v1.Health/Check", &[]);
        two.call(health(), frame(b"")).await.unwrap();
        let mut three = wire::socket(&endpoint).await;
        let mut buffer = [0; 1];
        let read = tokio::io::AsyncReadExt::read(&mut three, &mut buffer).await;
        assert!(matches!(read, Ok(0) | Err(_)), "closed at once: {read:?}");
        assert_eq!(
            one.call(health(), frame(b""))
                .await
                .unwrap()
                .status()
                .code(),
            Code::Ok
        );
        // A place that is given back is taken again.
        drop(two);
        loop {
            let socket = wire::socket(&endpoint).await;
            let Ok((requests, connection)) = h2::client::handshake(socket).await else {
                continue;
            };
            tokio::spawn(connection);
            let Ok(mut requests) = requests.ready().await else {
                continue;
            };
            let Ok((response, mut body)) = requests.send_request(health(), false) else {
                continue;
            };
            drop(body.send_data(frame(b""), true));
            if response.await.is_ok() {
                break;
            }
        }
    });
}
