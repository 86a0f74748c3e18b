//! What the checks must find: acknowledged writes that are lost as by a disk that promised and did
//! not keep. Planted by hand, for the program itself has no such fault to show.

use super::io::open;
use crate::Engine;
use crate::cluster::Cluster;
use crate::crash::{Ground, Log, check};

/// How many writes are acknowledged and then lost.
const LOST: usize = 20;

/// Lets a database lose what it acknowledged; what the checks find.
pub async fn run(engine: Engine) -> Vec<String> {
    match engine {
        Engine::Sqlite => file_of_before().await,
        Engine::Postgres => power_cut().await,
    }
}

/// The server is killed, and its file is the one of a moment before: the rest was never written.
async fn file_of_before() -> Vec<String> {
    let ground = Ground::new(Engine::Sqlite).await;
    let mut server = ground.serve().await;
    let mut log = Log::begin(&server.client()).await;
    let parts = ["llpr.db", "llpr.db-wal"].map(|name| ground.path(name));
    let before = parts
        .each_ref()
        .map(|part| std::fs::read(part).expect("a file"));
    write(&mut log, &server.client()).await;
    server.kill().await;
    for (part, bytes) in parts.iter().zip(before) {
        std::fs::write(part, bytes).expect("the file of before");
    }
    std::fs::remove_file(ground.path("llpr.db-shm")).expect("the index of what is gone");
    check(&ground, &log).await
}

/// A PostgreSQL that acknowledges before anything is durable, and a power cut.
async fn power_cut() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    open(folder.path());
    let settings = ["synchronous_commit = off", "wal_writer_delay = 10s"];
    let cluster = Cluster::start(folder.path(), "", &settings);
    let ground = Ground::on(Engine::Postgres, None, cluster.url()).await;
    let server = ground.serve().await;
    let mut log = Log::begin(&server.client()).await;
    write(&mut log, &server.client()).await;
    cluster.cut();
    cluster.restart();
    check(&ground, &log).await
}

async fn write(log: &mut Log, client: &llpr_client::Client) {
    for _ in 0..LOST {
        log.probe(client).await.expect("acknowledged");
    }
}
