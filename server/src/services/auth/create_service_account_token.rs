//! Makes a token of a service account.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateServiceAccountTokenRequest, CreateServiceAccountTokenResponse};
use llpr_store::access::County;
use llpr_store::{NewToken, Outcome};
use uuid::Uuid;

use crate::auth::service_secret;
use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;
use crate::services::users::service_account_id;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateServiceAccountTokenRequest, County>,
) -> Result<CreateServiceAccountTokenResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = CreateServiceAccountTokenRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let expires_at = request.expire_time.as_ref().map(convert::micros);
    if expires_at.is_some_and(|end| end <= cx.clock.micros()) {
        return Err(Problem::field("expire_time", "must be in the future"));
    }
    let account = service_account_id(&request.parent);
    let id = Uuid::now_v7();
    let secret = service_secret::new(id);
    let new = NewToken {
        account: account.to_owned(),
        id: id.to_string(),
        secret_hash: secret.hash,
        expires_at,
    };
    let (token, secret) = match cx
        .store
        .create_service_account_token(&access, intent, new)
        .await?
    {
        Outcome::Done(token) => (token, secret.text),
        Outcome::Repeated(name) => {
            let id = name.rsplit('/').next().unwrap_or_default();
            let token = cx.store.service_account_token(&access, account, id).await?;
            (token, String::new())
        }
    };
    Ok(CreateServiceAccountTokenResponse {
        token: Some(convert::service_account_token(token)),
        secret,
    })
}
