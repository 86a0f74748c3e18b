//! Sets a password by a link: after an invitation, or because the old one is forgotten.

use llpr_proto::v1::{SetPasswordByLinkRequest, SetPasswordByLinkResponse};
use llpr_store::LinkPurpose;
use llpr_store::access::Public;

use super::{bucket, link_refused, new_hash, or_link_refused};
use crate::auth::link_secret;
use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<SetPasswordByLinkRequest, Public>,
) -> Result<SetPasswordByLinkResponse, Problem> {
    let (SetPasswordByLinkRequest { secret, password }, access) = call.into_parts();
    let id = link_secret::read(&cx.secret, &secret).ok_or_else(link_refused)?;
    let now = cx.clock.micros();
    let link = cx.store.link(&access, &id, now).await?;
    let link = link.filter(|link| link.purpose != LinkPurpose::SignIn);
    let link = link.ok_or_else(link_refused)?;
    let new = ("password", password);
    let hash = new_hash(&cx, new, &link.email, &link.display_name).await?;
    let bucket = bucket(&cx, &link.email);
    cx.store
        .set_password_by_link(&access, now, (id, hash), bucket)
        .await
        .map_err(or_link_refused)?;
    Ok(SetPasswordByLinkResponse { email: link.email })
}
