//! Sends an invitation again.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ResendInvitationRequest, ResendInvitationResponse};
use llpr_store::access::Listed;
use llpr_store::{LinkPurpose, Outcome};

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::mail::outbox;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ResendInvitationRequest, Listed>,
) -> Result<ResendInvitationResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = ResendInvitationRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let which = super::invitation_id(&request.name).unwrap_or_default();
    let id = which.1.clone();
    let done = cx
        .store
        .resend_invitation(
            &access,
            intent,
            which,
            outbox::link_end(&cx, LinkPurpose::Invitation),
        )
        .await?;
    let invitation = match done {
        Outcome::Done(invitation) => invitation,
        Outcome::Repeated(_) => {
            cx.store
                .listed_invitation(&access, &id, cx.clock.micros())
                .await?
        }
    };
    cx.post.notify_one();
    Ok(ResendInvitationResponse {
        invitation: Some(convert::invitation(invitation)),
    })
}
