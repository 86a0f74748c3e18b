//! Refusals: one type, one conversion to a gRPC status.
//!
//! The message is written for a headteacher and says what to do next; the reason is for programs.

use std::collections::HashMap;
use std::time::Duration;

use llpr_domain::access::Role;
use llpr_domain::programme::Violation;
use llpr_domain::rule::Fault;
use llpr_domain::urn::Urn;
use llpr_proto::ERROR_DOMAIN;
use llpr_proto::v1::ErrorReason;
use llpr_store::{Denied, Refusal, StoreError};
use prost_protovalidate::ValidationError;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Why a call is refused.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    code: Code,
    reason: ErrorReason,
    message: String,
    metadata: HashMap<String, String>,
    details: ErrorDetails,
}

impl Problem {
    pub(crate) fn new(code: Code, reason: ErrorReason, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            code,
            reason,
            message: message.into(),
            metadata: HashMap::new(),
            details: ErrorDetails::new(),
        }))
    }

    /// The caller is not signed in.
    pub(crate) fn sign_in_required() -> Self {
        Self::new(
            Code::Unauthenticated,
            ErrorReason::SignInRequired,
            "You are not signed in. Sign in and try again.",
        )
    }

    /// The access token can't be used.
    pub(crate) fn token_invalid() -> Self {
        Self::new(
            Code::Unauthenticated,
            ErrorReason::TokenInvalid,
            "Your sign-in is no longer valid. Sign in again.",
        )
    }

    /// The session has ended.
    pub(crate) fn session_ended() -> Self {
        Self::new(
            Code::Unauthenticated,
            ErrorReason::SessionEnded,
            "You have been signed out. Sign in again.",
        )
    }

    /// The same words whether the resource exists or not.
    pub(crate) fn access_denied() -> Self {
        Self::new(
            Code::PermissionDenied,
            ErrorReason::AccessDenied,
            "You don't have access to this. If you should, ask the person who gave you your role.",
        )
    }

    /// One field breaks a rule.
    pub(crate) fn field(field: &str, description: impl Into<String>) -> Self {
        let description = description.into();
        let mut problem = Self::new(
            Code::InvalidArgument,
            ErrorReason::InvalidRequest,
            format!("{field}: {description}"),
        );
        problem
            .0
            .details
            .add_bad_request_violation(field, description);
        problem
    }

    /// As [`Problem::field`] with a reason of its own.
    pub(crate) fn field_because(
        reason: ErrorReason,
        field: &str,
        description: impl Into<String>,
    ) -> Self {
        let description = description.into();
        let mut problem = Self::new(Code::InvalidArgument, reason, description.clone());
        problem
            .0
            .details
            .add_bad_request_violation(field, description);
        problem
    }

    /// Rules of the programme say what is missing: each with its field and paragraph.
    pub(crate) fn rules(faults: &[Fault]) -> Self {
        let told: Vec<String> = faults
            .iter()
            .map(|fault| format!("{}: {fault}", fault.field))
            .collect();
        let mut problem = Self::new(
            Code::InvalidArgument,
            ErrorReason::InvalidRequest,
            told.join("; "),
        );
        for fault in faults {
            problem
                .0
                .details
                .add_bad_request_violation(fault.field.as_str(), fault.to_string());
        }
        problem
    }

    /// A programme document breaks rules. The first violations, as many as trailers hold
    /// everywhere: some clients take no more than 8 KiB of them.
    pub(crate) fn document(violations: &[Violation]) -> Self {
        const MOST_BYTES: usize = 4_000;
        let (count, mend) = match violations.len() {
            1 => ("a fault".to_owned(), "mend it"),
            many => (format!("{many} faults"), "mend them all"),
        };
        let mut problem = Self::new(
            Code::InvalidArgument,
            ErrorReason::ProgrammeDocumentRejected,
            format!("The document has {count}, and nothing was kept: {mend} and send it again."),
        );
        let mut bytes = 0;
        let mut listed = 0;
        for Violation { line, key, message } in violations {
            let field = match key.as_str() {
                "" => "document".to_owned(),
                key => format!("document.{key}"),
            };
            let description = format!("line {line}: {message}");
            bytes += field.len() + description.len() + 8;
            if bytes > MOST_BYTES {
                break;
            }
            listed += 1;
            problem
                .0
                .details
                .add_bad_request_violation(field, description);
        }
        problem
            .with("violation_count", violations.len().to_string())
            .with("violations_listed", listed.to_string())
    }

    /// Try again after a while.
    pub(crate) fn retry(reason: ErrorReason, message: impl Into<String>, after: Duration) -> Self {
        let mut problem = Self::new(Code::ResourceExhausted, reason, message);
        problem.0.details.set_retry_info(Some(after));
        problem
    }

    /// The server has as much work as it takes.
    pub(crate) fn busy() -> Self {
        Self::retry(
            ErrorReason::ServerBusy,
            "The server is busy. Try again in a moment.",
            Duration::from_secs(2),
        )
    }

    /// Nothing of that name within the caller's reach.
    pub(crate) fn not_found(name: &str) -> Self {
        let mut problem = Self::new(
            Code::NotFound,
            ErrorReason::ResourceNotFound,
            format!("There is no {name}. Check the name, or list what there is."),
        );
        problem
            .0
            .details
            .set_resource_info(kind(name), name, "", "");
        problem
    }

    fn exists(reason: ErrorReason, name: &str, message: impl Into<String>) -> Self {
        let mut problem = Self::new(Code::AlreadyExists, reason, message);
        problem
            .0
            .details
            .set_resource_info(kind(name), name, "", "");
        problem
    }

    /// A district's review is not where it must be.
    fn review_state(name: &str, message: &str) -> Self {
        Self::precondition(ErrorReason::DistrictReviewState, name, message)
    }

    fn precondition(reason: ErrorReason, subject: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut problem = Self::new(Code::FailedPrecondition, reason, message.clone());
        problem.0.details.add_precondition_failure_violation(
            reason.as_str_name().trim_start_matches(PREFIX),
            subject,
            message,
        );
        problem
    }

    /// A further fact for programs.
    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.metadata.insert(key.to_owned(), value.into());
        self
    }

    /// A fault of ours: logged whole here, told in general.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = %chain(error), "A call failed through a fault of the server's.");
        Self::new(
            Code::Internal,
            ErrorReason::Internal,
            "Something went wrong on our side. Nothing was changed. Try again, and report it with the request id if it stays.",
        )
    }
}

const PREFIX: &str = "ERROR_REASON_";

/// The collection of a resource name.
fn kind(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

/// An error with its sources.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        told.push_str(": ");
        told.push_str(&error.to_string());
        source = error.source();
    }
    told
}

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        let Parts {
            code,
            reason,
            message,
            metadata,
            mut details,
        } = *problem.0;
        details.set_error_info(
            reason.as_str_name().trim_start_matches(PREFIX),
            ERROR_DOMAIN,
            metadata,
        );
        Self::with_error_details(code, message, details)
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::SessionEnded => Self::session_ended(),
            Denied::NoRole => Self::access_denied(),
            Denied::MalformedName => {
                Self::field("name", "is not a resource name of the right form")
            }
            Denied::Store(error) => error.into(),
        }
    }
}

impl From<ValidationError> for Problem {
    fn from(error: ValidationError) -> Self {
        let mut told = Vec::new();
        let mut details = ErrorDetails::new();
        for violation in error.violations() {
            let field = violation.field_path();
            let description = match violation.message() {
                "" => format!("breaks the rule {}", violation.rule_id()),
                message => message.to_owned(),
            };
            told.push(format!("{field}: {description}"));
            details.add_bad_request_violation(field, description);
        }
        let message = format!("The request breaks a rule: {}.", told.join("; "));
        let mut problem = Self::new(Code::InvalidArgument, ErrorReason::InvalidRequest, message);
        problem.0.details = details;
        problem
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(name) => Self::not_found(&name),
            StoreError::EtagMismatch(name) => Self::new(
                Code::Aborted,
                ErrorReason::EtagMismatch,
                format!(
                    "{name} was changed since you read it. Read it again, then repeat your change."
                ),
            ),
            StoreError::RequestIdReused => Self::field_because(
                ErrorReason::RequestIdReused,
                "request_id",
                "This request id was used before with another request. Make a new one for each request.",
            ),
            StoreError::SessionEnded => Self::session_ended(),
            StoreError::AccessEnded => Self::access_denied(),
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Busy => Self::busy(),
            StoreError::Unavailable(ref source) => {
                tracing::error!(error = %chain(source), "The database can't be reached.");
                Self::new(
                    Code::Unavailable,
                    ErrorReason::Unavailable,
                    "The service can't reach its database. Nothing was changed. Try again in a minute.",
                )
            }
            StoreError::Full(ref source) => {
                tracing::error!(error = %chain(source), "The disk of the database is full. Make room on it; nothing else is needed.");
                Self::new(
                    Code::Unavailable,
                    ErrorReason::Unavailable,
                    "The service has no room to save anything at the moment. Nothing was changed. Try again later.",
                )
            }
            StoreError::OutcomeUnknown(ref source) => {
                tracing::error!(error = %chain(source), "A commit failed; its outcome is not known.");
                Self::new(
                    Code::Unknown,
                    ErrorReason::OutcomeUnknown,
                    "We can't tell whether this was saved. Look, or repeat it with the same request id: it is never done twice.",
                )
            }
            StoreError::Database(_) | StoreError::Corrupt(_) => Self::internal(&error),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::EmailTaken => Self::exists(
                ErrorReason::EmailTaken,
                "users",
                "Somebody has an account with this e-mail address. Give that person a role, or use another address.",
            ),
            Refusal::Exists(name) => {
                let message = format!("This is there already: {name}.");
                Self::exists(ErrorReason::ResourceExists, &name, message)
            }
            Refusal::GrantNotAllowed => Self::new(
                Code::PermissionDenied,
                ErrorReason::GrantNotAllowed,
                "You can't give or end this role here, or for yourself. An administrator can.",
            ),
            Refusal::ConflictOfInterest { role, years } => Self::precondition(
                ErrorReason::ConflictOfInterest,
                "role_assignment",
                conflict_of_interest(role, years),
            ),
            Refusal::DatesReversed => {
                Self::field("role_assignment.until_date", "must be later than from_date")
            }
            Refusal::NotForScripts(role) => Self::new(
                Code::PermissionDenied,
                ErrorReason::GrantNotAllowed,
                format!(
                    "A service account can't be {}: choose data officer, school improvement manager or county education manager.",
                    role.label()
                ),
            ),
            Refusal::ServiceAccountEnded => Self::precondition(
                ErrorReason::ServiceAccountState,
                "service_account",
                "This service account was revoked or its time is over, so it gets no further tokens. Create another.",
            ),
            Refusal::TooManyTokens => Self::precondition(
                ErrorReason::ServiceAccountState,
                "service_account",
                "Five tokens of this service account work already. Revoke one that no script uses, then try again.",
            ),
            Refusal::InvitationState => Self::precondition(
                ErrorReason::InvitationState,
                "invitation",
                "This invitation was accepted or taken back already. Invite the person anew if that is still needed.",
            ),
            Refusal::MailState => Self::precondition(
                ErrorReason::MailState,
                "mail",
                "This mail was sent already, or its link no longer works. Send the invitation again, or make a new link.",
            ),
            Refusal::ImportRejected => Self::precondition(
                ErrorReason::ImportRejected,
                "import",
                "The file has fatal issues, so nothing of it can be applied. List the issues, mend the file and upload it again.",
            ),
            Refusal::ImportState(state) => Self::precondition(
                ErrorReason::ImportState,
                "import",
                format!(
                    "The import is {state}, so this can't be done with it. List the imports to find the one you mean."
                ),
            ),
            Refusal::ImportOutdated => Self::new(
                Code::Aborted,
                ErrorReason::ImportOutdated,
                "Other data was applied since this file was compared. Upload it again to see what it would change now.",
            ),
            Refusal::OwnDraft => Self::precondition(
                ErrorReason::ProgrammeOwnDraft,
                "programme_draft",
                "You wrote in this draft, so somebody else has to approve it: another person who is county education manager.",
            ),
            Refusal::Faults(faults) => Self::rules(&faults),
            Refusal::NotAssessed(name) => Self::precondition(
                ErrorReason::RiskNotAssessed,
                &name,
                format!("{name} has not been assessed yet, so there is nothing to share (¶12). Assess it first."),
            ),
            Refusal::ReviewNotWritten(name) => Self::review_state(&name, "Nothing has been written about the district yet, so there is nothing to share (¶11). Write its strengths and priorities first."),
            Refusal::ReviewNotShared(name) => Self::review_state(&name, "Nothing of the district's review has been shared yet, so there is nothing to acknowledge (¶11)."),
            Refusal::YearNotOpen { asked, open } => Self::precondition(
                ErrorReason::RiskYearNotOpen,
                "programme_year",
                format!("The year {asked} is not open: the one that is worked on is {open} (¶13). Choose that year."),
            )
            .with("open_year", format!("programmeYears/{}", open.slug())),
            Refusal::ActionClosed(name) => action_closed(&name),
            Refusal::ActionOfOthers(name) => action_of_others(&name),
            Refusal::ContactWithdrawn(name) => contact_withdrawn(&name),
            Refusal::ContactOfOthers(name) => contact_of_others(&name),
            Refusal::ReportNotNamed(urn) => report_not_named(urn),
            Refusal::ImportRevertConflict(what) => Self::precondition(
                ErrorReason::ImportRevertConflict,
                "import",
                format!("{what} changed since this import. Take the later import back first."),
            ),
        }
    }
}

fn action_closed(name: &str) -> Problem {
    Problem::precondition(
        ErrorReason::FollowUpActionClosed,
        name,
        "This action is done or was dropped already (¶13). Make another one if something is still to be done.",
    )
}

fn action_of_others(name: &str) -> Problem {
    Problem::new(
        Code::PermissionDenied,
        ErrorReason::FollowUpActionOfOthers,
        format!(
            "{name} is neither yours nor made by you (¶13). Ask its owner, or the school improvement manager."
        ),
    )
}

fn contact_withdrawn(name: &str) -> Problem {
    Problem::precondition(
        ErrorReason::FollowUpContactWithdrawn,
        name,
        "This contact was withdrawn already (¶13). The list of contacts says by whom and why.",
    )
}

fn contact_of_others(name: &str) -> Problem {
    Problem::new(
        Code::PermissionDenied,
        ErrorReason::FollowUpContactOfOthers,
        format!(
            "{name} was written by somebody else (¶13). Ask its author, or the school improvement manager."
        ),
    )
}

fn report_not_named(urn: Urn) -> Problem {
    let message = format!(
        "No past visit of school {urn} names this file. Put its name and SHA-256 into the list of last year's visits \
         (data set last-year), load that, then upload the file again."
    );
    Problem::precondition(
        ErrorReason::ReportNotNamed,
        &format!("schools/{urn}"),
        message,
    )
}

/// Why somebody may not have both roles at a school.
fn conflict_of_interest(role: Role, years: u32) -> String {
    if role == Role::Llp {
        "This person is the school's partner at that time, and nobody governs or works at a school whose partner \
         they are. Choose somebody else, or end that role first."
            .to_owned()
    } else {
        format!(
            "This person is {} at the school, or was within the last {years} years: nobody is partner of a school \
             that they govern, lead or recently worked at. Choose somebody else.",
            role.label(),
        )
    }
}
