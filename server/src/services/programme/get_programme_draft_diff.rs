//! Compares a draft with an approved version.

use llpr_proto::v1::{GetProgrammeDraftDiffRequest, GetProgrammeDraftDiffResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetProgrammeDraftDiffRequest, County>,
) -> Result<GetProgrammeDraftDiffResponse, Problem> {
    let (GetProgrammeDraftDiffRequest { name, base }, access) = call.into_parts();
    let year = super::year("name", &name)?;
    let draft = cx.store.programme_draft(&access, year).await?;
    let base = if base.is_empty() {
        let base = cx.store.programme_to_start_from(&access, year).await?;
        base.ok_or_else(|| {
            Problem::field(
                "base",
                "is empty, and no version was approved for this year or before",
            )
        })?
    } else {
        let base = super::version("base", &base)?;
        cx.store.programme_base(&access, base).await?
    };
    Ok(GetProgrammeDraftDiffResponse {
        base: base.head.name.to_string(),
        changes: convert::programme_changes(&base.programme, &draft.programme),
        same_document: base.document == draft.document,
        etag: draft.head.version.to_string(),
    })
}
