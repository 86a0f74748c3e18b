//! Answers, with what differs between two servers taken out: things by number, no times.

use std::collections::BTreeSet;

use llpr_client::Error;
use llpr_proto::v1::ErrorReason;
use tonic::{Code, Status};

/// What a call is answered.
pub(super) type Answer = Result<Told, Refused>;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: Code,
    pub(super) reason: Option<ErrorReason>,
}

impl Refused {
    pub(super) fn new(code: Code, reason: ErrorReason) -> Self {
        Self {
            code,
            reason: Some(reason),
        }
    }

    /// There is no such thing within reach.
    pub(super) fn not_found() -> Self {
        Self::new(Code::NotFound, ErrorReason::ResourceNotFound)
    }
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        Self {
            code: status.code(),
            reason: Error::from(status).reason(),
        }
    }
}

/// A refusal as an answer.
pub(super) fn refuse<T>(code: Code, reason: ErrorReason) -> Result<T, Refused> {
    Err(Refused::new(code, reason))
}

/// What an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    Me(BTreeSet<(String, String)>),
    User {
        user: usize,
        email: String,
        name: String,
        disabled: bool,
        version: usize,
    },
    Users(BTreeSet<String>),
    Role {
        role: usize,
        user: usize,
        what: String,
        node: String,
        from: String,
        until: String,
        version: usize,
    },
    Roles(BTreeSet<usize>),
    Account {
        account: usize,
        role: String,
        node: String,
        revoked: bool,
        tokens: BTreeSet<usize>,
    },
    Accounts(BTreeSet<usize>),
    Token {
        token: usize,
        secret: bool,
    },
    Import {
        import: usize,
        state: &'static str,
        version: usize,
    },
    Imports(Vec<usize>),
    Draft {
        year: usize,
        title: String,
        drafters: BTreeSet<usize>,
        version: usize,
    },
    Version {
        year: usize,
        number: usize,
        title: String,
        approver: Option<usize>,
    },
    Schools(BTreeSet<u32>),
    Districts(BTreeSet<String>),
    Figure(Option<i64>),
}
