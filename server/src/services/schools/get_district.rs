//! Returns a district.

use llpr_proto::v1::{GetDistrictRequest, GetDistrictResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetDistrictRequest, District>,
) -> Result<GetDistrictResponse, Problem> {
    let (_, access) = call.into_parts();
    let district = cx.store.district(&access).await?;
    Ok(GetDistrictResponse {
        district: Some(convert::district(district)),
    })
}
