//! Shares the latest version of a district's review with the county manager.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ShareDistrictReviewRequest, ShareDistrictReviewResponse};
use llpr_store::Outcome;
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ShareDistrictReviewRequest, District>,
) -> Result<ShareDistrictReviewResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = ShareDistrictReviewRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let year = super::given_year(&request.name)?;
    let done = cx
        .store
        .share_district_review(&access, intent, year, request.etag);
    let review = match done.await? {
        Outcome::Done(review) => review,
        Outcome::Repeated(_) => cx.store.district_review(&access, Some(year)).await?,
    };
    Ok(ShareDistrictReviewResponse {
        district_review: Some(convert::district_review(review)),
    })
}
