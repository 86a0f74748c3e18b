//! Lists invitations.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListInvitationsRequest, ListInvitationsResponse};
use llpr_store::access::Listed;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListInvitationsRequest, Listed>,
) -> Result<ListInvitationsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListInvitationsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let now = cx.clock.micros();
    let slice = cx
        .store
        .invitations(&access, request.open_only, now, page)
        .await?;
    Ok(ListInvitationsResponse {
        invitations: slice.items.into_iter().map(convert::invitation).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
