//! One engine's side: makes the calls of the model on a real server and takes the answers apart.

mod data;
mod people;
mod scripts;
mod sessions;

use std::collections::BTreeMap;

use llpr_proto::access::Guarded;
use llpr_proto::options::v1::Role;
use llpr_proto::v1::{ErrorReason, ListRoleAssignmentsRequest, ListUsersRequest, RoleAssignment};
use prost::Message;
use sea_orm::DatabaseConnection;

use super::answer::{Answer, Refused};
use super::fault::{Fault, Wire};
use super::requests::uuid;
use super::state::{Call, Model, Who};
use super::step::{Act, Etag};
use crate::ROLES;
use crate::storm;
use crate::{Engine, World, behind};

/// Passwords that people have in turn.
pub(super) const PASSWORDS: [&str; 2] = [crate::PASSWORD, "harbour violet anvil"];

/// Resource names of a kind by number, each with the etags that it has had.
#[derive(Debug, Default)]
struct Names {
    numbers: BTreeMap<String, usize>,
    all: Vec<String>,
    etags: BTreeMap<usize, Vec<String>>,
}

impl Names {
    /// The number of a name; a new name gets the next.
    fn number(&mut self, name: &str) -> usize {
        let next = self.all.len();
        let number = *self.numbers.entry(name.to_owned()).or_insert(next);
        if number == next {
            self.all.push(name.to_owned());
        }
        number
    }

    /// Which version of a thing an etag is: they are numbered as they are first seen.
    fn version(&mut self, number: usize, etag: &str) -> usize {
        let seen = self.etags.entry(number).or_default();
        let known = seen.iter().position(|other| other == etag);
        known.unwrap_or_else(|| {
            seen.push(etag.to_owned());
            seen.len() - 1
        })
    }

    /// The text of an etag; for a thing that never was, one that nothing has.
    fn etag(&self, number: usize, etag: Etag) -> String {
        match etag {
            Etag::At(version) => {
                let seen = self.etags.get(&number).and_then(|seen| seen.get(version));
                seen.cloned().unwrap_or_else(|| "1".to_owned())
            }
            Etag::Any | Etag::Current | Etag::Stale => String::new(),
        }
    }
}

/// Tokens of a caller.
#[derive(Debug, Default)]
struct Pocket {
    access: String,
    refresh: String,
    older: String,
}

/// A server with what is known of it.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) engine: Engine,
    world: World,
    wire: Wire,
    database: DatabaseConnection,
    pockets: BTreeMap<Who, Pocket>,
    secrets: Vec<String>,
    users: Names,
    roles: Names,
    accounts: Names,
    tokens: Names,
    imports: Names,
    drafts: Names,
    /// Where the ledger ended before the first step.
    begin: i64,
}

impl Side {
    /// A server of its own, at noon of a day, with everything known that the model knows.
    pub(super) async fn new(engine: Engine, fault: Option<Fault>, model: &Model) -> Self {
        let world = World::county_with(engine, |config| {
            // A token lasts for its day and never for the next.
            config.auth.access_token_minutes = 11 * 60;
            config.auth.max_failures = 1_000_000;
        })
        .await;
        world
            .clock
            .advance(super::until_noon(world.clock.now(), model.today));
        let database = world.database().await;
        let wire = Wire::new(&world, database.clone(), fault).await;
        let mut side = Self {
            engine,
            wire,
            pockets: BTreeMap::new(),
            secrets: Vec::new(),
            users: Names::default(),
            roles: Names::default(),
            accounts: Names::default(),
            tokens: Names::default(),
            imports: Names::default(),
            drafts: Names::default(),
            begin: 0,
            database,
            world,
        };
        side.learn(model).await;
        side.begin = behind::number(&side.database, "SELECT seq FROM ledger_head").await;
        side
    }

    /// Learns the names of the county's people and roles, as an administrator reads them.
    async fn learn(&mut self, model: &Model) {
        let admin = self.world.actor("ADMINISTRATOR").await;
        let request = ListUsersRequest {
            page_size: 500,
            ..ListUsersRequest::default()
        };
        let users = admin
            .session
            .users()
            .list_users(request)
            .await
            .expect("users")
            .into_inner()
            .users;
        for wanted in &model.users {
            let user = users
                .iter()
                .find(|user| user.email == wanted.email)
                .expect("a user");
            let number = self.users.number(&user.name);
            self.users.version(number, &user.etag);
        }
        let request = ListRoleAssignmentsRequest {
            parent: "users/-".to_owned(),
            page_size: 500,
            ..ListRoleAssignmentsRequest::default()
        };
        let roles = admin.session.users().list_role_assignments(request).await;
        let roles = roles.expect("roles").into_inner().role_assignments;
        for held in &model.roles {
            let user = &self.users.all[held.user];
            let same = |role: &&RoleAssignment| {
                role.user == *user
                    && words(role.role()) == ROLES[held.role]
                    && role.node == held.node
                    && role.from_date == held.from.to_string()
            };
            let role = roles.iter().find(same);
            let role = role.unwrap_or_else(|| panic!("no role as {held:?} among {}", roles.len()));
            let number = self.roles.number(&role.name);
            self.roles.version(number, &role.etag);
        }
        assert_eq!(roles.len(), model.roles.len(), "the model knows every role");
    }

    pub(super) fn next_day(&self) {
        self.world
            .clock
            .advance(std::time::Duration::from_hours(24));
    }

    /// Makes a call.
    pub(super) async fn make(&mut self, model: &Model, call: &Call) -> Answer {
        let answer = self.answer(model, call).await;
        if let Err(Refused {
            code: tonic::Code::Unauthenticated,
            reason,
        }) = &answer
            && *reason != Some(ErrorReason::CredentialsRefused)
        {
            self.pockets.remove(&call.who);
        }
        answer
    }

    async fn ask<Req, Res>(&self, call: &Call, requests: &[Req]) -> Result<Res, Refused>
    where
        Req: Guarded + Message,
        Res: Message + Default,
    {
        let token = self
            .pockets
            .get(&call.who)
            .map(|pocket| pocket.access.clone());
        let bytes = self.wire.make(storm::call(token, requests)).await?;
        Ok(Res::decode(bytes.as_slice()).expect("an answer"))
    }

    async fn answer(&mut self, model: &Model, call: &Call) -> Answer {
        let id = uuid(call.request);
        match &call.act {
            Act::SignIn { .. }
            | Act::SignInScript
            | Act::SignOut { .. }
            | Act::Refresh { .. }
            | Act::ChangePassword { .. }
            | Act::WhoAmI => self.of_sessions(model, call).await,
            Act::CreateUser { .. }
            | Act::Rename { .. }
            | Act::Readdress { .. }
            | Act::Disable { .. }
            | Act::SetPassword { .. }
            | Act::GetUser { .. }
            | Act::ListUsers => self.of_users(call, id).await,
            Act::Give { .. } | Act::End { .. } | Act::ListRoles => self.of_roles(call, id).await,
            Act::CreateAccount { .. }
            | Act::RevokeAccount { .. }
            | Act::GetAccount { .. }
            | Act::ListAccounts
            | Act::CreateToken { .. }
            | Act::RevokeToken { .. } => self.of_scripts(call, id).await,
            Act::UploadFigures { .. }
            | Act::UploadMove { .. }
            | Act::UploadRubbish
            | Act::ApplyImport { .. }
            | Act::DiscardImport { .. }
            | Act::RevertImport { .. }
            | Act::GetImport { .. }
            | Act::ListImports => self.of_imports(call, id).await,
            Act::CreateDraft { .. }
            | Act::UpdateDraft { .. }
            | Act::DeleteDraft { .. }
            | Act::ApproveDraft { .. }
            | Act::GetDraft { .. }
            | Act::GetYear { .. } => self.of_programme(call, id).await,
            Act::ListSchools
            | Act::ListDistricts
            | Act::GetSchool { .. }
            | Act::GetDistrict { .. }
            | Act::Figure { .. } => self.of_schools(call).await,
        }
    }

    /// What is wrong once the steps are over: with the ledger and with what lies behind it.
    pub(super) async fn at_the_end(&self, model: &Model) -> Vec<String> {
        let mut found = storm::at_rest(&self.world, &self.database).await;
        let (mut written, mut refused) = (0, 0);
        for entry in behind::ledger(&self.database, self.begin).await {
            if entry.fields == ["refused"] {
                refused += 1;
            } else {
                written += 1;
            }
        }
        if written != model.written {
            found.push(format!(
                "{written} ledger rows for {} acknowledged writes",
                model.written
            ));
        }
        if refused != model.refusals_told() {
            found.push(format!(
                "{refused} ledger rows for {} refusals",
                model.refusals_told()
            ));
        }
        found
    }

    /// Stops the server.
    pub(super) async fn stop(self) {
        self.world.stop().await;
    }
}

/// The name of a role, as the model has it.
fn words(role: Role) -> String {
    role.as_str_name().trim_start_matches("ROLE_").to_owned()
}
