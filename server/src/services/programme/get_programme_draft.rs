//! Returns the draft of a year.

use llpr_proto::v1::{GetProgrammeDraftRequest, GetProgrammeDraftResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetProgrammeDraftRequest, County>,
) -> Result<GetProgrammeDraftResponse, Problem> {
    let (GetProgrammeDraftRequest { name }, access) = call.into_parts();
    let year = super::year("name", &name)?;
    let draft = cx.store.programme_draft(&access, year).await?;
    Ok(GetProgrammeDraftResponse {
        programme_draft: Some(convert::programme_draft(draft)),
    })
}
