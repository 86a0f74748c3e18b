//! Throws a draft away.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{DeleteProgrammeDraftRequest, DeleteProgrammeDraftResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<DeleteProgrammeDraftRequest, County>,
) -> Result<DeleteProgrammeDraftResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        DeleteProgrammeDraftRequest::METHOD.path,
        &request_id,
        &request,
    );
    let year = super::year("name", &request.name)?;
    let version = convert::version(&request.etag);
    cx.store
        .delete_programme_draft(&access, intent, year, version)
        .await?;
    Ok(DeleteProgrammeDraftResponse {})
}
