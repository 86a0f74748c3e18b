//! Lists the versions of a district's review, as far as the caller may see them.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListDistrictReviewVersionsRequest, ListDistrictReviewVersionsResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListDistrictReviewVersionsRequest, District>,
) -> Result<ListDistrictReviewVersionsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListDistrictReviewVersionsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 20, &token)?;
    let year = super::review_year("parent", &request.parent)?;
    let slice = cx
        .store
        .district_review_versions(&access, year, page)
        .await?;
    Ok(ListDistrictReviewVersionsResponse {
        versions: slice
            .items
            .into_iter()
            .map(convert::review_version)
            .collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
