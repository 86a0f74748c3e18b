//! Proposes districts from the register.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListDistrictProposalsRequest, ListDistrictProposalsResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListDistrictProposalsRequest, County>,
) -> Result<ListDistrictProposalsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListDistrictProposalsRequest::METHOD.path,
        &access,
        &request,
    );
    let authority = u16::try_from(request.authority)
        .ok()
        .filter(|&code| code > 0);
    let slice = cx
        .store
        .district_proposals(&access, authority, pages.read(size, 200, &token)?)
        .await?;
    Ok(ListDistrictProposalsResponse {
        proposals: slice.items.into_iter().map(convert::proposal).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
