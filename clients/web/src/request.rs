//! The id and the log line of each request.

use std::time::{Duration, Instant};

use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use tracing::Instrument;
use uuid::Uuid;

use crate::failure::Failure;
use crate::health;

const NAME: &str = "x-request-id";
const HEADER: HeaderName = HeaderName::from_static(NAME);

/// How long the server may take over a call: the page must be answered within
/// [`PAGE_TIMEOUT`](crate::app::PAGE_TIMEOUT).
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The id of a request: in our log, on error pages, and in the log of the server it leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId(Uuid);

impl RequestId {
    /// A call to the server under this id.
    pub(crate) fn call<T>(self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        request.set_timeout(CALL_TIMEOUT);
        if let Ok(id) = self.to_string().parse() {
            request.metadata_mut().insert(NAME, id);
        }
        request
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let id = parts.extensions.get::<Self>().copied();
        id.ok_or(Failure::Fault("a page stands outside the request layer"))
    }
}

/// Gives the request an id of our own, whatever it came with, and logs how it was answered.
///
/// The query is not logged: people search for names.
pub(crate) async fn layer(mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::now_v7());
    request.headers_mut().remove(HEADER);
    request.extensions_mut().insert(id);
    // A balancer asks every few seconds.
    let is_check = request.uri().path() == health::ROUTE;
    let span = tracing::info_span!(
        "request",
        request.id = %id,
        http.method = %request.method(),
        http.path = request.uri().path(),
    );
    async {
        let start = Instant::now();
        let mut response = next.run(request).await;
        if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert(HEADER, id);
        }
        let status = response.status().as_u16();
        let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        if is_check {
            tracing::debug!(
                http.status = status,
                duration_ms = took,
                "A check was answered."
            );
        } else {
            tracing::info!(
                http.status = status,
                duration_ms = took,
                "A request was answered."
            );
        }
        response
    }
    .instrument(span)
    .await
}
