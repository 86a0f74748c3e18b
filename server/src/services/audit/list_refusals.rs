//! Lists how often callers were refused.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListRefusalsRequest, ListRefusalsResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::Pages;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListRefusalsRequest, County>,
) -> Result<ListRefusalsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListRefusalsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let slice = cx.store.refusals(&access, page).await?;
    Ok(ListRefusalsResponse {
        refusals: slice.items.into_iter().map(convert::refusals).collect(),
        next_page_token: pages.token(slice.next)?,
    })
}
