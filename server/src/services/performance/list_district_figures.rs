//! Lists the figures of a district's schools taken together.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListDistrictFiguresRequest, ListDistrictFiguresResponse};
use llpr_store::access::District;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListDistrictFiguresRequest, District>,
) -> Result<ListDistrictFiguresResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListDistrictFiguresRequest::METHOD.path,
        &access,
        &request,
    );
    let page = pages.read(size, 200, &token)?;
    let asked = super::Asked {
        measures: &request.measures,
        groups: request.groups().collect(),
        year: &request.academic_year,
    };
    let slice = cx
        .store
        .district_figures(&access, super::filter(&asked)?, page)
        .await?;
    let district = access.district();
    Ok(ListDistrictFiguresResponse {
        figures: slice
            .items
            .into_iter()
            .map(|figure| convert::district_figure(district, figure))
            .collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
