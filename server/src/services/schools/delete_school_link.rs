//! Removes an infant and junior pair.

use llpr_domain::access::Node;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{DeleteSchoolLinkRequest, DeleteSchoolLinkResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::enter::{self, Authorised};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<DeleteSchoolLinkRequest, School>,
) -> Result<DeleteSchoolLinkResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(DeleteSchoolLinkRequest::METHOD.path, &request_id, &request);
    let linked = request.name.rsplit('/').next().unwrap_or_default();
    let Some(Node::School(other)) = enter::node(&llpr_proto::names::school(linked)) else {
        return Err(Problem::field(
            "name",
            "is not schools/{urn}/links/{linked urn}",
        ));
    };
    let there = cx
        .store
        .extend_to_school(&access, other, cx.clock.micros())
        .await?;
    cx.store.unpair_schools(&access, &there, intent).await?;
    Ok(DeleteSchoolLinkResponse {})
}
