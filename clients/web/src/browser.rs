//! What a request's cookie says about the person at the browser, and the layer that seals it
//! again where it changed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::SET_COOKIE;
use http::request::Parts;
use llpr_client::{MemoryTokens, Session, Tokens, retry, v1};
use serde::{Deserialize, Serialize};

use crate::app::{App, PATIENCE};
use crate::caller::Caller;
use crate::failure::Failure;
use crate::pages::errors;
use crate::request::RequestId;
use crate::seal::Opened;

/// What the sealed cookie holds. Everything in it is as secret as the tokens, so no `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// What a form must send back; empty until a form is shown.
    pub(crate) form_token: String,
    /// The session; none before signing in.
    pub(crate) tokens: Option<SealedTokens>,
    /// Who is signed in.
    pub(crate) person: Option<Person>,
    /// What the next sign-in page has to say.
    pub(crate) notice: Option<Notice>,
    /// What the next page has to say was done.
    pub(crate) done: Option<String>,
    /// When the person who is signed in was last heard of, in seconds.
    pub(crate) seen: u64,
}

/// A session's tokens, with times in whole seconds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SealedTokens {
    access: String,
    access_expires: u64,
    refresh: String,
    refresh_expires: u64,
}

/// The person who is signed in, as of signing in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    /// `users/{id}`.
    pub(crate) name: String,
    /// As others read it.
    pub(crate) display_name: String,
}

/// Why the sign-in page is shown, where that needs saying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Notice {
    /// The person asked for it.
    SignedOut,
    /// The session has ended by itself.
    SessionEnded,
    /// A password was chosen by a link, and has to be used now.
    PasswordSet,
}

/// This request's browser. Cheap to clone; clones share what they know.
#[derive(Clone)]
pub(crate) struct Browser {
    tokens: Arc<MemoryTokens>,
    rest: Arc<Mutex<Rest>>,
    path: Arc<str>,
    /// Whether this web client has pages for developers.
    developers: bool,
    idle: Duration,
}

/// The contents but for the tokens, which the SDK may replace at any time.
struct Rest {
    form_token: String,
    person: Option<Person>,
    notice: Option<Notice>,
    done: Option<String>,
    seen: u64,
    /// Of this request only, never of the cookie.
    caller: Option<Arc<Caller>>,
}

impl Browser {
    pub(crate) fn new(contents: Contents, path: &str, idle: Duration) -> Self {
        let Contents {
            form_token,
            tokens,
            person,
            notice,
            done,
            seen,
        } = contents;
        let kept = MemoryTokens::default();
        kept.replace(tokens.map(Tokens::from));
        Self {
            tokens: Arc::new(kept),
            rest: Arc::new(Mutex::new(Rest {
                form_token,
                person,
                notice,
                done,
                seen,
                caller: None,
            })),
            path: path.into(),
            developers: false,
            idle,
        }
    }

    /// Of a web client that has pages for developers, or not.
    fn with_developers(self, developers: bool) -> Self {
        Self { developers, ..self }
    }

    /// Whether this web client has pages for developers.
    pub(crate) fn has_developers(&self) -> bool {
        self.developers
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn contents(&self) -> Contents {
        let rest = self.rest();
        Contents {
            form_token: rest.form_token.clone(),
            tokens: self.tokens.current().map(SealedTokens::from),
            person: rest.person.clone(),
            notice: rest.notice,
            done: rest.done.clone(),
            seen: rest.seen,
        }
    }

    /// The path of this request.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// How long it may be away before its session ends.
    pub(crate) fn idle(&self) -> Duration {
        self.idle
    }

    /// Who is signed in, once the server was asked.
    pub(crate) fn caller(&self) -> Option<Arc<Caller>> {
        self.rest().caller.clone()
    }

    /// Says on the next page what was done.
    pub(crate) fn say_done(&self, text: impl Into<String>) {
        self.rest().done = Some(text.into());
    }

    /// Takes what was done, so that it is said once.
    pub(crate) fn take_done(&self) -> Option<String> {
        self.rest().done.take()
    }

    /// Notes that somebody is at the browser; says whether that was too long ago to go on. To the
    /// minute, so that the cookie is not sealed anew for each page.
    fn was_away_too_long(&self, now: u64) -> bool {
        let mut rest = self.rest();
        let away = now.saturating_sub(rest.seen);
        if away >= 60 {
            rest.seen = now;
        }
        away > self.idle.as_secs()
    }

    /// The session's tokens, for the SDK to read and replace.
    pub(crate) fn tokens(&self) -> Arc<MemoryTokens> {
        Arc::clone(&self.tokens)
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        self.tokens.current().is_some()
    }

    /// Who signed in. Still known right after the session has ended.
    pub(crate) fn person(&self) -> Option<Person> {
        self.rest().person.clone()
    }

    /// What this browser's forms send back. Made when it is first asked for.
    pub(crate) fn form_token(&self) -> String {
        let mut rest = self.rest();
        if rest.form_token.is_empty() {
            rest.form_token = new_form_token();
        }
        rest.form_token.clone()
    }

    /// The form token if there is one.
    pub(crate) fn known_form_token(&self) -> Option<String> {
        let rest = self.rest();
        (!rest.form_token.is_empty()).then(|| rest.form_token.clone())
    }

    /// Takes what the sign-in page has to say, so that it is said once.
    pub(crate) fn take_notice(&self) -> Option<Notice> {
        self.rest().notice.take()
    }

    /// Begins a session. Whatever was known before, the form token too, is forgotten: somebody
    /// else may have planted it.
    pub(crate) fn sign_in(&self, tokens: Tokens, person: Person) {
        self.tokens.replace(Some(tokens));
        *self.rest() = Rest {
            form_token: new_form_token(),
            person: Some(person),
            notice: None,
            done: None,
            seen: now(),
            caller: None,
        };
    }

    /// Forgets the session.
    pub(crate) fn sign_out(&self, notice: Notice) {
        self.tokens.replace(None);
        *self.rest() = Rest {
            form_token: String::new(),
            person: None,
            notice: Some(notice),
            done: None,
            seen: 0,
            caller: None,
        };
    }
}

fn new_form_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let browser = parts.extensions.get::<Self>().cloned();
        browser.ok_or(Failure::Fault("a page stands outside the session layer"))
    }
}

/// Somebody is signed in. As an argument of a handler it sends everybody else to sign in.
pub(crate) struct SignedIn {
    /// The session, for calls as this person.
    pub(crate) session: Session,
    pub(crate) browser: Browser,
    /// What the server says about them now.
    pub(crate) caller: Arc<Caller>,
    id: RequestId,
}

impl SignedIn {
    /// A call that carries this request's id, so that both logs can be read together.
    pub(crate) fn call<T>(&self, message: T) -> tonic::Request<T> {
        self.id.call(message)
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let browser = Browser::from_request_parts(parts, app).await?;
        let id = RequestId::from_request_parts(parts, app).await?;
        if !browser.is_signed_in() {
            return Err(Failure::SignInNeeded);
        }
        let session = Session::new(app.client.clone(), browser.tokens());
        let caller = retry(PATIENCE, || {
            let request = id.call(v1::GetCallerRequest {});
            let mut auth = session.auth();
            async move { auth.get_caller(request).await }
        })
        .await?;
        let caller = Arc::new(Caller::from(caller));
        browser.rest().caller = Some(Arc::clone(&caller));
        Ok(Self {
            session,
            browser,
            caller,
            id,
        })
    }
}

/// Anybody, signed in or not: for pages that everybody may read. Whoever is signed in keeps the
/// navigation around them, as far as the server can be asked.
pub(crate) struct Anybody(pub(crate) Browser);

impl FromRequestParts<Arc<App>> for Anybody {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        match SignedIn::from_request_parts(parts, app).await {
            Ok(signed_in) => Ok(Self(signed_in.browser)),
            Err(_) => Browser::from_request_parts(parts, app).await.map(Self),
        }
    }
}

/// Opens the cookie for the request, and seals it for the response where its contents changed:
/// the SDK refreshed the tokens, somebody signed in or out, a form got its token.
///
/// Two tabs may come with the same refresh token. The server then gives both the same successor,
/// so it doesn't matter whose cookie arrives last.
pub(crate) async fn layer(
    State(app): State<Arc<App>>,
    id: RequestId,
    mut request: Request,
    next: Next,
) -> Response {
    let (before, reseal) = match app.sealer.open(request.headers()) {
        Opened::Absent => (Contents::default(), false),
        Opened::Current(contents) => (contents, false),
        Opened::Older(contents) => (contents, true),
        Opened::Broken => {
            let notice = Some(Notice::SessionEnded);
            let contents = Contents {
                notice,
                ..Contents::default()
            };
            (contents, true)
        }
    };
    let browser = Browser::new(before.clone(), request.uri().path(), app.idle)
        .with_developers(app.developers);
    if browser.is_signed_in() && browser.was_away_too_long(now()) {
        // Who it was stays known: a form that they were in the middle of can be kept for them.
        end(&app, &browser);
    }
    request.extensions_mut().insert(browser.clone());

    let mut response = next.run(request).await;

    let after = browser.contents();
    if after == before && !reseal {
        return response;
    }
    match app.sealer.seal(&after) {
        Ok(cookie) => {
            response.headers_mut().append(SET_COOKIE, cookie);
            response
        }
        Err(error) => {
            tracing::error!(error = %error, "A session could not be kept.");
            errors::page(&browser, id, StatusCode::INTERNAL_SERVER_ERROR, None)
        }
    }
}

/// Forgets the tokens, and tells the server, which nobody waits for: the session ends there by
/// itself in the end.
fn end(app: &App, browser: &Browser) {
    let Some(tokens) = browser.tokens.current() else {
        return;
    };
    browser.tokens.replace(None);
    let session = Session::new(app.client.clone(), Arc::new(MemoryTokens::new(tokens)));
    tokio::spawn(async move {
        if let Err(error) = session.sign_out(false).await {
            tracing::warn!(error.code = ?error.code(), "An idle session could not be ended.");
        }
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: how long a browser was away is seen on this machine's clock"
)]
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

impl From<Tokens> for SealedTokens {
    fn from(tokens: Tokens) -> Self {
        let seconds = |time: SystemTime| {
            time.duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_secs()
        };
        // Whole destructuring: a new field must find its way into the cookie.
        let Tokens {
            access_token,
            access_token_expire_time,
            refresh_token,
            refresh_token_expire_time,
        } = tokens;
        Self {
            access: access_token,
            access_expires: seconds(access_token_expire_time),
            refresh: refresh_token,
            refresh_expires: seconds(refresh_token_expire_time),
        }
    }
}

impl From<SealedTokens> for Tokens {
    fn from(sealed: SealedTokens) -> Self {
        let time = |seconds| {
            UNIX_EPOCH
                .checked_add(Duration::from_secs(seconds))
                .unwrap_or(UNIX_EPOCH)
        };
        Self {
            access_token: sealed.access,
            access_token_expire_time: time(sealed.access_expires),
            refresh_token: sealed.refresh,
            refresh_token_expire_time: time(sealed.refresh_expires),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lasts_as_long_as_somebody_opens_pages() {
        let contents = Contents {
            seen: 1_000,
            ..Contents::default()
        };
        let browser = Browser::new(contents, "/", Duration::from_hours(1));
        assert!(!browser.was_away_too_long(1_000 + 3_600));
        // Counted from the last page, not from signing in.
        assert!(!browser.was_away_too_long(1_000 + 7_200));
        assert!(browser.was_away_too_long(1_000 + 7_200 + 3_601));
    }

    #[test]
    fn a_page_within_the_minute_leaves_the_cookie_as_it_is() {
        let contents = Contents {
            seen: 1_000,
            ..Contents::default()
        };
        let browser = Browser::new(contents.clone(), "/", Duration::from_hours(1));
        assert!(!browser.was_away_too_long(1_059));
        assert!(browser.contents() == contents);
        assert!(!browser.was_away_too_long(1_060));
        assert!(browser.contents() != contents);
    }
}
