//! Asking for a link by e-mail: to choose a new password, or to sign in once.
//!
//! The answer never says whether there is such an account.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1::{LinkPurpose, RequestLinkRequest};
use llpr_client::{Error, ErrorReason};
use serde::Deserialize;

use crate::app::App;
use crate::browser::Browser;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, Problem, form, render};
use crate::request::RequestId;

const EMAIL: &str = "email";

/// The two pages, by the last part of their path.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum For {
    /// `/sign-in/password`.
    Password,
    /// `/sign-in/link`.
    Link,
}

/// The form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    email: String,
}

#[derive(Template)]
#[template(path = "ask_for_link.html")]
struct Page {
    layout: Layout,
    form_token: String,
    what: For,
    email: String,
    /// Whether it was asked for, and then whether the server sends e-mail.
    asked: Option<bool>,
    problems: Vec<Problem>,
}

impl For {
    const fn path(self) -> &'static str {
        match self {
            Self::Password => "/sign-in/password",
            Self::Link => "/sign-in/link",
        }
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Password => "Choose a new password",
            Self::Link => "Sign in by e-mail",
        }
    }
}

fn page(browser: &Browser, what: For, email: String) -> Page {
    Page {
        layout: Layout::new(browser),
        form_token: browser.form_token(),
        what,
        email,
        asked: None,
        problems: Vec::new(),
    }
}

/// Shows the form.
pub(crate) async fn show(browser: Browser, Path(what): Path<For>) -> Response {
    render(StatusCode::OK, &page(&browser, what, String::new()))
}

/// Asks the server, and says what to do next.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    browser: Browser,
    id: RequestId,
    Path(what): Path<For>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let email = form.into_inner().email.trim().to_owned();
    let again = |problems| {
        let page = Page {
            problems,
            ..page(&browser, what, email.clone())
        };
        Ok(form::again(&page))
    };
    if email.is_empty() {
        return again(vec![Problem::new(EMAIL, "Enter your e-mail address")]);
    }
    let purpose = match what {
        For::Password => LinkPurpose::Password,
        For::Link => LinkPurpose::SignIn,
    };
    let request = RequestLinkRequest {
        email: email.clone(),
        purpose: purpose.into(),
    };
    let asked = match app.nobody().auth().request_link(id.call(request)).await {
        Ok(answer) => answer.into_inner().sends_mail,
        Err(status) => {
            let error = Error::from(status);
            if error.reason() == Some(ErrorReason::TooManyLinks) {
                return again(vec![Problem::new(EMAIL, error.message())]);
            }
            return again(form::problems(error, &[("email", EMAIL)])?);
        }
    };
    let page = Page {
        asked: Some(asked),
        ..page(&browser, what, email)
    };
    Ok(render(StatusCode::OK, &page))
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |what, asked, problems| Self {
            layout: Layout::sample_signed_out(),
            form_token: "form-token".into(),
            what,
            email: "ada\"@example.org".into(),
            asked,
            problems,
        };
        let problem = Problem::new(EMAIL, "Enter your e-mail address");
        vec![
            page(For::Password, None, Vec::new()),
            page(For::Link, None, vec![problem]),
            page(For::Password, Some(true), Vec::new()),
            page(For::Link, Some(true), Vec::new()),
            page(For::Link, Some(false), Vec::new()),
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
