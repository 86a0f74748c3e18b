//! Forms that only our own pages can send.

use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

use crate::browser::Browser;
use crate::failure::Failure;

/// A form whose token was compared with the one in the sealed cookie.
///
/// It can't be had unchecked: reading it from the request is the only way to get one, and that
/// compares. Each form of a page sends the token in the hidden field `csrf`. The layer
/// [`tower_http::csrf`] looks at `Sec-Fetch-Site` and `Origin` before.
pub(crate) struct CsrfForm<T>(T);

impl<T> CsrfForm<T> {
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<S, T> FromRequest<S> for CsrfForm<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let browser = Browser::from_request_parts(&mut parts, state).await?;
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), state)
            .await
            .map_err(|refused| Failure::Unreadable(refused.status()))?;
        let again = |body| Request::from_parts(parts.clone(), Body::from(body));

        let token: Token = read(again(body.clone()), state).await?;
        let known = browser.known_form_token().unwrap_or_default();
        let fits: bool = known.as_bytes().ct_eq(token.csrf.as_bytes()).into();
        if known.is_empty() || !fits {
            return Err(Failure::ForeignForm);
        }
        Ok(Self(read(again(body), state).await?))
    }
}

async fn read<S, T>(request: Request, state: &S) -> Result<T, Failure>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    let form = Form::<T>::from_request(request, state).await;
    form.map(|Form(fields)| fields)
        .map_err(|refused| Failure::Unreadable(refused.status()))
}
