//! Exchanges a service account's secret for an access token.
//!
//! Unknown tokens get the same answer after the same work as wrong secrets. A right secret, which
//! nobody guesses, is never held up by the attempts of others, so the count of failures only spares
//! the database.

use llpr_proto::v1::{SignInServiceAccountRequest, SignInServiceAccountResponse};
use llpr_store::access::Public;

use super::{MICROS, check_bucket, window};
use crate::auth::service_secret;
use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<SignInServiceAccountRequest, Public>,
) -> Result<SignInServiceAccountResponse, Problem> {
    let (SignInServiceAccountRequest { secret }, access) = call.into_parts();
    let now = cx.clock.micros();
    let given = service_secret::read(secret.trim());
    let credential = cx
        .store
        .service_credential(&access, &given.token, now)
        .await?;
    let kept = credential.map(|credential| credential.secret_hash);
    if !given.fits(kept.as_deref()) {
        let bucket = bucket(&cx, &given.token);
        check_bucket(&cx, &access, &bucket).await?;
        cx.store
            .count_failure(&access, vec![bucket], now, window(&cx))
            .await?;
        return Err(refused());
    }
    let life = i64::from(cx.config.auth.access_token_minutes) * 60;
    let session = cx
        .store
        .begin_service_session(&access, now, given.token, now + life * MICROS)
        .await
        .map_err(|error| match error {
            llpr_store::StoreError::AccessEnded => refused(),
            error => error.into(),
        })?;
    let seconds = cx.clock.now().timestamp();
    let life = life.min(session.expires_at / MICROS - seconds).max(1);
    Ok(SignInServiceAccountResponse {
        access_token: cx
            .tokens
            .access(&session, seconds, life)
            .map_err(|error| Problem::internal(&error))?,
        access_token_expire_time: Some(convert::timestamp((seconds + life) * MICROS)),
    })
}

/// One of 256 buckets, so that made-up tokens can't fill the table of failures.
fn bucket(cx: &Cx, token: &str) -> String {
    let mac = cx.secret.mac("service bucket", &[token.as_bytes()]);
    format!("service:{:02x}", mac[0])
}

fn refused() -> Problem {
    Problem::new(
        tonic::Code::Unauthenticated,
        llpr_proto::v1::ErrorReason::CredentialsRefused,
        "This token is unknown, wrong, revoked or past its time. Ask an administrator for another.",
    )
}
