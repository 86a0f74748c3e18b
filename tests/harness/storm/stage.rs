//! What the lanes of a storm share.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use futures::future::BoxFuture;
use llpr_client::{Client, request_id};
use llpr_proto::access::Guarded;
use llpr_proto::v1::{
    CreateRoleAssignmentResponse, CreateUserRequest, CreateUserResponse, ErrorReason,
    SignInRequest, SignInResponse, User,
};
use llpr_server::{Clock, Stack};
use prost::Message;
use sea_orm::ConnectionTrait as _;
use tonic::Code;

use super::{PATIENCE, PAUSE};
use crate::raw::{Call, over_connection};
use crate::{PASSWORD, World, first};

/// What a repetition of a call that was done gives.
#[derive(Clone, Copy, Debug)]
pub enum Repeat {
    /// The outcome of the first, by its request id or by its nature.
    SameOutcome,
    /// This refusal, because what was asked for is done.
    Refused(ErrorReason),
    /// It is not repeated: it would be done again.
    Never,
}

/// How a method is put through a storm. A method that changes something needs one.
pub struct Scenario {
    /// `UserService/CreateUser`.
    pub method: &'static str,
    /// A count in the database that each call raises by one, where there is one.
    pub effects: Option<&'static str>,
    /// Whether each call leaves a ledger row.
    pub ledgered: bool,
    /// What its repetition gives.
    pub repeat: Repeat,
    /// Prepares the attempt of a number; the last answer of the lane comes with it, empty if
    /// there is none.
    pub prepare: for<'a> fn(&'a Stage, i64, Vec<u8>) -> BoxFuture<'a, Call>,
}

impl std::fmt::Debug for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scenario")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// The world of a storm, with people of its own.
pub struct Stage {
    client: Client,
    stack: Stack,
    tokens: BTreeMap<&'static str, String>,
    people: BTreeMap<&'static str, String>,
    prepared: Mutex<BTreeMap<&'static str, i64>>,
    clock: Clock,
    /// Secrets of links to sign in with, one for each attempt.
    links: Vec<String>,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage").finish_non_exhaustive()
    }
}

/// Roles whose first person acts.
const ROLES: [&str; 5] = [
    "ADMINISTRATOR",
    "DATA_OFFICER",
    "COUNTY_MANAGER",
    "SIM",
    "LLP",
];
/// People of the storm, one for each lane that needs one for itself.
const PEOPLE: [&str; 9] = [
    "enters",
    "refreshes",
    "leaves",
    "changes",
    "is-changed",
    "is-reset",
    "ends",
    "is-linked",
    "by-link",
];

impl Stage {
    pub(super) async fn set(world: &World) -> Self {
        let mut stage = Self {
            client: world.client(),
            stack: world.server().stack(),
            tokens: BTreeMap::new(),
            people: BTreeMap::new(),
            prepared: Mutex::default(),
            clock: world.clock.clone(),
            links: Vec::new(),
        };
        for role in ROLES {
            let token = stage.signed_in(&first(role).email).await.0;
            stage.tokens.insert(role, token);
        }
        for district in super::district_reviews::OTHERS {
            let token = stage.signed_in(&manager_of(district).email).await.0;
            stage.tokens.insert(district, token);
        }
        for person in PEOPLE {
            let id = stage.user(&address(person), PASSWORD).await;
            stage.people.insert(person, id);
        }
        let given: CreateRoleAssignmentResponse = stage
            .make(
                stage.token("ADMINISTRATOR"),
                &[super::scenarios::governor(stage.person("by-link"))],
            )
            .await;
        assert!(given.role_assignment.is_some());
        stage
    }

    /// Lays links to sign in with behind the server: nobody is shown any.
    pub(super) async fn lay_links(&mut self, world: &World, count: i64) {
        let database = world.database().await;
        let person = self.person("by-link");
        let user = person.trim_start_matches("users/");
        for _ in 0..count {
            let id = uuid::Uuid::now_v7();
            let sql = format!(
                "INSERT INTO links (id, purpose, user_id, created_at, expires_at)
                    VALUES ('{id}', 3, '{user}', 0, {})",
                i64::MAX
            );
            database.execute_unprepared(&sql).await.expect("a link");
            let secret = crate::links::secret(&world.config.keys.folder, id);
            self.links.push(secret);
        }
    }

    /// The secret of the link for an attempt.
    pub fn link(&self, attempt: i64) -> String {
        let number = usize::try_from(attempt).expect("a number");
        self.links[number].clone()
    }

    /// A client of the world's server.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The stack of the world's server.
    pub fn stack(&self) -> Stack {
        self.stack.clone()
    }

    /// The access token of the first person of a role, or of a district's manager.
    pub fn token(&self, role: &str) -> Option<String> {
        let token = self.tokens.get(role);
        Some(
            token
                .unwrap_or_else(|| panic!("no {role} on the stage"))
                .clone(),
        )
    }

    /// The moment a month from now, as requests have it.
    pub fn next_month(&self) -> prost_types::Timestamp {
        prost_types::Timestamp {
            seconds: self.clock.now().timestamp() + 30 * 24 * 3600,
            nanos: 0,
        }
    }

    /// The resource name of one of the storm's people.
    pub fn person(&self, name: &str) -> String {
        self.people[name].clone()
    }

    /// Makes a call whole, to prepare another.
    pub async fn make<Req, Res>(&self, token: Option<String>, requests: &[Req]) -> Res
    where
        Req: Guarded + Message,
        Res: Message + Default,
    {
        let name = Req::METHOD.full_name().trim_start_matches("llpr.v1.");
        *self
            .prepared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(name)
            .or_default() += 1;
        let call = call(token, requests);
        // Calls that were cut off a moment ago may still hold the places of uploads and writes.
        let answered = async {
            loop {
                match over_connection(&self.client, call.clone(), None).await {
                    Err(status)
                        if matches!(status.code(), Code::ResourceExhausted | Code::Unavailable) =>
                    {
                        tokio::time::sleep(PAUSE).await;
                    }
                    answer => break answer,
                }
            }
        };
        let answer = tokio::time::timeout(PATIENCE, answered).await;
        let answer = answer.unwrap_or_else(|_| panic!("{name} to prepare: always refused"));
        let answer = answer.unwrap_or_else(|status| panic!("{name} to prepare: {status:?}"));
        Res::decode(answer.as_slice()).expect("an answer")
    }

    /// Creates a user and gives the resource name.
    pub async fn user(&self, email: &str, password: &str) -> String {
        let request = CreateUserRequest {
            user: Some(User {
                email: email.to_owned(),
                display_name: "Storm Petrel".into(),
                ..User::default()
            }),
            password: password.to_owned(),
            request_id: request_id(),
        };
        let made: CreateUserResponse = self.make(self.token("ADMINISTRATOR"), &[request]).await;
        made.user.expect("a user").name
    }

    /// Signs somebody in; access token and refresh token.
    pub async fn signed_in(&self, email: &str) -> (String, String) {
        let request = SignInRequest {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
        };
        let answer: SignInResponse = self.make(None, &[request]).await;
        let tokens = answer.tokens.expect("tokens");
        (tokens.access_token, tokens.refresh_token)
    }

    pub(super) fn forget_preparations(&self) {
        self.prepared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    pub(super) fn preparations(&self, method: &str) -> i64 {
        let prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        prepared.get(method).copied().unwrap_or(0)
    }
}

/// The improvement manager of a district.
fn manager_of(district: &str) -> &'static llpr_county::Person {
    let people = &crate::county().people;
    let manages = |person: &&llpr_county::Person| {
        let mut given = person.assignments.iter();
        given.any(|given| given.role == "SIM" && given.node == district)
    };
    let found = people.iter().find(manages);
    found.unwrap_or_else(|| panic!("nobody manages {district}"))
}

/// The e-mail address of one of the storm's people.
pub(super) fn address(person: &str) -> String {
    format!("{person}@storm.example")
}

/// A call of requests that are encoded.
pub(crate) fn call<Req: Guarded + Message>(token: Option<String>, requests: &[Req]) -> Call {
    Call {
        path: Req::METHOD.path,
        token,
        messages: requests.iter().map(Message::encode_to_vec).collect(),
    }
}
