//! Returns the figures of a district's schools taken together.

use llpr_proto::v1::{GetDistrictReviewFiguresRequest, GetDistrictReviewFiguresResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetDistrictReviewFiguresRequest, District>,
) -> Result<GetDistrictReviewFiguresResponse, Problem> {
    let (request, access) = call.into_parts();
    let year = super::review_year("name", &request.name)?;
    let figures = cx.store.review_figures(&access, year).await?;
    Ok(convert::review_figures(figures))
}
