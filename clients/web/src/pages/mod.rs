//! The pages, one file each, and what they share: the layout and the list of problems.

pub(crate) mod errors;
pub(crate) mod schools;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use crate::assets;
use crate::browser::Browser;
use crate::failure::Failure;

/// What stands around every page.
pub(crate) struct Layout {
    stylesheet: &'static str,
    icon: &'static str,
    person: Option<SignedInAs>,
}

/// Who is signed in, and what the button for signing out sends.
struct SignedInAs {
    display_name: String,
    form_token: String,
}

impl Layout {
    pub(crate) fn new(browser: &Browser) -> Self {
        let person = browser.person().filter(|_| browser.is_signed_in());
        Self::with(person.map(|person| SignedInAs {
            display_name: person.display_name,
            form_token: browser.form_token(),
        }))
    }

    fn with(person: Option<SignedInAs>) -> Self {
        Self {
            stylesheet: &assets::STYLESHEET,
            icon: &assets::ICON_PATH,
            person,
        }
    }
}

/// Something that the person has to mend, as the error summary and its field show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The `id` of the field.
    field: &'static str,
    text: String,
}

impl Problem {
    pub(crate) fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self {
            field,
            text: text.into(),
        }
    }

    /// What stands beside `field`.
    fn at<'a>(problems: &'a [Self], field: &str) -> Option<&'a str> {
        let mut fitting = problems.iter().filter(|problem| problem.field == field);
        fitting.next().map(|problem| problem.text.as_str())
    }
}

/// The response with this page.
pub(crate) fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "A page could not be rendered.");
            Failure::Fault("a page could not be rendered").into_response()
        }
    }
}

/// Pages that show each of a template's branches, for the test that renders them all.
#[cfg(test)]
pub(crate) trait Sample: Template + Sized {
    fn samples() -> Vec<Self>;
}

#[cfg(test)]
impl Layout {
    fn sample() -> Self {
        Self::with(Some(SignedInAs {
            display_name: "Ada <b>Byron</b>".into(),
            form_token: "form-token".into(),
        }))
    }

    fn sample_signed_out() -> Self {
        Self::with(None)
    }
}
