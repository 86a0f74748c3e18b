//! The body of an answer: it ends in our words when its time is over or its stream panics, and
//! tells the connection while it waits to be read.

use std::future::Future as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body::{Body as _, Frame};
use tokio::time::{Instant, Sleep};
use tonic::Status;
use tonic::body::Body;
use tracing::Span;

use super::connections::Unread;
use super::limits::{Panicked, Time};
use super::trace::REQUEST_ID;
use crate::problem::Problem;

/// A body under watch.
pub(crate) struct Answer {
    /// None once it has ended.
    body: Option<Body>,
    /// When it ends at the latest, if it does.
    time: Option<Time>,
    /// Made only where the body is not there at once, as that of a unary call is.
    timer: Option<Pin<Box<Sleep>>>,
    unread: Option<Unread>,
    request_id: Option<HeaderValue>,
    span: Span,
}

impl Answer {
    /// Puts a body under watch; `time` is none where a stream may go on for ever.
    pub(crate) fn watch(
        body: Body,
        time: Option<Time>,
        unread: Option<Unread>,
        request_id: Option<HeaderValue>,
    ) -> Body {
        if body.is_end_stream() {
            return body;
        }
        Body::new(Self {
            body: Some(body),
            time,
            timer: None,
            unread,
            request_id,
            span: Span::current(),
        })
    }

    /// The trailers that end the body early. They carry the request id, because what a client
    /// takes for an error's metadata are the trailers.
    fn end(&mut self, problem: Problem) -> Frame<Bytes> {
        self.body = None;
        let mut trailers = HeaderMap::new();
        if Status::from(problem).add_header(&mut trailers).is_err() {
            trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("13"));
        }
        if let Some(id) = self.request_id.take() {
            trailers.insert(REQUEST_ID, id);
        }
        Frame::trailers(trailers)
    }

    /// The problem, once the time is over.
    fn over(&mut self, context: &mut Context<'_>) -> Option<Problem> {
        let time = self.time?;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(time.end)));
        timer.as_mut().poll(context).is_ready().then(|| time.over())
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        let span = this.span.clone();
        let _entered = span.enter();
        let Some(body) = &mut this.body else {
            return Poll::Ready(None);
        };
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(body).poll_frame(context)));
        let late = this.time.is_some_and(|time| Instant::now() >= time.end);
        let polled = match polled {
            Err(_) => Err(Problem::internal(&Panicked)),
            Ok(Poll::Ready(Some(Err(status)))) => Err(Problem::internal(&status)),
            Ok(Poll::Pending) => this.over(context).map_or(Ok(Poll::Pending), Err),
            // A stream that always has something to say must end in time too.
            Ok(Poll::Ready(Some(Ok(frame)))) => match this.time {
                Some(time) if late && frame.is_data() => Err(time.over()),
                Some(_) | None => Ok(Poll::Ready(Some(Ok(frame)))),
            },
            Ok(Poll::Ready(None)) => Ok(Poll::Ready(None)),
        };
        let polled = polled.unwrap_or_else(|problem| Poll::Ready(Some(Ok(this.end(problem)))));
        if let Some(unread) = &mut this.unread {
            unread.waits(polled.is_ready());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body
            .as_ref()
            .is_none_or(http_body::Body::is_end_stream)
    }
}
