//! Takes back an applied import.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{RevertImportRequest, RevertImportResponse};
use llpr_store::Outcome;
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<RevertImportRequest, County>,
) -> Result<RevertImportResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(RevertImportRequest::METHOD.path, &request_id, &request);
    let id = super::import_id(&request.name).to_owned();
    let version = convert::version(&request.etag);
    let import = match cx
        .store
        .revert_import(&access, intent, id.clone(), version)
        .await?
    {
        Outcome::Done(import) => import,
        Outcome::Repeated(_) => cx.store.import(&access, &id).await?,
    };
    Ok(RevertImportResponse {
        import: Some(convert::import(import)),
    })
}
