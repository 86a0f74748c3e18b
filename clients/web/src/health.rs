//! Whether a web client answers: the route, and the check of it for containers.

use std::time::Duration;

use http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The route of the health check.
pub(crate) const ROUTE: &str = "/health";

const PATIENCE: Duration = Duration::from_secs(5);

/// Says that this process answers. The server behind it has a health check of its own: a web
/// client that is started again because the server is away helps nobody.
pub(crate) async fn show() -> &'static str {
    "ok\n"
}

/// Why a web client does not count as healthy.
#[derive(Debug, thiserror::Error)]
pub enum HealthError {
    /// The address can't be used.
    #[error("`{0}` is no address of the form http://host:port/health")]
    Url(String),
    /// There is no answer, or it broke off.
    #[error("there is no answer")]
    Io(#[from] std::io::Error),
    /// There is no answer within five seconds.
    #[error("there is no answer within five seconds")]
    Late,
    /// The answer is another than 200.
    #[error("the answer is `{0}`")]
    Status(String),
}

/// Asks the web client at `url`, `http://host:port/health`, whether it answers.
///
/// # Errors
/// Where it does not.
pub async fn healthcheck(url: &str) -> Result<(), HealthError> {
    let refuse = || HealthError::Url(url.into());
    let uri: Uri = url.parse().map_err(|_| refuse())?;
    if uri.scheme_str() != Some("http") {
        return Err(refuse());
    }
    let authority = uri.authority().ok_or_else(refuse)?;
    let answer = timeout(PATIENCE, ask(authority.as_str(), uri.path()))
        .await
        .map_err(|_| HealthError::Late)??;
    let line = answer.lines().next().unwrap_or_default();
    match line.split(' ').nth(1) {
        Some("200") => Ok(()),
        _ => Err(HealthError::Status(line.into())),
    }
}

/// A request by hand: one line is all that matters of the answer, and it spares an HTTP client.
async fn ask(authority: &str, path: &str) -> std::io::Result<String> {
    let address = match authority.rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => authority.to_owned(),
        _ => format!("{authority}:80"),
    };
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
