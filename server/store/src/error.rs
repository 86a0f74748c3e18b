//! What can go wrong in the store, a variant for each decision that a caller can take.

use llpr_domain::access::Role;
use llpr_domain::rule::Fault;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing of that name exists within the caller's reach.
    #[error("{0} does not exist")]
    NotFound(String),
    /// The row was changed since it was read.
    #[error("{0} was changed since it was read")]
    EtagMismatch(String),
    /// The request id was used with another request.
    #[error("the request id was used before with another request")]
    RequestIdReused,
    /// The caller's session ended while the call was under way.
    #[error("the session ended while the call was under way")]
    SessionEnded,
    /// The caller's role ended while the call was under way.
    #[error("access ended while the call was under way")]
    AccessEnded,
    /// The programme's rules say no.
    #[error("{0}")]
    Refused(Refusal),
    /// More writes are waiting than the server takes.
    #[error("too many writes are waiting")]
    Busy,
    /// The database could not be reached, or did not answer in time.
    #[error("the database can't be reached")]
    Unavailable(#[source] DbErr),
    /// The disk of the database has no room left.
    #[error("the disk of the database is full")]
    Full(#[source] DbErr),
    /// The commit failed, and it may have taken effect all the same.
    #[error("the outcome of the write is not known")]
    OutcomeUnknown(#[source] DbErr),
    /// Any other fault of the database.
    #[error("the database refused a statement")]
    Database(#[source] DbErr),
    /// A stored value that can't be: damage, or a fault of ours.
    #[error("a stored value makes no sense: {0}")]
    Corrupt(String),
}

/// A rule that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another user has the e-mail address.
    #[error("a user with this e-mail address exists")]
    EmailTaken,
    /// The same thing is there already.
    #[error("{0} exists already")]
    Exists(String),
    /// The granting table does not allow it, or the caller would give a role to themselves.
    #[error("this role can't be given by the caller")]
    GrantNotAllowed,
    /// A role held at the school stands in the way.
    #[error("the person is {} at this school", .role.label())]
    ConflictOfInterest {
        /// Which.
        role: Role,
        /// For how many years it stands in a partner's way after its end.
        years: u32,
    },
    /// The dates end before they begin.
    #[error("the role would end before it begins")]
    DatesReversed,
    /// The role is not open to scripts.
    #[error("a service account can't be {}", .0.label())]
    NotForScripts(Role),
    /// The service account was revoked, or its time is over.
    #[error("the service account has ended")]
    ServiceAccountEnded,
    /// The service account has as many tokens as may work at once.
    #[error("the service account has as many tokens as it may")]
    TooManyTokens,
    /// The invitation was accepted or taken back.
    #[error("the invitation is no longer open")]
    InvitationState,
    /// The mail was sent, or its link no longer works.
    #[error("the mail can't be sent again")]
    MailState,
    /// The import has fatal issues.
    #[error("the file has fatal issues")]
    ImportRejected,
    /// The import's state does not allow it; the state in words.
    #[error("the import is {0}")]
    ImportState(&'static str),
    /// Other data was applied since the import was compared.
    #[error("other data was applied since this import was compared")]
    ImportOutdated,
    /// The caller wrote in the draft that they would approve.
    #[error("nobody approves a draft that they wrote in")]
    OwnDraft,
    /// Rules of the programme say what is missing.
    #[error("{}", .0.iter().map(|fault| format!("{}: {fault}", fault.field)).collect::<Vec<_>>().join("; "))]
    Faults(Vec<Fault>),
    /// Nobody has assessed the school yet; its resource name.
    #[error("{0} has no assessment to share")]
    NotAssessed(String),
    /// Nothing was written of the district's review that could be shared; its name.
    #[error("nothing was written of {0}")]
    ReviewNotWritten(String),
    /// Nothing was shared of the district's review that could be acknowledged; its name.
    #[error("nothing was shared of {0}")]
    ReviewNotShared(String),
    /// The programme year is over or yet to begin.
    #[error("{asked} is not the year that is open; {open} is")]
    YearNotOpen {
        /// The year asked for.
        asked: AcademicYear,
        /// The one that is open.
        open: AcademicYear,
    },
    /// The action is done or was dropped; its resource name.
    #[error("{0} is done or was dropped")]
    ActionClosed(String),
    /// The action is neither owned nor made by the caller; its resource name.
    #[error("{0} is another person's")]
    ActionOfOthers(String),
    /// The contact was withdrawn; its resource name.
    #[error("{0} was withdrawn")]
    ContactWithdrawn(String),
    /// The contact was written by somebody else; its resource name.
    #[error("{0} is another person's")]
    ContactOfOthers(String),
    /// No past visit of the school names the file.
    #[error("no past visit of school {0} names this file")]
    ReportNotNamed(Urn),
    /// A change since the import stands in the way of taking it back; what it is.
    #[error("{0} was changed since")]
    ImportRevertConflict(String),
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl StoreError {
    /// Why a commit failed. For want of room nothing was committed: what would commit it is written
    /// last. Any other fault may have come after that.
    pub(crate) fn of_commit(error: DbErr) -> Self {
        match trouble(&error) {
            Trouble::Full => Self::Full(error),
            Trouble::Away | Trouble::Crossed | Trouble::Other => Self::OutcomeUnknown(error),
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match trouble(&error) {
            Trouble::Away => Self::Unavailable(error),
            Trouble::Full => Self::Full(error),
            Trouble::Crossed => Self::Busy,
            Trouble::Other => Self::Database(error),
        }
    }
}

/// What kind of trouble the database has.
enum Trouble {
    /// It is gone, or its disk is broken: the call can come again when that is mended.
    Away,
    /// Its disk is full: the call can come again when there is room.
    Full,
    /// It undid one of two transactions that stood in each other's way.
    Crossed,
    /// Anything else is a fault of ours.
    Other,
}

fn trouble(error: &DbErr) -> Trouble {
    let (DbErr::Exec(RuntimeErr::SqlxError(source)) | DbErr::Query(RuntimeErr::SqlxError(source))) =
        error
    else {
        return match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Trouble::Away,
            _ => Trouble::Other,
        };
    };
    match &**source {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Trouble::Away,
        sqlx::Error::Database(told) => told.code().map_or(Trouble::Other, |code| by_code(&code)),
        _ => Trouble::Other,
    }
}

/// By `SQLSTATE` (five characters, PostgreSQL) or by SQLite's number, whose low byte is the kind.
fn by_code(code: &str) -> Trouble {
    const BUSY: u32 = 5;
    const READ_ONLY: u32 = 8;
    const IO: u32 = 10;
    const FULL: u32 = 13;
    const CANT_OPEN: u32 = 14;
    if code.len() == 5 {
        // Connection lost, out of memory or connections, shut down or starting, timed out, I/O error,
        // and a standby that takes no writes.
        const AWAY: [&str; 5] = ["08", "53", "57", "58", "25006"];
        return match code {
            "53100" => Trouble::Full,
            "40001" | "40P01" => Trouble::Crossed,
            code if AWAY.iter().any(|class| code.starts_with(class)) => Trouble::Away,
            _ => Trouble::Other,
        };
    }
    match code.parse::<u32>().map(|number| number & 0xff) {
        Ok(FULL) => Trouble::Full,
        Ok(BUSY | READ_ONLY | IO | CANT_OPEN) => Trouble::Away,
        _ => Trouble::Other,
    }
}
