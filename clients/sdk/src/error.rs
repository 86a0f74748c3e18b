//! What went wrong, in a form that a program can act on.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use llpr_proto::ERROR_DOMAIN;
use llpr_proto::v1::ErrorReason;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::connect::REQUEST_ID;

/// Why a call, or what led up to it, did not succeed. Cheap to clone.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The server refused the call, or failed at it.
    #[error("{}", .0.message)]
    Refused(Arc<Refusal>),
    /// There is no session: nobody signed in, or the session has ended and its tokens are gone.
    #[error("You are not signed in.")]
    NotSignedIn,
    /// No answer came from the server: it is not there, or the connection broke.
    #[error("The server can't be reached: {reason}.")]
    Unreachable {
        /// The innermost cause in words.
        reason: Arc<str>,
    },
    /// The server's address can't be used.
    #[error("`{endpoint}` is not the address of a server: {reason}.")]
    Endpoint {
        /// The address as it was given.
        endpoint: String,
        /// What is wrong with it.
        reason: Arc<str>,
    },
    /// The place where the tokens are kept failed.
    #[error("The session's tokens can't be read or kept.")]
    Store(#[source] Arc<dyn StdError + Send + Sync>),
    /// A file to be uploaded can't be read.
    #[error("The file can't be read.")]
    File(#[source] Arc<std::io::Error>),
    /// The server's answer breaks the contract.
    #[error("The server's answer can't be used: {0}.")]
    Protocol(&'static str),
}

/// A refusal by the server, taken apart.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The gRPC code.
    pub code: Code,
    /// The reason of the contract; `None` where the refusal carries none that this version knows.
    pub reason: Option<ErrorReason>,
    /// The reason's metadata, such as the names of the data sets there are.
    pub metadata: BTreeMap<String, String>,
    /// What happened and what to do next, for a person.
    pub message: String,
    /// Every field of the request that breaks a rule.
    pub violations: Vec<Violation>,
    /// Every precondition that is not met.
    pub precondition_violations: Vec<PreconditionViolation>,
    /// The resource that the refusal is about; empty if it names none.
    pub resource: String,
    /// How long the server asks to wait before another attempt.
    pub retry_delay: Option<Duration>,
    /// The id under which the server logged the call.
    pub request_id: Option<String>,
}

/// A field of the request that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field's path, such as `user.email`.
    pub field: String,
    /// What is wrong with it, for a person.
    pub description: String,
}

/// A precondition that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreconditionViolation {
    /// What kind of condition it is: a stable word for programs.
    pub kind: String,
    /// What it is about, such as a resource name.
    pub subject: String,
    /// The condition, for a person.
    pub description: String,
}

impl Error {
    /// The gRPC code, or the one that comes nearest where no server was involved.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::NotSignedIn => Code::Unauthenticated,
            Self::Unreachable { .. } => Code::Unavailable,
            Self::Endpoint { .. } => Code::InvalidArgument,
            Self::Store(_) | Self::Protocol(_) => Code::Internal,
            Self::File(_) => Code::DataLoss,
        }
    }

    /// The contract's reason, as far as the refusal carries one.
    pub fn reason(&self) -> Option<ErrorReason> {
        match self {
            Self::Refused(refusal) => refusal.reason,
            Self::NotSignedIn => Some(ErrorReason::SignInRequired),
            Self::Unreachable { .. }
            | Self::Endpoint { .. }
            | Self::Store(_)
            | Self::File(_)
            | Self::Protocol(_) => None,
        }
    }

    /// The server's refusal; `None` where the call never got an answer.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::NotSignedIn
            | Self::Unreachable { .. }
            | Self::Endpoint { .. }
            | Self::Store(_)
            | Self::File(_)
            | Self::Protocol(_) => None,
        }
    }

    /// What happened and what to do next, for a person.
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// Every field of the request that breaks a rule.
    pub fn violations(&self) -> &[Violation] {
        self.refusal().map_or(&[], |refusal| &refusal.violations)
    }

    /// Every precondition that is not met.
    pub fn precondition_violations(&self) -> &[PreconditionViolation] {
        self.refusal()
            .map_or(&[], |refusal| &refusal.precondition_violations)
    }

    /// A value of the reason's metadata.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.refusal()?.metadata.get(key).map(String::as_str)
    }

    /// How long the server asks to wait before another attempt.
    pub fn retry_delay(&self) -> Option<Duration> {
        self.refusal()?.retry_delay
    }

    /// The id under which the server logged the call.
    pub fn request_id(&self) -> Option<&str> {
        self.refusal()?.request_id.as_deref()
    }

    /// Whether only signing in again helps: there is no session, or it has ended.
    pub fn needs_sign_in(&self) -> bool {
        matches!(
            self.reason(),
            Some(
                ErrorReason::SignInRequired | ErrorReason::TokenInvalid | ErrorReason::SessionEnded
            )
        )
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        let mut cause = StdError::source(&status);
        while let Some(error) = cause {
            // An error of ours that passed through a generated client as a status.
            if let Some(own) = error.downcast_ref::<Self>() {
                return own.clone();
            }
            if error.is::<tonic::TimeoutExpired>() {
                return Self::Refused(Arc::new(Refusal {
                    message: "The server took too long to answer. Try again.".into(),
                    code: Code::DeadlineExceeded,
                    ..Refusal::read(&status)
                }));
            }
            if error.is::<tonic::transport::Error>() {
                return Self::Unreachable {
                    reason: deepest(error).into(),
                };
            }
            cause = error.source();
        }
        Self::Refused(Arc::new(Refusal::read(&status)))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::File(Arc::new(error))
    }
}

impl From<Error> for Status {
    /// For errors that must pass through a generated client; [`Error::from`] gets them back.
    fn from(error: Error) -> Self {
        let mut status = Self::new(error.code(), error.to_string());
        status.set_source(Arc::new(error));
        status
    }
}

impl Refusal {
    fn read(status: &Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info();
        Self {
            code: status.code(),
            reason: info
                .filter(|info| info.domain == ERROR_DOMAIN)
                .and_then(|info| {
                    ErrorReason::from_str_name(&format!("ERROR_REASON_{}", info.reason))
                }),
            metadata: info
                .map(|info| info.metadata.clone().into_iter().collect())
                .unwrap_or_default(),
            message: match status.message() {
                "" => status.code().description().to_owned(),
                message => message.to_owned(),
            },
            violations: details
                .bad_request()
                .map(|bad| &bad.field_violations)
                .into_iter()
                .flatten()
                .map(|violation| Violation {
                    field: violation.field.clone(),
                    description: violation.description.clone(),
                })
                .collect(),
            precondition_violations: details
                .precondition_failure()
                .map(|failure| &failure.violations)
                .into_iter()
                .flatten()
                .map(|violation| PreconditionViolation {
                    kind: violation.r#type.clone(),
                    subject: violation.subject.clone(),
                    description: violation.description.clone(),
                })
                .collect(),
            resource: details
                .resource_info()
                .map(|resource| resource.resource_name.clone())
                .unwrap_or_default(),
            retry_delay: details.retry_info().and_then(|retry| retry.retry_delay),
            request_id: status
                .metadata()
                .get(REQUEST_ID)
                .and_then(|id| id.to_str().ok())
                .map(str::to_owned),
        }
    }
}

/// The innermost cause in words: the outer ones only say that there is an inner one.
pub(crate) fn deepest(error: &(dyn StdError + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::ErrorDetails;

    fn info(reason: &str) -> ErrorDetails {
        ErrorDetails::with_error_info(reason, ERROR_DOMAIN, [])
    }

    #[test]
    fn a_refusal_is_taken_apart() {
        let mut details = ErrorDetails::with_error_info(
            "INVALID_REQUEST",
            ERROR_DOMAIN,
            [("limit".to_owned(), "12".to_owned())],
        );
        details
            .add_bad_request_violation("user.email", "is no e-mail address")
            .add_bad_request_violation("password", "is too short")
            .add_precondition_failure_violation("STATE", "imports/1", "is applied already")
            .set_retry_info(Some(Duration::from_secs(7)))
            .set_resource_info("llpr.v1.User", "users/1", "", "");
        let mut status =
            Status::with_error_details(Code::InvalidArgument, "Mend these fields.", details);
        status
            .metadata_mut()
            .insert(REQUEST_ID, "abc".parse().unwrap());

        let error = Error::from(status);

        assert_eq!(error.code(), Code::InvalidArgument);
        assert_eq!(error.reason(), Some(ErrorReason::InvalidRequest));
        assert_eq!(error.message(), "Mend these fields.");
        assert_eq!(error.metadata("limit"), Some("12"));
        assert_eq!(
            error.violations(),
            [
                Violation {
                    field: "user.email".into(),
                    description: "is no e-mail address".into()
                },
                Violation {
                    field: "password".into(),
                    description: "is too short".into()
                }
            ]
        );
        assert_eq!(error.precondition_violations()[0].subject, "imports/1");
        assert_eq!(error.retry_delay(), Some(Duration::from_secs(7)));
        assert_eq!(error.request_id(), Some("abc"));
        assert_eq!(error.refusal().unwrap().resource, "users/1");
    }

    #[test]
    fn a_reason_of_another_domain_or_a_newer_server_is_none() {
        let details = ErrorDetails::with_error_info("ACCESS_DENIED", "example.org", []);
        let foreign = Status::with_error_details(Code::PermissionDenied, "no", details);
        assert_eq!(Error::from(foreign).reason(), None);
        let newer = Status::with_error_details(Code::PermissionDenied, "no", info("OUT_OF_COFFEE"));
        assert_eq!(Error::from(newer).reason(), None);
    }

    #[test]
    fn our_own_errors_come_back_out_of_a_generated_client() {
        let error = Error::from(Status::from(Error::NotSignedIn));
        assert!(matches!(error, Error::NotSignedIn), "{error:?}");
        assert!(error.needs_sign_in());
    }

    #[test]
    fn a_bare_status_still_says_something() {
        let error = Error::from(Status::new(Code::NotFound, ""));
        assert!(!error.message().is_empty());
        assert!(!error.needs_sign_in());
    }
}
