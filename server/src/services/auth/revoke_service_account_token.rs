//! Revokes a token of a service account.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{RevokeServiceAccountTokenRequest, RevokeServiceAccountTokenResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<RevokeServiceAccountTokenRequest, County>,
) -> Result<RevokeServiceAccountTokenResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = RevokeServiceAccountTokenRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let parts = request
        .name
        .strip_prefix("serviceAccounts/")
        .and_then(|rest| rest.split_once("/tokens/"));
    let (account, id) = parts.ok_or_else(|| Problem::not_found(&request.name))?;
    cx.store
        .revoke_service_account_token(&access, intent, (account.to_owned(), id.to_owned()))
        .await?;
    Ok(RevokeServiceAccountTokenResponse {})
}
