//! The sign-in page.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use llpr_client::{Error, ErrorReason, MemoryTokens, Session, Tokens, v1};
use serde::Deserialize;

use crate::app::App;
use crate::browser::{Browser, Notice, Person};
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::kept::Kept;
use crate::local_path::LocalPath;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::request::RequestId;

const EMAIL: &str = "email";
const PASSWORD: &str = "password";

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Aim {
    #[serde(default)]
    next: LocalPath,
}

/// The form. No `Debug`, for it holds the password.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: LocalPath,
    #[serde(default)]
    kept: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    layout: Layout,
    form_token: String,
    notice: Option<Notice>,
    email: String,
    next: LocalPath,
    /// A form that the last session ended before, sealed.
    kept: Option<String>,
    problems: Vec<Problem>,
}

/// What was typed before the session ended, to be sent with one button. It comes as the answer to
/// the sign-in form, not after a redirect: it may be more than a cookie holds.
#[derive(Template)]
#[template(path = "kept.html")]
struct KeptPage {
    layout: Layout,
    form_token: String,
    kept: Kept,
}

/// Shows the form, or leads on whoever is signed in already.
pub(crate) async fn show(browser: Browser, Query(Aim { next }): Query<Aim>) -> Response {
    if browser.is_signed_in() {
        return Redirect::to(next.as_str()).into_response();
    }
    let page = Page {
        layout: Layout::new(&browser),
        form_token: browser.form_token(),
        notice: browser.take_notice(),
        email: String::new(),
        next,
        kept: None,
        problems: Vec::new(),
    };
    render(StatusCode::OK, &page)
}

/// The form for somebody whose session ended while they were typing elsewhere.
pub(crate) fn page_for_kept(browser: &Browser, kept: String) -> Response {
    let page = Page {
        layout: Layout::new(browser),
        form_token: browser.form_token(),
        notice: browser.take_notice(),
        email: String::new(),
        next: LocalPath::default(),
        kept: Some(kept),
        problems: Vec::new(),
    };
    render(StatusCode::UNAUTHORIZED, &page)
}

/// Signs in and leads on, or shows the form again with what is wrong.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    browser: Browser,
    id: RequestId,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let Fields {
        email,
        password,
        next,
        kept,
    } = form.into_inner();
    let email = email.trim().to_owned();
    let mut problems = Vec::new();
    if email.is_empty() {
        problems.push(Problem::new(EMAIL, "Enter your e-mail address"));
    }
    if password.is_empty() {
        problems.push(Problem::new(PASSWORD, "Enter your password"));
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let mut wait = None;
    if problems.is_empty() {
        match sign_in(&app, id, &email, password).await {
            Ok((tokens, person)) => {
                end_older_session(&app, &browser).await;
                tracing::info!(actor.user = person.name, "Somebody signed in.");
                let kept = kept.and_then(|kept| Kept::open(&app.sealer, &kept, &person.name));
                browser.sign_in(tokens, person);
                if let Some(kept) = kept {
                    let page = KeptPage {
                        layout: Layout::new(&browser),
                        form_token: browser.form_token(),
                        kept,
                    };
                    return Ok(render(StatusCode::OK, &page));
                }
                return Ok(Redirect::to(next.as_str()).into_response());
            }
            Err(error) => {
                status = refusal(&error, &mut problems)?;
                wait = error.retry_delay();
            }
        }
    }
    let page = Page {
        layout: Layout::new(&browser),
        form_token: browser.form_token(),
        notice: None,
        email,
        next,
        kept,
        problems,
    };
    let mut response = render(status, &page);
    if let Some(wait) = wait {
        let seconds = HeaderValue::from(wait.as_secs().max(1));
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    Ok(response)
}

/// Signs in at the server and asks who that is.
async fn sign_in(
    app: &App,
    id: RequestId,
    email: &str,
    password: String,
) -> Result<(Tokens, Person), Error> {
    let answer = app
        .nobody()
        .auth()
        .sign_in(id.call(v1::SignInRequest {
            email: email.to_owned(),
            password,
        }))
        .await?
        .into_inner();
    person_of(app, id, answer.tokens).await
}

/// The person of new tokens, and the tokens as they are after asking.
pub(super) async fn person_of(
    app: &App,
    id: RequestId,
    given: Option<v1::SessionTokens>,
) -> Result<(Tokens, Person), Error> {
    let missing = Error::Protocol("the answer to a sign-in holds no tokens");
    let given = Tokens::from(given.ok_or(missing.clone())?);
    let tokens = Arc::new(MemoryTokens::new(given));
    let session = Session::new(app.client.clone(), tokens.clone());
    let caller = session
        .auth()
        .get_caller(id.call(v1::GetCallerRequest {}))
        .await?
        .into_inner();
    let user = caller.user.unwrap_or_default();
    let person = Person {
        name: user.name,
        display_name: user.display_name,
    };
    // Asking may have refreshed them already.
    Ok((tokens.current().ok_or(missing)?, person))
}

/// Ends the session that this browser had, such as when the form was sent twice. Nobody waits
/// for it to succeed: it ends by itself in the end.
pub(super) async fn end_older_session(app: &App, browser: &Browser) {
    if browser.is_signed_in() {
        let older = Session::new(app.client.clone(), browser.tokens());
        if let Err(error) = older.sign_out(false).await {
            tracing::warn!(error.code = ?error.code(), "An older session could not be ended.");
        }
    }
}

/// The server's words for the form, and the status that goes with them; or a failure that has
/// nothing to do with what was typed.
fn refusal(error: &Error, problems: &mut Vec<Problem>) -> Result<StatusCode, Failure> {
    let status = match error.reason() {
        Some(ErrorReason::CredentialsRefused) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(ErrorReason::TooManySignIns) => StatusCode::TOO_MANY_REQUESTS,
        Some(ErrorReason::ServerBusy) => StatusCode::SERVICE_UNAVAILABLE,
        Some(ErrorReason::InvalidRequest) => {
            for violation in error.violations() {
                let field = match violation.field.as_str() {
                    PASSWORD => PASSWORD,
                    _ => EMAIL,
                };
                problems.push(Problem::new(field, &violation.description));
            }
            StatusCode::UNPROCESSABLE_ENTITY
        }
        // Also SESSION_ENDED right after signing in: leading back here would go round in circles.
        _ => return Err(Failure::Call(error.clone())),
    };
    if problems.is_empty() {
        problems.push(Problem::new(EMAIL, error.message()));
    }
    tracing::info!(error.reason = ?error.reason(), "A sign-in was refused.");
    Ok(status)
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |notice, problems: Vec<Problem>| Self {
            layout: Layout::sample_signed_out(),
            form_token: "form-token".into(),
            notice,
            email: "ada\"@example.org".into(),
            next: LocalPath::from("/schools?q=oak".to_owned()),
            kept: None,
            problems,
        };
        vec![
            page(None, Vec::new()),
            page(Some(Notice::SignedOut), Vec::new()),
            page(Some(Notice::SessionEnded), Vec::new()),
            page(Some(Notice::PasswordSet), Vec::new()),
            Self {
                kept: Some("sealed".into()),
                ..page(Some(Notice::SessionEnded), Vec::new())
            },
            page(
                None,
                vec![
                    Problem::new(EMAIL, "Enter your e-mail address"),
                    Problem::new(PASSWORD, "Enter your password"),
                ],
            ),
        ]
    }
}

#[cfg(test)]
impl crate::pages::Sample for KeptPage {
    fn samples() -> Vec<Self> {
        vec![Self {
            layout: Layout::sample(),
            form_token: "form-token".into(),
            kept: Kept::sample(),
        }]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
        crate::tests::html::check_samples::<super::KeptPage>();
    }
}
