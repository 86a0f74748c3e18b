//! The channel that generated clients use: it adds the caller's token, a request id and a
//! deadline to each call.

use std::future::poll_fn;
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::BoxFuture;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use http_body_util::{BodyExt, Full};
use llpr_proto::access::{self, Scope};
use llpr_proto::v1::ErrorReason;
use tonic::body::Body;
use tonic::codegen::{Bytes, Service};
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::connect::{DEFAULT_TIMEOUT, REQUEST_ID};
use crate::error::Error;
use crate::session::Session;

const GRPC_TIMEOUT: &str = "grpc-timeout";

/// A channel that calls as the signed-in person. Cheap to clone.
///
/// To each call it adds, where the caller has not set it:
/// - `authorization`, except to public methods, after refreshing a token that is about to expire;
/// - `x-request-id`, which also stands in the error of a failed call;
/// - `grpc-timeout` of [`DEFAULT_TIMEOUT`], except to streams.
///
/// A unary call whose token the server refuses is made once more with a refreshed one.
#[derive(Clone, Debug)]
pub struct AuthChannel {
    session: Session,
}

impl AuthChannel {
    pub(crate) fn new(session: Session) -> Self {
        Self { session }
    }
}

impl Service<http::Request<Body>> for AuthChannel {
    type Response = http::Response<Body>;
    type Error = Status;
    type Future = BoxFuture<'static, Result<Self::Response, Status>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        // The inner channel is awaited in `call`, after the token is fresh.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        call(self.session.clone(), request).boxed()
    }
}

async fn call(
    session: Session,
    mut request: http::Request<Body>,
) -> Result<http::Response<Body>, Status> {
    let method = access::method(request.uri().path());
    // A method that this version does not know is treated with care: as a stream, for the caller.
    let streams = method.is_none_or(|method| method.client_streaming || method.server_streaming);
    let public = method.is_some_and(|method| method.scope == Scope::Public);

    let headers = request.headers_mut();
    if !streams && !headers.contains_key(GRPC_TIMEOUT) {
        let millis = format!("{}m", DEFAULT_TIMEOUT.as_millis());
        headers.insert(GRPC_TIMEOUT, header(&millis)?);
    }
    if !headers.contains_key(REQUEST_ID) {
        headers.insert(REQUEST_ID, header(&crate::request_id())?);
    }
    let id = headers.get(REQUEST_ID).cloned();
    let outcome = if public || headers.contains_key(AUTHORIZATION) {
        send(session.client().channel(), request).await
    } else if streams {
        let token = session.access_token(None).await?;
        authorize(&mut request, &token)?;
        send(session.client().channel(), request).await
    } else {
        call_unary(&session, request).await
    };
    with_request_id(outcome, id)
}

/// Makes the call, and once more if the server refuses the token.
async fn call_unary(
    session: &Session,
    request: http::Request<Body>,
) -> Result<http::Response<Body>, Status> {
    let (mut head, body) = request.into_parts();
    // gRPC never sends this method or these headers back, so a copy of the head is all we need.
    let body: Bytes = body.collect().await?.to_bytes();
    let mut rejected: Option<String> = None;
    loop {
        let token = session.access_token(rejected.as_deref()).await?;
        head.headers.insert(AUTHORIZATION, bearer(&token)?);
        let body = Body::new(Full::new(body.clone()));
        let request = http::Request::from_parts(head.clone(), body);
        let response = send(session.client().channel(), request).await?;
        if rejected.is_some() || !refuses_token(&response) {
            return Ok(response);
        }
        rejected = Some(token);
    }
}

async fn send(
    mut channel: Channel,
    request: http::Request<Body>,
) -> Result<http::Response<Body>, Status> {
    let fail = |error: tonic::transport::Error| Status::from_error(error.into());
    poll_fn(|context| channel.poll_ready(context))
        .await
        .map_err(fail)?;
    channel.call(request).await.map_err(fail)
}

fn refuses_token(response: &http::Response<Body>) -> bool {
    // Refusals come as headers without a body; a status in trailers is not looked for.
    Status::from_header_map(response.headers()).is_some_and(|status| {
        status.code() == Code::Unauthenticated
            && Error::from(status).reason() == Some(ErrorReason::TokenInvalid)
    })
}

/// Puts the request id into a failure that lacks one, so that it can be shown and looked up.
fn with_request_id(
    outcome: Result<http::Response<Body>, Status>,
    id: Option<HeaderValue>,
) -> Result<http::Response<Body>, Status> {
    let Some(id) = id else { return outcome };
    match outcome {
        Ok(mut response) => {
            response.headers_mut().entry(REQUEST_ID).or_insert(id);
            Ok(response)
        }
        Err(mut status) => {
            if let Ok(id) = id.to_str().unwrap_or_default().parse() {
                status.metadata_mut().insert(REQUEST_ID, id);
            }
            Err(status)
        }
    }
}

fn authorize(request: &mut http::Request<Body>, token: &str) -> Result<(), Status> {
    request.headers_mut().insert(AUTHORIZATION, bearer(token)?);
    Ok(())
}

fn bearer(token: &str) -> Result<HeaderValue, Status> {
    let mut value = header(&format!("Bearer {token}"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn header(value: &str) -> Result<HeaderValue, Status> {
    HeaderValue::from_str(value)
        .map_err(|_| Error::Protocol("a token holds characters that no token has").into())
}
