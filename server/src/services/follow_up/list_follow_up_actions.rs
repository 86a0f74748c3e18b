//! Lists actions of a school, a district or the county.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListFollowUpActionsRequest, ListFollowUpActionsResponse};
use llpr_store::access::AnyNode;
use llpr_store::follow_up::ActionFilter;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListFollowUpActionsRequest, AnyNode>,
) -> Result<ListFollowUpActionsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListFollowUpActionsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let filter = ActionFilter {
        state: convert::read_action_state(request.state()),
        overdue_only: request.overdue_only,
        year: super::year("programme_year", &request.programme_year)?,
    };
    let found = cx.store.actions(&access, filter, page).await?;
    Ok(ListFollowUpActionsResponse {
        follow_up_actions: found
            .items
            .into_iter()
            .map(convert::follow_up_action)
            .collect(),
        next_page_token: pages.token(found.next)?,
        total_size: total(found.total),
    })
}
