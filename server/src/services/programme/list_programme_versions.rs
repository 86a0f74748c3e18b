//! Lists the approved versions of a year.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListProgrammeVersionsRequest, ListProgrammeVersionsResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListProgrammeVersionsRequest, SelfOnly>,
) -> Result<ListProgrammeVersionsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListProgrammeVersionsRequest::METHOD.path,
        &access,
        &request,
    );
    let year = super::year("parent", &request.parent)?;
    let page = pages.read(size, 50, &token)?;
    let slice = cx.store.programme_versions(&access, year, page).await?;
    let items = slice.items.into_iter();
    Ok(ListProgrammeVersionsResponse {
        programme_versions: items.map(convert::programme_version_head).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
