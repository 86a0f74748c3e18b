//! A session's tokens and where they are kept.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use futures::FutureExt;
use futures::future::BoxFuture;
use llpr_proto::v1::SessionTokens;

use crate::error::Error;

/// The tokens of a session. `Debug` doesn't print them.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Goes with every call; lives for minutes.
    pub access_token: String,
    /// When the access token stops working.
    pub access_token_expire_time: SystemTime,
    /// Gets the next pair, once.
    pub refresh_token: String,
    /// When the session ends unless it is refreshed before.
    pub refresh_token_expire_time: SystemTime,
}

impl Tokens {
    /// Whether the access token still works at `now` for at least `margin`.
    pub fn is_fresh(&self, now: SystemTime, margin: Duration) -> bool {
        now + margin < self.access_token_expire_time
    }

    /// Whether the session is over at `now`, so that no refresh can help.
    pub fn is_over(&self, now: SystemTime) -> bool {
        now >= self.refresh_token_expire_time && !self.is_fresh(now, Duration::ZERO)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("access_token_expire_time", &self.access_token_expire_time)
            .field("refresh_token_expire_time", &self.refresh_token_expire_time)
            .finish_non_exhaustive()
    }
}

impl From<SessionTokens> for Tokens {
    /// A missing time counts as long past, so that the token is refreshed before its first use.
    fn from(tokens: SessionTokens) -> Self {
        let time = |time: Option<prost_types::Timestamp>| {
            time.and_then(|time| SystemTime::try_from(time).ok())
                .unwrap_or(SystemTime::UNIX_EPOCH)
        };
        Self {
            access_token: tokens.access_token,
            access_token_expire_time: time(tokens.access_token_expire_time),
            refresh_token: tokens.refresh_token,
            refresh_token_expire_time: time(tokens.refresh_token_expire_time),
        }
    }
}

/// Why a [`TokenStore`] failed.
pub type StoreError = Box<dyn StdError + Send + Sync>;

/// Where a session's tokens are kept.
///
/// A refresh token works once, and using it a second time ends the session. So whoever refreshes
/// takes [`TokenStore::lock`], reads again what stands, and only then uses it. A store that
/// several processes share must keep them apart with that lock too.
pub trait TokenStore: Send + Sync + 'static {
    /// What stands now; `None` when nobody is signed in. Doesn't wait for a lock.
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, StoreError>>;

    /// Waits until nobody else holds the lock, and takes it until the guard is dropped.
    fn lock(&self) -> BoxFuture<'_, Result<Box<dyn TokenGuard + '_>, StoreError>>;
}

/// The right to replace a session's tokens.
pub trait TokenGuard: Send {
    /// What stands now.
    fn load(&mut self) -> BoxFuture<'_, Result<Option<Tokens>, StoreError>>;

    /// Replaces what stands; `None` when the session has ended.
    fn store(&mut self, tokens: Option<Tokens>) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Tokens in memory, for a process that holds the session elsewhere or not at all.
///
/// A web client makes one from its cookie at the start of a request, and writes
/// [`MemoryTokens::current`] back to the cookie if it differs at the end.
#[derive(Debug, Default)]
pub struct MemoryTokens {
    current: RwLock<Option<Tokens>>,
    turn: tokio::sync::Mutex<()>,
}

impl MemoryTokens {
    /// Keeps these tokens.
    pub fn new(tokens: impl Into<Tokens>) -> Self {
        Self {
            current: RwLock::new(Some(tokens.into())),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// What stands now.
    pub fn current(&self) -> Option<Tokens> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Replaces what stands, such as after signing in.
    pub fn replace(&self, tokens: Option<Tokens>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = tokens;
    }
}

impl TokenStore for MemoryTokens {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, StoreError>> {
        let current = self.current();
        async { Ok(current) }.boxed()
    }

    fn lock(&self) -> BoxFuture<'_, Result<Box<dyn TokenGuard + '_>, StoreError>> {
        async {
            let guard = MemoryGuard {
                tokens: self,
                _turn: self.turn.lock().await,
            };
            Ok(Box::new(guard) as Box<dyn TokenGuard + '_>)
        }
        .boxed()
    }
}

struct MemoryGuard<'a> {
    tokens: &'a MemoryTokens,
    _turn: tokio::sync::MutexGuard<'a, ()>,
}

impl TokenGuard for MemoryGuard<'_> {
    fn load(&mut self) -> BoxFuture<'_, Result<Option<Tokens>, StoreError>> {
        self.tokens.load()
    }

    fn store(&mut self, tokens: Option<Tokens>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.tokens.replace(tokens);
        async { Ok(()) }.boxed()
    }
}

pub(crate) fn store_failed(error: StoreError) -> Error {
    Error::Store(Arc::from(error))
}
