//! Says what a link is for.

use llpr_proto::v1::{GetLinkRequest, GetLinkResponse};
use llpr_store::access::Public;

use super::link_refused;
use crate::auth::link_secret;
use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetLinkRequest, Public>,
) -> Result<GetLinkResponse, Problem> {
    let (GetLinkRequest { secret }, access) = call.into_parts();
    let id = link_secret::read(&cx.secret, &secret).ok_or_else(link_refused)?;
    let link = cx.store.link(&access, &id, cx.clock.micros()).await?;
    let llpr_store::Link {
        id: _,
        purpose,
        user: _,
        email,
        display_name,
        sender_display_name,
        expires_at,
    } = link.ok_or_else(link_refused)?;
    Ok(GetLinkResponse {
        purpose: i32::from(purpose.code()),
        display_name,
        email,
        sender_display_name: sender_display_name.unwrap_or_default(),
        expire_time: Some(convert::timestamp(expires_at)),
    })
}
