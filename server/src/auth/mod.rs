//! Signing in: keys, tokens, passwords.

pub(crate) mod keys;
mod passwords;
mod tokens;

pub(crate) use passwords::{PasswordError, Passwords, objection};
pub(crate) use tokens::{Tokens, read_refresh_token, refresh_token};
