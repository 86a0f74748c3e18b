//! A server of its own process, on a database of its own, with people who may import and read.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use llpr_client::Client;
use llpr_county::{Assignment, Person};
use llpr_tests::{
    Actor, Engine, PASSWORD, admin_connection, create_administrator, fill_people, grant,
};
use sea_orm::ConnectionTrait as _;
use tempfile::TempDir;

use crate::child::{Running, Took, part, run};

/// A county under load.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    /// Address of its database.
    pub(crate) database: String,
    /// From the start of the process to the first answer.
    pub(crate) start: Duration,
    pub(crate) endpoint: String,
    pub(crate) server: Running,
    pub(crate) folder: TempDir,
    created: Option<String>,
}

/// The manager who reads.
fn manager(districts: &[&str]) -> Person {
    let assignment = |district: &&str| Assignment {
        role: "SIM",
        node: format!("districts/{district}"),
        from: "2020-09-01",
        until: None,
    };
    Person {
        name: "Ines Bexley".into(),
        email: "ines.bexley@marlshire.example".into(),
        assignments: districts.iter().map(assignment).collect(),
    }
}

fn of_role(role: &str) -> Person {
    let mut people = llpr_county::first_people();
    people.retain(|person| person.assignments.iter().any(|given| given.role == role));
    people.pop().expect("somebody with the role")
}

impl Bench {
    /// An empty county with an administrator, a data officer and a school improvement manager.
    pub(crate) async fn start(engine: Engine) -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (database, created) = match engine {
            Engine::Sqlite => (
                format!("sqlite://{}", folder.path().join("llpr.db").display()),
                None,
            ),
            Engine::Postgres => {
                let name = format!("bench_{}", uuid::Uuid::now_v7().simple());
                let admin = admin_connection().await;
                let create = format!("CREATE DATABASE {name}");
                admin
                    .execute_unprepared(&create)
                    .await
                    .map_err(std::io::Error::other)?;
                let url = std::env::var("LLPR_TEST_POSTGRES").map_err(std::io::Error::other)?;
                let (server, _) = url.rsplit_once('/').expect("an address of a database");
                (format!("{server}/{name}"), Some(name))
            }
        };
        let administrator = of_role("ADMINISTRATOR");
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?
            .local_addr()?
            .port();
        let mut config = llpr_server::Config::default();
        config.database.url.clone_from(&database);
        create_administrator(&config, &llpr_county::first_people()).await;
        let begun = Instant::now();
        let log = folder.path().join("server.log");
        let running = Running::spawn(&mut server(folder.path(), &database, port), &log)?;
        let endpoint = format!("http://127.0.0.1:{port}");
        while !answers(&endpoint).await {
            tokio::time::sleep(Duration::from_millis(1)).await;
            if begun.elapsed() > Duration::from_secs(20) {
                let told = std::fs::read_to_string(&log).unwrap_or_default();
                return Err(std::io::Error::other(format!(
                    "the server doesn't answer: {told}"
                )));
            }
        }
        let start = begun.elapsed();
        let client = Client::connect(&endpoint).map_err(std::io::Error::other)?;
        fill_people(&client, &llpr_county::first_people()).await;
        let mut people = vec![administrator];
        people.push(manager(&[]));
        fill_people(&client, &people).await;
        let bench = Self {
            engine,
            database,
            start,
            endpoint,
            server: running,
            folder,
            created,
        };
        bench.sign_in_officer()?;
        Ok(bench)
    }

    /// Gives the manager districts, once they are there.
    pub(crate) async fn give_districts(&self, districts: &[&str]) {
        let admin = self.actor("ADMINISTRATOR").await;
        grant(&admin, &manager(districts), |node| node != "county").await;
    }

    pub(crate) async fn actor(&self, role: &str) -> Actor {
        let client = Client::connect(&self.endpoint).expect("a client");
        Actor::with(client, &of_role(role).email, PASSWORD).await
    }

    pub(crate) async fn manager(&self) -> Actor {
        let client = Client::connect(&self.endpoint).expect("a client");
        Actor::with(client, &manager(&[]).email, PASSWORD).await
    }

    fn command_line(&self) -> Command {
        let mut command = part("llpr");
        command
            .env("LLPR_SERVER", &self.endpoint)
            .env("LLPR_CREDENTIALS", self.credentials());
        command
    }

    fn credentials(&self) -> PathBuf {
        self.folder.path().join("credentials.json")
    }

    fn sign_in_officer(&self) -> std::io::Result<()> {
        let officer = of_role("DATA_OFFICER");
        let arguments = ["login", "--email", &officer.email, "--password-stdin"];
        run(self.command_line().args(arguments), PASSWORD).map(drop)
    }

    /// `llpr import apply`, from start to end of the process.
    pub(crate) async fn import(
        &self,
        dataset: &str,
        file: &Path,
        year: Option<&str>,
    ) -> std::io::Result<Took> {
        self.load(dataset, file, year, year.map(|_| "final")).await
    }

    /// As [`Bench::import`], where the release may stand without the year.
    pub(crate) async fn load(
        &self,
        dataset: &str,
        file: &Path,
        year: Option<&str>,
        release: Option<&str>,
    ) -> std::io::Result<Took> {
        let mut command = self.command_line();
        command.args(["import", "apply", dataset]).arg(file);
        for (option, value) in [("--year", year), ("--release", release)] {
            command.args(value.iter().flat_map(|value| [option, value]));
        }
        tokio::task::spawn_blocking(move || run(&mut command, "")).await?
    }

    /// Drops what it made on a server that others use too.
    pub(crate) async fn end(self) {
        let Self {
            server, created, ..
        } = self;
        drop(server);
        if let Some(name) = created {
            let drop_it = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            let _ = admin_connection().await.execute_unprepared(&drop_it).await;
        }
    }
}

fn server(folder: &Path, database: &str, port: u16) -> Command {
    let mut command = part("serve");
    command
        .env("LLPR_LISTEN", format!("127.0.0.1:{port}"))
        .env("LLPR_DATABASE_URL", database)
        .env("LLPR_KEYS_FOLDER", folder.join("keys"))
        // A district of 25,000 schools is reviewed too, which no county has.
        .env("LLPR_LIMITS_DEADLINE_SECONDS", "600");
    command
}

/// Whether a call is answered, if only with a refusal.
async fn answers(endpoint: &str) -> bool {
    let Ok(endpoint) = tonic::transport::Endpoint::from_shared(endpoint.to_owned()) else {
        return false;
    };
    let Ok(channel) = endpoint.connect().await else {
        return false;
    };
    let mut auth = llpr_proto::v1::auth_service_client::AuthServiceClient::new(channel);
    let refusal = auth.get_caller(llpr_proto::v1::GetCallerRequest {}).await;
    refusal.is_err_and(|status| status.code() == tonic::Code::Unauthenticated)
}
