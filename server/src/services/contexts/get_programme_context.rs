//! Returns a school's context, as far as the caller's role may know.

use llpr_proto::v1::{GetProgrammeContextRequest, GetProgrammeContextResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetProgrammeContextRequest, School>,
) -> Result<GetProgrammeContextResponse, Problem> {
    let (request, access) = call.into_parts();
    let year = super::context_year(&request.name)?;
    let context = cx.store.programme_context(&access, year).await?;
    Ok(GetProgrammeContextResponse {
        programme_context: Some(convert::programme_context(context)),
    })
}
