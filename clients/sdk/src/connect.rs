//! The channel to a server.

use std::time::Duration;

use llpr_proto::v1::auth_service_client::AuthServiceClient;
use llpr_proto::v1::{
    GetLinkRequest, GetLinkResponse, LinkPurpose, RequestLinkRequest, RequestLinkResponse,
    SessionTokens, SetPasswordByLinkRequest, SignInByLinkRequest, SignInRequest,
};
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};

use crate::error::Error;

/// Deadline of a call that sets none.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);
const USER_AGENT: &str = concat!("llpr-client/", env!("CARGO_PKG_VERSION"));

/// Metadata key of the id under which the server logs a call.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// A server to speak to. Cheap to clone; clones share the connection.
#[derive(Clone, Debug)]
pub struct Client {
    channel: Channel,
}

impl Client {
    /// Prepares a connection to `endpoint`, `http://host:port` or `https://host[:port]`. TLS
    /// trusts the roots of the operating system.
    ///
    /// Nothing is sent until the first call, so a server that is away shows then, as
    /// [`Error::Unreachable`]. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Endpoint`] where `endpoint` is no such URL, or the roots can't be read.
    pub fn connect(endpoint: &str) -> Result<Self, Error> {
        let refuse = |reason: String| Error::Endpoint {
            endpoint: endpoint.to_owned(),
            reason: reason.into(),
        };
        let tls = match endpoint.split_once("://") {
            Some(("http", _)) => false,
            Some(("https", _)) => true,
            _ => return Err(refuse("it must begin with http:// or https://".into())),
        };
        let transport = |error: tonic::transport::Error| refuse(crate::error::deepest(&error));
        let mut prepared = Endpoint::from_shared(endpoint.to_owned())
            .and_then(|endpoint| endpoint.user_agent(USER_AGENT))
            .map_err(transport)?
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_keepalive(Some(KEEP_ALIVE_INTERVAL))
            .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT);
        if prepared.uri().host().is_none_or(str::is_empty) {
            return Err(refuse("it names no host".into()));
        }
        if tls {
            prepared = prepared
                .tls_config(ClientTlsConfig::new().with_native_roots())
                .map_err(transport)?;
        }
        Ok(Self {
            channel: prepared.connect_lazy(),
        })
    }

    /// Uses a channel made elsewhere, such as one over a socket of a test.
    pub fn over(channel: Channel) -> Self {
        Self { channel }
    }

    /// The bare channel, without tokens: for public methods and health checks.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Signs in with e-mail address and password, and returns the tokens of a new session.
    ///
    /// # Errors
    /// [`Error::Refused`] with `CREDENTIALS_REFUSED` or `TOO_MANY_SIGN_INS`, among others.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<SessionTokens, Error> {
        AuthServiceClient::new(self.channel())
            .sign_in(with_defaults(SignInRequest {
                email: email.to_owned(),
                password: password.to_owned(),
            }))
            .await?
            .into_inner()
            .tokens
            .ok_or(Error::Protocol("the answer to SignIn holds no tokens"))
    }

    /// Signs in with the secret of a one-time link, which is used up, and returns the tokens of a new
    /// session.
    ///
    /// # Errors
    /// [`Error::Refused`] with `LINK_REFUSED`, among others.
    pub async fn sign_in_by_link(&self, secret: &str) -> Result<SessionTokens, Error> {
        AuthServiceClient::new(self.channel())
            .sign_in_by_link(with_defaults(SignInByLinkRequest {
                secret: secret.to_owned(),
            }))
            .await?
            .into_inner()
            .tokens
            .ok_or(Error::Protocol(
                "the answer to SignInByLink holds no tokens",
            ))
    }

    /// Asks for a link by e-mail to set a password or to sign in. The answer does not say whether
    /// there is such an account.
    ///
    /// # Errors
    /// [`Error::Refused`] with `TOO_MANY_LINKS`, among others.
    pub async fn request_link(
        &self,
        email: &str,
        purpose: LinkPurpose,
    ) -> Result<RequestLinkResponse, Error> {
        let answer = AuthServiceClient::new(self.channel())
            .request_link(with_defaults(RequestLinkRequest {
                email: email.to_owned(),
                purpose: purpose.into(),
            }))
            .await?;
        Ok(answer.into_inner())
    }

    /// Says what a link is for, without using it up.
    ///
    /// # Errors
    /// [`Error::Refused`] with `LINK_REFUSED`, among others.
    pub async fn link(&self, secret: &str) -> Result<GetLinkResponse, Error> {
        let answer = AuthServiceClient::new(self.channel())
            .get_link(with_defaults(GetLinkRequest {
                secret: secret.to_owned(),
            }))
            .await?;
        Ok(answer.into_inner())
    }

    /// Sets the password of a link's person and uses the link up; the e-mail address to sign in with.
    ///
    /// # Errors
    /// [`Error::Refused`] with `LINK_REFUSED` or `PASSWORD_NOT_ACCEPTED`, among others.
    pub async fn set_password_by_link(
        &self,
        secret: &str,
        password: &str,
    ) -> Result<String, Error> {
        let answer = AuthServiceClient::new(self.channel())
            .set_password_by_link(with_defaults(SetPasswordByLinkRequest {
                secret: secret.to_owned(),
                password: password.to_owned(),
            }))
            .await?;
        Ok(answer.into_inner().email)
    }
}

/// A request with a deadline and an id, for calls over the bare channel.
pub(crate) fn with_defaults<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.set_timeout(DEFAULT_TIMEOUT);
    if let Ok(id) = crate::request_id().parse() {
        request.metadata_mut().insert(REQUEST_ID, id);
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_endpoint_is_a_url_with_a_scheme_that_we_speak() {
        for wrong in [
            "",
            "127.0.0.1:50051",
            "ftp://host",
            "http://",
            "https:///",
            "http://a b",
        ] {
            assert!(
                matches!(Client::connect(wrong), Err(Error::Endpoint { .. })),
                "{wrong}"
            );
        }
        assert!(Client::connect("http://127.0.0.1:50051").is_ok());
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_unreachable() {
        // Port 1 of the loopback: nobody listens there.
        let client = Client::connect("http://127.0.0.1:1").unwrap();
        let error = client.sign_in("a@example.org", "x").await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
        assert_eq!(error.code(), tonic::Code::Unavailable);
    }
}
