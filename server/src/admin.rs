//! What is done beside a server's calls: the first administrator.

use llpr_store::{Intent, NewUser, Outcome, User};

use crate::auth::{Accepted, Passwords};
use crate::clock::Clock;
use crate::config::Config;
use crate::transport::{StartError, open_store};

/// Why an administrator was not created.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The database can't be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The store refused.
    #[error("the administrator was not created: {0}")]
    Store(#[from] llpr_store::StoreError),
    /// The password is not accepted.
    #[error("{0}")]
    Password(String),
    /// The e-mail address is none.
    #[error("\"{0}\" is not an e-mail address")]
    Email(String),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// Creates an administrator in the database of a configuration, server running or not.
///
/// # Errors
/// [`AdminError`] says what to do about it.
pub async fn create_administrator(
    config: &Config,
    email: &str,
    name: &str,
    password: String,
) -> Result<User, AdminError> {
    let valid = email
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    if !valid || email.len() > 254 {
        return Err(AdminError::Email(email.to_owned()));
    }
    let hashing = Passwords::new(1, 1, config.auth.hashing)
        .map_err(|error| AdminError::Hash(error.to_string()))?;
    let accepted = hashing.accept(password, email, name).await;
    let hash = match accepted.map_err(|error| AdminError::Hash(error.to_string()))? {
        Accepted::Hash(hash) => hash,
        Accepted::No(objection) => return Err(AdminError::Password(objection)),
    };
    let store = open_store(config).await?;
    let clock = Clock::system();
    let system = store.system("llpr-server admin", clock.today());
    let new = NewUser {
        email: email.to_owned(),
        display_name: name.to_owned(),
        password_hash: Some(hash),
    };
    let created = store
        .create_administrator(&system, Intent::at(clock.micros()), new)
        .await;
    store.close().await;
    match created? {
        Outcome::Done(user) => Ok(user),
        Outcome::Repeated(name) => {
            Err(llpr_store::StoreError::Corrupt(format!("{name} was made before")).into())
        }
    }
}
