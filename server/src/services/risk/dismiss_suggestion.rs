//! Dismisses a suggestion, with a reason.

use llpr_domain::risk::decision::{Decision, dismissal};
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{DismissSuggestionRequest, DismissSuggestionResponse};
use llpr_store::access::School;
use llpr_store::risk::Choice;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<DismissSuggestionRequest, School>,
) -> Result<DismissSuggestionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(DismissSuggestionRequest::METHOD.path, &request_id, &request);
    let reason = convert::dismiss_reason(request.reason());
    let faults = dismissal(reason, &request.note);
    if !faults.is_empty() {
        return Err(Problem::rules(&faults));
    }
    let DismissSuggestionRequest {
        name,
        etag,
        reason: _,
        note,
        request_id: _,
    } = request;
    let name = super::suggestion_name(&name)?;
    let choice = Choice {
        decision: Decision::Dismissed,
        reason,
        note,
    };
    cx.store
        .decide_suggestion(&access, intent, name, choice, etag)
        .await?;
    let suggestion = cx.store.suggestion(&access, name).await?;
    Ok(DismissSuggestionResponse {
        suggestion: Some(convert::suggestion(suggestion)),
    })
}
