//! Exchanges a refresh token for the next pair of tokens.

use llpr_proto::v1::{RefreshSessionRequest, RefreshSessionResponse};
use llpr_store::Rotation;
use llpr_store::access::Public;

use super::{session_end, tokens};
use crate::auth::read_refresh_token;
use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<RefreshSessionRequest, Public>,
) -> Result<RefreshSessionResponse, Problem> {
    let (RefreshSessionRequest { refresh_token }, access) = call.into_parts();
    let token =
        read_refresh_token(&cx.secret, &refresh_token).ok_or_else(Problem::session_ended)?;
    let session = token.0.clone();
    match cx
        .store
        .rotate_session(&access, cx.clock.micros(), token, session_end(&cx))
        .await?
    {
        Rotation::Next(session) => Ok(RefreshSessionResponse {
            tokens: Some(tokens(&cx, &session)?),
        }),
        Rotation::Ended => Err(Problem::session_ended()),
        Rotation::Reused => {
            tracing::warn!(
                session.id = session,
                "An old refresh token was used again; its session was ended."
            );
            Err(Problem::session_ended())
        }
    }
}
