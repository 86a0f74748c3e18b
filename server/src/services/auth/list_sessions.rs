//! Lists the caller's own sessions.

use llpr_proto::v1::{ListSessionsRequest, ListSessionsResponse, Session};
use llpr_store::OwnSession;
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSessionsRequest, SelfOnly>,
) -> Result<ListSessionsResponse, Problem> {
    let (ListSessionsRequest {}, access) = call.into_parts();
    let sessions = cx.store.own_sessions(&access, cx.clock.micros()).await?;
    let current = access.session().unwrap_or_default();
    Ok(ListSessionsResponse {
        sessions: sessions
            .into_iter()
            .map(|session| message(session, current))
            .collect(),
    })
}

fn message(session: OwnSession, current: &str) -> Session {
    let OwnSession {
        id,
        created_at,
        rotated_at,
        expires_at,
        by_link,
    } = session;
    Session {
        current: id == current,
        name: llpr_proto::names::session(id),
        create_time: Some(convert::timestamp(created_at)),
        use_time: Some(convert::timestamp(rotated_at)),
        expire_time: Some(convert::timestamp(expires_at)),
        by_link,
    }
}
