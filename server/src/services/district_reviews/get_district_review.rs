//! Returns the review of a district.

use llpr_proto::v1::{GetDistrictReviewRequest, GetDistrictReviewResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetDistrictReviewRequest, District>,
) -> Result<GetDistrictReviewResponse, Problem> {
    let (request, access) = call.into_parts();
    let year = super::review_year("name", &request.name)?;
    let review = cx.store.district_review(&access, year).await?;
    Ok(GetDistrictReviewResponse {
        district_review: Some(convert::district_review(review)),
    })
}
