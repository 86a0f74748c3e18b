//! Lists the schools that the caller's roles reach.

use llpr_proto::access::Guarded as _;
use llpr_proto::names;
use llpr_proto::v1::{ListSchoolsRequest, ListSchoolsResponse};
use llpr_store::access::Listed;
use llpr_store::register::{SchoolFilter, SchoolOrder};

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSchoolsRequest, Listed>,
) -> Result<ListSchoolsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListSchoolsRequest::METHOD.path,
        &access,
        &request,
    );
    let page = pages.read(size, 50, &token)?;
    let order = SchoolOrder {
        by_urn: request.order_by.starts_with("urn"),
        descending: request.order_by.ends_with(" desc"),
    };
    let slice = cx
        .store
        .schools(&access, filter(request)?, order, page)
        .await?;
    Ok(ListSchoolsResponse {
        schools: slice.items.into_iter().map(convert::school).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}

fn filter(request: ListSchoolsRequest) -> Result<SchoolFilter, Problem> {
    let phases = request.phases().filter_map(convert::phase).collect();
    let statuses = request.statuses().filter_map(convert::status).collect();
    let district = match names::id(&request.district, "districts") {
        None => None,
        Some(slug) => Some(
            slug.parse()
                .map_err(|_| Problem::field("district", "is not districts/{district}"))?,
        ),
    };
    Ok(SchoolFilter {
        district,
        phases,
        statuses,
        partner: names::id(&request.partner, "users").map(str::to_owned),
        type_name: request.r#type,
        query: request.query,
    })
}
