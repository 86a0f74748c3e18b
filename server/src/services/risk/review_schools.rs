//! Marks schools of a district as reviewed without concern.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ReviewSchoolsRequest, ReviewSchoolsResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ReviewSchoolsRequest, District>,
) -> Result<ReviewSchoolsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(ReviewSchoolsRequest::METHOD.path, &request_id, &request);
    let year = super::required_year("programme_year", &request.programme_year)?;
    let schools = super::schools(&request.schools)?;
    let count = schools.len();
    let only_look = request.validate_only;
    cx.store
        .review_schools(&access, intent, year, schools, only_look)
        .await?;
    Ok(ReviewSchoolsResponse {
        school_count: convert::whole(count),
    })
}
