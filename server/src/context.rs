//! What every handler may use.

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};

use llpr_store::{Intent, Store};
use prost::Message;

use crate::auth::keys::Secret;
use crate::auth::ledger::LedgerKeys;
use crate::auth::{Passwords, Tokens};
use crate::clock::Clock;
use crate::config::Config;
use crate::mail::Mailer;

/// Store, clock, keys and settings. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Cx {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) tokens: Tokens,
    pub(crate) ledger_keys: LedgerKeys,
    pub(crate) passwords: Passwords,
    pub(crate) secret: Secret,
    pub(crate) uploads: Semaphore,
    /// Documents that are set in type at once.
    pub(crate) printing: Semaphore,
    pub(crate) mailer: Mailer,
    /// Told when something was put into the outbox.
    pub(crate) post: Notify,
    /// This server among those that share the database.
    pub(crate) instance: String,
}

impl std::ops::Deref for Cx {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl Cx {
    pub(crate) fn new(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The intent of a write: its moment, and what makes its repetition harmless. `request` is
    /// the request without its id. The hash is keyed, because a request may hold a password.
    pub(crate) fn intent(&self, method: &str, request_id: &str, request: &impl Message) -> Intent {
        let hash = self
            .secret
            .mac("request", &[method.as_bytes(), &request.encode_to_vec()]);
        Intent {
            now: self.clock.micros(),
            request_id: (!request_id.is_empty()).then(|| request_id.to_owned()),
            request_hash: hex::encode(hash),
        }
    }
}
