//! Health: what load balancers ask. It is true: not serving while the database is away or takes no
//! writes, and from the moment that a stop begins.

use std::time::Duration;

use llpr_proto::access::METHODS;
use llpr_store::Store;
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::problem::chain;

/// How often the database is asked.
const EVERY: Duration = Duration::from_secs(1);
/// A database that takes longer to answer counts as away.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells every service's health until the server stops.
pub(super) async fn watch(reporter: HealthReporter, store: Store, stop: CancellationToken) {
    let mut told = None;
    loop {
        let probe = tokio::time::timeout(PATIENCE, store.probe());
        let trouble = tokio::select! {
            answer = probe => match answer {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(chain(&error)),
                Err(_) => Some("it does not answer in time".to_owned()),
            },
            () = stop.cancelled() => break,
        };
        let serving = trouble.is_none();
        if told != Some(serving) {
            if let Some(error) = trouble {
                tracing::error!(
                    error,
                    "The server is not healthy: its database is away or takes no writes."
                );
            } else {
                tracing::info!("The server is healthy.");
            }
            told = Some(serving);
            tell(&reporter, serving).await;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => break,
        }
    }
    tell(&reporter, false).await;
}

async fn tell(reporter: &HealthReporter, serving: bool) {
    let status = if serving {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    };
    // The empty name is the server as a whole.
    reporter.set_service_status("", status).await;
    let mut last = "";
    for method in METHODS {
        let service = method.full_name().split('/').next().unwrap_or_default();
        if service != last {
            reporter.set_service_status(service, status).await;
            last = service;
        }
    }
}
