//! Mails: what waits, what was sent and what could not be.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, pages_around, render};
use crate::words;

const PATH: &str = "/mails";
const PAGE_SIZE: i32 = 50;

/// Which page.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "mails.html")]
struct Page {
    layout: Layout,
    form_token: String,
    sends_mail: bool,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    id: String,
    user: String,
    person: String,
    email: String,
    what: &'static str,
    state: &'static str,
    failure: &'static str,
    attempts: i32,
    made: String,
    next: String,
    may_retry: bool,
    request_id: String,
}

/// Lists them, the latest first.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(Wanted { page_token }): Query<Wanted>,
) -> Result<Response, Failure> {
    let request = v1::ListMailsRequest {
        page_size: PAGE_SIZE,
        page_token: page_token.clone(),
        ..Default::default()
    };
    let answer = match read!(signed_in, users().list_mails(request)).await {
        Ok(answer) => answer,
        Err(error) if error.reason() == Some(ErrorReason::PageTokenInvalid) => {
            return Ok(Redirect::to(PATH).into_response());
        }
        Err(error) => return Err(Failure::hidden(error)),
    };
    let (first, next) = pages_around(PATH, &page_token, &answer.next_page_token);
    let page = Page {
        layout: Layout::new(&signed_in.browser).below("/people", "People"),
        form_token: signed_in.browser.form_token(),
        sends_mail: answer.sends_mail,
        rows: answer.mails.into_iter().map(Row::from).collect(),
        first,
        next,
    };
    Ok(render(StatusCode::OK, &page))
}

/// What the button sends.
#[derive(Deserialize)]
pub(crate) struct Button {
    #[serde(default)]
    request_id: String,
}

/// Lets a mail be tried again.
pub(crate) async fn retry(
    signed_in: SignedIn,
    Path(id): Path<String>,
    form: CsrfForm<Button>,
) -> Result<Response, Failure> {
    let request = v1::RetryMailRequest {
        name: format!("mails/{id}"),
        request_id: form.into_inner().request_id,
    };
    read!(signed_in, users().retry_mail(request)).await?;
    signed_in.browser.say_done("The mail is tried again.");
    Ok(Redirect::to(PATH).into_response())
}

impl From<v1::Mail> for Row {
    fn from(mail: v1::Mail) -> Self {
        let state = mail.state();
        let bare = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        Self {
            id: bare(&mail.name),
            user: bare(&mail.user),
            what: words::mail_kind(mail.kind()),
            state: words::mail(state),
            failure: words::mail_failure(&mail.failure),
            attempts: mail.attempts,
            made: mail
                .create_time
                .as_ref()
                .map_or_else(String::new, words::moment),
            next: mail
                .next_attempt_time
                .as_ref()
                .map_or_else(String::new, words::moment),
            may_retry: state == v1::MailState::Failed,
            request_id: llpr_client::request_id(),
            person: mail.user_display_name,
            email: mail.email,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let row = |state: v1::MailState, failure: &str| {
            Row::from(v1::Mail {
                name: "mails/2".into(),
                kind: v1::MailKind::Invitation.into(),
                user: "users/1".into(),
                user_display_name: "Ada <b>Byron</b>".into(),
                email: "ada\"@example.org".into(),
                state: state.into(),
                attempts: 3,
                failure: failure.into(),
                ..Default::default()
            })
        };
        let page = |sends_mail, rows| Self {
            layout: Layout::sample(),
            form_token: "form-token".into(),
            sends_mail,
            rows,
            first: None,
            next: None,
        };
        vec![
            page(true, Vec::new()),
            page(false, vec![row(v1::MailState::Waiting, "")]),
            Self {
                first: Some("/mails".into()),
                next: Some("/mails?page_token=x".into()),
                ..page(true, vec![row(v1::MailState::Failed, "refused")])
            },
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
