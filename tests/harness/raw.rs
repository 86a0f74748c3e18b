//! Calls as bytes: any method by its path, through the server's stack or over a connection, so
//! that a call can be cut off at a chosen moment.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf as _, BufMut as _, Bytes};
use futures::StreamExt as _;
use http::uri::PathAndQuery;
use http_body_util::{BodyExt as _, StreamBody};
use llpr_client::Client;
use llpr_server::Stack;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Status};
use tower::Service as _;

/// A call to make.
#[derive(Clone, Debug)]
pub struct Call {
    /// `/llpr.v1.SchoolService/GetSchool`.
    pub path: &'static str,
    /// The access token; none for a public method.
    pub token: Option<String>,
    /// The encoded request; more than one for a client stream.
    pub messages: Vec<Vec<u8>>,
}

/// Bytes as they are.
#[derive(Clone, Copy, Debug, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut message = vec![0; buffer.remaining()];
        buffer.copy_to_slice(&mut message);
        Ok(Some(message))
    }
}

/// Makes a call over a connection; `within` is the deadline that the call carries.
///
/// # Errors
/// The status of the refusal, or of what cut the call off.
pub async fn over_connection(
    client: &Client,
    call: Call,
    within: Option<Duration>,
) -> Result<Vec<u8>, Status> {
    let mut grpc = tonic::client::Grpc::new(client.channel());
    grpc.ready()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let mut request = Request::new(tokio_stream::iter(call.messages));
    if let Some(token) = call.token {
        let value = format!("Bearer {token}").parse().expect("a header");
        request.metadata_mut().insert("authorization", value);
    }
    if let Some(within) = within {
        request.set_timeout(within);
    }
    let path = PathAndQuery::from_static(call.path);
    Ok(grpc
        .client_streaming(request, path, Raw)
        .await?
        .into_inner())
}

/// Makes a call through the server's own stack, without a connection.
///
/// # Errors
/// The status of the refusal.
pub async fn in_process(mut stack: Stack, call: Call) -> Result<Vec<u8>, Status> {
    let frames = tokio_stream::iter(call.messages).then(async |message| {
        // As from a connection, a message is not there at the first look.
        tokio::task::yield_now().await;
        let mut frame = Vec::with_capacity(message.len() + 5);
        frame.put_u8(0);
        frame.put_u32(u32::try_from(message.len()).expect("a small message"));
        frame.extend_from_slice(&message);
        Ok::<_, Infallible>(http_body::Frame::data(Bytes::from(frame)))
    });
    let mut request = http::Request::post(call.path)
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    if let Some(token) = call.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request
        .body(Body::new(StreamBody::new(frames)))
        .expect("a request");
    std::future::poll_fn(|context| stack.poll_ready(context))
        .await
        .unwrap_or_else(|never| match never {});
    let response = stack
        .call(request)
        .await
        .unwrap_or_else(|never| match never {});
    let (head, body) = response.into_parts();
    let body = body.collect().await?;
    let told = Status::from_header_map(&head.headers)
        .or_else(|| Status::from_header_map(body.trailers()?));
    match told {
        Some(status) if status.code() == tonic::Code::Ok => {}
        Some(status) => return Err(status),
        None => return Err(Status::internal("the answer has no status")),
    }
    let mut bytes = body.to_bytes();
    if bytes.len() >= 5 {
        bytes.advance(5);
    }
    Ok(bytes.to_vec())
}

/// A future that is looked at so many times and no more; `None` where that was too few.
pub struct Polled<F> {
    future: Pin<Box<F>>,
    left: u64,
    used: u64,
}

impl<F: Future> Polled<F> {
    /// Cuts a future off after `times` looks.
    pub fn new(future: F, times: u64) -> Self {
        Self {
            future: Box::pin(future),
            left: times,
            used: 0,
        }
    }
}

impl<F> std::fmt::Debug for Polled<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Polled")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

impl<F: Future> Future for Polled<F> {
    /// What the future gave, if it came to an end, and how often it was looked at.
    type Output = (Option<F::Output>, u64);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            return Poll::Ready((None, self.used));
        }
        self.left -= 1;
        self.used += 1;
        let used = self.used;
        match self.future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready((Some(output), used)),
            Poll::Pending if self.left == 0 => Poll::Ready((None, used)),
            Poll::Pending => Poll::Pending,
        }
    }
}
