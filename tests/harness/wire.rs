//! A client that speaks HTTP/2 by itself, for what no well-behaved client does.

use bytes::{Bytes, BytesMut};
use h2::client::{self, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request};
use tokio::net::TcpStream;
use tonic::Status;

/// A connection of one's own.
#[derive(Debug)]
pub struct Wire {
    requests: SendRequest<Bytes>,
    ended: tokio::task::JoinHandle<Result<(), h2::Error>>,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Told {
    /// HTTP's own status.
    pub http: http::StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
    /// Trailers.
    pub trailers: HeaderMap,
}

impl Told {
    /// The gRPC status.
    pub fn status(&self) -> Status {
        Status::from_header_map(&self.trailers)
            .or_else(|| Status::from_header_map(&self.headers))
            .unwrap_or_else(|| panic!("no status: {self:?}"))
    }

    /// The reason in its `ErrorInfo`.
    pub fn reason(&self) -> String {
        use tonic_types::StatusExt as _;
        let info = self.status().get_error_details().error_info().cloned();
        info.map(|info| info.reason).unwrap_or_default()
    }
}

/// A socket to an endpoint.
pub async fn socket(endpoint: &str) -> TcpStream {
    let address = endpoint.trim_start_matches("http://");
    TcpStream::connect(address).await.expect("a connection")
}

/// A message in its gRPC frame.
pub fn frame(message: &[u8]) -> Bytes {
    framed(0, message)
}

/// A message in a frame with a compression flag of one's own.
pub fn framed(flag: u8, message: &[u8]) -> Bytes {
    let mut bytes = BytesMut::with_capacity(message.len() + 5);
    bytes.extend_from_slice(&[flag]);
    let length = u32::try_from(message.len()).expect("a message");
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(message);
    bytes.freeze()
}

/// A request to a gRPC method.
pub fn request(path: &str, metadata: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::post(format!("http://llpr.test{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in metadata {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a request")
}

impl Wire {
    /// Connects.
    pub async fn connect(endpoint: &str) -> Self {
        Self::with(endpoint, &client::Builder::new()).await
    }

    /// Connects with settings of one's own.
    pub async fn with(endpoint: &str, settings: &client::Builder) -> Self {
        let socket = socket(endpoint).await;
        let (requests, connection) = settings.handshake(socket).await.expect("HTTP/2");
        Self {
            requests,
            ended: tokio::spawn(connection),
        }
    }

    /// Begins a call; the body follows.
    pub async fn begin(
        &self,
        request: Request<()>,
    ) -> Result<(ResponseFuture, SendStream<Bytes>), h2::Error> {
        let mut requests = self.requests.clone().ready().await?;
        requests.send_request(request, false)
    }

    /// Makes a call.
    pub async fn call(&self, request: Request<()>, body: Bytes) -> Result<Told, h2::Error> {
        let (response, mut stream) = self.begin(request).await?;
        // A refused call may end before all of its body is taken.
        drop(stream.send_data(body, true));
        told(response).await
    }

    /// Waits until the connection has ended.
    pub async fn ended(self) -> Result<(), h2::Error> {
        self.ended.await.expect("the connection's task")
    }
}

/// The whole answer.
pub async fn told(response: ResponseFuture) -> Result<Told, h2::Error> {
    let (parts, mut stream): (_, RecvStream) = response.await?.into_parts();
    let mut body = Vec::new();
    while let Some(chunk) = stream.data().await {
        let chunk = chunk?;
        stream.flow_control().release_capacity(chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    let trailers = stream.trailers().await?.unwrap_or_default();
    Ok(Told {
        http: parts.status,
        headers: parts.headers,
        body,
        trailers,
    })
}
