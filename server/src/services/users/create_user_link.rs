//! Makes a link with which a person sets a password, to be handed over without e-mail.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateUserLinkRequest, CreateUserLinkResponse};
use llpr_store::access::County;
use llpr_store::{LinkPurpose, Outcome};

use crate::auth::link_secret;
use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::mail::outbox;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateUserLinkRequest, County>,
) -> Result<CreateUserLinkResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = CreateUserLinkRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let user = super::user_id(&request.parent).to_owned();
    let end = outbox::link_end(&cx, LinkPurpose::Password);
    let (id, end) = match cx
        .store
        .create_user_link(&access, intent, user, end)
        .await?
    {
        Outcome::Done(link) => link,
        Outcome::Repeated(name) => {
            let id = name.rsplit('/').next().unwrap_or_default().to_owned();
            let end = cx.store.user_link_end(&access, &id).await?;
            (id, end)
        }
    };
    let secret = link_secret::secret(&cx.secret, &id).ok_or_else(|| Problem::not_found(&id))?;
    Ok(CreateUserLinkResponse {
        uri: cx.mailer.link(&secret),
        expire_time: Some(convert::timestamp(end)),
    })
}
