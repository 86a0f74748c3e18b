//! The button for signing out.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use llpr_client::Session;
use serde::Deserialize;

use crate::app::App;
use crate::browser::{Browser, Notice};
use crate::csrf::CsrfForm;
use crate::failure::Failure;

/// The button sends nothing but its token.
#[derive(Deserialize)]
pub(crate) struct Fields {}

/// Ends the session and leads to the sign-in page, which says so.
///
/// The browser forgets the session even if the server can't be told: whoever leaves a shared
/// computer counts on it. The session then ends at the server when its time is over.
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    browser: Browser,
    form: Result<CsrfForm<Fields>, Failure>,
) -> Result<Redirect, Failure> {
    // The button in another tab, after signing out in this one, has nothing left to do.
    if browser.is_signed_in() {
        form?;
        let session = Session::new(app.client.clone(), browser.tokens());
        if let Err(error) = session.sign_out(false).await {
            tracing::warn!(error.code = ?error.code(), "The server could not be told of a sign-out.");
        }
        browser.sign_out(Notice::SignedOut);
    }
    Ok(Redirect::to("/sign-in"))
}
