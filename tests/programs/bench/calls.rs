//! How many calls a second: `GetSchool`, a bare echo of the same answer, and the SQL by hand.

use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use llpr_proto::v1::school_service_client::SchoolServiceClient;
use llpr_proto::v1::{GetSchoolRequest, GetSchoolResponse};
use llpr_tests::{Actor, Engine};
use prost::Message as _;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, Statement};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;

use crate::child::part;
use crate::county::Bench;
use crate::echo::PATH;
use crate::files::FIRST_URN;

/// Calls under way at once, over this many connections.
const CALLS: usize = 32;
const CONNECTIONS: usize = 4;

/// Calls a second of each.
pub(crate) struct Rates {
    pub(crate) school: f64,
    pub(crate) echo: f64,
    pub(crate) by_hand: f64,
}

/// Measures the three one after the other.
pub(crate) async fn measure(bench: &Bench, schools: u32, time: Duration) -> Rates {
    let manager = bench.manager().await;
    let answer = get_school(&manager, FIRST_URN).await;
    let echo = Echo::start(&answer);
    let token = format!("Bearer {}", manager.access_token());
    let clients = channels(&bench.endpoint).await;
    let school = repeat(time, |task, round| {
        let mut client = SchoolServiceClient::new(clients[task % CONNECTIONS].clone());
        let mut request = tonic::Request::new(GetSchoolRequest {
            name: school_name(task, round, schools),
        });
        request
            .metadata_mut()
            .insert("authorization", token.parse().expect("a header"));
        async move { client.get_school(request).await.is_ok() }
    })
    .await;
    let clients = channels(&echo.endpoint).await;
    let echoed = repeat(time, |task, round| {
        let mut client = tonic::client::Grpc::new(clients[task % CONNECTIONS].clone());
        let request = tonic::Request::new(GetSchoolRequest {
            name: school_name(task, round, schools),
        });
        async move {
            if client.ready().await.is_err() {
                return false;
            }
            let codec = ProstCodec::<GetSchoolRequest, GetSchoolResponse>::default();
            client
                .unary(request, PathAndQuery::from_static(PATH), codec)
                .await
                .is_ok()
        }
    })
    .await;
    let by_hand = by_hand(bench, &manager, schools, time).await;
    Rates {
        school,
        echo: echoed,
        by_hand,
    }
}

fn number(task: usize, round: u64, schools: u32) -> u32 {
    let step = u64::try_from(task).unwrap_or(0) * 7_919 + round * 31;
    FIRST_URN + u32::try_from(step % u64::from(schools)).unwrap_or(0)
}

fn school_name(task: usize, round: u64, schools: u32) -> String {
    format!("schools/{}", number(task, round, schools))
}

async fn get_school(manager: &Actor, urn: u32) -> GetSchoolResponse {
    let request = GetSchoolRequest {
        name: format!("schools/{urn}"),
    };
    let answer = manager.session.schools().get_school(request).await;
    answer.expect("the manager may see the school").into_inner()
}

async fn channels(endpoint: &str) -> Vec<Channel> {
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS {
        let endpoint = Endpoint::from_shared(endpoint.to_owned()).expect("an address");
        channels.push(
            endpoint
                .tcp_nodelay(true)
                .connect()
                .await
                .expect("connected"),
        );
    }
    channels
}

/// Calls as often as it goes for a time; every call must succeed.
async fn repeat<F, Fut>(time: Duration, call: F) -> f64
where
    F: Fn(usize, u64) -> Fut,
    Fut: Future<Output = bool> + Send + 'static,
{
    let done = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let call = &call;
    let done = &done;
    let tasks = (0..CALLS).map(|task| async move {
        let mut round = 0;
        while begun.elapsed() < time {
            let answered = tokio::spawn(call(task, round)).await;
            assert!(answered.unwrap_or(false), "a call failed");
            round += 1;
            done.fetch_add(1, Ordering::Relaxed);
        }
    });
    futures::future::join_all(tasks).await;
    #[expect(clippy::cast_precision_loss, reason = "a count of calls")]
    let count = done.load(Ordering::Relaxed) as f64;
    count / begun.elapsed().as_secs_f64()
}

/// Who calls, and whether a role of theirs reaches the school.
const ACCESS: &str = "SELECT r.role AS role
    FROM sessions s JOIN users u ON u.id = s.user_id
    LEFT JOIN role_assignments r ON r.user_id = u.id
        AND r.from_date <= $4 AND (r.until_date IS NULL OR r.until_date > $4)
        AND ((r.urn IS NULL AND r.district IS NULL) OR r.urn = $5
            OR r.district IN (SELECT d.district FROM school_districts d WHERE d.urn = $5
                AND d.from_date <= $4 AND (d.until_date IS NULL OR d.until_date > $4)))
    WHERE s.id = $1 AND s.user_id = $2 AND s.expires_at > $3
        AND s.ended_at IS NULL AND u.disabled = FALSE";

/// The school with its district, partners and groups.
const SCHOOL: &str = "SELECT s.*, d.slug AS district_slug, d.name AS district_name,
        u.display_name AS partner, gm.kind AS group_kind, g.name AS group_name
    FROM schools s
    LEFT JOIN school_districts m ON m.urn = s.urn
        AND m.from_date <= $2 AND (m.until_date IS NULL OR m.until_date > $2)
    LEFT JOIN districts d ON d.slug = m.district
    LEFT JOIN role_assignments r ON r.urn = s.urn AND r.role = 2
        AND r.from_date <= $2 AND (r.until_date IS NULL OR r.until_date > $2)
    LEFT JOIN users u ON u.id = r.user_id
    LEFT JOIN group_memberships gm ON gm.urn = s.urn
        AND (gm.until_date IS NULL OR gm.until_date > $2)
    LEFT JOIN school_groups g ON g.uid = gm.uid
    WHERE s.urn = $1 ORDER BY r.id, gm.uid";

/// The two statements of `GetSchool`, without a server around them.
async fn by_hand(bench: &Bench, manager: &Actor, schools: u32, time: Duration) -> f64 {
    let mut options = ConnectOptions::new(bench.database.clone());
    options.max_connections(16).sqlx_logging(false);
    let database = Database::connect(options)
        .await
        .expect("the database answers");
    let (user, session) = latest_session(&database, &manager.email).await;
    let backend = database.get_database_backend();
    let day = "2026-01-15";
    let rate = repeat(time, |task, round| {
        let urn = number(task, round, schools).cast_signed();
        let access = vec![
            session.as_str().into(),
            user.as_str().into(),
            0_i64.into(),
            day.into(),
            urn.into(),
        ];
        let access = Statement::from_sql_and_values(backend, ACCESS, access);
        let school = Statement::from_sql_and_values(backend, SCHOOL, vec![urn.into(), day.into()]);
        let database = database.clone();
        async move {
            let access = database
                .query_all_raw(access)
                .await
                .is_ok_and(|rows| rows.len() == 1);
            access
                && database
                    .query_all_raw(school)
                    .await
                    .is_ok_and(|rows| rows.len() == 1)
        }
    })
    .await;
    let _ = database.close().await;
    rate
}

async fn latest_session(database: &DatabaseConnection, email: &str) -> (String, String) {
    let find = Statement::from_sql_and_values(
        database.get_database_backend(),
        "SELECT s.user_id, s.id FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE u.email = $1 ORDER BY s.created_at DESC LIMIT 1",
        vec![email.into()],
    );
    let row = database
        .query_one_raw(find)
        .await
        .expect("an answer")
        .expect("a session");
    let text = |at| row.try_get_by_index::<String>(at).expect("text");
    (text(0), text(1))
}

/// The echo, in a process of its own.
struct Echo {
    child: Child,
    endpoint: String,
}

impl Echo {
    fn start(answer: &GetSchoolResponse) -> Self {
        let mut child = part("echo")
            .arg(hex::encode(answer.encode_to_vec()))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the echo starts");
        let mut endpoint = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout)
            .read_line(&mut endpoint)
            .expect("its address");
        Self {
            child,
            endpoint: endpoint.trim().to_owned(),
        }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How long another caller waits while an import goes on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waits {
    pub(crate) read: Duration,
    pub(crate) write: Duration,
}

/// Reads a school and renames a person, each again and again, until `work` is done; the worst wait
/// of each.
pub(crate) async fn beside<T>(
    bench: &Bench,
    urn: Option<u32>,
    work: impl Future<Output = T>,
) -> (T, Waits) {
    use llpr_proto::v1::{GetCallerRequest, UpdateUserRequest, User};
    let pause = Duration::from_millis(2);
    let (reader, writer) = (
        bench.actor("DATA_OFFICER").await,
        bench.actor("ADMINISTRATOR").await,
    );
    let caller = writer.session.auth().get_caller(GetCallerRequest {}).await;
    let caller = caller.expect("the administrator").into_inner().user;
    let name = caller.expect("a user").name;
    let stop = tokio_util::sync::CancellationToken::new();
    let read = tokio::spawn({
        let stop = stop.clone();
        async move {
            let mut worst = Duration::ZERO;
            while !stop.is_cancelled() {
                let begun = Instant::now();
                if let Some(urn) = urn {
                    drop(get_school(&reader, urn).await);
                } else {
                    let request = llpr_proto::v1::ListDistrictsRequest::default();
                    let mut schools = reader.session.schools();
                    schools.list_districts(request).await.expect("districts");
                }
                worst = worst.max(begun.elapsed());
                tokio::time::sleep(pause).await;
            }
            worst
        }
    });
    let write = tokio::spawn({
        let stop = stop.clone();
        async move {
            let (mut worst, mut round) = (Duration::ZERO, 0);
            while !stop.is_cancelled() {
                round += 1;
                let request = UpdateUserRequest {
                    user: Some(User {
                        name: name.clone(),
                        display_name: format!("Renamed {round}"),
                        ..User::default()
                    }),
                    update_mask: Some(prost_types::FieldMask {
                        paths: vec!["display_name".into()],
                    }),
                    ..UpdateUserRequest::default()
                };
                let begun = Instant::now();
                writer
                    .session
                    .users()
                    .update_user(request)
                    .await
                    .expect("renamed");
                worst = worst.max(begun.elapsed());
                tokio::time::sleep(pause).await;
            }
            worst
        }
    });
    let done = work.await;
    stop.cancel();
    let waits = Waits {
        read: read.await.expect("the reader reads"),
        write: write.await.expect("the writer writes"),
    };
    (done, waits)
}

/// The engine's name in the report.
pub(crate) fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}
