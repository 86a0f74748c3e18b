//! Lists whom to contact about academies.

use llpr_proto::access::Guarded as _;
use llpr_proto::names;
use llpr_proto::v1::{ListContactsDueRequest, ListContactsDueResponse};
use llpr_store::access::AnyNode;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListContactsDueRequest, AnyNode>,
) -> Result<ListContactsDueResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListContactsDueRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let year = super::year("programme_year", &request.programme_year)?;
    let found = cx.store.contacts_due(&access, year, page).await?;
    let slice = found.schools;
    Ok(ListContactsDueResponse {
        schools: slice
            .items
            .into_iter()
            .map(convert::school_contacts_due)
            .collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
        programme_year: names::programme_year(found.year.slug()),
    })
}
