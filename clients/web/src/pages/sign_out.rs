//! The button for signing out.

use axum::response::Redirect;
use serde::Deserialize;

use crate::browser::{Notice, SignedIn};
use crate::csrf::CsrfForm;

/// The button sends nothing but its token.
#[derive(Deserialize)]
pub(crate) struct Fields {}

/// Ends the session and leads to the sign-in page, which says so.
///
/// The browser forgets the session even if the server can't be told: whoever leaves a shared
/// computer counts on it. The session then ends at the server when its time is over.
pub(crate) async fn submit(signed_in: SignedIn, _form: CsrfForm<Fields>) -> Redirect {
    if let Err(error) = signed_in.session.sign_out(false).await {
        tracing::warn!(error.code = ?error.code(), "The server could not be told of a sign-out.");
    }
    signed_in.browser.sign_out(Notice::SignedOut);
    Redirect::to("/sign-in")
}
