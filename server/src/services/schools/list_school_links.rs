//! Lists a school's links.

use llpr_proto::v1::{ListSchoolLinksRequest, ListSchoolLinksResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSchoolLinksRequest, School>,
) -> Result<ListSchoolLinksResponse, Problem> {
    let (_, access) = call.into_parts();
    let links = cx.store.school_links(&access).await?;
    Ok(ListSchoolLinksResponse {
        links: links
            .into_iter()
            .map(|link| convert::link(access.urn(), link))
            .collect(),
    })
}
