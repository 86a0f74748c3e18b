//! Lists contacts of a school or district.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListContactsRequest, ListContactsResponse};
use llpr_store::access::AnyNode;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListContactsRequest, AnyNode>,
) -> Result<ListContactsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListContactsRequest::METHOD.path,
        &access,
        &request,
    );
    let page = pages.read(size, 50, &token)?;
    let year = super::year("programme_year", &request.programme_year)?;
    let found = cx.store.contacts(&access, year, page).await?;
    Ok(ListContactsResponse {
        contacts: found.items.into_iter().map(convert::contact).collect(),
        next_page_token: pages.token(found.next)?,
        total_size: total(found.total),
    })
}
