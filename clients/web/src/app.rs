//! All routes and the layers around them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use http::StatusCode;
use llpr_client::{Client, MemoryTokens, Retry, Session};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::failure::Failure;
use crate::headers::Transport;
use crate::pages::{
    account, ask_for_link, audit, contexts, county, data_health, developers, district,
    district_review, errors, follow_up, home, imports, link, notices, people, programme, risk,
    school, schools, sign_in, sign_out,
};
use crate::seal::Sealer;
use crate::{assets, browser, headers, health, request};

/// How long a page may take, its call to the server and a refresh of the session included.
pub(crate) const PAGE_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest form that is kept for somebody whose session ended meanwhile. The longest is a
/// programme's document of 100,000 bytes, each of which may take three on its way.
pub(crate) const KEPT_BYTES: usize = 320 * 1024;

/// The largest form: a sign-in with a kept form, sealed, within it.
pub(crate) const FORM_BYTES: usize = 2 * KEPT_BYTES;

/// Somebody waits: a server that is starting again is waited for, for about a second.
pub(crate) const PATIENCE: Retry = Retry {
    attempts: 3,
    pause: Duration::from_millis(200),
    longest: Duration::from_secs(2),
};

/// What all handlers share.
pub(crate) struct App {
    pub(crate) client: Client,
    pub(crate) sealer: Sealer,
    /// How long a browser may be away before its session ends.
    pub(crate) idle: Duration,
    /// Whether the pages for developers are there, for anybody.
    pub(crate) developers: bool,
}

/// The programme year, its versions and its draft.
fn programme() -> Router<Arc<App>> {
    use programme::draft;
    let draft = Router::new()
        .route("/", get(draft::show))
        .route("/read", get(draft::read))
        .route(
            "/numbers",
            get(draft::numbers::show).post(draft::numbers::submit),
        )
        .route(
            "/document",
            get(draft::document::show).post(draft::document::submit),
        )
        .route("/approve", post(draft::approve))
        .route("/discard", get(draft::ask_discard).post(draft::discard));
    Router::new()
        .route("/programme", get(programme::year::current))
        .route(
            "/programme/years",
            get(programme::years::show).post(programme::years::begin),
        )
        .route("/programme/compare", get(programme::compare::show))
        .route("/programme/{year}", get(programme::year::show))
        .route("/programme/{year}/versions", get(programme::versions::list))
        .route(
            "/programme/{year}/versions/{number}",
            get(programme::versions::show),
        )
        .route(
            "/programme/{year}/versions/{number}/document",
            get(programme::versions::document),
        )
        .nest("/programme/{year}/draft", draft)
}

impl App {
    /// For calls before anybody is signed in.
    pub(crate) fn nobody(&self) -> Session {
        Session::new(self.client.clone(), Arc::new(MemoryTokens::default()))
    }
}

/// People, their roles, and what is sent to them.
fn people() -> Router<Arc<App>> {
    Router::new()
        .route("/people", get(people::show).post(people::create::submit))
        .route("/people/new", get(people::create::show))
        .route(
            "/people/{id}",
            get(people::person::show).post(people::person::change),
        )
        .route("/people/{id}/account", post(people::person::switch))
        .route("/people/{id}/password", post(people::person::set_password))
        .route(
            "/roles",
            get(people::roles::show).post(people::roles::give::submit),
        )
        .route("/roles/new", get(people::roles::give::show))
        .route(
            "/roles/{user}/{id}/end",
            get(people::roles::end::show).post(people::roles::end::submit),
        )
        .route("/people/{id}/link", post(people::person::make_link))
        .route(
            "/invitations",
            get(people::invitations::show).post(people::invite::submit),
        )
        .route("/invitations/new", get(people::invite::show))
        .route(
            "/invitations/{user}/{id}/{change}",
            post(people::invitations::change),
        )
        .route("/mails", get(people::mails::show))
        .route("/mails/{id}/retry", post(people::mails::retry))
}

/// The annual risk analysis: of districts, of each school, and what was shared.
fn risk_analysis() -> Router<Arc<App>> {
    use school::risk as of_school;
    let district = Router::new()
        .route(
            "/suggestions",
            get(risk::suggestions::show).post(risk::suggestions::submit),
        )
        .route("/risk", get(risk::standings::show))
        .route(
            "/no-concern",
            get(risk::no_concern::show).post(risk::no_concern::submit),
        )
        .route("/share", get(risk::share::show).post(risk::share::submit))
        .route(
            "/review",
            get(district_review::show).post(district_review::points::submit),
        )
        .route("/review/pack.pdf", get(district_review::pack::download))
        .route("/review/share", post(district_review::share))
        .route("/review/acknowledge", post(district_review::acknowledge))
        .route("/figures", get(district_review::figures::show))
        .route("/funnel", get(district_review::funnel::show));
    let school = Router::new()
        .route("/", get(of_school::show))
        .route("/suggestions", post(of_school::suggestion))
        .route("/assessment", post(of_school::assess::submit))
        .route("/criteria", post(of_school::add::submit))
        .route("/criteria/{id}", post(of_school::criteria::decide))
        .route("/wordings", post(of_school::wordings::submit));
    Router::new()
        .route("/county", get(county::show))
        .route("/risk", get(risk::overview::show))
        .nest("/districts/{slug}", district)
        .nest("/schools/{urn}/risk", school)
        .route("/schools/{urn}/told", get(of_school::told::show))
}

/// What follows from the analysis: contacts and actions, and the programme contexts of schools.
fn following() -> Router<Arc<App>> {
    use school::{context, follow_up as of_school};
    let district = Router::new()
        .route("/actions", get(follow_up::places::of_district))
        .route("/contacts", get(follow_up::contacts::show))
        .route("/contexts", get(contexts::show).post(contexts::submit));
    let school = Router::new()
        .route(
            "/contacts",
            get(of_school::contacts::show).post(of_school::contacts::submit),
        )
        .route("/actions", get(of_school::actions::show))
        .route(
            "/actions/new",
            get(of_school::create::show).post(of_school::create::submit),
        )
        .route("/actions/{id}", get(of_school::action::show))
        .route("/actions/{id}/{step}", post(of_school::change::submit))
        .route("/agreed", get(of_school::agreed::show))
        .route("/context", get(context::show).post(context::submit));
    Router::new()
        .route("/actions", get(follow_up::places::own))
        .route("/county/actions", get(follow_up::places::of_county))
        .nest("/districts/{slug}", district)
        .nest("/schools/{urn}", school)
}

/// The whole surface. A new page is a line here and a file in `pages`.
pub(crate) fn router(app: App) -> Router {
    let app = Arc::new(app);
    let transport = if app.sealer.secure() {
        Transport::Https
    } else {
        Transport::Loopback
    };
    // What may take longer than a page: a whole country's file, or the whole audit log.
    let long = Router::new()
        .route("/imports", post(imports::upload::submit))
        .layer(DefaultBodyLimit::max(imports::upload::FILE_BYTES))
        .route("/imports/{id}/apply", post(imports::details::apply))
        .route("/imports/{id}/revert", post(imports::details::revert))
        .route("/audit/check", get(audit::check))
        .route("/audit/export", get(audit::export))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            imports::upload::UPLOAD_TIMEOUT,
        ));
    let developers = if app.developers {
        developers::routes()
    } else {
        Router::new()
    };
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/schools", get(schools::show))
        .route("/schools/switch", get(school::switch::go))
        .route("/schools/{urn}", get(school::show))
        .route("/schools/{urn}/figures", get(school::figures::show))
        .route("/schools/{urn}/inspections", get(school::inspections::show))
        .route("/schools/{urn}/support", get(school::support::show))
        .route("/schools/{urn}/past-visits", get(school::past_visits::show))
        .route(
            "/schools/{urn}/past-visits/{sha256}",
            get(school::past_visits::download),
        )
        .route("/districts/{slug}", get(district::show))
        .route("/data-health", get(data_health::show))
        .merge(programme())
        .merge(risk_analysis())
        .merge(following())
        .route("/audit", get(audit::show))
        .route("/audit/refusals", get(audit::refusals))
        .route("/audit/heads", get(audit::heads))
        .merge(developers)
        .route("/imports", get(imports::show))
        .route("/imports/new", get(imports::upload::show))
        .route(
            "/imports/templates/{dataset}",
            get(imports::template::download),
        )
        .route("/imports/{id}", get(imports::details::show))
        .route("/imports/{id}/discard", post(imports::details::discard))
        .merge(people())
        .route("/account", get(account::show))
        .route("/account/sessions", post(account::end_session))
        .route("/stay", get(account::stay))
        .route("/account/password", post(account::change_password))
        .route(
            "/account/sign-out-everywhere",
            post(account::sign_out_everywhere),
        )
        .route("/accessibility", get(notices::accessibility))
        .route("/privacy", get(notices::privacy))
        .route("/cookies", get(notices::cookies))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route(
            "/sign-in/{what}",
            get(ask_for_link::show).post(ask_for_link::submit),
        )
        .route("/link", get(link::show))
        .route("/link/password", post(link::set_password))
        .route("/link/sign-in", post(link::sign_in))
        .route("/sign-out", post(sign_out::submit))
        .fallback(async || Failure::NoSuchPage)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            PAGE_TIMEOUT,
        ))
        .merge(long)
        .layer(
            // From the outside in: the cookie is sealed after all else, and whatever fails
            // below `errors` becomes a page.
            ServiceBuilder::new()
                .layer(from_fn_with_state(Arc::clone(&app), browser::layer))
                .layer(from_fn_with_state(Arc::clone(&app), errors::layer))
                .layer(CatchPanicLayer::new())
                .layer(CsrfLayer::new())
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
