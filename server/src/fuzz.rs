//! What the fuzz targets of `tests/fuzz` reach into: the checks of what callers bring along as
//! proof. Only with the feature `fuzz`; no program of ours is built with it for use.

use std::path::Path;

use llpr_store::Session;

use crate::auth::folder::Folder;
use crate::auth::keys::{KeysError, Secret, TokenKeys, secret};
use crate::auth::{Tokens, read_refresh_token, refresh_token};
use crate::paging::Pages;

/// The keys of a folder, and what is signed and sealed with them.
#[derive(Debug)]
pub struct Seals {
    tokens: Tokens,
    secret: Secret,
}

impl Seals {
    /// Opens a folder of keys, or makes it.
    ///
    /// # Errors
    /// Where the folder can't be used.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        let folder = Folder::open(path)?;
        Ok(Self {
            tokens: Tokens::new(TokenKeys::open(&folder)?),
            secret: secret(&folder)?,
        })
    }

    /// An access token, valid from `now` for `life`, both in seconds.
    pub fn access_token(&self, user: &str, session: &str, now: i64, life: i64) -> Option<String> {
        self.tokens.access(&of(user, session, 1), now, life).ok()
    }

    /// User and session of an access token that is accepted at `now`.
    pub fn verified(&self, token: &str, now: i64) -> Option<(String, String)> {
        let identity = self.tokens.verify(token, now).ok()?;
        Some((identity.user, identity.session))
    }

    /// The refresh token of a generation of a session.
    pub fn refresh_token(&self, session: &str, generation: i64) -> String {
        refresh_token(&self.secret, &of("", session, generation))
    }

    /// Session and generation of a refresh token that is accepted.
    pub fn read_refresh_token(&self, token: &str) -> Option<(String, i64)> {
        read_refresh_token(&self.secret, token)
    }

    /// The page token of a list for what comes after a key.
    pub fn page_token(&self, list: &str, key: &(String, i64)) -> Option<String> {
        self.pages(list).token(Some(key)).ok()
    }

    /// The key of a page token that a list accepts.
    pub fn page(&self, list: &str, token: &str) -> Option<(String, i64)> {
        self.pages(list).read(0, 1, token).ok()?.after
    }

    fn pages(&self, list: &str) -> Pages<'_> {
        Pages::bound_to(&self.secret, list.as_bytes().to_vec())
    }
}

fn of(user: &str, session: &str, generation: i64) -> Session {
    Session {
        id: session.to_owned(),
        user: user.to_owned(),
        generation,
        expires_at: i64::MAX,
    }
}
