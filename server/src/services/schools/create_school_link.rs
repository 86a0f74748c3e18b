//! Pairs an infant school with its junior school.

use llpr_domain::access::Node;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateSchoolLinkRequest, CreateSchoolLinkResponse, SchoolLinkKind};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::{self, Authorised};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateSchoolLinkRequest, School>,
) -> Result<CreateSchoolLinkResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(CreateSchoolLinkRequest::METHOD.path, &request_id, &request);
    let link = request.link.unwrap_or_default();
    if link.kind() != SchoolLinkKind::InfantJuniorPair {
        return Err(Problem::field(
            "link.kind",
            "must be SCHOOL_LINK_KIND_INFANT_JUNIOR_PAIR: other links come from the register",
        ));
    }
    let Some(Node::School(other)) = enter::node(&link.linked_school) else {
        return Err(Problem::field("link.linked_school", "is not schools/{urn}"));
    };
    if other == access.urn() {
        return Err(Problem::field("link.linked_school", "is the school itself"));
    }
    let there = cx
        .store
        .extend_to_school(&access, other, cx.clock.micros())
        .await?;
    cx.store.pair_schools(&access, &there, intent).await?;
    let links = cx.store.school_links(&access).await?;
    let name = llpr_proto::names::school_link(access.urn(), other);
    let made = links
        .into_iter()
        .map(|link| convert::link(access.urn(), link));
    let made = made
        .into_iter()
        .find(|made| made.name == name && made.kind() == SchoolLinkKind::InfantJuniorPair);
    Ok(CreateSchoolLinkResponse {
        link: Some(made.ok_or_else(|| Problem::not_found(&name))?),
    })
}
