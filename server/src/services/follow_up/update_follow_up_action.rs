//! Changes an open action.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{UpdateFollowUpActionRequest, UpdateFollowUpActionResponse};
use llpr_store::access::School;
use llpr_store::follow_up::ActionChange;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<UpdateFollowUpActionRequest, School>,
) -> Result<UpdateFollowUpActionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = UpdateFollowUpActionRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let UpdateFollowUpActionRequest {
        follow_up_action,
        update_mask,
        request_id: _,
    } = request;
    let action = follow_up_action.unwrap_or_default();
    let version = convert::version(&action.etag)
        .ok_or_else(|| Problem::field("follow_up_action.etag", "is required"))?;
    let paths = update_mask.unwrap_or_default().paths;
    let wanted = |field: &str| paths.is_empty() || paths.iter().any(|path| path == field);
    let due = convert::read_date("follow_up_action.due_date", &action.due_date)?;
    let owner = super::owner(&action.owner)?;
    let change = ActionChange {
        id: super::last(&action.name).to_owned(),
        version,
        kind: wanted("kind").then(|| convert::read_action_kind(action.kind())),
        title: wanted("title").then_some(action.title),
        note: wanted("note").then_some(action.note),
        owner: wanted("owner").then_some(owner),
        due: wanted("due_date").then_some(due),
    };
    let done = cx.store.update_action(&access, intent, change).await;
    Ok(UpdateFollowUpActionResponse {
        follow_up_action: super::told(&cx, &access, done).await?,
    })
}
