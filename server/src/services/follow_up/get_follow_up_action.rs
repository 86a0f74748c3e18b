//! Returns an action, as far as the caller's role may read it.

use llpr_proto::v1::{GetFollowUpActionRequest, GetFollowUpActionResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetFollowUpActionRequest, School>,
) -> Result<GetFollowUpActionResponse, Problem> {
    let (request, access) = call.into_parts();
    let action = cx.store.action(&access, super::last(&request.name)).await?;
    Ok(GetFollowUpActionResponse {
        follow_up_action: Some(convert::follow_up_action(action)),
    })
}
