//! Lists what data suggests of the schools of a district, or of one school.

use llpr_domain::access::Node;
use llpr_proto::access::Guarded as _;
use llpr_proto::names;
use llpr_proto::v1::{ListSuggestionsRequest, ListSuggestionsResponse};
use llpr_store::access::AnyNode;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSuggestionsRequest, AnyNode>,
) -> Result<ListSuggestionsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListSuggestionsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    if *access.node() == Node::County {
        return Err(Problem::field("parent", "is not a district or a school"));
    }
    let year = super::year("programme_year", &request.programme_year)?;
    let found = cx.store.suggestions(&access, year, page).await?;
    let slice = found.schools;
    Ok(ListSuggestionsResponse {
        schools: slice
            .items
            .into_iter()
            .map(convert::school_suggestions)
            .collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
        programme_year: names::programme_year(found.year.slug()),
    })
}
