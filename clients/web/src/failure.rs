//! What can go wrong in a handler.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use llpr_client::{Error, ErrorReason};
use tonic::Code;

/// Why a handler has no page. It travels in the response's extensions to
/// [`pages::errors`](crate::pages::errors), which knows the person and the request and writes the
/// page.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Nobody is signed in, or the session has ended.
    SignInNeeded,
    /// A form did not come from a page that we gave this browser.
    ForeignForm,
    /// A form can't be read: too large, or none at all.
    Unreadable(StatusCode),
    /// A file is larger than we take.
    FileTooLarge,
    /// A file did not arrive as a whole.
    UploadCutOff,
    /// There is no such page.
    NoSuchPage,
    /// The server refused the call, failed at it, or is away.
    Call(Error),
    /// A fault of our own.
    Fault(&'static str),
}

impl Failure {
    /// For what a page is about: whether it is not there or not for this person stays hidden.
    pub(crate) fn hidden(error: Error) -> Self {
        match error.code() {
            // A name that no such thing can have is that of none.
            Code::NotFound | Code::PermissionDenied | Code::InvalidArgument => Self::NoSuchPage,
            _ => error.into(),
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::SignInNeeded => StatusCode::UNAUTHORIZED,
            Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::Unreadable(status) => *status,
            Self::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UploadCutOff => StatusCode::BAD_REQUEST,
            Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::Call(error) => call_status(error),
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

fn call_status(error: &Error) -> StatusCode {
    match error.code() {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::InvalidArgument | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::AlreadyExists | Code::Aborted | Code::FailedPrecondition => StatusCode::CONFLICT,
        Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded | Code::Cancelled => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::Unknown if error.reason() == Some(ErrorReason::OutcomeUnknown) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::Ok
        | Code::Unknown
        | Code::Unimplemented
        | Code::Internal
        | Code::DataLoss
        | Code::Unauthenticated => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.needs_sign_in() {
            Self::SignInNeeded
        } else {
            Self::Call(error)
        }
    }
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        Error::from(status).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
