//! Callers who want to bring the server down. The server is a program of its own, so that its
//! memory can be read; each story states how much more of it the abuse may cost at its peak, sees
//! somebody else served meanwhile, and ends with a clean stop.

use std::io::Write as _;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{BufMut as _, Bytes, BytesMut};
use futures::future::join_all;
use llpr_proto::v1::*;
use llpr_tests::wire::{self, Wire, frame, framed, request};
use llpr_tests::{Actor, Engine, PASSWORD, ServerProcess, Start, first, tell};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tonic::Code;

const SIGN_IN: &str = "/llpr.v1.AuthService/SignIn";
const LIST_SCHOOLS: &str = "/llpr.v1.SchoolService/ListSchools";
/// Times of the stories, in seconds: short, so that nobody waits for long.
const SHORT: NonZeroU32 = NonZeroU32::new(2).unwrap();

/// Runs an abuse beside an honest caller, and checks what it cost.
fn abuse<F>(costs_kb: u64, abuse: impl FnOnce(String, String) -> F)
where
    F: Future<Output = ()>,
{
    tell(Engine::Sqlite, Start::County, async |mut world| {
        let server = world
            .process(|config| {
                config.limits.first_call_seconds = SHORT;
                config.limits.unread_seconds = SHORT;
            })
            .await;
        let honest = Actor::with(server.client(), &first("SIM").email, PASSWORD).await;
        let before = server.memory();
        let done = AtomicBool::new(false);
        let abusing = async {
            abuse(server.endpoint().to_owned(), honest.access_token()).await;
            done.store(true, Ordering::SeqCst);
        };
        // The first of these calls begins with the abuse, the last ends after it.
        let serving = async {
            let mut calls = 0;
            loop {
                ask(&honest).await;
                calls += 1;
                if done.load(Ordering::SeqCst) {
                    return calls;
                }
            }
        };
        let ((), calls): ((), u32) = futures::join!(abusing, serving);
        let after = server.memory();
        let cost = after.peak.saturating_sub(before.now);
        println!("peak {cost} kB more, {calls} honest calls meanwhile");
        assert!(
            cost <= costs_kb,
            "the abuse cost {cost} kB: {before:?} {after:?}"
        );
        still_answers(&server).await;
        drop(honest);
        server.stop().await;
    });
}

/// As our clients do: who is told that the server is busy waits as long as it says.
async fn ask(actor: &Actor) {
    let answer = llpr_client::retry(llpr_client::Retry::default(), || {
        let mut schools = actor.session.schools();
        let request = GetSchoolRequest {
            name: "schools/900001".into(),
        };
        async move { schools.get_school(request).await }
    });
    answer.await.expect("the honest caller is served");
}

async fn still_answers(server: &ServerProcess) {
    let wire = Wire::connect(server.endpoint()).await;
    let told = wire
        .call(request("/grpc.health.v1.Health/Check", &[]), frame(b""))
        .await;
    assert_eq!(told.expect("an answer").status().code(), Code::Ok);
}

#[test]
fn a_compression_bomb_is_never_unpacked() {
    abuse(32 * 1024, async |endpoint, _| {
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..200 {
            bomb.write_all(&vec![0; 1024 * 1024]).unwrap();
        }
        let bomb = framed(1, &bomb.finish().unwrap());
        let wire = Wire::connect(&endpoint).await;
        let calls = (0..20)
            .map(|_| wire.call(request(SIGN_IN, &[("grpc-encoding", "gzip")]), bomb.clone()));
        // Refused before it is read, so the rest of it may be told to stop.
        for told in join_all(calls).await.into_iter().flatten() {
            assert_eq!(told.reason(), "COMPRESSION_REFUSED");
        }
    });
}

#[test]
fn rapid_resets_end_the_connection() {
    abuse(32 * 1024, async |endpoint, _| {
        let wire = Wire::connect(&endpoint).await;
        let mut sent = 0;
        while sent < 20_000 {
            let Ok((response, mut body)) = wire.begin(request(SIGN_IN, &[])).await else {
                break;
            };
            body.send_reset(h2::Reason::CANCEL);
            drop(response);
            sent += 1;
        }
        println!("{sent} resets");
    });
}

#[test]
fn answers_that_nobody_reads_end_their_connection() {
    abuse(64 * 1024, async |endpoint, token| {
        let token = format!("Bearer {token}");
        let mut closed = h2::client::Builder::new();
        closed.initial_window_size(0);
        let mut wires = Vec::new();
        let mut waiting = Vec::new();
        for _ in 0..3 {
            let wire = Wire::with(&endpoint, &closed).await;
            for _ in 0..100 {
                let begun = wire
                    .begin(request(LIST_SCHOOLS, &[("authorization", &token)]))
                    .await;
                let Ok((response, mut body)) = begun else {
                    break;
                };
                drop(body.send_data(frame(b""), true));
                waiting.push(response);
            }
            wires.push(wire);
        }
        // The server ends the connections, or this would wait for ever.
        for wire in wires {
            drop(wire.ended().await);
        }
        for answer in waiting {
            // Only a refusal comes without a byte of body to read.
            if let Ok(told) = wire::told(answer).await {
                assert_eq!(told.reason(), "SERVER_BUSY");
            }
        }
    });
}

#[test]
fn connections_that_never_make_a_call_are_closed() {
    abuse(32 * 1024, async |endpoint, _| {
        let mut sockets = Vec::new();
        // Nothing; half of the preface; a call whose headers never end.
        let never_ending = [
            &b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"[..],
            &[0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83],
        ]
        .concat();
        for sent in [&b""[..], b"PRI * HT", &never_ending] {
            for _ in 0..100 {
                let mut socket = wire::socket(&endpoint).await;
                socket.write_all(sent).await.unwrap();
                sockets.push(socket);
            }
        }
        for mut socket in sockets {
            // What the server has to say, then its end.
            let mut said = Vec::new();
            drop(socket.read_to_end(&mut said).await);
        }
    });
}

#[test]
fn metadata_of_20_kb_is_refused_and_the_connection_stands() {
    abuse(32 * 1024, async |endpoint, token| {
        let wire = Wire::connect(&endpoint).await;
        let large = "x".repeat(20 * 1024);
        for _ in 0..200 {
            let told = wire
                .call(request(SIGN_IN, &[("x-large", &large)]), frame(b""))
                .await;
            if let Ok(told) = told {
                assert_eq!(told.http, http::StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
            }
        }
        let token = format!("Bearer {token}");
        let wire = Wire::connect(&endpoint).await;
        let told = wire
            .call(
                request(LIST_SCHOOLS, &[("authorization", &token)]),
                frame(b""),
            )
            .await;
        assert_eq!(told.unwrap().status().code(), Code::Ok);
    });
}

/// The headers of a call whose body never comes, as bytes on the wire.
fn opened(stream: u32) -> BytesMut {
    let mut block = BytesMut::new();
    // Method POST and scheme http by their index; path, then two headers by name.
    block.put_slice(&[0x83, 0x86, 0x04]);
    block.put_u8(u8::try_from(SIGN_IN.len()).unwrap());
    block.put_slice(SIGN_IN.as_bytes());
    for (name, value) in [("te", "trailers"), ("content-type", "application/grpc")] {
        block.put_u8(0);
        for text in [name, value] {
            block.put_u8(u8::try_from(text.len()).unwrap());
            block.put_slice(text.as_bytes());
        }
    }
    let mut bytes = BytesMut::new();
    bytes.put_uint(block.len() as u64, 3);
    bytes.put_slice(&[1, 4]);
    bytes.put_u32(stream);
    bytes.put_slice(&block);
    bytes
}

#[test]
fn fifty_thousand_streams_at_once_are_not_taken() {
    abuse(48 * 1024, async |endpoint, _| {
        let connections = (0..5).map(|_| async {
            let (mut from, mut to) = wire::socket(&endpoint).await.into_split();
            // The server's words are read, so that it isn't its own sending that stops us.
            let reading =
                tokio::spawn(
                    async move { tokio::io::copy(&mut from, &mut tokio::io::sink()).await },
                );
            let mut sent = 0;
            drop(
                to.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
                    .await,
            );
            for stream in 0..50_000_u32 {
                if to.write_all(&opened(stream * 2 + 1)).await.is_err() {
                    break;
                }
                sent = stream + 1;
            }
            reading.abort();
            sent
        });
        println!(
            "{:?} streams sent before the end",
            join_all(connections).await
        );
    });
}

#[test]
fn idle_connections_are_cheap() {
    abuse(32 * 1024, async |endpoint, _| {
        let mut wires = Vec::new();
        for _ in 0..400 {
            let wire = Wire::connect(&endpoint).await;
            let told = wire
                .call(
                    request("/grpc.health.v1.Health/Check", &[]),
                    Bytes::from_static(&[0; 5]),
                )
                .await;
            assert_eq!(told.unwrap().status().code(), Code::Ok);
            wires.push(wire);
        }
    });
}
