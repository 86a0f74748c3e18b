//! Compares two approved versions.

use llpr_proto::v1::{GetProgrammeVersionDiffRequest, GetProgrammeVersionDiffResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetProgrammeVersionDiffRequest, SelfOnly>,
) -> Result<GetProgrammeVersionDiffResponse, Problem> {
    let (GetProgrammeVersionDiffRequest { name, base }, access) = call.into_parts();
    let name = super::version("name", &name)?;
    let version = cx.store.programme_version(&access, name).await?;
    let base = if base.is_empty() {
        let before = cx.store.programme_version_before(&access, name).await?;
        before.ok_or_else(|| {
            Problem::field("base", "is empty, and there is no version before this one")
        })?
    } else {
        super::version("base", &base)?
    };
    let base = cx.store.programme_version(&access, base).await?;
    Ok(GetProgrammeVersionDiffResponse {
        base: base.head.name.to_string(),
        changes: convert::programme_changes(&base.programme, &version.programme),
        same_document: base.document == version.document,
    })
}
