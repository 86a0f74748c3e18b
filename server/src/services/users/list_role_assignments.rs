//! Lists role assignments.

use llpr_domain::access::Role;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListRoleAssignmentsRequest, ListRoleAssignmentsResponse};
use llpr_store::AssignmentFilter;
use llpr_store::access::Listed;

use crate::context::Cx;
use crate::convert;
use crate::enter::{self, Authorised};
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListRoleAssignmentsRequest, Listed>,
) -> Result<ListRoleAssignmentsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListRoleAssignmentsRequest::METHOD.path,
        &access,
        &request,
    );
    let node = match request.node.as_str() {
        "" => None,
        name => Some(enter::node(name).ok_or_else(|| {
            Problem::field(
                "node",
                "is not county, districts/{district} or schools/{urn}",
            )
        })?),
    };
    let filter = AssignmentFilter {
        user: Some(super::user_id(&request.parent).to_owned()).filter(|id| id != "-"),
        role: i16::try_from(request.role).ok().and_then(Role::from_code),
        node,
        current_only: request.current_only,
    };
    let slice = cx
        .store
        .assignments(&access, filter, pages.read(size, 50, &token)?)
        .await?;
    Ok(ListRoleAssignmentsResponse {
        role_assignments: slice.items.into_iter().map(convert::assignment).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
