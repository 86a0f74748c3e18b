//! The gRPC server.
//!
//! A call passes the transport stack ([`transport`]: limits, request id, trace, deny by default),
//! then [`enter`], which decides access and validates, then one handler in
//! `services/<resource>/<rpc>.rs`, which asks the store and answers. [`services`] shows the whole
//! surface on one page.

pub mod admin;
mod auth;
pub mod backup;
pub mod clock;
pub mod config;
mod context;
mod convert;
pub mod enter;
#[cfg(feature = "fuzz")]
pub mod fuzz;
pub mod keys_admin;
mod limits;
pub mod logging;
mod mail;
mod paging;
mod print;
mod problem;
mod programme;
mod services;
mod transport;

pub use auth::Hashing;
pub use clock::Clock;
pub use config::Config;
pub use transport::{Running, Stack, StartError, start, start_at};
