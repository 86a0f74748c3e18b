//! Whether the record is whole, in words.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use super::View;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::imports::upload::UPLOAD_TIMEOUT;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};
use crate::words;

/// Whether to check now: the whole record is walked, so nobody does it by opening a page.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    now: bool,
}

#[derive(Template)]
#[template(path = "audit_check.html")]
struct Page {
    layout: Layout,
    tabs: Tabs,
    /// None until it was asked for.
    found: Option<Found>,
}

/// What the check came to.
struct Found {
    whole: bool,
    entries: String,
    heads: String,
    /// Whether anything is signed, so that a record rewritten as a whole would show.
    signed: bool,
    hash: String,
    fault: String,
}

/// Shows the way to check and to export, and what a check came to.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    if !signed_in.caller.can("AuditService/VerifyLedger") {
        return Err(Failure::NoSuchPage);
    }
    let found = if wanted.now {
        let mut call = signed_in.call(v1::VerifyLedgerRequest {});
        // A long record takes longer than a page.
        call.set_timeout(UPLOAD_TIMEOUT);
        let answer = signed_in.session.audit().verify_ledger(call).await?;
        Some(Found::from(answer.into_inner()))
    } else {
        None
    };
    let page = Page {
        layout: Layout::new(&signed_in.browser).below("/audit", "Audit log"),
        tabs: View::Check.tabs(),
        found,
    };
    Ok(render(StatusCode::OK, &page))
}

impl From<v1::VerifyLedgerResponse> for Found {
    fn from(answer: v1::VerifyLedgerResponse) -> Self {
        Self {
            whole: answer.whole,
            entries: match answer.entry_count {
                1 => "1 entry".into(),
                count => format!("{} entries", words::thousands(count)),
            },
            signed: answer.head_count > 0,
            heads: words::count(answer.head_count, "signed head"),
            hash: answer.hash,
            fault: answer.fault,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |found| Self {
            layout: Layout::sample(),
            tabs: View::Check.tabs(),
            found,
        };
        let found = |whole, head_count, fault: &str| {
            Some(Found::from(v1::VerifyLedgerResponse {
                whole,
                entry_count: 1,
                head_count,
                fault: fault.into(),
                ..Default::default()
            }))
        };
        vec![
            page(None),
            page(found(true, 2, "")),
            page(found(true, 0, "")),
            page(found(false, 1, "Entry 7 does not fit <b>Byron</b>.")),
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
