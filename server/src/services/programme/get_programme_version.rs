//! Returns an approved version.

use llpr_proto::v1::{GetProgrammeVersionRequest, GetProgrammeVersionResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetProgrammeVersionRequest, SelfOnly>,
) -> Result<GetProgrammeVersionResponse, Problem> {
    let (GetProgrammeVersionRequest { name }, access) = call.into_parts();
    let name = super::version("name", &name)?;
    let version = cx.store.programme_version(&access, name).await?;
    Ok(GetProgrammeVersionResponse {
        programme_version: Some(convert::programme_version(version)),
    })
}
