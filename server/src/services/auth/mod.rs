//! The handlers of `AuthService`.

pub(super) mod change_password;
pub(super) mod create_service_account_token;
pub(super) mod end_session;
pub(super) mod get_caller;
pub(super) mod get_link;
pub(super) mod list_sessions;
pub(super) mod refresh_session;
pub(super) mod request_link;
pub(super) mod revoke_service_account_token;
pub(super) mod set_password_by_link;
pub(super) mod sign_in;
pub(super) mod sign_in_by_link;
pub(super) mod sign_in_service_account;
pub(super) mod sign_out;

use std::time::Duration;

use llpr_proto::v1::{ErrorReason, SessionTokens};
use llpr_store::{Access, Session, access};

use crate::auth::{Accepted, PasswordError, refresh_token};
use crate::context::Cx;
use crate::convert;
use crate::problem::Problem;

const MICROS: i64 = 1_000_000;

/// The tokens of a session.
fn tokens(cx: &Cx, session: &Session) -> Result<SessionTokens, Problem> {
    let now = cx.clock.now().timestamp();
    let life = i64::from(cx.config.auth.access_token_minutes) * 60;
    Ok(SessionTokens {
        access_token: cx
            .tokens
            .access(session, now, life)
            .map_err(|error| Problem::internal(&error))?,
        access_token_expire_time: Some(convert::timestamp((now + life) * MICROS)),
        refresh_token: refresh_token(&cx.secret, session),
        refresh_token_expire_time: Some(convert::timestamp(session.expires_at)),
    })
}

/// When a session that is begun or refreshed now ends.
fn session_end(cx: &Cx) -> i64 {
    cx.clock.micros() + i64::from(cx.config.auth.session_days) * 24 * 3600 * MICROS
}

fn window(cx: &Cx) -> i64 {
    i64::from(cx.config.auth.failure_window_minutes) * 60 * MICROS
}

/// Refuses while a bucket is full, with the time that is left.
async fn check_bucket<S: access::Scope>(
    cx: &Cx,
    access: &Access<S>,
    bucket: &str,
) -> Result<(), Problem> {
    let (now, window) = (cx.clock.micros(), window(cx));
    let failed = cx.store.failures(access, bucket, now, window).await?;
    match failed {
        Some((count, since)) if count >= i64::from(cx.config.auth.max_failures) => {
            let left = Duration::from_micros((since + window - now).max(0).unsigned_abs());
            let minutes = left.as_secs().div_ceil(60);
            Err(Problem::retry(
                ErrorReason::TooManySignIns,
                format!(
                    "There were too many attempts to sign in. Wait {minutes} minutes, then try again."
                ),
                left,
            ))
        }
        Some(_) | None => Ok(()),
    }
}

/// The bucket of an e-mail address, which does not show the address.
fn bucket(cx: &Cx, email: &str) -> String {
    format!(
        "email:{}",
        hex::encode(cx.secret.mac("bucket", &[email.to_lowercase().as_bytes()]))
    )
}

/// The hash of a new password of somebody, or a refusal that says at the field why it is not
/// accepted.
pub(super) async fn new_hash(
    cx: &Cx,
    (field, password): (&str, String),
    email: &str,
    name: &str,
) -> Result<String, Problem> {
    match cx.passwords.accept(password, email, name).await? {
        Accepted::Hash(hash) => Ok(hash),
        Accepted::No(objection) => Err(Problem::field_because(
            ErrorReason::PasswordNotAccepted,
            field,
            objection,
        )),
    }
}

/// The same for every link that does not work, so that trying teaches nothing.
fn link_refused() -> Problem {
    Problem::new(
        tonic::Code::Unauthenticated,
        ErrorReason::LinkRefused,
        "This link can't be used: it works once and not for long. Ask for another, or ask whoever sent it to send it again.",
    )
}

/// What a link that stopped working under our hands is.
fn or_link_refused(error: llpr_store::StoreError) -> Problem {
    match error {
        llpr_store::StoreError::AccessEnded => link_refused(),
        error => error.into(),
    }
}

fn credentials_refused() -> Problem {
    Problem::new(
        tonic::Code::Unauthenticated,
        ErrorReason::CredentialsRefused,
        "E-mail address and password do not fit. Check both, and that capitals are as you set them.",
    )
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::busy(),
            PasswordError::Hash(_) => Self::internal(&error),
        }
    }
}
