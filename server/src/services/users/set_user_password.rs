//! Sets somebody's password.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{SetUserPasswordRequest, SetUserPasswordResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;
use crate::services::auth::new_hash;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<SetUserPasswordRequest, County>,
) -> Result<SetUserPasswordResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(SetUserPasswordRequest::METHOD.path, &request_id, &request);
    let SetUserPasswordRequest {
        name,
        password,
        request_id: _,
    } = request;
    let user = cx.store.user(&access, super::user_id(&name)).await?;
    let new = ("password", password);
    let hash = new_hash(&cx, new, &user.email, &user.display_name).await?;
    cx.store
        .set_password(&access, intent, user.id, hash)
        .await?;
    Ok(SetUserPasswordResponse {})
}
