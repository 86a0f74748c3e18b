//! Lists service accounts.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListServiceAccountsRequest, ListServiceAccountsResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListServiceAccountsRequest, County>,
) -> Result<ListServiceAccountsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListServiceAccountsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let slice = cx
        .store
        .service_accounts(&access, page, cx.clock.micros())
        .await?;
    Ok(ListServiceAccountsResponse {
        service_accounts: slice
            .items
            .into_iter()
            .map(convert::service_account)
            .collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
