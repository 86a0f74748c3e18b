//! Signing in: keys, tokens, passwords.

pub(crate) mod folder;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod link_secret;
mod passwords;
pub(crate) mod service_secret;
mod tokens;

pub use passwords::Hashing;
pub(crate) use passwords::{Accepted, PasswordError, Passwords};
pub(crate) use tokens::{Tokens, read_refresh_token, refresh_token};
