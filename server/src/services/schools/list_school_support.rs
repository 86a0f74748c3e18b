//! Lists the support that a school has had.

use llpr_proto::v1::{ListSchoolSupportRequest, ListSchoolSupportResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSchoolSupportRequest, School>,
) -> Result<ListSchoolSupportResponse, Problem> {
    let (_, access) = call.into_parts();
    let support = cx.store.school_support(&access).await?;
    Ok(ListSchoolSupportResponse {
        support: support.iter().map(convert::support).collect(),
    })
}
