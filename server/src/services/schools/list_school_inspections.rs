//! Lists a school's inspections.

use llpr_proto::v1::{ListSchoolInspectionsRequest, ListSchoolInspectionsResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSchoolInspectionsRequest, School>,
) -> Result<ListSchoolInspectionsResponse, Problem> {
    let (_, access) = call.into_parts();
    let found = cx.store.school_inspections(&access).await?;
    Ok(convert::inspections(access.urn(), found))
}
