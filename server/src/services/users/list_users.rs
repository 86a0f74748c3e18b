//! Lists users.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListUsersRequest, ListUsersResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListUsersRequest, County>,
) -> Result<ListUsersResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(&cx.secret, ListUsersRequest::METHOD.path, &access, &request);
    let slice = cx
        .store
        .users(&access, request.query.trim(), pages.read(size, 50, &token)?)
        .await?;
    Ok(ListUsersResponse {
        users: slice.items.into_iter().map(convert::user).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
