//! Decides a school's context.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{DecideProgrammeContextRequest, DecideProgrammeContextResponse};
use llpr_store::access::School;
use llpr_store::contexts::ContextChoice;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<DecideProgrammeContextRequest, School>,
) -> Result<DecideProgrammeContextResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = DecideProgrammeContextRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let year = super::context_year(&request.name)?;
    let year = year.ok_or_else(|| Problem::field("name", "must name the year"))?;
    let choice = ContextChoice {
        urn: access.urn(),
        context: convert::read_context(request.kind()),
        etag: request.etag,
        reason: request.reason,
    };
    cx.store
        .decide_context(&access, intent, year, choice)
        .await?;
    let context = cx.store.programme_context(&access, Some(year)).await?;
    Ok(DecideProgrammeContextResponse {
        programme_context: Some(convert::programme_context(context)),
    })
}
