//! Takes an invitation back.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CancelInvitationRequest, CancelInvitationResponse};
use llpr_store::Outcome;
use llpr_store::access::Listed;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CancelInvitationRequest, Listed>,
) -> Result<CancelInvitationResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = CancelInvitationRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let which = super::invitation_id(&request.name).unwrap_or_default();
    let id = which.1.clone();
    let done = cx.store.cancel_invitation(&access, intent, which).await?;
    let invitation = match done {
        Outcome::Done(invitation) => invitation,
        Outcome::Repeated(_) => {
            cx.store
                .listed_invitation(&access, &id, cx.clock.micros())
                .await?
        }
    };
    Ok(CancelInvitationResponse {
        invitation: Some(convert::invitation(invitation)),
    })
}
