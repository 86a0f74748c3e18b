//! Lists what was agreed with a school and shared with it.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListAgreedActionsRequest, ListAgreedActionsResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListAgreedActionsRequest, School>,
) -> Result<ListAgreedActionsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListAgreedActionsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let found = cx.store.agreed_actions(&access, page).await?;
    Ok(ListAgreedActionsResponse {
        agreed_actions: found
            .items
            .into_iter()
            .map(convert::agreed_action)
            .collect(),
        next_page_token: pages.token(found.next)?,
        total_size: total(found.total),
    })
}
