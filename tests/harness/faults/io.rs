//! A disk that fails: what makes writes durable, or the writes themselves, end with an error at
//! random moments while clients write.
//!
//! On SQLite the server itself meets the fault; on PostgreSQL the cluster does, which a story has
//! for itself. Nothing is lost, nothing is half there, and nobody goes on in silence: a write that
//! meets the fault is refused, and either the server says that it does not serve, or the database
//! ends and says why.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::strace::{Fault, Injection};
use super::{LOOK_AGAIN, PATIENCE, Report, comes, recovered, serves, strange_refusals, take};
use crate::Engine;
use crate::cluster::Cluster;
use crate::crash::{Ground, Log, check};
use crate::dice::Dice;
use crate::process::ServerProcess;

/// How PostgreSQL says that it ends because of what it can't make durable.
const ENDED: &str = "PANIC:  could not f";

/// What happens in a round.
#[derive(Clone, Debug)]
struct Round {
    /// How long the clients have written when the fault begins.
    moment: Duration,
    fault: Fault,
    /// Whether PostgreSQL's first process is spared, so that the cluster recovers by itself.
    recovers: bool,
    end: End,
    /// How long the server may go on in silence.
    patience: Duration,
}

/// How a round ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The disk is well again, and the server goes on.
    Mended,
    /// The server is killed while the disk still fails, and started again on a good one.
    Killed,
}

/// What a story has; dropped from top to bottom.
struct Stage {
    server: ServerProcess,
    ground: Ground,
    cluster: Option<(Cluster, tempfile::TempDir)>,
}

impl Stage {
    async fn set(engine: Engine) -> Self {
        let cluster = (engine == Engine::Postgres).then(|| {
            let folder = tempfile::tempdir().expect("a folder");
            open(folder.path());
            (Cluster::start(folder.path(), "", &[]), folder)
        });
        let url = cluster.as_ref().map_or("", |(cluster, _)| cluster.url());
        let ground = Ground::on(engine, None, url).await;
        let server = ground.serve().await;
        Self {
            server,
            ground,
            cluster,
        }
    }

    /// Who meets the fault. A cluster of which only the children do recovers by itself.
    fn processes(&self, recovers: bool) -> Vec<u32> {
        match &self.cluster {
            None => vec![self.server.id()],
            Some((cluster, _)) => cluster.processes().split_off(usize::from(recovers)),
        }
    }

    /// How often the database has ended because of the fault, and said so.
    fn ends_told(&self) -> usize {
        let log = self.cluster.as_ref().map(|(cluster, _)| cluster.log());
        log.map_or(0, |log| log.matches(ENDED).count())
    }
}

/// Lets PostgreSQL's own user pass a folder.
pub(super) fn open(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let open = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(folder, open).expect("a folder of ours");
}

/// The calls that make what was written durable.
const SYNC: &str = "fsync,fdatasync";

/// The plainest fault: nothing is made durable any more.
fn plain() -> Fault {
    Fault {
        calls: SYNC,
        end: "error=EIO:when=1+".into(),
    }
}

/// A fault by chance.
fn drawn(engine: Engine, dice: &mut Dice) -> Fault {
    let from = dice.within(0..4).max(1);
    let (calls, end) = match (engine, dice.within(0..3)) {
        // SQLite writes a page by one call each, so that one of many fails in the middle.
        (Engine::Sqlite, 1) => ("pwrite64", format!("error=EIO:when={}+", 7 * from)),
        (Engine::Sqlite, 2) => ("pwrite64", format!("error=ENOSPC:when={}+", 7 * from)),
        (Engine::Sqlite | Engine::Postgres, _) => (SYNC, format!("error=EIO:when={from}+")),
    };
    Fault { calls, end }
}

/// Lets the disk fail so often, at moments and in ways that follow from the seed.
pub async fn run(engine: Engine, rounds: u32, seed: u64) -> Report {
    let mut dice = Dice::new(seed, 0);
    let mut stage = Stage::set(engine).await;
    let mut log = Log::begin(&stage.server.client()).await;
    let mut report = Report::default();
    for number in 0..rounds {
        let round = Round {
            moment: Duration::from_millis(dice.within(5..200)),
            fault: match number {
                0 => plain(),
                _ => drawn(engine, &mut dice),
            },
            recovers: number > 0 && dice.within(0..2) == 0,
            end: match dice.within(0..3) {
                0 if number > 0 => End::Killed,
                _ => End::Mended,
            },
            patience: PATIENCE,
        };
        let mut found = one(&mut stage, &mut log, &round, &mut report).await;
        if !found.is_empty() {
            found.extend(stage.server.complaints().into_iter().rev().take(10));
            report.findings.push(format!("{number}, {round:?}:"));
            report.findings.append(&mut found);
            return report;
        }
    }
    report
}

/// Lets the disk fail once, in a way of the caller's choice; what is found.
pub async fn once(engine: Engine, fault: Fault, patience: Duration) -> Vec<String> {
    let mut stage = Stage::set(engine).await;
    let mut log = Log::begin(&stage.server.client()).await;
    let round = Round {
        moment: Duration::from_millis(50),
        fault,
        recovers: false,
        end: End::Mended,
        patience,
    };
    one(&mut stage, &mut log, &round, &mut Report::default()).await
}

async fn one(stage: &mut Stage, log: &mut Log, round: &Round, report: &mut Report) -> Vec<String> {
    let client = stage.server.client();
    let stop = Arc::new(AtomicBool::new(false));
    let writers = log.writers(&client, &stop);
    // The moment is what the story tries out; nothing waits for it.
    tokio::time::sleep(round.moment).await;
    let hit = stage.ground.path("strace.log");
    let told = stage.ends_told();
    let processes = stage.processes(round.recovers);
    let injection = Injection::attach(&processes, &round.fault, &hit).await;
    if !comes(PATIENCE, async || injection.hits() > 0).await {
        return vec!["the fault hit nothing, so nothing was tried".into()];
    }
    let mut found = refused_aloud(stage, log, round, told).await;
    if !found.is_empty() {
        return found;
    }
    if round.end == End::Killed {
        stage.server.kill().await;
    }
    report.rounds += 1;
    report.hits += injection.hits();
    injection.detach().await;
    stop.store(true, Ordering::Relaxed);
    take(log, writers).await;
    if log.refusals().next().is_none() {
        found.push("the disk failed and no write was refused".into());
    }
    report.acknowledged = log.acknowledged();
    let mut started = false;
    if let Some((cluster, _)) = &stage.cluster {
        started = recovered(cluster).await;
        if started && stage.ends_told() == told {
            return vec![format!(
                "the database ended without saying why: {}",
                cluster.log()
            )];
        }
    }
    match round.end {
        End::Killed => {
            stage.server = stage.ground.serve().await;
            started = true;
        }
        End::Mended => {
            found.extend(strange_refusals(log));
            let healthy = comes(PATIENCE, async || serves(&client).await == Some(true)).await;
            if !healthy {
                found.push("the disk is well again and the server does not serve".into());
            }
        }
    }
    report.restarts += u32::from(started);
    report.went_on += u32::from(!started);
    match log.settle(&stage.server.client()).await {
        Ok(settled) => report.settled += settled,
        Err(told) => found.push(told),
    }
    if found.is_empty() {
        found.extend(check(&stage.ground, log).await);
    }
    log.forget_refusals();
    found
}

/// While the disk fails: writes come to be refused, and either the server says that it does not
/// serve, or the database says why it ended and recovers.
async fn refused_aloud(stage: &Stage, log: &mut Log, round: &Round, told: usize) -> Vec<String> {
    let client = stage.server.client();
    let begun = Instant::now();
    let (mut acknowledged, mut refused, mut silent) = (0, 0, true);
    while begun.elapsed() < round.patience {
        if round.recovers && stage.ends_told() > told {
            return Vec::new();
        }
        match log.probe(&client).await {
            Ok(()) => acknowledged += 1,
            Err(_) => refused += 1,
        }
        silent &= round.fault.lasts() && serves(&client).await == Some(true);
        if refused > 0 && !silent {
            return Vec::new();
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    vec![format!(
        "while its disk fails, the server goes on in silence: {acknowledged} writes acknowledged, {refused} refused, {}",
        if silent {
            "and it says that it serves"
        } else {
            "though it says that it does not serve"
        }
    )]
}
