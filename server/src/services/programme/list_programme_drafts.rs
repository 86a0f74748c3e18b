//! Lists the drafts.

use llpr_proto::v1::{ListProgrammeDraftsRequest, ListProgrammeDraftsResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListProgrammeDraftsRequest, County>,
) -> Result<ListProgrammeDraftsResponse, Problem> {
    let (ListProgrammeDraftsRequest {}, access) = call.into_parts();
    let heads = cx.store.programme_drafts(&access).await?.into_iter();
    Ok(ListProgrammeDraftsResponse {
        programme_drafts: heads.map(convert::programme_draft_head).collect(),
    })
}
