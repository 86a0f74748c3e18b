//! Lists the actions that the caller owns.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListMyFollowUpActionsRequest, ListMyFollowUpActionsResponse};
use llpr_store::access::Listed;
use llpr_store::follow_up::ActionFilter;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListMyFollowUpActionsRequest, Listed>,
) -> Result<ListMyFollowUpActionsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListMyFollowUpActionsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let filter = ActionFilter {
        state: convert::read_action_state(request.state()),
        overdue_only: request.overdue_only,
        year: None,
    };
    let found = cx.store.own_actions(&access, filter, page).await?;
    Ok(ListMyFollowUpActionsResponse {
        follow_up_actions: found
            .items
            .into_iter()
            .map(convert::follow_up_action)
            .collect(),
        next_page_token: pages.token(found.next)?,
        total_size: total(found.total),
    })
}
