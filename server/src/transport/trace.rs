//! Request ids and traces: one span a call, one line when it ends.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{HeaderValue, Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::Instrument as _;
use uuid::Uuid;

/// Metadata that carries the request id, in both directions.
pub(crate) const REQUEST_ID: &str = "x-request-id";

#[derive(Clone, Copy, Debug)]
pub(crate) struct TraceLayer;

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        Trace { inner }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Trace<S> {
    inner: S,
}

impl<S> Service<Request<Body>> for Trace<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let id = request_id(&request);
        request.headers_mut().insert(REQUEST_ID, id.clone());
        let span = tracing::info_span!(
            "call",
            rpc.method = request.uri().path().trim_start_matches('/'),
            request.id = id.to_str().unwrap_or_default(),
            actor.user = tracing::field::Empty,
            actor.role = tracing::field::Empty,
        );
        let begun = Instant::now();
        let answer = span.in_scope(|| self.inner.call(request));
        let call = async move {
            let mut response = answer.await?;
            let status = response
                .headers()
                .get("grpc-status")
                .and_then(|status| status.to_str().ok());
            let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(
                rpc.status = status.unwrap_or("0"),
                duration_ms,
                "A call was answered."
            );
            response.headers_mut().insert(REQUEST_ID, id);
            Ok(response)
        };
        Box::pin(call.instrument(span))
    }
}

/// The caller's request id if it is a plain one, or a new one.
fn request_id(request: &Request<Body>) -> HeaderValue {
    let plain = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (8..=64).contains(&bytes.len())
            && bytes
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    match request.headers().get(REQUEST_ID).filter(plain) {
        Some(value) => value.clone(),
        None => HeaderValue::from_str(&Uuid::now_v7().to_string())
            .unwrap_or(HeaderValue::from_static("none")),
    }
}
