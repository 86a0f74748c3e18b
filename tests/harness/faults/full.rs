//! A full disk: writes and uploads run until nothing fits any more. Everybody is told so in plain
//! words, nothing is half there, and once there is room the server goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use llpr_client::Client;
use tonic::{Code, Status};

use super::disk::SmallDisk;
use super::{PATIENCE, Report, comes, recovered, serves, strange_refusals, take};
use crate::Engine;
use crate::cluster::Cluster;
use crate::crash::{Ground, Log, check};
use crate::dice::Dice;
use crate::process::ServerProcess;

/// How long writers go on that still find room: the space of rows that were changed.
const WRITING: Duration = Duration::from_secs(10);

/// What a story has; dropped from top to bottom.
struct Stage {
    server: ServerProcess,
    ground: Ground,
    cluster: Option<Cluster>,
    disk: SmallDisk,
}

impl Stage {
    async fn set(engine: Engine) -> Self {
        let disk = SmallDisk::mount(match engine {
            Engine::Sqlite => "16m",
            Engine::Postgres => "80m",
        });
        // Small pieces of its write-ahead log, so that room for the next one is soon wanted.
        let settings = ["max_wal_size = 4MB", "min_wal_size = 2MB"];
        let cluster = (engine == Engine::Postgres)
            .then(|| Cluster::start(disk.path(), "--wal-segsize=1", &settings));
        let url = cluster.as_ref().map_or("", Cluster::url);
        let ground = Ground::on(engine, Some(disk.path()), url).await;
        let server = ground.serve().await;
        Self {
            server,
            ground,
            cluster,
            disk,
        }
    }
}

/// Fills the disk so often. Every other time the server is killed while it is full.
pub async fn run(engine: Engine, rounds: u32, seed: u64) -> Report {
    let mut dice = Dice::new(seed, 0);
    let mut stage = Stage::set(engine).await;
    let mut log = Log::begin(&stage.server.client()).await;
    let mut report = Report::default();
    for round in 0..rounds {
        let room = dice.within(0..400_000);
        let killed = round % 2 == 1;
        let mut found = one(&mut stage, &mut log, room, killed, &mut report).await;
        if !found.is_empty() {
            found.extend(stage.server.complaints().into_iter().rev().take(10));
            let told = format!("round {round}, {room} bytes of room, killed: {killed}:");
            report.findings.push(told);
            report.findings.append(&mut found);
            return report;
        }
    }
    report
}

async fn one(
    stage: &mut Stage,
    log: &mut Log,
    room: u64,
    killed: bool,
    report: &mut Report,
) -> Vec<String> {
    let client = stage.server.client();
    stage.disk.fill_but(room);
    let stop = Arc::new(AtomicBool::new(false));
    let writers = log.writers(&client, &stop);
    comes(WRITING, async || {
        writers.iter().all(tokio::task::JoinHandle::is_finished)
    })
    .await;
    stop.store(true, Ordering::Relaxed);
    take(log, writers).await;
    report.rounds += 1;
    report.acknowledged = log.acknowledged();
    let mut found = strange_refusals(log);
    found.extend(said_so(stage, log, &client).await);
    let mut started = false;
    if killed {
        stage.server.kill().await;
        // It comes up on a full disk, or says why it can't.
        match stage.ground.try_serve().await {
            Ok(server) => stage.server = server,
            Err(told) if is_told(&told) => {}
            // A database that has ended for want of room has said so itself.
            Err(_)
                if stage
                    .cluster
                    .as_ref()
                    .is_some_and(|cluster| is_told(&cluster.log())) => {}
            Err(told) => found.push(format!("the server ended on a full disk and said: {told}")),
        }
        stage.server.kill().await;
    }
    stage.disk.free();
    if let Some(cluster) = &stage.cluster {
        started = recovered(cluster).await;
    }
    if killed {
        stage.server = stage.ground.serve().await;
        started = true;
    }
    let client = stage.server.client();
    if !comes(PATIENCE, async || serves(&client).await == Some(true)).await {
        found.push("there is room again and the server does not serve".into());
    }
    report.restarts += u32::from(started);
    report.went_on += u32::from(!started);
    match log.settle(&client).await {
        Ok(settled) => report.settled += settled,
        Err(told) => found.push(told),
    }
    if found.is_empty() {
        found.extend(check(&stage.ground, log).await);
    }
    log.forget_refusals();
    found
}

/// Whether caller and operator were told that the disk is full.
async fn said_so(stage: &Stage, log: &mut Log, client: &Client) -> Vec<String> {
    let mut found = Vec::new();
    let later = |status: &Status| {
        status.code() == Code::Unavailable && status.message().contains("Try again later")
    };
    let refusals = log.refusals().count();
    if refusals == 0 {
        found.push("the disk was never full".into());
    }
    // A database that ends for want of room says so itself, and its callers find it away.
    let ended = stage
        .cluster
        .as_ref()
        .is_some_and(|cluster| is_told(&cluster.log()) && cluster.log().contains("PANIC"));
    if !ended && !log.refusals().any(later) {
        found.push(format!(
            "none of {refusals} callers was told to try again later"
        ));
    }
    if !ended && !stage.server.complaints().iter().any(|line| is_told(line)) {
        found.push("the log of the server does not say that the disk is full".into());
    }
    if !full_to_the_brim(stage, log, client).await {
        found.push("nothing fits any more, and the server takes it or says that it serves".into());
    }
    found
}

/// Whether words tell of a full disk.
fn is_told(words: &str) -> bool {
    words.contains("is full") || words.contains("No space left on device")
}

/// Takes the room that is left, until not even a small write fits; whether that is refused and the
/// server says that it does not serve. PostgreSQL goes on taking what fits into pages that it has.
async fn full_to_the_brim(stage: &Stage, log: &mut Log, client: &Client) -> bool {
    stage.disk.fill_but(0);
    comes(PATIENCE, async || {
        let refused = log.probe(client).await.is_err();
        refused && (stage.cluster.is_some() || serves(client).await == Some(false))
    })
    .await
}
