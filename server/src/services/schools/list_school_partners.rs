//! Lists a school's partners.

use llpr_proto::v1::{ListSchoolPartnersRequest, ListSchoolPartnersResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSchoolPartnersRequest, School>,
) -> Result<ListSchoolPartnersResponse, Problem> {
    let (_, access) = call.into_parts();
    let partners = cx.store.school_partners(&access).await?;
    Ok(ListSchoolPartnersResponse {
        partners: partners.into_iter().map(convert::partner).collect(),
    })
}
