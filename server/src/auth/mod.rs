//! Signing in: keys, tokens, passwords.

pub(crate) mod folder;
pub(crate) mod keys;
pub(crate) mod ledger;
mod passwords;
pub(crate) mod service_secret;
mod tokens;

pub(crate) use passwords::{PasswordError, Passwords, objection};
pub(crate) use tokens::{Tokens, read_refresh_token, refresh_token};
