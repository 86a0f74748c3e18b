//! Changes the caller's own password.

use llpr_proto::v1::{ChangePasswordRequest, ChangePasswordResponse};
use llpr_store::Intent;
use llpr_store::access::SelfOnly;

use super::{bucket, check_bucket, credentials_refused, new_hash, window};
use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ChangePasswordRequest, SelfOnly>,
) -> Result<ChangePasswordResponse, Problem> {
    let (
        ChangePasswordRequest {
            current_password,
            new_password,
        },
        access,
    ) = call.into_parts();
    let user = cx.store.own_user(&access).await?;
    let bucket = bucket(&cx, &user.email);
    check_bucket(&cx, &access, &bucket).await?;
    let hash = cx
        .store
        .own_credential(&access)
        .await?
        .and_then(|credential| credential.password_hash);
    let now = cx.clock.micros();
    if !cx.passwords.verify(current_password, hash).await? {
        cx.store
            .count_failure(&access, vec![bucket], now, window(&cx))
            .await?;
        return Err(credentials_refused());
    }
    let new = ("new_password", new_password);
    let hash = new_hash(&cx, new, &user.email, &user.display_name).await?;
    cx.store
        .change_own_password(&access, Intent::at(now), hash)
        .await?;
    Ok(ChangePasswordResponse {})
}
