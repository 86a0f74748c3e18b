//! The crash loop: a server is killed at random moments while clients write, import and take
//! back, and after each restart everything that was acknowledged is there once.
//!
//! The clients keep a log of what was acknowledged. What was under way at the kill is repeated
//! with its request id after the restart until it is acknowledged, and must then have been done
//! once, whether the first attempt took effect or not. On PostgreSQL the server's back ends are
//! ended too, by a word to them and by `kill -9`, after which the whole cluster recovers.

mod clients;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::join_all;
use llpr_server::{Clock, Config};
use llpr_store::{Options, Store};
use sea_orm::{Database, DatabaseConnection};

pub(crate) use clients::Entry;
pub use clients::{Kind, Log};

use crate::dice::Dice;
use crate::process::ServerProcess;
use crate::{Engine, behind, template};

/// What a crash loop went through.
#[derive(Debug, Default)]
pub struct Report {
    /// Kills of the server.
    pub servers: u32,
    /// Times that its back ends were told to end.
    pub told_to_end: u32,
    /// Back ends that were killed.
    pub back_ends: u32,
    /// Writes that were acknowledged at once.
    pub acknowledged: usize,
    /// Writes whose outcome was unknown, and that were settled afterwards.
    pub settled: usize,
    /// What is wrong: nothing, or the loop found a fault.
    pub findings: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "  {} servers killed, back ends ended {} times and killed {} times; {} writes acknowledged at once, {} settled after",
            self.servers, self.told_to_end, self.back_ends, self.acknowledged, self.settled
        )?;
        let sound = "everything acknowledged is there once";
        f.write_str(&crate::verdict(&self.findings, sound))
    }
}

/// A database of a crash loop, with an administrator and a data officer.
#[derive(Debug)]
pub struct Ground {
    /// Settings of its server.
    pub config: Config,
    /// Which engine it is.
    pub engine: Engine,
    folder: tempfile::TempDir,
}

impl Ground {
    /// A new one. On PostgreSQL it is on the cluster that keeps its promises when it is killed.
    pub async fn new(engine: Engine) -> Self {
        let postgres = match engine {
            Engine::Sqlite => String::new(),
            Engine::Postgres => std::env::var("LLPR_TEST_POSTGRES_DURABLE").expect(
                "LLPR_TEST_POSTGRES_DURABLE is not set: tests/run and tests/long-run start that cluster",
            ),
        };
        Self::on(engine, None, &postgres).await
    }

    /// As [`Ground::new`], with SQLite's file in a folder of one's own, or on a PostgreSQL of one's
    /// own.
    pub(crate) async fn on(engine: Engine, files: Option<&Path>, postgres: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let files = files.unwrap_or(folder.path());
        let mut config = template::config_on(engine, files, postgres).await;
        config.keys.folder = folder.path().join("keys");
        config.auth.access_token_minutes = 24 * 60;
        let people = llpr_county::first_people();
        template::create_administrator(&config, &people).await;
        let server = ServerProcess::start(&config, folder.path()).await;
        template::fill_people(&server.client(), &people).await;
        Self {
            config,
            engine,
            folder,
        }
    }

    /// Starts a server on it.
    pub async fn serve(&self) -> ServerProcess {
        ServerProcess::start(&self.config, self.folder.path()).await
    }

    /// As [`Ground::serve`], where it may not come up: what it said instead.
    pub(crate) async fn try_serve(&self) -> Result<ServerProcess, String> {
        ServerProcess::try_start(&[], &self.config, self.folder.path()).await
    }

    /// A file of its own.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// A connection to the database, to look behind the server.
    pub async fn database(&self) -> DatabaseConnection {
        Database::connect(self.config.database.url.clone())
            .await
            .expect("the database answers")
    }
}

/// Kills `cycles` times.
pub async fn run(engine: Engine, cycles: u32, seed: u64) -> Report {
    let ground = Ground::new(engine).await;
    let mut dice = Dice::new(seed, 0);
    let mut report = Report::default();
    let mut server = ground.serve().await;
    let mut log = Log::begin(&server.client()).await;
    for cycle in 0..cycles {
        let stop = Arc::new(AtomicBool::new(false));
        let writers = log.writers(&server.client(), &stop);
        // The moment is what the loop tries out; nothing waits for it.
        tokio::time::sleep(Duration::from_millis(dice.within(5..300))).await;
        let kill = match engine {
            Engine::Sqlite => 0,
            Engine::Postgres => dice.within(0..4),
        };
        match kill {
            0 | 1 => {
                server.kill().await;
                report.servers += 1;
            }
            2 => {
                end_back_ends(&ground).await;
                report.told_to_end += 1;
            }
            _ => {
                kill_back_end(&ground, &mut dice).await;
                report.back_ends += 1;
            }
        }
        stop.store(true, Ordering::Relaxed);
        for told in join_all(writers).await {
            log.take(told.expect("a writer"));
        }
        if kill < 2 {
            server = ground.serve().await;
        }
        report.acknowledged = log.acknowledged();
        match log.settle(&server.client()).await {
            Ok(settled) => report.settled += settled,
            Err(told) => {
                report.findings.push(format!("cycle {cycle}: {told}"));
                return report;
            }
        }
        let found = check(&ground, &log).await;
        if !found.is_empty() {
            report.findings.push(format!("after cycle {cycle}:"));
            report.findings.extend(found);
            return report;
        }
    }
    report
}

/// Compares the log with the database, once nothing is under way.
pub async fn check(ground: &Ground, log: &Log) -> Vec<String> {
    let database = at_rest(ground).await;
    sweep(&ground.config.database.url).await;
    let mut found = log.compare(&database).await;
    found.extend(behind::halves(&database).await);
    found.extend(behind::rubbish(&database).await);
    found.extend(behind::broken_ledger(&ground.config.database.url).await);
    found
}

/// A connection, once no back end of a server that is gone still works.
async fn at_rest(ground: &Ground) -> DatabaseConnection {
    let database = ground.database().await;
    if ground.engine == Engine::Postgres {
        const WORKING: &str =
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'llpr' AND state <> 'idle'";
        while behind::number(&database, WORKING).await > 0 {
            tokio::task::yield_now().await;
        }
    }
    database
}

/// Removes what broken uploads left, as a server does at its start and every ten minutes. Nothing
/// is being uploaded now, so that every upload is a broken one.
async fn sweep(url: &str) {
    let store = Store::open(&Options::new(url)).await.expect("the database");
    let clock = Clock::system();
    let system = store.system("a test", clock.today());
    let swept = store.sweep(&system, clock.micros(), i64::MAX).await;
    store.close().await;
    swept.expect("a sweep");
}

const OURS: &str = "FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'llpr' AND pid <> pg_backend_pid()";

async fn end_back_ends(ground: &Ground) {
    let database = ground.database().await;
    behind::rows(
        &database,
        &format!("SELECT pg_terminate_backend(pid) {OURS}"),
    )
    .await;
}

/// Kills one back end of the server; PostgreSQL then ends all others and recovers.
async fn kill_back_end(ground: &Ground, dice: &mut Dice) {
    let database = ground.database().await;
    let pids = behind::texts(&database, &format!("SELECT CAST(pid AS TEXT) {OURS}")).await;
    let chosen = usize::try_from(dice.within(0..pids.len() as u64)).expect("small");
    let killed = std::process::Command::new("kill")
        .args(["-9", &pids[chosen]])
        .status();
    assert!(killed.expect("kill runs").success(), "a back end is killed");
    // The cluster refuses connections until it has recovered.
    loop {
        if let Ok(database) = Database::connect(ground.config.database.url.clone()).await
            && database.ping().await.is_ok()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
