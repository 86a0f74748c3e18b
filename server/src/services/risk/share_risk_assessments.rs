//! Shares the assessments that hold with the county manager and the schools' partners.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ShareRiskAssessmentsRequest, ShareRiskAssessmentsResponse};
use llpr_store::Outcome;
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ShareRiskAssessmentsRequest, District>,
) -> Result<ShareRiskAssessmentsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        ShareRiskAssessmentsRequest::METHOD.path,
        &request_id,
        &request,
    );
    let year = super::required_year("programme_year", &request.programme_year)?;
    let schools = super::schools(&request.schools)?;
    let done = cx.store.share_assessments(&access, intent, year, schools);
    let count = match done.await? {
        Outcome::Done(count) => count,
        Outcome::Repeated(_) => 0,
    };
    Ok(ShareRiskAssessmentsResponse {
        shared_count: convert::whole(count),
    })
}
