//! Ends this session, or all sessions of the caller.

use llpr_proto::v1::{SignOutRequest, SignOutResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<SignOutRequest, SelfOnly>,
) -> Result<SignOutResponse, Problem> {
    let (SignOutRequest { all_sessions }, access) = call.into_parts();
    cx.store
        .end_own_sessions(&access, cx.clock.micros(), all_sessions)
        .await?;
    Ok(SignOutResponse {})
}
