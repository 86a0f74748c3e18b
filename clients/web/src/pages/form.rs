//! What forms that change something have in common.

use axum::response::Response;
use http::StatusCode;
use llpr_client::{Error, ErrorReason};
use tonic::Code;

use crate::browser::Browser;
use crate::failure::Failure;
use crate::pages::Problem;

/// What every such form carries: the proof that it is ours, and the id that makes sending it
/// twice the same as once.
pub(crate) struct Hidden {
    pub(crate) form_token: String,
    pub(crate) request_id: String,
}

impl Hidden {
    pub(crate) fn new(browser: &Browser) -> Self {
        Self {
            form_token: browser.form_token(),
            request_id: llpr_client::request_id(),
        }
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            form_token: "form-token".into(),
            request_id: "request-id".into(),
        }
    }
}

/// The server's words at the inputs that they are about, where what was typed is at fault; each
/// pair is the end of a field's path in the request and the input's id. The rest is a failure.
pub(crate) fn problems(
    error: Error,
    fields: &[(&str, &'static str)],
) -> Result<Vec<Problem>, Failure> {
    let input = |path: &str| {
        let fitting = fields.iter().find(|(end, _)| path.ends_with(end));
        fitting.map_or("", |(_, input)| *input)
    };
    let found: Vec<_> = error
        .violations()
        .iter()
        .map(|violation| Problem::new(input(&violation.field), sentence(&violation.description)))
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let at = match error.reason() {
        Some(ErrorReason::EmailTaken) => input("email"),
        Some(ErrorReason::PasswordNotAccepted) => input("password"),
        Some(ErrorReason::CredentialsRefused) => input("current_password"),
        // A person or a place that was typed and is not there.
        Some(ErrorReason::ResourceNotFound) => input("parent"),
        Some(ErrorReason::AccessDenied | ErrorReason::GrantNotAllowed) => input("node"),
        Some(
            ErrorReason::ConflictOfInterest
            | ErrorReason::ResourceExists
            | ErrorReason::TooManySignIns
            | ErrorReason::UploadTooLarge
            | ErrorReason::DatasetUnknown
            | ErrorReason::RiskYearNotOpen
            | ErrorReason::RiskNotAssessed
            | ErrorReason::FollowUpActionClosed
            | ErrorReason::FollowUpActionOfOthers,
        ) => "",
        _ if error.code() == Code::InvalidArgument => "",
        _ => return Err(error.into()),
    };
    Ok(vec![Problem::new(at, error.message())])
}

/// The server's descriptions go on after a field's name: `must be 12 characters at least`.
pub(crate) fn sentence(description: &str) -> String {
    let mut letters = description.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A form with problems, and every value kept.
pub(crate) fn again(page: &impl askama::Template) -> Response {
    super::render(StatusCode::UNPROCESSABLE_ENTITY, page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Status;
    use tonic_types::{ErrorDetails, StatusExt};

    #[test]
    fn the_servers_words_come_to_the_inputs_they_are_about() {
        let mut details = ErrorDetails::with_error_info("INVALID_REQUEST", "llpr.v1", []);
        details
            .add_bad_request_violation("user.email", "must be an e-mail address")
            .add_bad_request_violation("other", "is odd");
        let error = Status::with_error_details(Code::InvalidArgument, "Mend it.", details);
        let found = problems(error.into(), &[("email", "email")]).unwrap();
        assert_eq!(
            found,
            [
                Problem::new("email", "Must be an e-mail address"),
                Problem::new("", "Is odd")
            ]
        );
    }

    #[test]
    fn what_has_nothing_to_do_with_the_form_is_a_failure() {
        for code in [Code::Internal, Code::Unavailable, Code::Aborted] {
            let error = Status::new(code, "secret words");
            assert!(problems(error.into(), &[]).is_err(), "{code:?}");
        }
    }
}
