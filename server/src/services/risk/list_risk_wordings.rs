//! Lists the wordings that a school was told.

use llpr_proto::v1::{ListRiskWordingsRequest, ListRiskWordingsResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListRiskWordingsRequest, School>,
) -> Result<ListRiskWordingsResponse, Problem> {
    let (_, access) = call.into_parts();
    let urn = access.urn();
    let wordings = cx.store.wordings(&access).await?;
    let wordings = wordings.into_iter();
    Ok(ListRiskWordingsResponse {
        risk_wordings: wordings
            .map(|one| convert::risk_wording(urn, one))
            .collect(),
    })
}
