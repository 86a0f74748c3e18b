//! Ends one of the caller's sessions, or all others.

use llpr_proto::access::Guarded as _;
use llpr_proto::names;
use llpr_proto::v1::{EndSessionRequest, EndSessionResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<EndSessionRequest, SelfOnly>,
) -> Result<EndSessionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(EndSessionRequest::METHOD.path, &request_id, &request);
    let id = names::id(&request.name, "sessions").unwrap_or_default();
    let one = (id != "-").then(|| id.to_owned());
    cx.store.end_own_session(&access, intent, one).await?;
    Ok(EndSessionResponse {})
}
