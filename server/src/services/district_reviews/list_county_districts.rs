//! Lists the county's districts with their reviews, and what they have in common.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListCountyDistrictsRequest, ListCountyDistrictsResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::Pages;
use crate::problem::Problem;
use crate::services::risk;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListCountyDistrictsRequest, County>,
) -> Result<ListCountyDistrictsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListCountyDistrictsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let year = risk::year("programme_year", &request.programme_year)?;
    let mut found = cx.store.county_districts(&access, year, page).await?;
    let next = pages.token(found.districts.next.take())?;
    Ok(convert::county_districts(found, next))
}
