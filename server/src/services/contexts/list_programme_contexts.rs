//! Lists the contexts of the schools of a district.

use llpr_proto::access::Guarded as _;
use llpr_proto::names;
use llpr_proto::v1::{ListProgrammeContextsRequest, ListProgrammeContextsResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListProgrammeContextsRequest, District>,
) -> Result<ListProgrammeContextsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListProgrammeContextsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let year = super::year("programme_year", &request.programme_year)?;
    let found = cx.store.programme_contexts(&access, year, page).await?;
    let slice = found.schools;
    Ok(ListProgrammeContextsResponse {
        programme_contexts: slice
            .items
            .into_iter()
            .map(convert::programme_context)
            .collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
        programme_year: names::programme_year(found.year.slug()),
    })
}
