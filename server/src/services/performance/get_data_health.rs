//! How the data of a year are.

use llpr_proto::v1::{GetDataHealthRequest, GetDataHealthResponse};
use llpr_store::access::AnyNode;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetDataHealthRequest, AnyNode>,
) -> Result<GetDataHealthResponse, Problem> {
    let (request, access) = call.into_parts();
    let year = super::year(&request.academic_year)?;
    let health = cx.store.data_health(&access, year).await?;
    Ok(convert::data_health(health))
}
