//! Takes a wish for a link by e-mail.
//!
//! Known and unknown addresses get the same answer after the same work: both are counted, and kept
//! for the job runner, which alone finds out whether there is anything to send.

use std::time::Duration;

use llpr_proto::v1::{ErrorReason, RequestLinkRequest, RequestLinkResponse};
use llpr_store::access::Public;
use llpr_store::{Access, LinkPurpose, Wish};

use super::window;
use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<RequestLinkRequest, Public>,
) -> Result<RequestLinkResponse, Problem> {
    let peer = call.peer();
    let (RequestLinkRequest { email, purpose }, access) = call.into_parts();
    let purpose = match i16::try_from(purpose).ok().and_then(LinkPurpose::from_code) {
        Some(purpose @ (LinkPurpose::Password | LinkPurpose::SignIn)) => purpose,
        Some(LinkPurpose::Invitation) | None => {
            return Err(Problem::field("purpose", "must be PASSWORD or SIGN_IN"));
        }
    };
    let email = email.trim().to_lowercase();
    let by_address = bucket(&cx, "link", email.as_bytes());
    let caller = peer.map_or_else(String::new, |peer| peer.to_string());
    let by_caller = bucket(&cx, "link-caller", caller.as_bytes());
    let limits = &cx.config.auth;
    check(&cx, &access, &by_address, limits.links_per_address).await?;
    check(&cx, &access, &by_caller, limits.links_per_caller).await?;
    let wish = Wish {
        purpose,
        email,
        buckets: vec![by_address, by_caller],
    };
    cx.store
        .keep_link_request(&access, wish, cx.clock.micros(), window(&cx))
        .await?;
    cx.post.notify_one();
    Ok(RequestLinkResponse {
        sends_mail: cx.mailer.sends(),
    })
}

/// A bucket that does not show what it counts.
fn bucket(cx: &Cx, kind: &str, what: &[u8]) -> String {
    format!(
        "{kind}:{}",
        hex::encode(cx.secret.mac("bucket", &[kind.as_bytes(), what]))
    )
}

async fn check(cx: &Cx, access: &Access<Public>, bucket: &str, most: u32) -> Result<(), Problem> {
    let (now, window) = (cx.clock.micros(), window(cx));
    let Some((count, since)) = cx.store.failures(access, bucket, now, window).await? else {
        return Ok(());
    };
    if count < i64::from(most) {
        return Ok(());
    }
    let left = Duration::from_micros((since + window - now).max(0).unsigned_abs());
    let minutes = left.as_secs().div_ceil(60);
    Err(Problem::retry(
        ErrorReason::TooManyLinks,
        format!(
            "There were too many requests for a link. Look into your mail, the folder for unwanted mail too, or wait {minutes} minutes and try again."
        ),
        left,
    ))
}
