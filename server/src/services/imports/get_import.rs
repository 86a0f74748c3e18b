//! Returns an import.

use llpr_proto::v1::{GetImportRequest, GetImportResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetImportRequest, County>,
) -> Result<GetImportResponse, Problem> {
    let (GetImportRequest { name }, access) = call.into_parts();
    let import = cx.store.import(&access, super::import_id(&name)).await?;
    Ok(GetImportResponse {
        import: Some(convert::import(import)),
    })
}
