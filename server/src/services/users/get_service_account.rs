//! Returns a service account.

use llpr_proto::v1::{GetServiceAccountRequest, GetServiceAccountResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetServiceAccountRequest, County>,
) -> Result<GetServiceAccountResponse, Problem> {
    let (GetServiceAccountRequest { name }, access) = call.into_parts();
    let id = super::service_account_id(&name);
    let account = cx
        .store
        .service_account(&access, id, cx.clock.micros())
        .await?;
    Ok(GetServiceAccountResponse {
        service_account: Some(convert::service_account(account)),
    })
}
