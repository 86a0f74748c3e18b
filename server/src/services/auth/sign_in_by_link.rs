//! Signs in by a one-time link.

use llpr_proto::v1::{SignInByLinkRequest, SignInByLinkResponse};
use llpr_store::access::Public;

use super::{link_refused, or_link_refused, session_end, tokens};
use crate::auth::link_secret;
use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<SignInByLinkRequest, Public>,
) -> Result<SignInByLinkResponse, Problem> {
    let (SignInByLinkRequest { secret }, access) = call.into_parts();
    let id = link_secret::read(&cx.secret, &secret).ok_or_else(link_refused)?;
    let session = cx
        .store
        .sign_in_by_link(&access, cx.clock.micros(), id, session_end(&cx))
        .await
        .map_err(or_link_refused)?;
    Ok(SignInByLinkResponse {
        tokens: Some(tokens(&cx, &session)?),
    })
}
