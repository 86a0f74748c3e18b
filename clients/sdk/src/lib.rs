//! The client's side of the contract: connect, sign in, keep the session fresh, read lists page
//! by page, upload files, and errors that a program can act on.
//!
//! The generated clients of [`llpr_proto`] do the calls; this crate gives them a channel that
//! takes care of tokens, request ids and deadlines:
//!
//! ```no_run
//! use std::sync::Arc;
//! use llpr_client::{Client, Error, MemoryTokens, Session, v1};
//!
//! # async fn example() -> Result<(), Error> {
//! let client = Client::connect("https://review.example.org")?;
//! let tokens = client.sign_in("sam@example.org", "correct horse battery").await?;
//! let session = Session::new(client, Arc::new(MemoryTokens::new(tokens)));
//! let school = session
//!     .schools()
//!     .get_school(v1::GetSchoolRequest { name: "schools/900001".into() })
//!     .await?
//!     .into_inner()
//!     .school;
//! # let _ = school; Ok(())
//! # }
//! ```
//!
//! - [`connect`]: the channel to a server;
//! - [`session`]: the session and [`AuthChannel`], which its calls go through;
//! - [`tokens`]: a session's tokens and where they are kept;
//! - [`error`]: what a refusal says;
//! - [`retry`]: repeating idempotent calls;
//! - [`paging`]: lists as streams of items;
//! - [`upload`]: files for `ImportService`, and [`workbook`]: their templates as spreadsheets;
//! - [`report`]: reports of past visits, up and down;
//! - [`ledger`]: the export of `AuditService` as a file.
#![deny(missing_docs)]

mod channel;
mod chunks;
pub mod connect;
pub mod error;
pub mod ledger;
pub mod paging;
pub mod report;
pub mod retry;
pub mod session;
pub mod tokens;
pub mod upload;
pub mod workbook;

pub use llpr_proto::{options::v1::Role, v1, v1::ErrorReason};

pub use channel::AuthChannel;
pub use connect::Client;
pub use error::{Error, PreconditionViolation, Refusal, Violation};
pub use paging::{Page, items};
pub use report::{ReportFile, export_report, upload_report};
pub use retry::{Retry, retry};
pub use session::Session;
pub use tokens::{MemoryTokens, StoreError, TokenGuard, TokenStore, Tokens};
pub use upload::{Progress, Upload, file_sha256, upload_file, upload_import};

/// A new request id for a write: a UUID of version 7.
///
/// Send the same id again when you repeat a write whose outcome you don't know; the server then
/// returns the first outcome.
pub fn request_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
