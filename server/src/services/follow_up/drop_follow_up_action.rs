//! Says that an action is not to be done any more.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{DropFollowUpActionRequest, DropFollowUpActionResponse};
use llpr_store::access::School;
use llpr_store::follow_up::Closing;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<DropFollowUpActionRequest, School>,
) -> Result<DropFollowUpActionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = DropFollowUpActionRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let id = super::last(&request.name).to_owned();
    let version = convert::version(&request.etag).unwrap_or(0);
    let closing = Closing::Dropped {
        reason: request.reason,
    };
    let done = cx
        .store
        .close_action(&access, intent, id, version, closing)
        .await;
    Ok(DropFollowUpActionResponse {
        follow_up_action: super::told(&cx, &access, done).await?,
    })
}
