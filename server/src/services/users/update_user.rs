//! Changes a user.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{UpdateUserRequest, UpdateUserResponse};
use llpr_store::access::County;
use llpr_store::{Outcome, UserChange};

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<UpdateUserRequest, County>,
) -> Result<UpdateUserResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(UpdateUserRequest::METHOD.path, &request_id, &request);
    let UpdateUserRequest {
        user,
        update_mask,
        request_id: _,
    } = request;
    let user = user.unwrap_or_default();
    let paths = update_mask.unwrap_or_default().paths;
    let wanted = |field: &str| paths.is_empty() || paths.iter().any(|path| path == field);
    let display_name = user.display_name.trim().to_owned();
    if wanted("email") && user.email.is_empty() {
        return Err(Problem::field(
            "user.email",
            "is required, or leave it out of update_mask",
        ));
    }
    if wanted("display_name") && display_name.is_empty() {
        return Err(Problem::field(
            "user.display_name",
            "is required, or leave it out of update_mask",
        ));
    }
    let change = UserChange {
        email: wanted("email").then_some(user.email),
        display_name: wanted("display_name").then_some(display_name),
        disabled: wanted("disabled").then_some(user.disabled),
        version: convert::version(&user.etag),
    };
    let id = super::user_id(&user.name).to_owned();
    let user = match cx.store.update_user(&access, intent, id, change).await? {
        Outcome::Done(user) => user,
        Outcome::Repeated(name) => cx.store.user(&access, super::user_id(&name)).await?,
    };
    Ok(UpdateUserResponse {
        user: Some(convert::user(user)),
    })
}
