//! Confirms a suggestion: the criterion is in evidence.

use llpr_domain::risk::decision::Decision;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ConfirmSuggestionRequest, ConfirmSuggestionResponse};
use llpr_store::access::School;
use llpr_store::risk::Choice;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ConfirmSuggestionRequest, School>,
) -> Result<ConfirmSuggestionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(ConfirmSuggestionRequest::METHOD.path, &request_id, &request);
    let ConfirmSuggestionRequest {
        name,
        etag,
        note,
        request_id: _,
    } = request;
    let name = super::suggestion_name(&name)?;
    let choice = Choice {
        decision: Decision::Confirmed,
        reason: None,
        note,
    };
    cx.store
        .decide_suggestion(&access, intent, name, choice, etag)
        .await?;
    let suggestion = cx.store.suggestion(&access, name).await?;
    Ok(ConfirmSuggestionResponse {
        suggestion: Some(convert::suggestion(suggestion)),
    })
}
