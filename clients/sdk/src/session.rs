//! A session: calls carry its access token, which is refreshed in time; that of a script with the
//! secret of its service account.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use llpr_proto::v1::audit_service_client::AuditServiceClient;
use llpr_proto::v1::auth_service_client::AuthServiceClient;
use llpr_proto::v1::context_service_client::ContextServiceClient;
use llpr_proto::v1::district_review_service_client::DistrictReviewServiceClient;
use llpr_proto::v1::follow_up_service_client::FollowUpServiceClient;
use llpr_proto::v1::import_service_client::ImportServiceClient;
use llpr_proto::v1::performance_service_client::PerformanceServiceClient;
use llpr_proto::v1::programme_service_client::ProgrammeServiceClient;
use llpr_proto::v1::risk_service_client::RiskServiceClient;
use llpr_proto::v1::school_service_client::SchoolServiceClient;
use llpr_proto::v1::user_service_client::UserServiceClient;
use llpr_proto::v1::{
    RefreshSessionRequest, SessionTokens, SignInServiceAccountRequest, SignOutRequest,
};

use crate::channel::AuthChannel;
use crate::connect::{Client, with_defaults};
use crate::error::Error;
use crate::retry::{Retry, retry};
use crate::tokens::{MemoryTokens, TokenStore, Tokens, store_failed};

/// An access token with less time left than this is refreshed before it is used.
const MARGIN: Duration = Duration::from_secs(30);

/// A session at a server. Cheap to clone; clones share connection and tokens.
#[derive(Clone)]
pub struct Session {
    client: Client,
    store: Arc<dyn TokenStore>,
    /// The secret of a service account, which gets every access token.
    secret: Option<Arc<str>>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// A session whose tokens are in `store`.
    ///
    /// Nothing is read or sent yet. With an empty store, every call that needs a caller fails as
    /// [`Error::NotSignedIn`].
    pub fn new(client: Client, store: Arc<dyn TokenStore>) -> Self {
        Self {
            client,
            store,
            secret: None,
        }
    }

    /// A script's session, with the secret of its service account. Nothing is kept but in memory;
    /// each access token is got with the secret, when it is needed.
    ///
    /// Nothing is sent yet. A secret that does not work shows with the first call, as
    /// [`Error::Refused`] with `CREDENTIALS_REFUSED`.
    pub fn of_service_account(client: Client, secret: &str) -> Self {
        Self {
            client,
            store: Arc::new(MemoryTokens::default()),
            secret: Some(secret.trim().into()),
        }
    }

    /// The server without the session.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The channel for generated clients: `SchoolServiceClient::new(session.channel())`.
    pub fn channel(&self) -> AuthChannel {
        AuthChannel::new(self.clone())
    }

    /// `AuthService` as the signed-in caller.
    pub fn auth(&self) -> AuthServiceClient<AuthChannel> {
        AuthServiceClient::new(self.channel())
    }

    /// `SchoolService`: districts, schools, links and partners.
    pub fn schools(&self) -> SchoolServiceClient<AuthChannel> {
        SchoolServiceClient::new(self.channel())
    }

    /// `UserService`: people and their roles.
    pub fn users(&self) -> UserServiceClient<AuthChannel> {
        UserServiceClient::new(self.channel())
    }

    /// `ImportService`: data files.
    pub fn imports(&self) -> ImportServiceClient<AuthChannel> {
        ImportServiceClient::new(self.channel())
    }

    /// `PerformanceService`: measures and figures.
    pub fn performance(&self) -> PerformanceServiceClient<AuthChannel> {
        PerformanceServiceClient::new(self.channel())
    }

    /// `ProgrammeService`: programme years, their versions and drafts.
    pub fn programme(&self) -> ProgrammeServiceClient<AuthChannel> {
        ProgrammeServiceClient::new(self.channel())
    }

    /// `DistrictReviewService`: the yearly review of a district, and the county's view.
    pub fn district_reviews(&self) -> DistrictReviewServiceClient<AuthChannel> {
        DistrictReviewServiceClient::new(self.channel())
    }

    /// `RiskService`: the annual risk analysis.
    pub fn risk(&self) -> RiskServiceClient<AuthChannel> {
        RiskServiceClient::new(self.channel())
    }

    /// `ContextService`: the programme context of schools.
    pub fn contexts(&self) -> ContextServiceClient<AuthChannel> {
        ContextServiceClient::new(self.channel())
    }

    /// `FollowUpService`: contacts and actions that follow from the risk analysis.
    pub fn follow_up(&self) -> FollowUpServiceClient<AuthChannel> {
        FollowUpServiceClient::new(self.channel())
    }

    /// `AuditService`: the ledger, for administrators.
    pub fn audit(&self) -> AuditServiceClient<AuthChannel> {
        AuditServiceClient::new(self.channel())
    }

    /// Ends this session at the server, or all sessions of the caller, and forgets its tokens.
    ///
    /// A session that is over already counts as signed out. When the server can't be reached
    /// the tokens are kept, so that signing out can be tried again.
    pub async fn sign_out(&self, all_sessions: bool) -> Result<(), Error> {
        let mut auth = self.auth();
        match auth.sign_out(SignOutRequest { all_sessions }).await {
            Ok(_) => {}
            Err(status) => {
                let error = Error::from(status);
                if !error.needs_sign_in() {
                    return Err(error);
                }
            }
        }
        let mut guard = self.store.lock().await.map_err(store_failed)?;
        guard.store(None).await.map_err(store_failed)
    }

    /// An access token that works now; `rejected` is one that the server has just refused.
    pub(crate) async fn access_token(&self, rejected: Option<&str>) -> Result<String, Error> {
        match self.store.load().await.map_err(store_failed)? {
            Some(tokens) if usable(&tokens, rejected) => return Ok(tokens.access_token),
            None if self.secret.is_none() => return Err(Error::NotSignedIn),
            Some(_) | None => {}
        }
        // In a task of its own: if the caller goes away in the middle, the new tokens must still
        // be kept, or the next refresh would use the old one again and end the session.
        let session = self.clone();
        let rejected = rejected.map(str::to_owned);
        tokio::spawn(async move { session.refresh(rejected.as_deref()).await })
            .await
            .map_err(|_| Error::Protocol("the refresh of the session broke off"))?
    }

    async fn refresh(&self, rejected: Option<&str>) -> Result<String, Error> {
        let mut guard = self.store.lock().await.map_err(store_failed)?;
        let tokens = match (guard.load().await.map_err(store_failed)?, &self.secret) {
            (None, None) => return Err(Error::NotSignedIn),
            (None, Some(secret)) => {
                let first = self.exchange(secret).await?;
                let access_token = first.access_token.clone();
                guard.store(Some(first)).await.map_err(store_failed)?;
                return Ok(access_token);
            }
            (Some(tokens), _) => tokens,
        };
        // Somebody else may have refreshed while we waited for our turn.
        if usable(&tokens, rejected) {
            return Ok(tokens.access_token);
        }
        match self.next_tokens(&tokens).await {
            Ok(next) => {
                let access_token = next.access_token.clone();
                guard.store(Some(next)).await.map_err(store_failed)?;
                Ok(access_token)
            }
            Err(error) if error.needs_sign_in() => {
                guard.store(None).await.map_err(store_failed)?;
                Err(error)
            }
            // The old one works for some seconds yet; the next call tries again.
            Err(_) if rejected.is_none() && tokens.is_fresh(now(), Duration::ZERO) => {
                Ok(tokens.access_token)
            }
            Err(error) => Err(error),
        }
    }

    async fn next_tokens(&self, tokens: &Tokens) -> Result<Tokens, Error> {
        if let Some(secret) = &self.secret {
            return self.exchange(secret).await;
        }
        // The server returns the same successor to a repeated call for ten seconds, so the
        // pauses between attempts stay below that together.
        let policy = Retry {
            attempts: 3,
            longest: Duration::from_secs(2),
            ..Retry::default()
        };
        let answer = retry(policy, || {
            let request = with_defaults(RefreshSessionRequest {
                refresh_token: tokens.refresh_token.clone(),
            });
            let mut auth = AuthServiceClient::new(self.client.channel());
            async move { auth.refresh_session(request).await }
        })
        .await?;
        answer.tokens.map(Tokens::from).ok_or(Error::Protocol(
            "the answer to RefreshSession holds no tokens",
        ))
    }
}

impl Session {
    /// An access token for a service account's secret. There is no refresh token: the next is got
    /// the same way.
    async fn exchange(&self, secret: &str) -> Result<Tokens, Error> {
        let answer = retry(Retry::default(), || {
            let request = with_defaults(SignInServiceAccountRequest {
                secret: secret.to_owned(),
            });
            let mut auth = AuthServiceClient::new(self.client.channel());
            async move { auth.sign_in_service_account(request).await }
        })
        .await?;
        Ok(Tokens::from(SessionTokens {
            access_token: answer.access_token,
            access_token_expire_time: answer.access_token_expire_time,
            refresh_token: String::new(),
            refresh_token_expire_time: answer.access_token_expire_time,
        }))
    }
}

fn usable(tokens: &Tokens, rejected: Option<&str>) -> bool {
    rejected != Some(tokens.access_token.as_str()) && tokens.is_fresh(now(), MARGIN)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: whether a token is about to expire is seen on this machine's clock"
)]
fn now() -> SystemTime {
    SystemTime::now()
}
