//! Signs in with e-mail address and password. Unknown addresses get the same answer after the
//! same work, and count the same.

use llpr_proto::v1::{SignInRequest, SignInResponse};
use llpr_store::access::Public;

use super::{bucket, check_bucket, credentials_refused, session_end, tokens, window};
use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<SignInRequest, Public>,
) -> Result<SignInResponse, Problem> {
    let (SignInRequest { email, password }, access) = call.into_parts();
    let email = email.trim().to_owned();
    let bucket = bucket(&cx, &email);
    check_bucket(&cx, &access, &bucket).await?;
    let credential = cx.store.credential(&access, &email).await?;
    let (user, hash) = match credential {
        Some(found) if !found.disabled => (found.id, found.password_hash),
        Some(_) | None => (String::new(), None),
    };
    let now = cx.clock.micros();
    if !cx.passwords.verify(password, hash).await? {
        cx.store
            .count_failure(&access, vec![bucket], now, window(&cx))
            .await?;
        return Err(credentials_refused());
    }
    cx.store.forget_failures(&access, bucket, now).await?;
    let session = cx
        .store
        .begin_session(&access, now, user, session_end(&cx))
        .await?;
    Ok(SignInResponse {
        tokens: Some(tokens(&cx, &session)?),
    })
}
