//! What the limits do to a call, with a handler of the test's own and time that stands still.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, StreamBody};
use llpr_proto::access::METHODS;
use tokio::time::Instant;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use super::limits::{self, LimitsLayer};
use super::trace::{REQUEST_ID, TraceLayer};
use crate::config::Limits;

const UNARY: &str = "/llpr.v1.SchoolService/GetSchool";
const UPLOAD: &str = "/llpr.v1.ImportService/UploadImport";
const HEALTH: &str = "/grpc.health.v1.Health/Check";

fn request(path: &str, timeout: Option<&str>) -> Request<Body> {
    let mut request = Request::builder()
        .uri(path)
        .header(REQUEST_ID, "the-request-id");
    if let Some(timeout) = timeout {
        request = request.header("grpc-timeout", timeout);
    }
    request.body(Body::empty()).expect("a request")
}

/// Sends a request through the limits to a handler.
async fn answer<F, Fut>(request: Request<Body>, handler: F) -> Response<Body>
where
    F: FnMut(Request<Body>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Response<Body>, Infallible>> + Send + 'static,
{
    let limited = LimitsLayer::new(&Limits::default()).layer(service_fn(handler));
    let service = TraceLayer.layer(limited);
    service.oneshot(request).await.expect("an answer")
}

fn told(headers: &HeaderMap) -> (Code, String) {
    let status = Status::from_header_map(headers).expect("a status");
    let info = status.get_error_details().error_info().cloned();
    (status.code(), info.expect("ErrorInfo").reason)
}

async fn forever(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn the_callers_deadline_counts_where_it_is_shorter() {
    for (path, timeout, after) in [
        (UNARY, Some("250m"), Duration::from_millis(249)),
        (UNARY, Some("20S"), Duration::from_millis(19_999)),
        (UNARY, Some("1H"), Duration::from_secs(30)),
        (UNARY, Some("soon"), Duration::from_secs(30)),
        (UNARY, None, Duration::from_secs(30)),
        (UPLOAD, None, Duration::from_mins(30)),
        (
            "/llpr.v1.ImportService/ApplyImport",
            None,
            Duration::from_mins(30),
        ),
    ] {
        let begun = Instant::now();
        let response = answer(request(path, timeout), forever).await;
        let code = (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned());
        assert_eq!(told(response.headers()), code, "{path} {timeout:?}");
        assert_eq!(response.headers()[REQUEST_ID], "the-request-id");
        let took = begun.elapsed();
        let fits = took >= after && took < after + Duration::from_millis(2);
        assert!(fits, "{path} {timeout:?} {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_without_any_time_left_is_not_begun() {
    for timeout in ["0n", "0S", "999u", "1m"] {
        let response = answer(request(UNARY, Some(timeout)), |_| async { panic!("begun") }).await;
        assert_eq!(
            told(response.headers()).0,
            Code::DeadlineExceeded,
            "{timeout}"
        );
    }
}

#[tokio::test]
async fn a_panic_is_told_with_the_request_id() {
    let response = answer(request(UNARY, None), |_| async { panic!("planted") }).await;
    assert_eq!(
        told(response.headers()),
        (Code::Internal, "INTERNAL".into())
    );
    assert_eq!(response.headers()[REQUEST_ID], "the-request-id");
    // Before the handler gives its future, too.
    let early = |request: Request<Body>| {
        assert!(request.uri().path().is_empty(), "planted");
        async { Ok(Response::new(Body::empty())) }
    };
    let response = answer(request(UNARY, None), early).await;
    assert_eq!(
        told(response.headers()),
        (Code::Internal, "INTERNAL".into())
    );
}

/// An answer that streams one message and then does as the future does.
async fn streamed<F>(then: impl Fn() -> F + Send + Copy + 'static) -> (Option<Bytes>, HeaderMap)
where
    F: Future<Output = ()> + Send + 'static,
{
    let handler = move |_| async move {
        let first =
            futures::stream::once(async { Ok(http_body::Frame::data(Bytes::from_static(b"one"))) });
        let second = futures::stream::once(async move {
            then().await;
            Err(Status::unknown("not reached"))
        });
        Ok(Response::new(Body::new(StreamBody::new(
            first.chain(second),
        ))))
    };
    let response = answer(request(UPLOAD, Some("1S")), handler).await;
    let mut body = response.into_body();
    let first = body
        .frame()
        .await
        .and_then(Result::ok)
        .and_then(|frame| frame.into_data().ok());
    let last = body
        .frame()
        .await
        .and_then(Result::ok)
        .and_then(|frame| frame.into_trailers().ok());
    assert!(body.frame().await.is_none(), "nothing follows the trailers");
    (first, last.expect("trailers"))
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_in_our_words_too() {
    let (first, trailers) = streamed(|| async { panic!("planted") }).await;
    assert_eq!(first.as_deref(), Some(&b"one"[..]));
    assert_eq!(told(&trailers), (Code::Internal, "INTERNAL".into()));
    assert_eq!(trailers[REQUEST_ID], "the-request-id");
    let (first, trailers) = streamed(pending).await;
    assert_eq!(first.as_deref(), Some(&b"one"[..]));
    assert_eq!(
        told(&trailers),
        (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".into())
    );
    assert_eq!(trailers[REQUEST_ID], "the-request-id");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_never_stops_ends_in_time() {
    let handler = |_| async {
        let frames = futures::stream::repeat_with(|| {
            Ok::<_, Status>(http_body::Frame::data(Bytes::from_static(b"x")))
        });
        Ok(Response::new(Body::new(StreamBody::new(frames))))
    };
    let mut body = answer(request(UPLOAD, Some("1S")), handler)
        .await
        .into_body();
    assert!(
        body.frame()
            .await
            .is_some_and(|frame| frame.is_ok_and(|frame| frame.is_data()))
    );
    tokio::time::advance(Duration::from_secs(1)).await;
    let last = body
        .frame()
        .await
        .and_then(Result::ok)
        .and_then(|frame| frame.into_trailers().ok());
    assert_eq!(told(&last.expect("trailers")).0, Code::DeadlineExceeded);
}

#[tokio::test]
async fn more_calls_than_the_server_takes_are_shed_and_health_is_not() {
    let limits = Limits {
        calls_at_once: std::num::NonZeroU32::MIN,
        ..Limits::default()
    };
    let handler = |request: Request<Body>| async move {
        if request.uri().path() == HEALTH {
            return Ok::<_, Infallible>(Response::new(Body::empty()));
        }
        pending().await
    };
    let mut service = LimitsLayer::new(&limits).layer(service_fn(handler));
    let first = service
        .ready()
        .await
        .expect("ready")
        .call(request(UNARY, None));
    let busy = service
        .ready()
        .await
        .expect("ready")
        .call(request(UNARY, None))
        .await
        .expect("an answer");
    let status = Status::from_header_map(busy.headers()).expect("a status");
    assert_eq!(
        told(busy.headers()),
        (Code::ResourceExhausted, "SERVER_BUSY".into())
    );
    assert!(
        status
            .get_error_details()
            .retry_info()
            .is_some_and(|info| info.retry_delay.is_some())
    );
    let health = service
        .ready()
        .await
        .expect("ready")
        .call(request(HEALTH, None))
        .await
        .expect("an answer");
    assert!(Status::from_header_map(health.headers()).is_none());
    // A call that is dropped gives its place back.
    drop(first);
    let next = service
        .ready()
        .await
        .expect("ready")
        .call(request(UNARY, Some("50m")))
        .await
        .expect("an answer");
    assert_eq!(told(next.headers()).0, Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_body_larger_than_the_method_takes_is_refused() {
    let handler = |request: Request<Body>| async {
        let status = request.into_body().collect().await.expect_err("too large");
        Ok(status.into_http())
    };
    let limit = limits::largest(
        &Limits::default(),
        llpr_proto::access::method(UNARY).expect("a method"),
    );
    let mut request = request(UNARY, None);
    *request.body_mut() = Body::new(
        http_body_util::Full::new(Bytes::from(vec![0; limit + 6])).map_err(|never| match never {}),
    );
    let response = answer(request, handler).await;
    let status = Status::from_header_map(response.headers()).expect("a status");
    assert_eq!(
        told(response.headers()),
        (Code::InvalidArgument, "REQUEST_TOO_LARGE".into())
    );
    assert!(
        status.message().contains("262144 bytes"),
        "{}",
        status.message()
    );
}

#[tokio::test]
async fn what_tonic_refuses_is_told_in_our_words() {
    for (theirs, code, reason) in [
        (
            Status::out_of_range("decoded message length too large"),
            Code::InvalidArgument,
            "REQUEST_TOO_LARGE",
        ),
        (
            Status::resource_exhausted("while decompressing"),
            Code::InvalidArgument,
            "REQUEST_TOO_LARGE",
        ),
        (
            Status::internal("failed to decode Protobuf message"),
            Code::InvalidArgument,
            "REQUEST_MALFORMED",
        ),
        (
            Status::unimplemented("Content is compressed"),
            Code::Unimplemented,
            "COMPRESSION_REFUSED",
        ),
    ] {
        let response = answer(request(UNARY, None), move |_| {
            let response = theirs.clone().into_http();
            async { Ok(response) }
        });
        assert_eq!(told(response.await.headers()), (code, reason.into()));
    }
}

#[test]
fn the_long_methods_are_methods() {
    let known = |path: &&str| METHODS.iter().any(|method| method.path == *path);
    assert!(limits::LONG.iter().all(known));
}
