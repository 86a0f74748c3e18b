//! Exit codes, and what is said when a command does not succeed.

use std::io::{self, Write};
use std::process::ExitCode;

use llpr_client::{Error, ErrorReason};
use tonic::Code;

use crate::context::Context;
use crate::credentials::CredentialsError;
use crate::io::Io;
use crate::output::plain;

/// How a command ended. The numbers are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked.
    Ok = 0,
    /// Anything that has no number of its own.
    Other = 1,
    /// The command or one of its values is wrong.
    Usage = 2,
    /// Nobody is signed in, or the roles of the one who is do not allow it.
    NotAllowed = 3,
    /// There is nothing of that name within the caller's reach.
    NotFound = 4,
    /// It clashes with what stands.
    Conflict = 5,
    /// The server is away, busy or too slow. Trying again may help.
    Unavailable = 6,
    /// The file can't be read or was rejected.
    Rejected = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command, or one of its values, is wrong.
    #[error("{0}")]
    Usage(String),
    /// There is nothing of that name.
    #[error("{0}")]
    NotFound(String),
    /// It clashes with what stands.
    #[error("{0}")]
    Conflict(String),
    /// The server found the file at fault; its issues are printed already.
    #[error("{0}")]
    Rejected(String),
    /// A batch's manifest is at fault.
    #[error("{path} can't be used as it is:")]
    Manifest {
        path: String,
        /// Everything that is wrong with it, each with its line.
        faults: Vec<String>,
    },
    /// A local file can't be read or written.
    #[error("{path}: {source}")]
    File {
        path: String,
        #[source]
        source: io::Error,
    },
    /// The server refused, or can't be reached.
    #[error(transparent)]
    Call(#[from] Error),
    /// The session can't be kept or read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The answer can't be written.
    #[error("The answer can't be written: {0}")]
    Write(#[from] io::Error),
    /// What the contract promises and the server did not send, and the like.
    #[error("{0}")]
    Other(String),
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        Self::Call(status.into())
    }
}

impl Failure {
    /// The server's answer lacks what the contract promises.
    pub(crate) fn empty_answer() -> Self {
        Self::Call(Error::Protocol("it lacks what was asked for"))
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::NotFound(_) => Exit::NotFound,
            Self::Conflict(_) => Exit::Conflict,
            Self::Rejected(_) | Self::Manifest { .. } | Self::File { .. } => Exit::Rejected,
            Self::Call(error) => exit_of(error),
            // `llpr school list | head` is done when `head` is.
            Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Ok,
            Self::Credentials(_) | Self::Write(_) | Self::Other(_) => Exit::Other,
        }
    }

    fn hint(&self) -> Option<String> {
        let Self::Call(error) = self else { return None };
        if matches!(error, Error::Unreachable { .. }) {
            return Some(
                "is the server running? Say where it is with --server URL or LLPR_SERVER".into(),
            );
        }
        let hint = match error.reason()? {
            ErrorReason::SignInRequired | ErrorReason::TokenInvalid | ErrorReason::SessionEnded => {
                "sign in with `llpr login`"
            }
            ErrorReason::AccessDenied | ErrorReason::GrantNotAllowed => {
                "`llpr whoami` shows your roles"
            }
            ErrorReason::EtagMismatch => "look at it again, then repeat the command",
            ErrorReason::DatasetUnknown => "`llpr import datasets` lists the data sets",
            ErrorReason::ImportRejected => "`llpr import issues ID` lists what to mend",
            ErrorReason::ImportState => "`llpr import show ID` shows its state",
            ErrorReason::ImportOutdated => "upload the file again with `llpr import apply`",
            ErrorReason::TooManySignIns | ErrorReason::ServerBusy => {
                let seconds = error.retry_delay()?.as_secs().max(1);
                return Some(format!("try again in {seconds} seconds"));
            }
            ErrorReason::Unavailable | ErrorReason::OutcomeUnknown => "try again in a moment",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

fn exit_of(error: &Error) -> Exit {
    match error {
        Error::File(_) => return Exit::Rejected,
        Error::Endpoint { .. } => return Exit::Usage,
        Error::Store(_) | Error::Protocol(_) => return Exit::Other,
        Error::Refused(_) | Error::NotSignedIn | Error::Unreachable { .. } => {}
    }
    if matches!(
        error.reason(),
        Some(
            ErrorReason::UploadTooLarge
                | ErrorReason::UploadMalformed
                | ErrorReason::ReportTypeRefused
                | ErrorReason::ImportRejected
                | ErrorReason::ProgrammeDocumentRejected
        )
    ) {
        return Exit::Rejected;
    }
    match error.code() {
        Code::InvalidArgument | Code::OutOfRange => Exit::Usage,
        Code::Unauthenticated | Code::PermissionDenied => Exit::NotAllowed,
        Code::NotFound => Exit::NotFound,
        Code::AlreadyExists | Code::FailedPrecondition | Code::Aborted => Exit::Conflict,
        Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded => Exit::Unavailable,
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::Unimplemented
        | Code::Internal
        | Code::DataLoss => Exit::Other,
    }
}

/// Says what went wrong and what to do next, on the error stream.
pub(crate) fn report(failure: &Failure, context: &mut Context) -> Exit {
    let exit = failure.exit();
    if exit != Exit::Ok {
        // What was printed before the failure stays in order; a closed pipe can't be helped.
        context.io.out.flush().ok();
        write_report(failure, &mut context.io.err).ok();
    }
    exit
}

fn write_report(failure: &Failure, err: &mut dyn Write) -> io::Result<()> {
    writeln!(err, "error: {}", plain(&failure.to_string()))?;
    if let Failure::Call(error) = failure {
        // A single violation may be all that the message says.
        let all = error.violations();
        let said = matches!(all, [only] if error.message().ends_with(&format!("{}: {}", only.field, only.description)));
        for violation in all.iter().filter(|_| !said) {
            writeln!(
                err,
                "  {}: {}",
                plain(&violation.field),
                plain(&violation.description)
            )?;
        }
        for violation in error.precondition_violations() {
            writeln!(
                err,
                "  {}: {}",
                plain(&violation.subject),
                plain(&violation.description)
            )?;
        }
    }
    if let Failure::Manifest { faults, .. } = failure {
        for fault in faults {
            writeln!(err, "  {}", plain(fault))?;
        }
    }
    // The cause of a local trouble; the server's refusals say it all in their message.
    if let Failure::Call(error @ (Error::File(_) | Error::Store(_))) = failure {
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            writeln!(err, "  {}", plain(&inner.to_string()))?;
            cause = inner.source();
        }
    }
    if let Some(hint) = failure.hint() {
        writeln!(err, "hint: {hint}")?;
    }
    if let Failure::Call(error) = failure
        && let Some(id) = error.request_id()
    {
        writeln!(err, "request id: {}", plain(id))?;
    }
    err.flush()
}

/// Prints what clap has to say: help and version are answers, everything else is wrong usage.
pub(crate) fn usage(error: &clap::Error, io: &mut Io) -> Exit {
    let text = error.render();
    if error.use_stderr() {
        let text = if io.err_is_terminal {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        write!(io.err, "{text}").ok();
        Exit::Usage
    } else {
        let text = if io.out_is_terminal {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        write!(io.out, "{text}").and_then(|()| io.out.flush()).ok();
        Exit::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tonic::Status;
    use tonic_types::{ErrorDetails, StatusExt};

    fn refused(code: Code, reason: &str) -> Failure {
        let details = ErrorDetails::with_error_info(reason, "llpr.v1", []);
        Status::with_error_details(code, "No.", details).into()
    }

    fn said(failure: &Failure) -> String {
        let mut text = Vec::new();
        write_report(failure, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn the_exit_code_follows_from_code_and_reason() {
        for (code, reason, exit) in [
            (Code::InvalidArgument, "INVALID_REQUEST", 2),
            (Code::InvalidArgument, "DATASET_UNKNOWN", 2),
            (Code::InvalidArgument, "UPLOAD_TOO_LARGE", 7),
            (Code::InvalidArgument, "REPORT_TYPE_REFUSED", 7),
            (Code::Unauthenticated, "CREDENTIALS_REFUSED", 3),
            (Code::PermissionDenied, "ACCESS_DENIED", 3),
            (Code::NotFound, "RESOURCE_NOT_FOUND", 4),
            (Code::AlreadyExists, "EMAIL_TAKEN", 5),
            (Code::Aborted, "ETAG_MISMATCH", 5),
            (Code::FailedPrecondition, "IMPORT_STATE", 5),
            (Code::FailedPrecondition, "IMPORT_REJECTED", 7),
            (Code::InvalidArgument, "PROGRAMME_DOCUMENT_REJECTED", 7),
            (Code::FailedPrecondition, "PROGRAMME_OWN_DRAFT", 5),
            (Code::Unavailable, "UNAVAILABLE", 6),
            (Code::ResourceExhausted, "SERVER_BUSY", 6),
            (Code::Internal, "INTERNAL", 1),
        ] {
            assert_eq!(refused(code, reason).exit() as u8, exit, "{reason}");
        }
        assert_eq!(Failure::Call(Error::NotSignedIn).exit(), Exit::NotAllowed);
        let closed = Failure::Write(io::ErrorKind::BrokenPipe.into());
        assert_eq!(closed.exit(), Exit::Ok);
    }

    #[test]
    fn a_refusal_is_told_with_each_violation_a_hint_and_the_request_id() {
        let mut details = ErrorDetails::with_error_info("SERVER_BUSY", "llpr.v1", []);
        details
            .add_bad_request_violation("academic_year", "is not a year")
            .set_retry_info(Some(Duration::from_secs(3)));
        let mut status = Status::with_error_details(Code::ResourceExhausted, "Busy.", details);
        status
            .metadata_mut()
            .insert("x-request-id", "0198".parse().unwrap());
        assert_eq!(
            said(&status.into()),
            "error: Busy.\n  academic_year: is not a year\nhint: try again in 3 seconds\n\
             request id: 0198\n"
        );
    }

    #[test]
    fn what_a_server_says_does_not_steer_the_terminal() {
        let failure = Failure::from(Status::not_found("\u{1b}[2Jgone\nerror: forged"));
        let text = said(&failure);
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert_eq!(text.lines().count(), 1, "{text:?}");
    }
}
