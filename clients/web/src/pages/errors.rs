//! Pages for what went wrong: what happened and what to do next, in plain words.

use std::sync::Arc;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::uri::PathAndQuery;
use http::{HeaderValue, Method, StatusCode};
use llpr_client::Error;
use tower_http::csrf::ProtectionError;
use url::form_urlencoded::byte_serialize;

use crate::app::{App, FORM_BYTES};
use crate::browser::{Browser, Notice};
use crate::failure::Failure;
use crate::kept::Kept;
use crate::local_path::LocalPath;
use crate::pages::{FOOTER, Layout, render, sign_in};
use crate::request::RequestId;

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    layout: Layout,
    words: Words,
    /// The server's own words, where they are meant for the person.
    detail: Option<String>,
    id: String,
}

/// What a page says.
#[derive(Clone, Copy)]
struct Words {
    heading: &'static str,
    /// What happened and what to do next, a paragraph each.
    paragraphs: &'static [&'static str],
}

const NOT_FOUND: Words = Words {
    heading: "Page not found",
    paragraphs: &[
        "If you typed the web address, check that it is correct. If you copied it, check that \
         you copied all of it.",
        "It may also be about a school that you do not have access to.",
    ],
};

const NO_ACCESS: Words = Words {
    heading: "You do not have access to this",
    paragraphs: &[
        "What you can see and do depends on your role at each school.",
        "If you need access, ask your school improvement manager, or the person at the county \
         council who gave you your account.",
    ],
};

const FOREIGN_FORM: Words = Words {
    heading: "We could not accept this form",
    paragraphs: &[
        "Nothing was changed. The page may have been open for a long time, you may have signed \
         in or out in another window, or your browser may not accept cookies.",
        "Go back, load the page again, and send the form again.",
    ],
};

const TOO_LARGE: Words = Words {
    heading: "There is too much text in this form",
    paragraphs: &["Nothing was changed. Go back, shorten the text, and send the form again."],
};

const FILE_TOO_LARGE: Words = Words {
    heading: "The file is too large",
    paragraphs: &[
        "Nothing was changed. Check that it is the file you meant, and not an archive of many.",
        "The command line takes larger files, as far as the server does.",
    ],
};

const UPLOAD_CUT_OFF: Words = Words {
    heading: "The file did not arrive as a whole",
    paragraphs: &[
        "Nothing was changed, and nothing of the file was kept. The connection may have broken.",
        "Go back, choose the file again, and upload it again.",
    ],
};

const NOT_UNDERSTOOD: Words = Words {
    heading: "We could not understand this request",
    paragraphs: &["Nothing was changed. Go back, load the page again, and try again."],
};

const CHANGED_MEANWHILE: Words = Words {
    heading: "This can't be done now",
    paragraphs: &[
        "Somebody may have changed it in the meantime. Go back, load the page again, \
                   and see how it stands.",
    ],
};

const UNAVAILABLE: Words = Words {
    heading: "The service is not available at the moment",
    paragraphs: &[
        "You did nothing wrong. Wait a minute, then load the page again.",
        "If you were sending a form, check first whether your change has been saved.",
    ],
};

const BROKEN: Words = Words {
    heading: "There is a problem with the service",
    paragraphs: &[
        "You did nothing wrong. Try again later.",
        "If it happens again, tell the county council's support team what you were doing, and \
         the reference below.",
    ],
};

fn words(status: StatusCode, failure: Option<&Failure>) -> Words {
    match status {
        _ if matches!(failure, Some(Failure::ForeignForm)) => FOREIGN_FORM,
        _ if matches!(failure, Some(Failure::FileTooLarge)) => FILE_TOO_LARGE,
        _ if matches!(failure, Some(Failure::UploadCutOff)) => UPLOAD_CUT_OFF,
        StatusCode::NOT_FOUND => NOT_FOUND,
        StatusCode::FORBIDDEN => NO_ACCESS,
        StatusCode::PAYLOAD_TOO_LARGE => TOO_LARGE,
        StatusCode::CONFLICT => CHANGED_MEANWHILE,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => UNAVAILABLE,
        status if status.is_client_error() => NOT_UNDERSTOOD,
        _ => BROKEN,
    }
}

/// Turns every failure below it into a page, or into the way to the sign-in page. Pages that say
/// themselves what is wrong are left alone.
pub(crate) async fn layer(
    State(app): State<Arc<App>>,
    browser: Browser,
    id: RequestId,
    request: Request,
    next: Next,
) -> Response {
    let aim = aim(&request);
    let (request, form) = match form(request).await {
        Ok(read) => read,
        Err(status) => return page(&browser, id, status, None),
    };
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() || is_html(&response) {
        return response;
    }
    let failure = if response.extensions().get::<ProtectionError>().is_some() {
        Some(Failure::ForeignForm)
    } else {
        response.extensions().get::<Failure>().cloned()
    };
    log(status, failure.as_ref());
    if matches!(failure, Some(Failure::SignInNeeded)) {
        let kept = form.and_then(|(path, body)| Kept::of(&browser, path, &body));
        return match kept.and_then(|kept| kept.seal(&app.sealer)) {
            Some(kept) => {
                browser.sign_out(Notice::SessionEnded);
                sign_in::page_for_kept(&browser, kept)
            }
            None => to_sign_in(&browser, &aim),
        };
    }
    let (mut head, _) = response.into_parts();
    let (page, body) = page(&browser, id, status, failure.as_ref()).into_parts();
    // What else the response says stays, such as `Allow`.
    head.headers.remove(CONTENT_LENGTH);
    head.headers.extend(page.headers);
    Response::from_parts(head, body)
}

/// The page for a failure.
pub(crate) fn page(
    browser: &Browser,
    id: RequestId,
    status: StatusCode,
    failure: Option<&Failure>,
) -> Response {
    let call = match failure {
        Some(Failure::Call(error)) => Some(error),
        _ => None,
    };
    let page = Page {
        layout: Layout::new(browser),
        words: words(status, failure),
        detail: call
            .filter(|error| status.is_client_error() && error.reason().is_some())
            .map(Error::message),
        id: id.to_string(),
    };
    let mut response = render(status, &page);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = call
            .and_then(Error::retry_delay)
            .map_or(60, |wait| wait.as_secs().max(1));
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Leads to the sign-in page and back, and says that a session has ended if there was one.
fn to_sign_in(browser: &Browser, aim: &LocalPath) -> Response {
    if browser.person().is_some() {
        browser.sign_out(Notice::SessionEnded);
    }
    let next: String = byte_serialize(aim.as_str().as_bytes()).collect();
    Redirect::to(&format!("/sign-in?next={next}")).into_response()
}

/// Reads a form, so that it can be kept if the session turns out to have ended. Uploads stream on.
async fn form(request: Request) -> Result<(Request, Option<(LocalPath, Bytes)>), StatusCode> {
    let is_form = request.headers().get(CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    if request.method() != Method::POST || !is_form {
        return Ok((request, None));
    }
    let path = request.uri().path_and_query().map(PathAndQuery::as_str);
    let path = LocalPath::from(path.unwrap_or_default().to_owned());
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, FORM_BYTES)
        .await
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let request = Request::from_parts(parts, Body::from(body.clone()));
    Ok((request, Some((path, body))))
}

/// The page to come back to. A form can't be sent again by a redirect, so that is the front page.
fn aim(request: &Request) -> LocalPath {
    match (request.method(), request.uri().path_and_query()) {
        (&Method::GET, Some(path)) => LocalPath::from(path.as_str().to_owned()),
        _ => LocalPath::default(),
    }
}

fn is_html(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Codes and reasons only: messages are written for the person and may name things.
fn log(status: StatusCode, failure: Option<&Failure>) {
    match failure {
        Some(Failure::Call(Error::Unreachable { reason })) => {
            tracing::error!(error = %reason, "The server can't be reached.");
        }
        Some(Failure::Call(error)) if status.is_server_error() => tracing::error!(
            error.code = ?error.code(),
            error.reason = ?error.reason(),
            call.request_id = error.request_id(),
            "A call to the server failed."
        ),
        Some(Failure::Call(error)) => tracing::info!(
            error.code = ?error.code(),
            error.reason = ?error.reason(),
            "The server refused a call."
        ),
        Some(Failure::Fault(fault)) => tracing::error!(fault, "A page could not be made."),
        Some(Failure::ForeignForm) => tracing::warn!("A form was refused as foreign."),
        None if status.is_server_error() => {
            tracing::error!("A page took too long or broke off.");
        }
        Some(Failure::UploadCutOff) => tracing::info!("An upload was cut off."),
        Some(
            Failure::SignInNeeded
            | Failure::Unreadable(_)
            | Failure::FileTooLarge
            | Failure::NoSuchPage,
        )
        | None => {}
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |words| Self {
            layout: Layout::sample(),
            words,
            detail: None,
            id: "0197".into(),
        };
        vec![
            page(NOT_FOUND),
            page(FOREIGN_FORM),
            page(TOO_LARGE),
            page(FILE_TOO_LARGE),
            page(UPLOAD_CUT_OFF),
            page(NOT_UNDERSTOOD),
            page(CHANGED_MEANWHILE),
            page(UNAVAILABLE),
            Self {
                detail: Some("Your roles do not <allow> this.".into()),
                ..page(NO_ACCESS)
            },
            Self {
                layout: Layout::sample_signed_out(),
                ..page(BROKEN)
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
