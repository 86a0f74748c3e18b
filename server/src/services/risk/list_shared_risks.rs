//! Lists what was shared of the schools that the caller's roles reach.

use llpr_proto::access::Guarded as _;
use llpr_proto::names;
use llpr_proto::v1::{ListSharedRisksRequest, ListSharedRisksResponse};
use llpr_store::access::Listed;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSharedRisksRequest, Listed>,
) -> Result<ListSharedRisksResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListSharedRisksRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let year = super::year("programme_year", &request.programme_year)?;
    let found = cx.store.shared_risks(&access, year, page).await?;
    let slice = found.schools;
    Ok(ListSharedRisksResponse {
        risk_assessments: slice
            .items
            .into_iter()
            .map(convert::risk_assessment)
            .collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
        programme_year: names::programme_year(found.year.slug()),
    })
}
