//! Makes a staged import current.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ApplyImportRequest, ApplyImportResponse};
use llpr_store::Outcome;
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ApplyImportRequest, County>,
) -> Result<ApplyImportResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(ApplyImportRequest::METHOD.path, &request_id, &request);
    let id = super::import_id(&request.name).to_owned();
    let version = convert::version(&request.etag);
    let import = if request.validate_only {
        cx.store.check_apply(&access, &id, version).await?
    } else {
        match cx
            .store
            .apply_import(&access, intent, id.clone(), version)
            .await?
        {
            Outcome::Done(import) => import,
            Outcome::Repeated(_) => cx.store.import(&access, &id).await?,
        }
    };
    Ok(ApplyImportResponse {
        import: Some(convert::import(import)),
    })
}
