//! Lists imports.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListImportsRequest, ListImportsResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListImportsRequest, County>,
) -> Result<ListImportsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListImportsRequest::METHOD.path,
        &access,
        &request,
    );
    let dataset = if request.dataset.is_empty() {
        None
    } else {
        Some(super::dataset(&request.dataset)?)
    };
    let state = convert::import_state(request.state());
    let slice = cx
        .store
        .imports(&access, dataset, state, pages.read(size, 50, &token)?)
        .await?;
    Ok(ListImportsResponse {
        imports: slice.items.into_iter().map(convert::import).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
