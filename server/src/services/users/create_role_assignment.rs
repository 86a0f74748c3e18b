//! Gives somebody a role.

use llpr_domain::access::Role;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateRoleAssignmentRequest, CreateRoleAssignmentResponse};
use llpr_store::access::AnyNode;
use llpr_store::{NewAssignment, Outcome};

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateRoleAssignmentRequest, AnyNode>,
) -> Result<CreateRoleAssignmentResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        CreateRoleAssignmentRequest::METHOD.path,
        &request_id,
        &request,
    );
    let CreateRoleAssignmentRequest {
        parent,
        role_assignment,
        request_id: _,
    } = request;
    let wanted = role_assignment.unwrap_or_default();
    let role = i16::try_from(wanted.role).ok().and_then(Role::from_code);
    let role = role.ok_or_else(|| Problem::field("role_assignment.role", "is required"))?;
    if role.node_kind() != access.node().kind() {
        return Err(Problem::field(
            "role_assignment.node",
            format!(
                "The role {} is held at {}.",
                role.label(),
                super::place_of(role)
            ),
        ));
    }
    let new = NewAssignment {
        user: super::user_id(&parent).to_owned(),
        role,
        from: convert::read_date("role_assignment.from_date", &wanted.from_date)?
            .unwrap_or(access.today()),
        until: convert::read_date("role_assignment.until_date", &wanted.until_date)?,
    };
    let assignment = match cx.store.create_assignment(&access, intent, new).await? {
        Outcome::Done(assignment) => assignment,
        Outcome::Repeated(name) => {
            let (_, id) = super::assignment_id(&name).unwrap_or_default();
            cx.store.assignment(&access, &id).await?
        }
    };
    Ok(CreateRoleAssignmentResponse {
        role_assignment: Some(convert::assignment(assignment)),
    })
}
