//! The whole client from outside: through the router, against a server that isn't there and one
//! of our own.

mod county;
pub(crate) mod html;
mod signed_in;
mod signed_out;

use axum::Router;
use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use llpr_client::Client;
use tower::ServiceExt;

use crate::app::{App, router};
use crate::seal::{Sealer, new_session_key};

/// Nobody listens at this port.
const NOBODY: &str = "http://127.0.0.1:1";

/// A person's browser: it keeps the cookie.
struct Visitor {
    router: Router,
    cookie: Option<String>,
}

/// What came back.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Visitor {
    fn to(server: &str) -> Self {
        Self::of(server, true)
    }

    /// Of a web client whose pages for developers are switched off.
    fn without_developers(server: &str) -> Self {
        Self::of(server, false)
    }

    fn of(server: &str, developers: bool) -> Self {
        let app = App {
            client: Client::connect(server).unwrap(),
            sealer: Sealer::new(&[new_session_key().unwrap()], true).unwrap(),
            idle: std::time::Duration::from_hours(1),
            developers,
        };
        Self {
            router: router(app),
            cookie: None,
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Sends a form as our own page would, but for its token.
    async fn post(&mut self, path: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.send(request).await
    }

    /// Fills in and sends the form of the sign-in page.
    async fn sign_in(&mut self, path: &str, fields: &str) -> Answer {
        let token = self.get(path).await.form_token();
        let next = path.split_once("next=").map_or("/", |(_, next)| next);
        let form = format!("csrf={token}&next={next}&{fields}");
        self.post("/sign-in", &form).await
    }

    async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if let Some(cookie) = &self.cookie {
            let cookie = cookie.parse().unwrap();
            request.headers_mut().insert(COOKIE, cookie);
        }
        let (head, body) = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        if let Some(set) = head.headers.get(SET_COOKIE) {
            let set = set.to_str().unwrap();
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

impl Answer {
    /// The token of the page's last form.
    fn form_token(&self) -> String {
        let (_, rest) = self.body.rsplit_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    fn says(&self, words: &str) -> bool {
        self.body.contains(words)
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads to, which must be after a POST as after a GET.
    fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[LOCATION].to_str().unwrap()
    }
}
