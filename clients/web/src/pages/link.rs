//! The page that a link in a mail leads to.
//!
//! Opening it uses nothing up: programs that look through mails open links before people do. Only its
//! button does.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1::{GetLinkRequest, LinkPurpose, SetPasswordByLinkRequest, SignInByLinkRequest};
use llpr_client::{Error, ErrorReason};
use serde::Deserialize;

use crate::app::App;
use crate::browser::{Browser, Notice};
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::sign_in::{end_older_session, person_of};
use crate::pages::{FOOTER, Layout, Problem, form, render};
use crate::request::RequestId;
use crate::words;

const NEW: &str = "new-password";
const AGAIN: &str = "new-password-again";

/// What the address carries.
#[derive(Deserialize)]
pub(crate) struct Address {
    #[serde(default)]
    secret: String,
}

/// The form for a password. No `Debug`.
#[derive(Deserialize)]
pub(crate) struct Passwords {
    #[serde(default)]
    secret: String,
    #[serde(default, rename = "new-password")]
    new: String,
    #[serde(default, rename = "new-password-again")]
    again: String,
}

#[derive(Template)]
#[template(path = "link.html")]
struct Page {
    layout: Layout,
    form_token: String,
    secret: String,
    what: What,
    problems: Vec<Problem>,
}

/// What a link turns out to be.
#[derive(Clone)]
enum What {
    /// It sets a password.
    Password(Whose),
    /// It signs in.
    SignIn(Whose),
    /// It works no longer, or never did.
    Dead,
}

#[derive(Clone)]
struct Whose {
    name: String,
    email: String,
    /// Who invited; empty where the person asked.
    sender: String,
    until: String,
}

/// Shows what the link is for.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    browser: Browser,
    id: RequestId,
    Query(Address { secret }): Query<Address>,
) -> Result<Response, Failure> {
    page(&app, &browser, id, secret, Vec::new()).await
}

async fn page(
    app: &App,
    browser: &Browser,
    id: RequestId,
    secret: String,
    problems: Vec<Problem>,
) -> Result<Response, Failure> {
    let what = ask(app, id, &secret).await?;
    let status = match (&what, problems.is_empty()) {
        (What::Dead, _) => StatusCode::GONE,
        (_, true) => StatusCode::OK,
        (_, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = Page {
        layout: Layout::new(browser),
        form_token: browser.form_token(),
        secret,
        what,
        problems,
    };
    Ok(render(status, &page))
}

async fn ask(app: &App, id: RequestId, secret: &str) -> Result<What, Failure> {
    let request = GetLinkRequest {
        secret: secret.to_owned(),
    };
    let link = match app.nobody().auth().get_link(id.call(request)).await {
        Ok(link) => link.into_inner(),
        Err(status) => return dead(status.into()),
    };
    let purpose = link.purpose();
    let whose = Whose {
        name: link.display_name,
        email: link.email,
        sender: link.sender_display_name,
        until: link
            .expire_time
            .as_ref()
            .map_or_else(String::new, words::moment),
    };
    Ok(match purpose {
        LinkPurpose::Invitation | LinkPurpose::Password => What::Password(whose),
        LinkPurpose::SignIn => What::SignIn(whose),
        LinkPurpose::Unspecified => What::Dead,
    })
}

/// A link that is refused, or that is none; everything else is a failure.
fn dead(error: Error) -> Result<What, Failure> {
    match error.reason() {
        Some(ErrorReason::LinkRefused | ErrorReason::InvalidRequest) => Ok(What::Dead),
        _ => Err(Failure::Call(error)),
    }
}

/// Sets the password and leads to the sign-in page.
pub(crate) async fn set_password(
    State(app): State<Arc<App>>,
    browser: Browser,
    id: RequestId,
    form: CsrfForm<Passwords>,
) -> Result<Response, Failure> {
    let Passwords { secret, new, again } = form.into_inner();
    let mut problems = Vec::new();
    if new.is_empty() {
        problems.push(Problem::new(NEW, "Enter a password"));
    } else if new != again {
        problems.push(Problem::new(
            AGAIN,
            "Type the password twice in the same way",
        ));
    }
    if problems.is_empty() {
        let request = SetPasswordByLinkRequest {
            secret: secret.clone(),
            password: new,
        };
        // Not repeated: the second time the link is used up.
        match app
            .nobody()
            .auth()
            .set_password_by_link(id.call(request))
            .await
        {
            Ok(_) => {
                end_older_session(&app, &browser).await;
                browser.sign_out(Notice::PasswordSet);
                return Ok(Redirect::to("/sign-in").into_response());
            }
            Err(status) => {
                let error = Error::from(status);
                if error.reason() != Some(ErrorReason::LinkRefused) {
                    problems = form::problems(error, &[("password", NEW)])?;
                }
            }
        }
    }
    page(&app, &browser, id, secret, problems).await
}

/// Signs in and leads to the first page.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    browser: Browser,
    id: RequestId,
    form: CsrfForm<Address>,
) -> Result<Response, Failure> {
    let Address { secret } = form.into_inner();
    let request = SignInByLinkRequest {
        secret: secret.clone(),
    };
    let answer = match app.nobody().auth().sign_in_by_link(id.call(request)).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => {
            dead(status.into())?;
            return page(&app, &browser, id, secret, Vec::new()).await;
        }
    };
    let (tokens, person) = person_of(&app, id, answer.tokens)
        .await
        .map_err(Failure::Call)?;
    end_older_session(&app, &browser).await;
    tracing::info!(actor.user = person.name, "Somebody signed in by a link.");
    browser.sign_in(tokens, person);
    Ok(Redirect::to("/").into_response())
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let whose = |sender: &str| Whose {
            name: "Ada <b>Byron</b>".into(),
            email: "ada\"@example.org".into(),
            sender: sender.into(),
            until: "1 July 2025, 00:00".into(),
        };
        let page = |what, problems| Self {
            layout: Layout::sample_signed_out(),
            form_token: "form-token".into(),
            secret: "ash\"\"".into(),
            what,
            problems,
        };
        vec![
            page(What::Password(whose("Helen <b>Byron</b>")), Vec::new()),
            page(
                What::Password(whose("")),
                vec![
                    Problem::new(NEW, "Is easy to guess"),
                    Problem::new(AGAIN, "Differs"),
                ],
            ),
            page(What::SignIn(whose("")), Vec::new()),
            page(What::Dead, Vec::new()),
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
