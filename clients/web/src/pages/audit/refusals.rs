//! How often callers were refused for want of a role.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};

use super::entry::did;
use super::heads::Wanted;
use super::{PAGE_SIZE, View};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, pages_around, render};
use crate::words;

const PATH: &str = "/audit/refusals";

#[derive(Template)]
#[template(path = "audit_refusals.html")]
struct Page {
    layout: Layout,
    tabs: Tabs,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    date: String,
    who: String,
    who_path: String,
    count: String,
    method: String,
    time: String,
}

/// Lists them, newest day first.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let request = v1::ListRefusalsRequest {
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
    };
    let answer = match read!(signed_in, audit().list_refusals(request)).await {
        Ok(answer) => answer,
        Err(error) if error.reason() == Some(ErrorReason::PageTokenInvalid) => {
            return Ok(Redirect::to(PATH).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let (first, next) = pages_around(PATH, &wanted.page_token, &answer.next_page_token);
    let page = Page {
        layout: Layout::new(&signed_in.browser).below("/audit", "Audit log"),
        tabs: View::Refusals.tabs(),
        rows: answer.refusals.into_iter().map(Row::from).collect(),
        first,
        next,
    };
    Ok(render(StatusCode::OK, &page))
}

impl From<v1::Refusals> for Row {
    fn from(refusals: v1::Refusals) -> Self {
        Self {
            date: words::date(&refusals.date),
            who_path: format!("/audit?who={}", refusals.actor),
            who: words::given(refusals.actor_display_name, &refusals.actor),
            count: words::thousands(refusals.count.into()),
            method: did(&refusals.last_method).to_owned(),
            time: refusals
                .last_time
                .as_ref()
                .map_or_else(String::new, words::moment),
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |rows| Self {
            layout: Layout::sample(),
            tabs: View::Refusals.tabs(),
            rows,
            first: None,
            next: Some(format!("{PATH}?page_token=2")),
        };
        let refusals = v1::Refusals {
            actor: "users/1".into(),
            actor_display_name: "Ada <b>Byron</b>".into(),
            date: "2026-09-01".into(),
            count: 1000,
            last_method: "llpr.v1.UserService/ListUsers".into(),
            ..Default::default()
        };
        vec![page(Vec::new()), page(vec![refusals.into()])]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
