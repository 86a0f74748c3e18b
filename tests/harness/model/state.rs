//! The model: what the county is, in plain collections.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};

use super::answer::{Answer, Refused, Told, refuse};
use super::county;
use super::step::Act;
use llpr_proto::v1::ErrorReason;
use tonic::Code;

pub(super) const SIM: usize = 0;
pub(super) const LLP: usize = 1;
pub(super) const HEADTEACHER: usize = 2;
pub(super) const SCHOOL_LEADER: usize = 3;
pub(super) const GOVERNOR: usize = 4;
pub(super) const CLERK: usize = 5;
pub(super) const COUNTY_MANAGER: usize = 6;
pub(super) const ADVISER: usize = 7;
pub(super) const DATA_OFFICER: usize = 8;
pub(super) const ADMINISTRATOR: usize = 9;

/// Days that a sequence may last.
const DAYS: usize = 3;

/// Who calls: a person by number, or a script with the token of a number. As an owner of sessions
/// and writes, a script is the account of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Person(usize),
    Script(usize),
}

/// A call, resolved: the same for the model and for every engine.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) who: Who,
    pub(super) act: Act,
    /// Number of its request id. What a call makes up follows from it, so that its repetition is
    /// the same to the letter.
    pub(super) request: usize,
    /// The day on which it was first made, for the dates that it names.
    pub(super) day: NaiveDate,
}

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) password: usize,
    pub(super) disabled: bool,
    pub(super) version: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) user: usize,
    pub(super) role: usize,
    pub(super) node: String,
    pub(super) from: NaiveDate,
    pub(super) until: Option<NaiveDate>,
    pub(super) version: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) role: usize,
    pub(super) node: String,
    pub(super) revoked: bool,
    pub(super) tokens: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) account: usize,
    pub(super) revoked: bool,
}

/// A session of a person or a script.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) owner: Who,
    pub(super) begun: NaiveDate,
    pub(super) ended: bool,
}

/// What a caller has in the pocket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pocket {
    pub(super) session: usize,
    /// The day of the access token, which does not outlive it.
    pub(super) issued: NaiveDate,
    /// Whether there is a refresh token from before the latest, of an earlier day.
    pub(super) older: Option<NaiveDate>,
}

/// How to read what a write left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    Nothing,
    User(usize),
    Role(usize),
    EndedRole(usize),
    Account(usize),
    Token(usize),
    Import(usize),
    Draft(usize),
    Version(usize, usize),
}

#[derive(Clone, Debug)]
struct Remembered {
    act: Act,
    left: Left,
}

/// What the county is.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) today: NaiveDate,
    pub(super) days: usize,
    pub(super) users: Vec<User>,
    pub(super) cast: Vec<usize>,
    pub(super) roles: Vec<Held>,
    pub(super) accounts: Vec<Account>,
    pub(super) tokens: Vec<Token>,
    pub(super) sessions: Vec<Session>,
    pub(super) pockets: BTreeMap<Who, Pocket>,
    /// The session that a script's token began last.
    pub(super) last_of_token: BTreeMap<usize, usize>,
    pub(super) memberships: BTreeMap<u32, Vec<county::Membership>>,
    pub(super) imports: super::imports::Imports,
    pub(super) programme: super::programme::Programme,
    pub(super) calls: Vec<Call>,
    remembered: BTreeMap<(Who, usize), Remembered>,
    /// Acknowledged writes: so many ledger rows.
    pub(super) written: i64,
    /// Refusals by caller and day.
    refused: BTreeMap<(Who, NaiveDate), i64>,
}

impl Model {
    /// The invented county on a day.
    pub(super) fn new(today: NaiveDate) -> Self {
        let (users, roles, cast) = county::people(today);
        Self {
            today,
            days: 0,
            users,
            cast,
            roles,
            accounts: Vec::new(),
            tokens: Vec::new(),
            sessions: Vec::new(),
            pockets: BTreeMap::new(),
            last_of_token: BTreeMap::new(),
            memberships: county::memberships(),
            imports: super::imports::Imports::default(),
            programme: super::programme::Programme::default(),
            calls: Vec::new(),
            remembered: BTreeMap::new(),
            written: 0,
            refused: BTreeMap::new(),
        }
    }

    pub(super) fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Whether somebody has signed in and not lost it.
    pub(super) fn is_known(&self, who: Who) -> bool {
        self.pockets.contains_key(&who)
    }

    /// Ledger rows of refusals: the first twenty of a caller on a day.
    pub(super) fn refusals_told(&self) -> i64 {
        self.refused.values().map(|count| (*count).min(20)).sum()
    }

    /// Everybody who may act.
    pub(super) fn everybody(&self) -> Vec<Who> {
        let people = self.cast.iter().copied().map(Who::Person);
        people
            .chain((0..self.tokens.len()).map(Who::Script))
            .collect()
    }

    /// The day after, unless the sequence has lasted long enough.
    pub(super) fn next_day(&mut self) -> bool {
        if self.days == DAYS {
            return false;
        }
        self.days += 1;
        self.today += Duration::days(1);
        true
    }

    /// What a call is answered, and what it changes.
    pub(super) fn perform(&mut self, call: &Call) -> Answer {
        self.calls.push(call.clone());
        let answer = self.decide(call);
        if let Err(Refused {
            code: Code::Unauthenticated,
            reason,
        }) = &answer
            && *reason != Some(ErrorReason::CredentialsRefused)
        {
            self.pockets.remove(&call.who);
        }
        answer
    }

    fn decide(&mut self, call: &Call) -> Answer {
        self.enter(call)?;
        match &call.act {
            Act::SignIn { .. }
            | Act::SignInScript
            | Act::SignOut { .. }
            | Act::Refresh { .. }
            | Act::ChangePassword { .. }
            | Act::WhoAmI => self.of_sessions(call),
            Act::CreateUser { .. }
            | Act::Rename { .. }
            | Act::Readdress { .. }
            | Act::Disable { .. }
            | Act::SetPassword { .. }
            | Act::GetUser { .. }
            | Act::ListUsers
            | Act::Give { .. }
            | Act::End { .. }
            | Act::ListRoles => self.of_people(call),
            Act::CreateAccount { .. }
            | Act::RevokeAccount { .. }
            | Act::GetAccount { .. }
            | Act::ListAccounts
            | Act::CreateToken { .. }
            | Act::RevokeToken { .. } => self.of_scripts(call),
            Act::UploadFigures { .. }
            | Act::UploadMove { .. }
            | Act::UploadRubbish
            | Act::ApplyImport { .. }
            | Act::DiscardImport { .. }
            | Act::RevertImport { .. }
            | Act::GetImport { .. }
            | Act::ListImports => self.of_imports(call),
            Act::CreateDraft { .. }
            | Act::UpdateDraft { .. }
            | Act::DeleteDraft { .. }
            | Act::ApproveDraft { .. }
            | Act::GetDraft { .. }
            | Act::GetYear { .. } => self.of_programme(call),
            Act::ListSchools
            | Act::ListDistricts
            | Act::GetSchool { .. }
            | Act::GetDistrict { .. }
            | Act::Figure { .. } => self.of_schools(call),
        }
    }

    /// Does a write once for a caller and request id.
    pub(super) fn write(
        &mut self,
        call: &Call,
        body: impl FnOnce(&mut Self) -> Result<Left, Refused>,
    ) -> Answer {
        let key = (self.account_of(call.who), call.request);
        match self.remembered.get(&key) {
            Some(before) if before.act == call.act => {
                let left = before.left;
                return self.tell(call.who, left, true);
            }
            Some(_) => return refuse(Code::InvalidArgument, ErrorReason::RequestIdReused),
            None => {}
        }
        let left = body(self)?;
        self.written += 1;
        let act = call.act.clone();
        self.remembered.insert(key, Remembered { act, left });
        self.tell(call.who, left, false)
    }

    /// What somebody reads of what a write left.
    fn tell(&self, who: Who, left: Left, again: bool) -> Answer {
        match left {
            Left::Nothing => Ok(Told::Nothing),
            Left::User(user) => Ok(self.tell_user(user)),
            Left::EndedRole(role) if again && !self.gives_at(who, &self.roles[role].node) => {
                refuse(Code::PermissionDenied, ErrorReason::AccessDenied)
            }
            Left::Role(role) | Left::EndedRole(role) => Ok(self.tell_role(role)),
            Left::Account(account) => Ok(self.tell_account(account)),
            Left::Token(token) => Ok(Told::Token {
                token,
                secret: !again,
            }),
            Left::Import(import) => Ok(self.imports.tell(import)),
            Left::Draft(year) => self.programme.tell_draft(year),
            Left::Version(year, number) => Ok(self.programme.tell_version(year, number)),
        }
    }

    /// Whose name a caller's writes go under: several tokens are one account.
    pub(super) fn account_of(&self, who: Who) -> Who {
        match who {
            Who::Person(user) => Who::Person(user),
            Who::Script(token) => Who::Script(self.tokens[token].account),
        }
    }

    /// Counts a refusal for want of a role.
    pub(super) fn count_refusal(&mut self, who: Who) {
        let key = (self.account_of(who), self.today);
        *self.refused.entry(key).or_default() += 1;
    }
}
