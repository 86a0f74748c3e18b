//! Revokes a service account.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{RevokeServiceAccountRequest, RevokeServiceAccountResponse};
use llpr_store::Outcome;
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<RevokeServiceAccountRequest, County>,
) -> Result<RevokeServiceAccountResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = RevokeServiceAccountRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let id = super::service_account_id(&request.name);
    let revoked = cx
        .store
        .revoke_service_account(&access, intent, id.to_owned())
        .await?;
    let account = match revoked {
        Outcome::Done(account) => account,
        Outcome::Repeated(_) => {
            cx.store
                .service_account(&access, id, cx.clock.micros())
                .await?
        }
    };
    Ok(RevokeServiceAccountResponse {
        service_account: Some(convert::service_account(account)),
    })
}
