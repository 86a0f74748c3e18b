//! Disks that fail and disks that are full: what the server makes of them, and that nothing which
//! it acknowledged is lost.
//!
//! The clients and the log of what they were told are those of the crash loop ([`crate::crash`]).
//! [`io`] lets system calls fail by `strace`, [`full`] fills a small disk that is mounted for it.

mod disk;
pub mod full;
pub mod io;
pub mod lost;
mod strace;

use std::fmt;
use std::time::Duration;

use futures::future::join_all;
use llpr_client::{Client, Error};
use llpr_proto::v1::ErrorReason;
use sea_orm::{ConnectOptions, Database};
use tokio::task::JoinHandle;
use tonic::{Code, Status};

pub use strace::Fault;

use crate::cluster::Cluster;
use crate::crash::{Entry, Log};
use crate::raw::{Call, over_connection};

/// How long whatever must come may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at something outside this program.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a story of faults went through.
#[derive(Debug, Default)]
pub struct Report {
    /// Times that a fault was in force.
    pub rounds: u32,
    /// System calls that failed by it, where they are counted.
    pub hits: usize,
    /// Times that the server went on by itself.
    pub went_on: u32,
    /// Times that server or database ended, and was started again.
    pub restarts: u32,
    /// Writes that were acknowledged at once.
    pub acknowledged: usize,
    /// Writes that were refused or whose outcome was unknown, and that were settled afterwards.
    pub settled: usize,
    /// What is wrong: nothing, or a fault of ours was found.
    pub findings: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "  {} rounds, {} calls failed; went on {} times, was started again {} times; {} writes acknowledged at once, {} settled after",
            self.rounds, self.hits, self.went_on, self.restarts, self.acknowledged, self.settled
        )?;
        let sound = "everything acknowledged is there once";
        f.write_str(&crate::verdict(&self.findings, sound))
    }
}

/// Waits until something is so; whether it came in time.
async fn comes(within: Duration, mut so: impl AsyncFnMut() -> bool) -> bool {
    let waiting = async {
        while !so().await {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::time::timeout(within, waiting).await.is_ok()
}

/// Whether the server says that it serves; `None` where it does not answer.
async fn serves(client: &Client) -> Option<bool> {
    let call = Call {
        path: "/grpc.health.v1.Health/Check",
        token: None,
        messages: vec![Vec::new()],
    };
    let answer = over_connection(client, call, Some(PATIENCE)).await.ok()?;
    // The one field of the answer: 1 is SERVING, 2 NOT_SERVING.
    Some(answer == [8, 1])
}

/// Waits until a database that was in trouble answers again, and starts it where it has ended;
/// whether that was so.
async fn recovered(cluster: &Cluster) -> bool {
    let answers = async || {
        // It is asked again, so one attempt need not last.
        let mut once = ConnectOptions::new(cluster.url());
        once.max_connections(1).acquire_timeout(LOOK_AGAIN * 25);
        match Database::connect(once).await {
            Ok(database) => database.ping().await.is_ok(),
            Err(_) => false,
        }
    };
    let come = comes(PATIENCE, async || !cluster.runs() || answers().await).await;
    assert!(
        come,
        "PostgreSQL neither ends nor answers: {}",
        cluster.log()
    );
    let ended = !cluster.runs();
    if ended {
        cluster.restart();
    }
    ended
}

/// Takes over what writers were told, once they have ended.
async fn take(log: &mut Log, writers: Vec<JoinHandle<Vec<Entry>>>) {
    for told in join_all(writers).await {
        log.take(told.expect("a writer"));
    }
}

/// Refusals that a disk in trouble does not explain, while the server itself stands.
fn strange_refusals(log: &Log) -> Vec<String> {
    let in_order = |status: &Status| {
        let reason = Error::from(status.clone()).reason();
        match status.code() {
            Code::Unavailable => reason == Some(ErrorReason::Unavailable),
            Code::Unknown => reason == Some(ErrorReason::OutcomeUnknown),
            Code::ResourceExhausted => reason == Some(ErrorReason::ServerBusy),
            _ => false,
        }
    };
    let strange = log.refusals().filter(|status| !in_order(status));
    strange
        .map(|status| format!("a write was refused in other words: {status:?}"))
        .collect()
}
