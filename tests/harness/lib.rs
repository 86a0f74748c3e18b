//! The tests' county: a real server on a real database, with the invented county loaded through
//! the public calls, and actors who sign in as anybody would.
//!
//! The county is made once for each engine; each story then gets a copy of its own, so that
//! nothing is shared.

#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod actor;
pub mod behind;
mod cluster;
pub mod crash;
pub mod dice;
pub mod faults;
mod kept;
pub mod links;
mod mailbox;
pub mod model;
mod process;
pub mod raw;
pub mod storm;
mod template;
pub mod timing;
pub mod wire;

use std::future::Future;
use std::path::PathBuf;

use llpr_client::Client;
use llpr_server::{Clock, Config, Running};
use tempfile::TempDir;

pub use actor::{Actor, PASSWORD, figures, first, register};
pub use mailbox::{Mailbox, Received};
pub use process::{ServerProcess, command_line};
pub use template::{admin_connection, county, create_administrator, fill_people, grant};

/// The two database engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL, started by `tests/run`.
    Postgres,
}

/// A server with a copy of the invented county.
#[derive(Debug)]
pub struct World {
    /// Which engine it runs on.
    pub engine: Engine,
    /// Its settings.
    pub config: Config,
    /// Its clock, which a story may advance.
    pub clock: Clock,
    server: Option<Running>,
    folder: TempDir,
}

impl World {
    /// The invented county.
    pub async fn county(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = template::copy(engine, folder.path()).await;
        Self::start(engine, config, folder).await
    }

    /// The invented county under settings of its own.
    pub async fn county_with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = template::copy(engine, folder.path()).await;
        change(&mut config);
        Self::start(engine, config, folder).await
    }

    /// One administrator and one data officer, and nothing else.
    pub async fn empty(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = template::config(engine, folder.path()).await;
        let people = llpr_county::first_people();
        template::create_administrator(&config, &people).await;
        let world = Self::start(engine, config, folder).await;
        template::fill_people(&world.client(), &people).await;
        world
    }

    async fn start(engine: Engine, config: Config, folder: TempDir) -> Self {
        let clock = Clock::system();
        let server = llpr_server::start_at(config.clone(), clock.clone())
            .await
            .expect("the server starts");
        Self {
            engine,
            config,
            clock,
            server: Some(server),
            folder,
        }
    }

    /// Stops the server and starts it again on the same database.
    pub async fn restart(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        self.server = Some(
            llpr_server::start_at(self.config.clone(), self.clock.clone())
                .await
                .expect("the server starts"),
        );
    }

    /// Stops the server and removes its database, for runs of many worlds.
    pub async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        if self.engine == Engine::Postgres {
            template::drop_database(&self.config.database.url).await;
        }
    }

    /// Stops the server, lets settings be changed, and starts it again.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config);
        self.restart().await;
    }

    /// Stops the server and starts the program `llpr-server` on the same database instead.
    pub async fn process(&mut self, change: impl FnOnce(&mut Config)) -> ServerProcess {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
        change(&mut self.config);
        ServerProcess::start(&self.config, self.folder.path()).await
    }

    /// A second server on the same database and keys; on PostgreSQL only.
    pub async fn replica(&self) -> Running {
        assert_eq!(self.engine, Engine::Postgres, "SQLite serves one server");
        llpr_server::start_at(self.config.clone(), self.clock.clone())
            .await
            .expect("the server starts")
    }

    /// The running server.
    pub fn server(&self) -> &Running {
        self.server.as_ref().expect("the server runs")
    }

    /// Its address, `http://127.0.0.1:…`.
    pub fn endpoint(&self) -> String {
        self.server().endpoint()
    }

    /// A client that is not signed in.
    pub fn client(&self) -> Client {
        Client::connect(&self.endpoint()).expect("a client")
    }

    /// Settings for an empty database of the same engine, with keys of its own.
    pub async fn elsewhere(&self) -> Config {
        let folder = self.folder.path().join("elsewhere");
        std::fs::create_dir(&folder).expect("a folder");
        template::config(self.engine, &folder).await
    }

    /// A file of the story's own.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The first person of a role, signed in: `SIM`, `HEADTEACHER` and so on.
    pub async fn actor(&self, role: &str) -> Actor {
        let person = actor::first(role);
        Actor::sign_in(self, &person.email, PASSWORD).await
    }

    /// Somebody signed in by e-mail address.
    pub async fn person(&self, email: &str) -> Actor {
        Actor::sign_in(self, email, PASSWORD).await
    }
}

/// The ten roles, in the order of the contract.
pub const ROLES: [&str; 10] = [
    "SIM",
    "LLP",
    "HEADTEACHER",
    "SCHOOL_LEADER",
    "GOVERNOR",
    "CLERK",
    "COUNTY_MANAGER",
    "ADVISER",
    "DATA_OFFICER",
    "ADMINISTRATOR",
];

/// A real file of `../shared/data`, which is not part of the repository; says so where it is not
/// at hand.
pub fn real_file(path: &str) -> Option<Vec<u8>> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "shared", "data"]
        .iter()
        .collect();
    let read = std::fs::read(folder.join(path)).ok();
    if read.is_none() {
        eprintln!("!!! SKIPPED: the real file {path} is not in ../shared/data");
    }
    read
}

/// What a run that looked for faults has found, as the last line of its report.
fn verdict(findings: &[String], sound: &str) -> String {
    match findings.len() {
        0 => format!("  {sound}"),
        count => format!("  {count} FINDINGS\n  {}", findings.join("\n  ")),
    }
}

/// Tells a story on an engine. The server goes with the runtime.
pub fn tell<F, Fut>(engine: Engine, start: Start, story: F)
where
    F: FnOnce(World) -> Fut,
    Fut: Future<Output = ()>,
{
    block_on(async {
        let world = match start {
            Start::County => World::county(engine).await,
            Start::Empty => World::empty(engine).await,
        };
        story(world).await;
    });
}

/// Runs a future to its end.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// What a story begins with.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// The invented county.
    County,
    /// An administrator and a data officer.
    Empty,
}

/// A story, told on both engines: `on_both_engines!(county: async fn name(world) { … })`.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* $start:ident async fn $name:ident($world:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn story(#[allow(unused_mut, clippy::allow_attributes, reason = "most stories change nothing in their world")] mut $world: $crate::World) $body

            #[test]
            fn sqlite() {
                $crate::tell($crate::Engine::Sqlite, $crate::Start::$start, story);
            }

            #[test]
            fn postgres() {
                $crate::tell($crate::Engine::Postgres, $crate::Start::$start, story);
            }
        }
    )+};
}
