//! Returns a suggestion.

use llpr_proto::v1::{GetSuggestionRequest, GetSuggestionResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetSuggestionRequest, School>,
) -> Result<GetSuggestionResponse, Problem> {
    let (request, access) = call.into_parts();
    let name = super::suggestion_name(&request.name)?;
    let suggestion = cx.store.suggestion(&access, name).await?;
    Ok(GetSuggestionResponse {
        suggestion: Some(convert::suggestion(suggestion)),
    })
}
