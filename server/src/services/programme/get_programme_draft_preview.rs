//! Returns what a draft's numbers would do to the county's suggestions.

use llpr_proto::v1::{GetProgrammeDraftPreviewRequest, GetProgrammeDraftPreviewResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetProgrammeDraftPreviewRequest, County>,
) -> Result<GetProgrammeDraftPreviewResponse, Problem> {
    let (GetProgrammeDraftPreviewRequest { name }, access) = call.into_parts();
    let year = super::year("name", &name)?;
    let draft = cx.store.programme_draft(&access, year).await?;
    let base = cx.store.programme_to_start_from(&access, year).await?;
    let base = base.ok_or_else(|| {
        Problem::field(
            "name",
            "can't be compared: no version was approved for this year or before",
        )
    })?;
    let preview = cx
        .store
        .suggestions_preview(&access, &base.programme, &draft.programme)
        .await?;
    Ok(convert::programme_draft_preview(&base, &draft, preview))
}
