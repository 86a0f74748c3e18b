//! Invites somebody to a role.

use llpr_domain::access::Role;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateInvitationRequest, CreateInvitationResponse};
use llpr_store::access::AnyNode;
use llpr_store::{LinkPurpose, NewInvitation, Outcome};

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::mail::outbox;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateInvitationRequest, AnyNode>,
) -> Result<CreateInvitationResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = CreateInvitationRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let wanted = request.invitation.unwrap_or_default();
    let role = i16::try_from(wanted.role).ok().and_then(Role::from_code);
    let role = role.ok_or_else(|| Problem::field("invitation.role", "is required"))?;
    if role.node_kind() != access.node().kind() {
        return Err(Problem::field(
            "invitation.node",
            format!(
                "The role {} is held at {}.",
                role.label(),
                super::place_of(role)
            ),
        ));
    }
    let display_name = wanted.display_name.trim().to_owned();
    if display_name.is_empty() {
        return Err(Problem::field("invitation.display_name", "is required"));
    }
    let new = NewInvitation {
        email: wanted.email,
        display_name,
        role,
        from: convert::read_date("invitation.from_date", &wanted.from_date)?
            .unwrap_or(access.today()),
        until: convert::read_date("invitation.until_date", &wanted.until_date)?,
        expires_at: outbox::link_end(&cx, LinkPurpose::Invitation),
    };
    let invitation = match cx.store.create_invitation(&access, intent, new).await? {
        Outcome::Done(invitation) => invitation,
        Outcome::Repeated(name) => {
            let (_, id) = super::invitation_id(&name).unwrap_or_default();
            cx.store.invitation(&access, &id, cx.clock.micros()).await?
        }
    };
    cx.post.notify_one();
    Ok(CreateInvitationResponse {
        invitation: Some(convert::invitation(invitation)),
    })
}
