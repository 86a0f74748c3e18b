//! Starting and stopping.

use std::net::SocketAddr;
use std::time::Duration;

use llpr_client::Client;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::app::{App, router};
use crate::config::Config;
use crate::seal::{KeyError, Sealer};

/// How long requests under way may take to end when we stop.
const DRAIN: Duration = Duration::from_secs(20);

/// Why the web client does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A session key can't be used.
    #[error("the session keys can't be used")]
    Key(#[from] KeyError),
    /// The cookie would cross a network in the clear.
    #[error("without secure_cookies only a loopback address can be listened on, not {0}")]
    InsecureCookies(SocketAddr),
    /// A session would end while somebody reads, or stay open overnight.
    #[error("idle_minutes must be 5 to 1440, not {0}")]
    Idle(u32),
    /// The server's address can't be used.
    #[error("the server's address can't be used")]
    Server(#[source] llpr_client::Error),
    /// The address can't be listened on.
    #[error("{address} can't be listened on")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
}

/// A web client that is running. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: DropGuard,
    task: Option<JoinHandle<std::io::Result<()>>>,
}

/// Listens and serves. The gRPC server need not be there yet: until it is, pages say that the
/// service is unavailable.
///
/// # Errors
/// Where a setting can't be used or the address is taken.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let Config {
        listen,
        server,
        session_keys,
        secure_cookies,
        idle_minutes,
        developers,
    } = config;
    if !(5..=1440).contains(&idle_minutes) {
        return Err(StartError::Idle(idle_minutes));
    }
    if !secure_cookies && !listen.ip().is_loopback() {
        return Err(StartError::InsecureCookies(listen));
    }
    let app = App {
        client: Client::connect(&server).map_err(StartError::Server)?,
        sealer: Sealer::new(&session_keys, secure_cookies)?,
        idle: Duration::from_mins(idle_minutes.into()),
        developers,
    };
    let refuse = |source| StartError::Listen {
        address: listen,
        source,
    };
    let listener = TcpListener::bind(listen).await.map_err(refuse)?;
    let address = listener.local_addr().map_err(refuse)?;
    let stop = CancellationToken::new();
    let serve =
        axum::serve(listener, router(app)).with_graceful_shutdown(stop.clone().cancelled_owned());
    tracing::info!(listen = %address, server, "The web client is listening.");
    Ok(Running {
        address,
        stop: stop.drop_guard(),
        task: Some(tokio::spawn(serve.into_future())),
    })
}

impl Running {
    /// Where it listens, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, lets the requests under way end for up to twenty seconds, and
    /// returns when all is over.
    pub async fn stop(self) {
        let Self { stop, task, .. } = self;
        stop.disarm().cancel();
        let Some(mut task) = task else { return };
        if timeout(DRAIN, &mut task).await.is_err() {
            tracing::warn!("Some requests did not end in time and were broken off.");
            task.abort();
        }
    }

    /// Waits until it ends by itself, which it does only on a fault.
    ///
    /// # Errors
    /// That fault.
    pub async fn wait(&mut self) -> std::io::Result<()> {
        let Some(task) = &mut self.task else {
            return Ok(());
        };
        let outcome = task.await;
        self.task = None;
        outcome.unwrap_or_else(|error| Err(std::io::Error::other(error)))
    }
}
