//! Ends a role.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{EndRoleAssignmentRequest, EndRoleAssignmentResponse};
use llpr_store::Outcome;
use llpr_store::access::Listed;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<EndRoleAssignmentRequest, Listed>,
) -> Result<EndRoleAssignmentResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(EndRoleAssignmentRequest::METHOD.path, &request_id, &request);
    let until = convert::read_date("until_date", &request.until_date)?.unwrap_or(access.today());
    let which = super::assignment_id(&request.name).unwrap_or_default();
    let id = which.1.clone();
    let version = convert::version(&request.etag);
    let assignment = match cx
        .store
        .end_assignment(&access, intent, which, until, version)
        .await?
    {
        Outcome::Done(assignment) => assignment,
        Outcome::Repeated(_) => cx.store.listed_assignment(&access, &id).await?,
    };
    Ok(EndRoleAssignmentResponse {
        role_assignment: Some(convert::assignment(assignment)),
    })
}
