//! Says that an action is done.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CompleteFollowUpActionRequest, CompleteFollowUpActionResponse};
use llpr_store::access::School;
use llpr_store::follow_up::Closing;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CompleteFollowUpActionRequest, School>,
) -> Result<CompleteFollowUpActionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = CompleteFollowUpActionRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let id = super::last(&request.name).to_owned();
    let version = convert::version(&request.etag).unwrap_or(0);
    let on = convert::read_date("done_date", &request.done_date)?;
    let closing = Closing::Done {
        outcome: request.outcome,
        on: on.unwrap_or(access.today()),
    };
    let done = cx
        .store
        .close_action(&access, intent, id, version, closing)
        .await;
    Ok(CompleteFollowUpActionResponse {
        follow_up_action: super::told(&cx, &access, done).await?,
    })
}
