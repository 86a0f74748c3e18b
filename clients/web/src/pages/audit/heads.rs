//! The signed heads of the record, and the public keys of their signatures.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::{PAGE_SIZE, View};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, pages_around, render};
use crate::words;

const PATH: &str = "/audit/heads";

/// Which page.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(super) page_token: String,
}

#[derive(Template)]
#[template(path = "audit_heads.html")]
struct Page {
    layout: Layout,
    tabs: Tabs,
    rows: Vec<Row>,
    keys: Vec<v1::LedgerKey>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    seq: String,
    signed: String,
    kid: String,
    hash: String,
}

/// Lists them, newest first.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let request = v1::ListLedgerHeadsRequest {
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
    };
    let answer = match read!(signed_in, audit().list_ledger_heads(request)).await {
        Ok(answer) => answer,
        Err(error) if error.reason() == Some(ErrorReason::PageTokenInvalid) => {
            return Ok(Redirect::to(PATH).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let (first, next) = pages_around(PATH, &wanted.page_token, &answer.next_page_token);
    let page = Page {
        layout: Layout::new(&signed_in.browser).below("/audit", "Audit log"),
        tabs: View::Heads.tabs(),
        rows: answer.heads.into_iter().map(Row::from).collect(),
        keys: answer.keys,
        first,
        next,
    };
    Ok(render(StatusCode::OK, &page))
}

impl From<v1::LedgerHead> for Row {
    fn from(head: v1::LedgerHead) -> Self {
        Self {
            seq: words::thousands(head.seq),
            signed: head
                .sign_time
                .as_ref()
                .map_or_else(String::new, words::moment),
            kid: head.kid,
            hash: head.hash,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |rows, keys| Self {
            layout: Layout::sample(),
            tabs: View::Heads.tabs(),
            rows,
            keys,
            first: Some(PATH.to_owned()),
            next: None,
        };
        let head = v1::LedgerHead {
            seq: 1200,
            hash: "0af1".repeat(16),
            kid: "1".into(),
            ..Default::default()
        };
        let key = v1::LedgerKey {
            kid: "1".into(),
            public_key: "-----BEGIN PUBLIC KEY-----\n".into(),
        };
        vec![
            page(Vec::new(), Vec::new()),
            page(vec![head.into()], vec![key]),
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
