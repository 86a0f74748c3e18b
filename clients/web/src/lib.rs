//! The web client: pages rendered on the server, for people with a browser.
//!
//! It holds no data. Each request opens the browser's sealed cookie, speaks to the server over
//! gRPC through [`llpr_client`] as the signed-in person, and seals the cookie again where the
//! session's tokens changed. So any number of web servers with the same keys serve the same
//! person.
//!
//! ```no_run
//! use llpr_web::{Config, new_session_key, start};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let running = start(Config {
//!     session_keys: vec![new_session_key()?],
//!     secure_cookies: false,
//!     ..Config::default()
//! })
//! .await?;
//! println!("http://{}", running.address());
//! running.stop().await;
//! # Ok(()) }
//! ```
//!
//! A tour: `app` is the router and its layers on one page; `seal` is the cookie and `browser`
//! what it says about the person; `csrf` is the form type; `failure` is what can go wrong in a
//! handler, and `pages::errors` the page that comes of it; `pages` holds one file per page.
#![deny(missing_docs)]

mod app;
mod assets;
mod browser;
mod caller;
mod config;
mod csrf;
mod failure;
mod headers;
mod health;
mod kept;
mod local_path;
mod pages;
mod request;
mod run;
mod seal;
#[cfg(test)]
mod tests;
mod words;

pub use config::{Config, ConfigError};
pub use health::{HealthError, healthcheck};
pub use run::{Running, StartError, start};
pub use seal::{KeyError, new_session_key};
