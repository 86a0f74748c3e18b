//! Makes an action.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateFollowUpActionRequest, CreateFollowUpActionResponse};
use llpr_store::access::School;
use llpr_store::follow_up::NewAction;
use uuid::Uuid;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateFollowUpActionRequest, School>,
) -> Result<CreateFollowUpActionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = CreateFollowUpActionRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let action = request.follow_up_action.unwrap_or_default();
    let new = NewAction {
        id: Uuid::now_v7().to_string(),
        kind: convert::read_action_kind(action.kind()),
        owner: super::owner(&action.owner)?,
        due: convert::read_date("follow_up_action.due_date", &action.due_date)?,
        contact: super::contact(access.urn(), &action.contact)?,
        title: action.title,
        note: action.note,
    };
    let done = cx.store.create_action(&access, intent, new).await;
    Ok(CreateFollowUpActionResponse {
        follow_up_action: super::told(&cx, &access, done).await?,
    })
}
