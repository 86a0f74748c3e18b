//! All routes and the layers around them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Redirect;
use axum::routing::{get, post};
use http::StatusCode;
use llpr_client::Client;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::failure::Failure;
use crate::headers::Transport;
use crate::pages::{errors, schools, sign_in, sign_out};
use crate::seal::Sealer;
use crate::{assets, browser, headers, health, request};

/// How long a page may take, its call to the server and a refresh of the session included.
pub(crate) const PAGE_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest form. The longest that anybody types here is far below.
const FORM_BYTES: usize = 64 * 1024;

/// What all handlers share.
pub(crate) struct App {
    pub(crate) client: Client,
    pub(crate) sealer: Sealer,
}

/// The whole surface. A new page is a line here and a file in `pages`.
pub(crate) fn router(app: App) -> Router {
    let app = Arc::new(app);
    let transport = if app.sealer.secure() {
        Transport::Https
    } else {
        Transport::Loopback
    };
    let pages = Router::new()
        .route("/", get(async || Redirect::to("/schools")))
        .route("/schools", get(schools::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-out", post(sign_out::submit))
        .fallback(async || Failure::NoSuchPage)
        .layer(
            // From the outside in: the cookie is sealed after all else, and whatever fails
            // below `errors` becomes a page.
            ServiceBuilder::new()
                .layer(from_fn_with_state(Arc::clone(&app), browser::layer))
                .layer(from_fn(errors::layer))
                .layer(CatchPanicLayer::new())
                .layer(CsrfLayer::new())
                .layer(TimeoutLayer::with_status_code(
                    StatusCode::GATEWAY_TIMEOUT,
                    PAGE_TIMEOUT,
                ))
                .layer(DefaultBodyLimit::max(FORM_BYTES)),
        )
        .with_state(app);
    Router::new()
        .route(health::ROUTE, get(health::show))
        .route(assets::ROUTE, get(assets::serve))
        .fallback_service(pages)
        .layer(from_fn_with_state(transport, headers::layer))
        .layer(from_fn(request::layer))
}
