//! Returns a user.

use llpr_proto::v1::{GetUserRequest, GetUserResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetUserRequest, County>,
) -> Result<GetUserResponse, Problem> {
    let (GetUserRequest { name }, access) = call.into_parts();
    let user = cx.store.user(&access, super::user_id(&name)).await?;
    Ok(GetUserResponse {
        user: Some(convert::user(user)),
    })
}
