//! Shares an action with the headteacher.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ShareFollowUpActionRequest, ShareFollowUpActionResponse};
use llpr_store::access::School;
use llpr_store::follow_up::Agreed;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ShareFollowUpActionRequest, School>,
) -> Result<ShareFollowUpActionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = ShareFollowUpActionRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let id = super::last(&request.name).to_owned();
    let version = convert::version(&request.etag).unwrap_or(0);
    let on = convert::read_date("agreed_date", &request.agreed_date)?;
    let agreed = Agreed {
        wording: request.wording,
        with: request.agreed_with,
        on: on.unwrap_or(access.today()),
    };
    let done = cx
        .store
        .share_action(&access, intent, id, version, agreed)
        .await;
    Ok(ShareFollowUpActionResponse {
        follow_up_action: super::told(&cx, &access, done).await?,
    })
}
