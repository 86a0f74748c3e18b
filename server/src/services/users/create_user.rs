//! Creates a user.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateUserRequest, CreateUserResponse};
use llpr_store::access::County;
use llpr_store::{NewUser, Outcome};

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;
use crate::services::auth::new_hash;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateUserRequest, County>,
) -> Result<CreateUserResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(CreateUserRequest::METHOD.path, &request_id, &request);
    let CreateUserRequest {
        user,
        password,
        request_id: _,
    } = request;
    let user = user.unwrap_or_default();
    let display_name = user.display_name.trim().to_owned();
    if user.email.is_empty() {
        return Err(Problem::field("user.email", "is required"));
    }
    if display_name.is_empty() {
        return Err(Problem::field("user.display_name", "is required"));
    }
    let password_hash = if password.is_empty() {
        None
    } else {
        Some(new_hash(&cx, ("password", password), &user.email, &display_name).await?)
    };
    let new = NewUser {
        email: user.email,
        display_name,
        password_hash,
    };
    let user = match cx.store.create_user(&access, intent, new).await? {
        Outcome::Done(user) => user,
        Outcome::Repeated(name) => cx.store.user(&access, super::user_id(&name)).await?,
    };
    Ok(CreateUserResponse {
        user: Some(convert::user(user)),
    })
}
