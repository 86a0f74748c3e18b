//! Lists the districts that the caller's roles reach.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListDistrictsRequest, ListDistrictsResponse};
use llpr_store::access::Listed;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListDistrictsRequest, Listed>,
) -> Result<ListDistrictsResponse, Problem> {
    let (
        ListDistrictsRequest {
            page_size,
            page_token,
        },
        access,
    ) = call.into_parts();
    let pages = Pages::new(
        &cx.secret,
        ListDistrictsRequest::METHOD.path,
        &access,
        &ListDistrictsRequest::default(),
    );
    let slice = cx
        .store
        .districts(&access, pages.read(page_size, 50, &page_token)?)
        .await?;
    Ok(ListDistrictsResponse {
        districts: slice.items.into_iter().map(convert::district).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
