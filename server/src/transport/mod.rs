//! The transport stack: listening, limits, request ids, traces, deny by default, draining.

mod answer;
pub(crate) mod connections;
mod gate;
mod health;
mod jobs;
mod limits;
#[cfg(test)]
mod tests;
mod trace;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use llpr_proto::v1::audit_service_server::AuditServiceServer;
use llpr_proto::v1::auth_service_server::AuthServiceServer;
use llpr_proto::v1::context_service_server::ContextServiceServer;
use llpr_proto::v1::district_review_service_server::DistrictReviewServiceServer;
use llpr_proto::v1::follow_up_service_server::FollowUpServiceServer;
use llpr_proto::v1::import_service_server::ImportServiceServer;
use llpr_proto::v1::performance_service_server::PerformanceServiceServer;
use llpr_proto::v1::programme_service_server::ProgrammeServiceServer;
use llpr_proto::v1::risk_service_server::RiskServiceServer;
use llpr_proto::v1::school_service_server::SchoolServiceServer;
use llpr_proto::v1::user_service_server::UserServiceServer;
use llpr_store::{Options, Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::service::Routes;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic_health::pb::health_server::{Health, HealthServer};
use tower::util::BoxCloneSyncService;

use crate::auth::folder::Folder;
use crate::auth::keys::{KeysError, TokenKeys, secret};
use crate::auth::ledger::LedgerKeys;
use crate::auth::{Passwords, Tokens};
use crate::clock::Clock;
use crate::config::Config;
use crate::context::{Cx, Inner};
use crate::mail::Mailer;
use crate::programme;
use crate::services::Api;

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address can't be listened on.
    #[error("the server can't listen on {address}; another program may use it")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database can't be opened or brought up to date.
    #[error("the database can't be used: {}", explained(.0))]
    Store(#[from] StoreError),
    /// The keys can't be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A TLS file can't be read.
    #[error("the TLS file {path} can't be read")]
    Tls {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The stack can't be built.
    #[error("the server can't be set up: {0}")]
    Setup(String),
}

fn explained(error: &StoreError) -> String {
    use std::error::Error as _;
    error
        .source()
        .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

/// The layers and services themselves, without a connection in front of them.
pub type Stack = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, Infallible>;

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    stack: Stack,
    address: SocketAddr,
    store: Store,
    cx: Cx,
    stop: CancellationToken,
    task: JoinHandle<()>,
    drain: Duration,
}

impl Running {
    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a client takes it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The store, for what runs in the same process: tests, and administration.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Signs the head of the ledger now, if it has moved, and answers its position.
    ///
    /// # Errors
    /// In words, where key or database can't be used.
    pub async fn sign_ledger_head(&self) -> Result<Option<i64>, String> {
        let signed = jobs::sign_head(&self.cx).await;
        signed.map_err(|error| error.to_string())
    }

    /// Notes what data suggests now, as the server does by itself within a minute.
    ///
    /// # Errors
    /// Where the database can't be read or written.
    pub async fn note_suggestions(&self) -> Result<(), llpr_store::StoreError> {
        jobs::note_suggestions(&self.cx, &self.stop).await
    }

    /// The stack that calls pass, for what runs in the same process.
    pub fn stack(&self) -> Stack {
        self.stack.clone()
    }

    /// Takes no further calls, lets those under way end within the drain time, waits for writes
    /// whatever that takes, and closes the database.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if tokio::time::timeout(self.drain, &mut self.task)
            .await
            .is_err()
        {
            tracing::warn!(
                "Calls were still under way when the drain time ended; their writes are waited for."
            );
            self.task.abort();
        }
        if let Err(error) = self.sign_ledger_head().await {
            tracing::warn!(error = %error, "The head of the ledger was not signed.");
        }
        self.store.close().await;
        tracing::info!("The server has stopped.");
    }

    /// Runs until a future ends, such as a signal.
    pub async fn until(self, end: impl Future<Output = ()>) {
        end.await;
        tracing::info!("The server is stopping.");
        self.stop().await;
    }
}

/// Starts a server with the system's clock.
///
/// # Errors
/// [`StartError`] says what to do about it.
pub async fn start(config: Config) -> Result<Running, StartError> {
    start_at(config, Clock::system()).await
}

/// Starts a server with a clock.
///
/// # Errors
/// [`StartError`] says what to do about it.
pub async fn start_at(config: Config, clock: Clock) -> Result<Running, StartError> {
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|source| StartError::Listen {
            address: config.listen,
            source,
        })?;
    let address = listener.local_addr().map_err(|source| StartError::Listen {
        address: config.listen,
        source,
    })?;
    let mailer = Mailer::new(&config.mail).map_err(StartError::Setup)?;
    let store = open_store(&config).await?;
    let folder = Folder::open(&config.keys.folder)?;
    let passwords = Passwords::new(
        config.auth.hashes_at_once,
        config.auth.hashes_waiting,
        config.auth.hashing,
    )
    .map_err(|error| StartError::Setup(error.to_string()))?;
    jobs::sweep(&store, &clock, store.engine() == llpr_store::Engine::Sqlite).await?;
    programme::load(&store, &clock).await?;
    let cx = Cx::new(Inner {
        store: store.clone(),
        clock: clock.clone(),
        tokens: Tokens::new(TokenKeys::open(&folder)?),
        ledger_keys: LedgerKeys::open(&folder)?,
        passwords,
        secret: secret(&folder)?,
        uploads: Semaphore::new(config.import.uploads_at_once),
        printing: Semaphore::new(1),
        mailer,
        post: Notify::new(),
        instance: uuid::Uuid::now_v7().to_string(),
        config: config.clone(),
    });
    let stop = CancellationToken::new();
    let (reporter, health_service) = tonic_health::server::health_reporter();
    let routes = routes(&config, cx.clone(), health_service)?;
    let limits = limits::LimitsLayer::new(&config.limits);
    let stack = tower::ServiceBuilder::new()
        .layer(trace::TraceLayer)
        .layer(limits.clone())
        .layer(gate::GateLayer::new(cx.clone()))
        .service(routes.clone());
    let incoming = connections::incoming(listener, &config.limits, stop.clone());
    let serve = server(&config)?
        .layer(trace::TraceLayer)
        .layer(limits)
        .layer(gate::GateLayer::new(cx.clone()))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, stop.clone().cancelled_owned());
    let task = tokio::spawn(async move {
        if let Err(error) = serve.await {
            tracing::error!(error = %error, "The server stopped serving.");
        }
    });
    tokio::spawn(health::watch(reporter, store.clone(), stop.clone()));
    jobs::start(&cx, &stop);
    tracing::info!(server.address = %address, database = ?store.engine(), "The server is ready.");
    Ok(Running {
        stack: Stack::new(stack),
        address,
        store,
        cx,
        stop,
        task,
        drain: Duration::from_secs(config.drain_seconds),
    })
}

/// Opens the database and brings its schema up to date.
pub(crate) async fn open_store(config: &Config) -> Result<Store, StartError> {
    let store = Store::open(&Options {
        url: config.database.url.clone(),
        max_connections: config.database.max_connections,
        max_waiting_writes: config.database.max_waiting_writes,
    })
    .await?;
    store.migrate().await?;
    Ok(store)
}

/// The server with its limits, before any service.
fn server(config: &Config) -> Result<Server, StartError> {
    let setup = |error: &dyn std::error::Error| StartError::Setup(error.to_string());
    let limits = &config.limits;
    let resets = limits.resets_per_connection.get() as usize;
    // No grace here: with one, tonic never says that the connection is about to go. Ours ends it.
    let mut server = Server::builder()
        .max_concurrent_streams(limits.streams_per_connection.get())
        .max_connection_age(limits.connection_age())
        .http2_max_local_error_reset_streams(Some(resets))
        .http2_max_pending_accept_reset_streams(Some(resets))
        .http2_max_header_list_size(limits.header_bytes.get())
        .http2_keepalive_interval(Some(limits.keepalive()))
        .http2_keepalive_timeout(Some(limits.keepalive_timeout()));
    if !config.tls.certificate.as_os_str().is_empty() {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|source| StartError::Tls {
                path: path.clone(),
                source,
            })
        };
        let identity = Identity::from_pem(read(&config.tls.certificate)?, read(&config.tls.key)?);
        server = server
            .tls_config(ServerTlsConfig::new().identity(identity))
            .map_err(|error| setup(&error))?;
    }
    Ok(server)
}

/// Every service.
fn routes(
    config: &Config,
    cx: Cx,
    health_service: HealthServer<impl Health>,
) -> Result<Routes, StartError> {
    let setup = |error: &dyn std::error::Error| StartError::Setup(error.to_string());
    let api = Api::new(cx);
    let reflection = if config.reflection {
        let service = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(llpr_proto::DESCRIPTOR_IMAGE)
            .build_v1()
            .map_err(|error| setup(&error))?;
        Some(service)
    } else {
        None
    };
    // Each method's own limit stands in `limits`; this one only keeps tonic from a smaller one.
    let bytes = limits::largest_of_all(&config.limits);
    let mut routes = Routes::builder();
    routes
        .add_service(AuthServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(UserServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(SchoolServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(PerformanceServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(DistrictReviewServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(RiskServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(ContextServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(FollowUpServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(ProgrammeServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(ImportServiceServer::new(api.clone()).max_decoding_message_size(bytes))
        .add_service(AuditServiceServer::new(api).max_decoding_message_size(bytes))
        .add_service(health_service);
    if let Some(reflection) = reflection {
        routes.add_service(reflection);
    }
    Ok(routes.routes())
}
