//! Deny by default: a path that the access table does not list reaches no service, and a method
//! that is not public is reached only with a token of ours.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response, header};
use llpr_proto::access::{self, Scope};
use llpr_proto::v1::ErrorReason;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};

use crate::context::Cx;
use crate::problem::Problem;

/// Paths that have no access rule, each with the reason why anybody may call them.
const OPEN: [(&str, &str); 3] = [
    (
        "/grpc.health.v1.Health/",
        "load balancers ask without an account; the answer says only whether we serve",
    ),
    (
        "/grpc.reflection.v1.ServerReflection/",
        "the contract is public; a setting turns it off",
    ),
    (
        "/grpc.reflection.v1alpha.ServerReflection/",
        "as above, for older clients",
    ),
];

#[derive(Clone, Debug)]
pub(crate) struct GateLayer {
    cx: Cx,
}

impl GateLayer {
    pub(crate) fn new(cx: Cx) -> Self {
        Self { cx }
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate {
            cx: self.cx.clone(),
            inner,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Gate<S> {
    cx: Cx,
    inner: S,
}

impl<S> Service<Request<Body>> for Gate<S>
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
        match pass(&self.cx, &mut request) {
            Ok(()) => Box::pin(self.inner.call(request)),
            Err(problem) => {
                let status: Status = problem.into();
                Box::pin(std::future::ready(Ok(status.into_http())))
            }
        }
    }
}

/// Whether a request may go on. Its claims come from the token and from nowhere else.
fn pass(cx: &Cx, request: &mut Request<Body>) -> Result<(), Problem> {
    let path = request.uri().path();
    if OPEN.iter().any(|(open, _)| path.starts_with(open)) {
        return Ok(());
    }
    let Some(method) = access::method(path) else {
        return Err(Problem::new(
            Code::Unimplemented,
            ErrorReason::MethodUnknown,
            "The server has no such method. Compare your client's contract with the server's.",
        ));
    };
    if method.scope == Scope::Public {
        return Ok(());
    }
    let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value,
        (None, _) => return Err(Problem::sign_in_required()),
        // Which of two counts is nobody's guess.
        (Some(_), Some(_)) => return Err(Problem::token_invalid()),
    };
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    let Some((scheme, token)) = token else {
        return Err(Problem::token_invalid());
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::token_invalid());
    }
    let identity = cx
        .tokens
        .verify(token, cx.clock.now().timestamp())
        .map_err(|_| Problem::token_invalid())?;
    request.extensions_mut().insert(identity);
    Ok(())
}
