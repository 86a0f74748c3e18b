//! The session against a server of our own: when it refreshes, that it never refreshes twice at
//! once, and what each call carries.
#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and so may its helpers"
)]
#![expect(clippy::disallowed_methods, reason = "tokens expire by the real clock")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures::future::join_all;
use llpr_client::v1::auth_service_server::{AuthService, AuthServiceServer};
use llpr_client::{Client, Error, ErrorReason, MemoryTokens, Session, TokenStore, Tokens, v1};
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Takes the token `access-N` where N refreshes were made, and hands out the next.
#[derive(Clone, Default)]
struct Fake(Arc<State>);

#[derive(Default)]
struct State {
    refreshes: AtomicUsize,
    /// Refreshes under way, and the most there were at once.
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    calls: Mutex<Vec<MetadataMap>>,
    ended: bool,
}

impl Fake {
    fn valid(&self) -> String {
        format!("access-{}", self.0.refreshes.load(Ordering::SeqCst))
    }
}

fn refuse(reason: &str) -> Status {
    let details = ErrorDetails::with_error_info(reason, "llpr.v1", []);
    Status::with_error_details(Code::Unauthenticated, "Sign in again.", details)
}

fn tokens(number: usize, lives: Duration) -> v1::SessionTokens {
    let now = SystemTime::now();
    v1::SessionTokens {
        access_token: format!("access-{number}"),
        access_token_expire_time: Some((now + lives).into()),
        refresh_token: format!("refresh-{number}"),
        refresh_token_expire_time: Some((now + Duration::from_hours(1)).into()),
    }
}

#[tonic::async_trait]
impl AuthService for Fake {
    async fn sign_in_service_account(
        &self,
        _: Request<v1::SignInServiceAccountRequest>,
    ) -> Result<Response<v1::SignInServiceAccountResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn create_service_account_token(
        &self,
        _: Request<v1::CreateServiceAccountTokenRequest>,
    ) -> Result<Response<v1::CreateServiceAccountTokenResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn revoke_service_account_token(
        &self,
        _: Request<v1::RevokeServiceAccountTokenRequest>,
    ) -> Result<Response<v1::RevokeServiceAccountTokenResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn sign_in(
        &self,
        _: Request<v1::SignInRequest>,
    ) -> Result<Response<v1::SignInResponse>, Status> {
        Err(refuse("CREDENTIALS_REFUSED"))
    }

    async fn refresh_session(
        &self,
        request: Request<v1::RefreshSessionRequest>,
    ) -> Result<Response<v1::RefreshSessionResponse>, Status> {
        let state = &self.0;
        let now = state.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        state.most_under_way.fetch_max(now, Ordering::SeqCst);
        // Gives every other caller the chance to come in between.
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        state.under_way.fetch_sub(1, Ordering::SeqCst);
        let number = state.refreshes.load(Ordering::SeqCst);
        if state.ended || request.get_ref().refresh_token != format!("refresh-{number}") {
            return Err(refuse("SESSION_ENDED"));
        }
        state.refreshes.store(number + 1, Ordering::SeqCst);
        Ok(Response::new(v1::RefreshSessionResponse {
            tokens: Some(tokens(number + 1, Duration::from_mins(10))),
        }))
    }

    async fn sign_out(
        &self,
        _: Request<v1::SignOutRequest>,
    ) -> Result<Response<v1::SignOutResponse>, Status> {
        Ok(Response::new(v1::SignOutResponse::default()))
    }

    async fn get_caller(
        &self,
        request: Request<v1::GetCallerRequest>,
    ) -> Result<Response<v1::GetCallerResponse>, Status> {
        let metadata = request.metadata().clone();
        let bearer = metadata
            .get("authorization")
            .map(|value| value.to_str().unwrap().to_owned());
        self.0.calls.lock().unwrap().push(metadata);
        if bearer == Some(format!("Bearer {}", self.valid())) {
            Ok(Response::new(v1::GetCallerResponse::default()))
        } else {
            Err(refuse("TOKEN_INVALID"))
        }
    }

    async fn change_password(
        &self,
        _: Request<v1::ChangePasswordRequest>,
    ) -> Result<Response<v1::ChangePasswordResponse>, Status> {
        Ok(Response::new(v1::ChangePasswordResponse::default()))
    }

    async fn list_sessions(
        &self,
        _: Request<v1::ListSessionsRequest>,
    ) -> Result<Response<v1::ListSessionsResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn end_session(
        &self,
        _: Request<v1::EndSessionRequest>,
    ) -> Result<Response<v1::EndSessionResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn request_link(
        &self,
        _: Request<v1::RequestLinkRequest>,
    ) -> Result<Response<v1::RequestLinkResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn get_link(
        &self,
        _: Request<v1::GetLinkRequest>,
    ) -> Result<Response<v1::GetLinkResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn set_password_by_link(
        &self,
        _: Request<v1::SetPasswordByLinkRequest>,
    ) -> Result<Response<v1::SetPasswordByLinkResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }

    async fn sign_in_by_link(
        &self,
        _: Request<v1::SignInByLinkRequest>,
    ) -> Result<Response<v1::SignInByLinkResponse>, Status> {
        Err(Status::unimplemented("not asked here"))
    }
}

/// A session at a running [`Fake`], with these tokens.
async fn session(fake: &Fake, tokens: v1::SessionTokens) -> (Session, Arc<MemoryTokens>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    tokio::spawn(
        Server::builder()
            .add_service(AuthServiceServer::new(fake.clone()))
            .serve_with_incoming(incoming),
    );
    let client = Client::connect(&format!("http://{address}")).unwrap();
    let store = Arc::new(MemoryTokens::new(tokens));
    (Session::new(client, store.clone()), store)
}

async fn call(session: &Session) -> Result<(), Error> {
    session.auth().get_caller(v1::GetCallerRequest {}).await?;
    Ok(())
}

#[tokio::test]
async fn a_fresh_token_is_used_as_it_is_with_an_id_and_a_deadline() {
    let fake = Fake::default();
    let (session, _) = session(&fake, tokens(0, Duration::from_mins(10))).await;

    call(&session).await.unwrap();

    assert_eq!(fake.0.refreshes.load(Ordering::SeqCst), 0);
    let calls = fake.0.calls.lock().unwrap();
    assert_eq!(calls.len(), 1);
    assert!(calls[0].get("x-request-id").unwrap().len() == 36);
    assert_eq!(calls[0].get("grpc-timeout").unwrap(), "30000m");
}

#[tokio::test]
async fn a_deadline_and_an_id_that_the_caller_sets_stay() {
    let fake = Fake::default();
    let (session, _) = session(&fake, tokens(0, Duration::from_mins(10))).await;
    let mut request = Request::new(v1::GetCallerRequest {});
    request.set_timeout(Duration::from_secs(90));
    request
        .metadata_mut()
        .insert("x-request-id", "mine".parse().unwrap());

    session.auth().get_caller(request).await.unwrap();

    let calls = fake.0.calls.lock().unwrap();
    assert_eq!(calls[0].get("x-request-id").unwrap(), "mine");
    assert_ne!(calls[0].get("grpc-timeout").unwrap(), "30000m");
}

#[tokio::test]
async fn many_calls_at_once_refresh_once() {
    let fake = Fake::default();
    let (session, store) = session(&fake, tokens(0, Duration::from_secs(5))).await;

    let outcomes = join_all((0..20).map(|_| call(&session))).await;

    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(fake.0.refreshes.load(Ordering::SeqCst), 1);
    assert_eq!(fake.0.most_under_way.load(Ordering::SeqCst), 1);
    assert_eq!(store.current().unwrap().access_token, "access-1");
}

#[tokio::test]
async fn a_token_that_the_server_refuses_is_refreshed_and_the_call_made_again() {
    let fake = Fake::default();
    // It looks fresh and is not the one the server takes.
    let mut stale = tokens(0, Duration::from_mins(10));
    stale.access_token = "from before a restart".into();
    let (session, _) = session(&fake, stale).await;

    let outcomes = join_all((0..5).map(|_| call(&session))).await;

    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(fake.0.refreshes.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_lose_the_new_tokens() {
    let fake = Fake::default();
    let (session, store) = session(&fake, tokens(0, Duration::from_secs(5))).await;

    // Dropped as soon as the refresh has reached the server.
    tokio::select! {
        biased;
        () = async {
            while fake.0.under_way.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
        } => {}
        _ = call(&session) => panic!("the call was to be dropped"),
    }

    // Waits for the refresh that is under way, and uses what it got.
    call(&session).await.unwrap();
    assert_eq!(fake.0.refreshes.load(Ordering::SeqCst), 1);
    assert_eq!(store.current().unwrap().refresh_token, "refresh-1");
}

#[tokio::test]
async fn a_session_that_has_ended_is_forgotten() {
    let fake = Fake(Arc::new(State {
        ended: true,
        ..State::default()
    }));
    let (session, store) = session(&fake, tokens(0, Duration::from_secs(5))).await;

    let error = call(&session).await.unwrap_err();
    assert_eq!(error.reason(), Some(ErrorReason::SessionEnded));
    assert_eq!(store.current(), None);

    let error = call(&session).await.unwrap_err();
    assert!(matches!(error, Error::NotSignedIn), "{error:?}");
}

#[tokio::test]
async fn a_refusal_carries_the_id_of_the_call_even_where_the_server_sends_none() {
    let fake = Fake::default();
    let (session, _) = session(&fake, tokens(0, Duration::from_mins(10))).await;
    let request = v1::SignInRequest {
        email: "a@example.org".into(),
        password: "x".into(),
    };

    let error = Error::from(session.auth().sign_in(request).await.unwrap_err());

    assert_eq!(error.reason(), Some(ErrorReason::CredentialsRefused));
    assert_eq!(error.request_id().unwrap().len(), 36);
}

#[tokio::test]
async fn signing_out_forgets_the_tokens_even_of_a_session_that_is_over() {
    let ended = Fake(Arc::new(State {
        ended: true,
        ..State::default()
    }));
    for fake in [Fake::default(), ended] {
        let (session, store) = session(&fake, tokens(0, Duration::from_secs(5))).await;
        session.sign_out(false).await.unwrap();
        assert_eq!(store.current(), None);
    }
}

#[tokio::test]
async fn the_lock_of_a_store_keeps_others_out_until_it_is_dropped() {
    let store = MemoryTokens::new(tokens(0, Duration::from_mins(1)));
    let mut guard = store.lock().await.unwrap();
    assert!(futures::FutureExt::now_or_never(store.lock()).is_none());
    guard
        .store(Some(Tokens::from(tokens(1, Duration::from_mins(1)))))
        .await
        .unwrap();
    drop(guard);
    let mut next = futures::FutureExt::now_or_never(store.lock())
        .unwrap()
        .unwrap();
    assert_eq!(next.load().await.unwrap().unwrap().access_token, "access-1");
}
