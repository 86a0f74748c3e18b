//! The invented county, made once for each engine and copied for each story.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use llpr_client::{Client, request_id};
use llpr_county::{County, Person};
use llpr_proto::v1::{
    CreateRoleAssignmentRequest, CreateUserRequest, Release, RoleAssignment, User,
};
use llpr_server::{Config, Hashing};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::actor::{self, Actor, PASSWORD};
use crate::{Engine, World};

/// The invented county.
pub fn county() -> &'static County {
    static COUNTY: LazyLock<County> = LazyLock::new(llpr_county::generate);
    &COUNTY
}

/// A database with the county in it.
struct Template {
    folder: TempDir,
    /// Name of the database on PostgreSQL.
    database: String,
}

static SQLITE: OnceCell<Template> = OnceCell::const_new();
static POSTGRES: OnceCell<Template> = OnceCell::const_new();

fn postgres_url() -> String {
    std::env::var("LLPR_TEST_POSTGRES").expect(
        "LLPR_TEST_POSTGRES is not set: start the tests with tests/run, which starts PostgreSQL",
    )
}

/// A connection to the tests' PostgreSQL itself.
pub async fn admin_connection() -> DatabaseConnection {
    Database::connect(postgres_url())
        .await
        .expect("PostgreSQL answers")
}

/// Removes a database, whoever is connected to it.
pub(crate) async fn drop_database(url: &str) {
    let name = url.rsplit('/').next().unwrap_or_default();
    let admin = admin_connection().await;
    admin
        .execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await
        .expect("removed");
}

fn database_url(postgres: &str, name: &str) -> String {
    let (server, _) = postgres
        .rsplit_once('/')
        .expect("a database in the address of PostgreSQL");
    format!("{server}/{name}")
}

fn base(folder: &Path) -> Config {
    let mut config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        ..Config::default()
    };
    config.keys.folder = folder.join("keys");
    config.database.max_connections = 4;
    config.auth.hashing = Hashing::Least;
    config
}

fn sqlite_path(folder: &Path) -> PathBuf {
    folder.join("llpr.db")
}

/// Settings for an empty database of an engine.
pub(crate) async fn config(engine: Engine, folder: &Path) -> Config {
    let postgres = match engine {
        Engine::Sqlite => String::new(),
        Engine::Postgres => postgres_url(),
    };
    config_on(engine, folder, &postgres).await
}

/// Settings for an empty database of an engine, on a PostgreSQL of one's own.
pub(crate) async fn config_on(engine: Engine, folder: &Path, postgres: &str) -> Config {
    let mut config = base(folder);
    config.database.url = match engine {
        Engine::Sqlite => format!("sqlite://{}", sqlite_path(folder).display()),
        Engine::Postgres => {
            let name = format!("test_{}", Uuid::now_v7().simple());
            let admin = Database::connect(postgres)
                .await
                .expect("PostgreSQL answers");
            admin
                .execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await
                .expect("a database");
            database_url(postgres, &name)
        }
    };
    config
}

/// Settings for a copy of the county.
pub(crate) async fn copy(engine: Engine, folder: &Path) -> Config {
    let mut config = base(folder);
    match engine {
        Engine::Sqlite => {
            let template = SQLITE.get_or_init(|| make(engine)).await;
            copy_keys(template.folder.path(), folder);
            let path = sqlite_path(folder);
            std::fs::copy(sqlite_path(template.folder.path()), &path).expect("a copy");
            config.database.url = format!("sqlite://{}", path.display());
        }
        Engine::Postgres => {
            let template = POSTGRES.get_or_init(|| make(engine)).await;
            copy_keys(template.folder.path(), folder);
            let name = format!("test_{}", Uuid::now_v7().simple());
            let admin = admin_connection().await;
            let create = format!("CREATE DATABASE {name} TEMPLATE {}", template.database);
            admin.execute_unprepared(&create).await.expect("a copy");
            config.database.url = database_url(&postgres_url(), &name);
        }
    }
    config
}

/// The keys that signed the template's ledger.
fn copy_keys(from: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    let (from, to) = (from.join("keys"), to.join("keys"));
    let mut folder = std::fs::DirBuilder::new();
    folder.mode(0o700).create(&to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("keys") {
        let path = entry.expect("a key").path();
        let name = path.file_name().expect("a name");
        std::fs::copy(&path, to.join(name)).expect("a copy");
    }
}

/// Makes the county with a server of its own, which is stopped when it is there.
async fn make(engine: Engine) -> Template {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(engine, folder.path()).await;
    let database = config
        .database
        .url
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    create_administrator(&config, &county().people).await;
    let server = llpr_server::start(config).await.expect("the server starts");
    let client = Client::connect(&server.endpoint()).expect("a client");
    fill_people(&client, &county().people).await;
    let officer = Actor::with(
        client.clone(),
        &actor::first("DATA_OFFICER").email,
        PASSWORD,
    )
    .await;
    for file in &county().files {
        let upload = llpr_client::Upload {
            dataset: format!("datasets/{}", file.dataset),
            academic_year: file.year.unwrap_or_default().to_owned(),
            release: file.release.map_or(Release::Unspecified, |release| {
                Release::from_str_name(&format!("RELEASE_{}", release.to_uppercase()))
                    .expect("a release")
            }),
            file_name: file.file_name.clone(),
            ..llpr_client::Upload::default()
        };
        officer.load(upload, file.content.clone()).await;
    }
    fill_roles(&client, &county().people).await;
    drop((officer, client));
    server.stop().await;
    Template { folder, database }
}

/// Creates the administrator among some people.
pub async fn create_administrator(config: &Config, people: &[Person]) {
    let person = administrator(people);
    llpr_server::admin::create_administrator(
        config,
        &person.email,
        &person.name,
        PASSWORD.to_owned(),
    )
    .await
    .expect("an administrator");
}

fn administrator(people: &[Person]) -> &Person {
    let holds = |person: &&Person| {
        person
            .assignments
            .iter()
            .any(|given| given.role == "ADMINISTRATOR")
    };
    people.iter().find(holds).expect("an administrator")
}

/// Creates the other people with their roles at the county.
pub async fn fill_people(client: &Client, people: &[Person]) {
    let admin = Actor::with(client.clone(), &administrator(people).email, PASSWORD).await;
    for person in people.iter().filter(|person| person.email != admin.email) {
        let user = User {
            email: person.email.clone(),
            display_name: person.name.clone(),
            ..User::default()
        };
        let request = CreateUserRequest {
            user: Some(user),
            password: PASSWORD.to_owned(),
            request_id: request_id(),
        };
        admin
            .session
            .users()
            .create_user(request)
            .await
            .expect("a user");
        grant(&admin, person, |node| node == "county").await;
    }
}

/// Gives the roles at districts and schools, once they are there.
async fn fill_roles(client: &Client, people: &[Person]) {
    let admin = Actor::with(client.clone(), &administrator(people).email, PASSWORD).await;
    for person in people {
        grant(&admin, person, |node| node != "county").await;
    }
}

/// Gives a person the roles at some nodes.
pub async fn grant(admin: &Actor, person: &Person, wanted: impl Fn(&str) -> bool) {
    for given in person
        .assignments
        .iter()
        .filter(|given| wanted(&given.node))
    {
        let role =
            llpr_client::Role::from_str_name(&format!("ROLE_{}", given.role)).expect("a role");
        let request = CreateRoleAssignmentRequest {
            parent: format!("users/{}", person.email),
            role_assignment: Some(RoleAssignment {
                role: role.into(),
                node: given.node.clone(),
                from_date: given.from.to_owned(),
                until_date: given.until.unwrap_or_default().to_owned(),
                ..RoleAssignment::default()
            }),
            request_id: request_id(),
        };
        admin
            .session
            .users()
            .create_role_assignment(request)
            .await
            .expect("a role");
    }
}

impl World {
    /// A connection to the world's database, to look behind the server.
    pub async fn database(&self) -> DatabaseConnection {
        Database::connect(self.config.database.url.clone())
            .await
            .expect("the database answers")
    }
}
