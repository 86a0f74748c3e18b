//! Approves a draft.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ApproveProgrammeDraftRequest, ApproveProgrammeDraftResponse};
use llpr_store::Outcome;
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ApproveProgrammeDraftRequest, County>,
) -> Result<ApproveProgrammeDraftResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        ApproveProgrammeDraftRequest::METHOD.path,
        &request_id,
        &request,
    );
    let year = super::year("name", &request.name)?;
    let version = convert::version(&request.etag).unwrap_or_default();
    let version = match cx
        .store
        .approve_programme_draft(&access, intent, year, version)
        .await?
    {
        Outcome::Done(version) => version,
        Outcome::Repeated(name) => {
            let name = super::version("name", &name)?;
            cx.store.programme_base(&access, name).await?
        }
    };
    Ok(ApproveProgrammeDraftResponse {
        programme_version: Some(convert::programme_version(version)),
    })
}
