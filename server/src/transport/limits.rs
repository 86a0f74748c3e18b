//! What one call may cost: how many run at once, how long each may take, how large its message
//! may be. And the one place where what tonic itself refuses, and a panic, become our words.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt as _;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use llpr_proto::access::{self, Method};
use llpr_proto::v1::ErrorReason;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};

use super::answer::Answer;
use super::connections::Link;
use super::trace::REQUEST_ID;
use crate::config::Limits;
use crate::problem::Problem;

/// Load balancers ask whether we serve; a server that sheds load still does.
const HEALTH: &str = "/grpc.health.v1.Health/";
/// Methods that move a whole file's rows, beside those that stream.
pub(crate) const LONG: [&str; 3] = [
    "/llpr.v1.ImportService/ApplyImport",
    "/llpr.v1.ImportService/DiscardImport",
    "/llpr.v1.ImportService/RevertImport",
];
/// Bytes before each message: whether it is compressed, and its length.
const FRAME: usize = 5;
/// Largest message of an upload: a chunk of 1 MiB, as the contract has it, and its wrapping.
const CHUNK_BYTES: usize = 1024 * 1024 + 1024;
/// How long before the caller's own deadline we answer: tonic keeps that deadline too, with a
/// timer around ours, and would answer CANCELLED.
const AHEAD: Duration = Duration::from_millis(1);

/// A handler stopped with a panic.
#[derive(Debug, thiserror::Error)]
#[error("a handler stopped with a panic")]
pub(crate) struct Panicked;

/// How long a method may take, the caller's own wish aside.
fn longest(limits: &Limits, method: Option<&Method>) -> Duration {
    let long = method.is_some_and(|method| {
        method.client_streaming || method.server_streaming || LONG.contains(&method.path)
    });
    if long {
        limits.long_deadline()
    } else {
        limits.deadline()
    }
}

/// Largest message that a method takes, in bytes.
pub(crate) fn largest(limits: &Limits, method: &Method) -> usize {
    if method.client_streaming {
        CHUNK_BYTES
    } else {
        limits.request_bytes.get() as usize
    }
}

/// Largest message that any method takes.
pub(crate) fn largest_of_all(limits: &Limits) -> usize {
    let sizes = access::METHODS.iter().map(|method| largest(limits, method));
    sizes.max().unwrap_or_default()
}

/// The time that a call has. When it is over, the handler's future is dropped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// When it is over.
    pub(crate) end: Instant,
    whole: Duration,
    /// Whether the caller asked for it, or we give no more.
    asked: bool,
}

impl Time {
    fn new(longest: Duration, headers: &HeaderMap) -> Self {
        let asked = asked(headers).filter(|&asked| asked <= longest);
        let whole = asked.unwrap_or(longest);
        let ahead = asked.map_or(Duration::ZERO, |_| AHEAD);
        Self {
            end: Instant::now() + whole.saturating_sub(ahead),
            whole,
            asked: asked.is_some(),
        }
    }

    /// What the caller is told then. A write goes on by itself once begun, so its outcome is not
    /// known here.
    pub(crate) fn over(self) -> Problem {
        let whose = if self.asked {
            "that the caller gave it"
        } else {
            "that the server gives it"
        };
        let message = format!(
            "The call took longer than the {} s {whose}. If it was to change something, look whether it did, or repeat it \
             with the same request id: it is never done twice.",
            self.whole.as_secs_f64()
        );
        Problem::new(
            Code::DeadlineExceeded,
            ErrorReason::DeadlineExceeded,
            message,
        )
        .with("seconds", self.whole.as_secs_f64().to_string())
    }
}

/// The caller's own deadline: at most eight digits and a unit. What isn't one is left out, as
/// gRPC servers do.
fn asked(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if !(1..=8).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(value * 3600),
        "M" => Duration::from_secs(value * 60),
        "S" => Duration::from_secs(value),
        "m" => Duration::from_millis(value),
        "u" => Duration::from_micros(value),
        "n" => Duration::from_nanos(value),
        _ => return None,
    })
}

#[derive(Clone, Debug)]
pub(crate) struct LimitsLayer {
    limits: Limits,
    places: Arc<Semaphore>,
}

impl LimitsLayer {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            places: Arc::new(Semaphore::new(limits.calls_at_once.get() as usize)),
        }
    }

    /// A place among the calls at once; none for health, which always has one.
    fn place(&self, path: &str) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        if path.starts_with(HEALTH) {
            return Ok(None);
        }
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map(Some).map_err(|_| Problem::busy())
    }
}

impl<S> Layer<S> for LimitsLayer {
    type Service = Limiting<S>;

    fn layer(&self, inner: S) -> Limiting<S> {
        Limiting {
            layer: self.clone(),
            inner,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Limiting<S> {
    layer: LimitsLayer,
    inner: S,
}

impl<S> Service<Request<Body>> for Limiting<S>
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

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let method = access::method(path);
        // Only health is watched without end.
        let endless = path.starts_with(HEALTH);
        let time = Time::new(longest(&self.layer.limits, method), request.headers());
        let link = request.extensions().get::<Link>().cloned();
        if let Some(link) = &link {
            link.call();
        }
        let place = match self.layer.place(path) {
            Ok(place) => place,
            Err(problem) => return Box::pin(std::future::ready(Ok(refusal(problem)))),
        };
        if Instant::now() >= time.end {
            return Box::pin(std::future::ready(Ok(refusal(time.over()))));
        }
        let request_id = request.headers().get(REQUEST_ID).cloned();
        let bytes = method.map(|method| largest(&self.layer.limits, method));
        let unary = method.is_some_and(|method| !method.client_streaming);
        let request = match bytes {
            Some(bytes) if unary => request.map(|body| limited(body, bytes)),
            Some(_) | None => request,
        };
        let begun = catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            let Ok(call) = begun else {
                return Ok(refusal(Problem::internal(&Panicked)));
            };
            let call = AssertUnwindSafe(call).catch_unwind();
            let ended = tokio::time::timeout_at(time.end, call).await;
            // The place is for work: an answer that the client is slow to read holds none.
            drop(place);
            let response = match ended {
                Err(_) => return Ok(refusal(time.over())),
                Ok(Err(_)) => return Ok(refusal(Problem::internal(&Panicked))),
                Ok(Ok(response)) => response?,
            };
            let response = match bytes {
                Some(bytes) => in_our_words(response, bytes),
                None => response,
            };
            Ok(response.map(|body| {
                let unread = link.map(|link| link.unread());
                Answer::watch(body, (!endless).then_some(time), unread, request_id)
            }))
        })
    }
}

fn refusal(problem: Problem) -> Response<Body> {
    Status::from(problem).into_http()
}

/// A body that is refused once it is larger than one message may be.
fn limited(body: Body, bytes: usize) -> Body {
    let body = Limited::new(body, bytes + FRAME);
    Body::new(body.map_err(move |error| {
        if error.is::<LengthLimitError>() {
            Status::from(too_large(bytes))
        } else {
            Status::from_error(error)
        }
    }))
}

/// The message is larger than the method takes.
pub(crate) fn too_large(bytes: usize) -> Problem {
    let message = format!(
        "The request is too large: this method takes messages of at most {bytes} bytes. Send less at once; a file goes up \
         in chunks of at most 1 MiB."
    );
    Problem::new(Code::InvalidArgument, ErrorReason::RequestTooLarge, message)
        .with("max_bytes", bytes.to_string())
}

/// What tonic refused before a handler saw it, told as we tell refusals. Ours are known by their
/// details.
fn in_our_words(response: Response<Body>, bytes: usize) -> Response<Body> {
    let headers = response.headers();
    if headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return response;
    }
    let Some(status) = Status::from_header_map(headers) else {
        return response;
    };
    let problem = match status.code() {
        Code::OutOfRange | Code::ResourceExhausted => too_large(bytes),
        Code::Unimplemented => Problem::new(
            Code::Unimplemented,
            ErrorReason::CompressionRefused,
            "The server takes no compressed requests. Switch compression off in your client.",
        ),
        Code::Internal | Code::Unknown | Code::InvalidArgument => Problem::new(
            Code::InvalidArgument,
            ErrorReason::RequestMalformed,
            "The request can't be read: it is cut short, or not the message that this method takes. Compare your client's \
             contract with the server's.",
        ),
        _ => return response,
    };
    tracing::info!(rpc.cause = status.message(), "A request could not be read.");
    let accepted = headers.get("grpc-accept-encoding").cloned();
    let mut told = refusal(problem);
    if let Some(accepted) = accepted {
        told.headers_mut().insert("grpc-accept-encoding", accepted);
    }
    told
}
