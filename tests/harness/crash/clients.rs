//! The clients of a crash loop, and the log of what they were told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use llpr_client::{Client, Error, request_id};
use llpr_proto::access::Guarded;
use llpr_proto::options::v1::Role;
use llpr_proto::v1::{
    ApplyImportRequest, ApplyImportResponse, CreateRoleAssignmentRequest,
    CreateRoleAssignmentResponse, CreateUserRequest, CreateUserResponse, ErrorReason,
    RevertImportRequest, RevertImportResponse, RoleAssignment, UpdateUserRequest,
    UpdateUserResponse, UploadImportResponse, User, upload_import_request,
};
use prost::Message;
use sea_orm::DatabaseConnection;
use tokio::task::JoinHandle;
use tonic::{Code, Status};

use crate::raw::{Call, over_connection};
use crate::storm::upload;
use crate::{PASSWORD, behind};

/// How often an unsettled call is repeated: a database that recovers takes a moment.
const REPEATS: u32 = 300;

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Creates a user.
    Create,
    /// Changes the client's own user.
    Change,
    /// Gives a new user a role.
    Grant,
    /// Uploads a file of figures.
    Upload,
    /// Applies it.
    Apply,
    /// Takes it back.
    Revert,
}

/// A write with its request id.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    kind: Kind,
    request_id: String,
    call: Call,
    /// The name in the answer; none while the outcome is unknown.
    outcome: Option<String>,
    /// How it was first refused, if it was.
    refusal: Option<Status>,
}

/// What the clients were told.
#[derive(Debug)]
pub struct Log {
    entries: Vec<Entry>,
    admin: String,
    officer: String,
    /// The user that is changed again and again.
    changed: String,
    /// Users that wait for a role.
    users: Arc<AtomicU32>,
    before: BTreeMap<Kind, i64>,
}

impl Log {
    /// An empty log, with people signed in.
    pub(crate) async fn begin(client: &Client) -> Self {
        let people = llpr_county::first_people();
        let token = async |role: &str| {
            let person = people
                .iter()
                .find(|person| person.assignments.iter().any(|given| given.role == role));
            let email = &person.expect("a person").email;
            client
                .sign_in(email, PASSWORD)
                .await
                .expect("signed in")
                .access_token
        };
        let mut log = Self {
            entries: Vec::new(),
            admin: token("ADMINISTRATOR").await,
            officer: token("DATA_OFFICER").await,
            changed: String::new(),
            users: Arc::default(),
            before: BTreeMap::new(),
        };
        let mut entry = create(&log.admin, "changed@crash.example");
        attempt(client, &mut entry).await.expect("a user");
        log.changed = entry.outcome.clone().unwrap_or_default();
        log.entries.push(entry);
        // The two first people, who are no work of the clients.
        log.before = [(Kind::Create, 2), (Kind::Grant, 2)].into();
        log
    }

    /// Adds what a writer was told.
    pub(crate) fn take(&mut self, told: Vec<Entry>) {
        self.entries.extend(told);
    }

    /// How many writes were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.outcome.is_some())
            .count()
    }

    /// How writes were refused, in the order of the log.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &Status> {
        self.entries
            .iter()
            .filter_map(|entry| entry.refusal.as_ref())
    }

    /// Leaves those behind that were looked at.
    pub(crate) fn forget_refusals(&mut self) {
        for entry in &mut self.entries {
            entry.refusal = None;
        }
    }

    /// One more write, to see whether it is taken.
    pub(crate) async fn probe(&mut self, client: &Client) -> Result<(), Status> {
        let number = self.users.fetch_add(1, Ordering::Relaxed);
        let mut entry = create(&self.admin, &format!("crash-{number}@crash.example"));
        let taken = attempt(client, &mut entry).await;
        self.entries.push(entry);
        taken
    }

    /// Starts the writers. Each ends at its first call that is not acknowledged, or when told to.
    pub(crate) fn writers(
        &self,
        client: &Client,
        stop: &Arc<AtomicBool>,
    ) -> Vec<JoinHandle<Vec<Entry>>> {
        let mut writers = Vec::new();
        for kind in [Kind::Create, Kind::Create, Kind::Change, Kind::Grant] {
            let (client, stop, users) = (client.clone(), Arc::clone(stop), Arc::clone(&self.users));
            let (admin, changed) = (self.admin.clone(), self.changed.clone());
            writers.push(tokio::spawn(async move {
                let mut told = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let number = users.fetch_add(1, Ordering::Relaxed);
                    let email = format!("crash-{number}@crash.example");
                    let mut entry = match kind {
                        Kind::Change => change(&admin, &changed, number),
                        _ => create(&admin, &email),
                    };
                    let done = attempt(&client, &mut entry).await.is_ok();
                    let user = entry.outcome.clone().unwrap_or_default();
                    told.push(entry);
                    if !done {
                        break;
                    }
                    if kind == Kind::Grant {
                        let mut entry = grant(&admin, user);
                        let done = attempt(&client, &mut entry).await.is_ok();
                        told.push(entry);
                        if !done {
                            break;
                        }
                    }
                }
                told
            }));
        }
        let (client, stop, officer) = (client.clone(), Arc::clone(stop), self.officer.clone());
        // Where the last import stands: what was settled since may be applied or taken back.
        let last = self
            .entries
            .iter()
            .rfind(|entry| entry.kind >= Kind::Upload);
        let mut last = last.map(|entry| (entry.kind, entry.outcome.clone().unwrap_or_default()));
        writers.push(tokio::spawn(async move {
            let mut told: Vec<Entry> = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let mut entry = match last.take() {
                    Some((Kind::Upload, name)) => apply(&officer, name),
                    Some((Kind::Apply, name)) => revert(&officer, name),
                    _ => file(&officer, 40 + i64::try_from(told.len() % 40).unwrap_or(0)),
                };
                let done = attempt(&client, &mut entry).await.is_ok();
                last = Some((entry.kind, entry.outcome.clone().unwrap_or_default()));
                told.push(entry);
                if !done {
                    break;
                }
            }
            told
        }));
        writers
    }

    /// Repeats what was not acknowledged until it is; how many those were.
    pub(crate) async fn settle(&mut self, client: &Client) -> Result<usize, String> {
        let mut settled = 0;
        for entry in self
            .entries
            .iter_mut()
            .filter(|entry| entry.outcome.is_none())
        {
            let mut told = String::new();
            for _ in 0..REPEATS {
                match attempt(client, entry).await {
                    Ok(()) => break,
                    Err(status) if again(&status) => {
                        told = format!("{status:?}");
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    }
                    Err(status) => return Err(format!("{:?} repeated: {status:?}", entry.kind)),
                }
            }
            if entry.outcome.is_none() {
                return Err(format!("{:?} does not settle: {told}", entry.kind));
            }
            settled += 1;
        }
        Ok(settled)
    }

    /// What the database lacks of the log, or has beyond it. Everything must be settled.
    pub async fn compare(&self, database: &DatabaseConnection) -> Vec<String> {
        const COUNTS: [(Kind, &str); 6] = [
            (Kind::Create, "SELECT COUNT(*) FROM users"),
            (
                Kind::Change,
                "SELECT CAST(SUM(version - 1) AS BIGINT) FROM users",
            ),
            (Kind::Grant, "SELECT COUNT(*) FROM role_assignments"),
            (
                Kind::Upload,
                "SELECT COUNT(*) FROM imports WHERE state <> 'uploading'",
            ),
            (
                Kind::Apply,
                "SELECT COUNT(*) FROM imports WHERE applied_at IS NOT NULL",
            ),
            (
                Kind::Revert,
                "SELECT COUNT(*) FROM imports WHERE state = 'reverted'",
            ),
        ];
        let mut found = Vec::new();
        for (kind, sql) in COUNTS {
            let told = self
                .entries
                .iter()
                .filter(|entry| entry.kind == kind)
                .count();
            let told = i64::try_from(told).unwrap_or(i64::MAX)
                + self.before.get(&kind).copied().unwrap_or(0);
            let count = behind::number(database, sql).await;
            if told != count {
                found.push(format!(
                    "{kind:?}: {told} acknowledged and {count} in the database"
                ));
            }
        }
        let mut kept = BTreeMap::new();
        for row in behind::rows(database, "SELECT request_id, outcome FROM idempotency").await {
            let id: String = row.try_get_by_index(0).expect("an id");
            let outcome: String = row.try_get_by_index(1).expect("an outcome");
            kept.insert(id, outcome);
        }
        for entry in &self.entries {
            if kept.get(&entry.request_id) != entry.outcome.as_ref() {
                found.push(format!(
                    "{:?} was acknowledged as {:?} and is remembered as {:?}",
                    entry.kind,
                    entry.outcome,
                    kept.get(&entry.request_id)
                ));
            }
        }
        found
    }
}

/// Whether a call that ended so may come again: nothing else is in order after a crash.
fn again(status: &Status) -> bool {
    let reason = Error::from(status.clone()).reason();
    match status.code() {
        Code::Unavailable | Code::Unknown | Code::Cancelled | Code::DeadlineExceeded => true,
        Code::ResourceExhausted => reason == Some(ErrorReason::ServerBusy),
        _ => false,
    }
}

/// Makes a call and keeps the name in its answer.
async fn attempt(client: &Client, entry: &mut Entry) -> Result<(), Status> {
    fn read<T: Message + Default>(answer: &[u8]) -> T {
        T::decode(answer).expect("an answer")
    }
    let answer = match over_connection(client, entry.call.clone(), None).await {
        Ok(answer) => answer,
        Err(status) => {
            entry.refusal.get_or_insert_with(|| status.clone());
            return Err(status);
        }
    };
    let name = match entry.kind {
        Kind::Create => read::<CreateUserResponse>(&answer).user.map(|it| it.name),
        Kind::Change => read::<UpdateUserResponse>(&answer).user.map(|it| it.name),
        Kind::Grant => read::<CreateRoleAssignmentResponse>(&answer)
            .role_assignment
            .map(|it| it.name),
        Kind::Upload => read::<UploadImportResponse>(&answer)
            .import
            .map(|it| it.name),
        Kind::Apply => read::<ApplyImportResponse>(&answer)
            .import
            .map(|it| it.name),
        Kind::Revert => read::<RevertImportResponse>(&answer)
            .import
            .map(|it| it.name),
    };
    entry.outcome = Some(name.expect("a name"));
    Ok(())
}

fn entry<Req: Guarded + Message>(
    kind: Kind,
    token: &str,
    request_id: String,
    requests: &[Req],
) -> Entry {
    Entry {
        kind,
        request_id,
        call: Call {
            path: Req::METHOD.path,
            token: Some(token.to_owned()),
            messages: requests.iter().map(Message::encode_to_vec).collect(),
        },
        outcome: None,
        refusal: None,
    }
}

fn create(token: &str, email: &str) -> Entry {
    let id = request_id();
    let request = CreateUserRequest {
        user: Some(User {
            email: email.to_owned(),
            display_name: "Storm Petrel".into(),
            ..User::default()
        }),
        request_id: id.clone(),
        ..CreateUserRequest::default()
    };
    entry(Kind::Create, token, id, &[request])
}

fn change(token: &str, user: &str, number: u32) -> Entry {
    let id = request_id();
    let request = UpdateUserRequest {
        user: Some(User {
            name: user.to_owned(),
            email: "changed@crash.example".into(),
            display_name: format!("Storm Petrel {number}"),
            ..User::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["display_name".into()],
        }),
        request_id: id.clone(),
    };
    entry(Kind::Change, token, id, &[request])
}

fn grant(token: &str, user: String) -> Entry {
    let id = request_id();
    let request = CreateRoleAssignmentRequest {
        parent: user,
        role_assignment: Some(RoleAssignment {
            role: Role::DataOfficer.into(),
            node: "county".into(),
            ..RoleAssignment::default()
        }),
        request_id: id.clone(),
    };
    entry(Kind::Grant, token, id, &[request])
}

fn file(token: &str, percentage: i64) -> Entry {
    let messages = upload("2023/24", percentage);
    let id = match &messages[0].content {
        Some(upload_import_request::Content::Header(header)) => header.request_id.clone(),
        _ => String::new(),
    };
    entry(Kind::Upload, token, id, &messages)
}

fn apply(token: &str, name: String) -> Entry {
    let id = request_id();
    let request = ApplyImportRequest {
        name,
        request_id: id.clone(),
        ..ApplyImportRequest::default()
    };
    entry(Kind::Apply, token, id, &[request])
}

fn revert(token: &str, name: String) -> Entry {
    let id = request_id();
    let request = RevertImportRequest {
        name,
        request_id: id.clone(),
        ..RevertImportRequest::default()
    };
    entry(Kind::Revert, token, id, &[request])
}
