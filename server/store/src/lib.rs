//! The database: the only crate that names sea-orm.
//!
//! Every read takes an [`Access`], which only [`Store::authorise`] makes, after one query for
//! session, roles and containment. Every write goes through [`Store::write`], which checks the
//! assignment again inside the transaction and leaves its idempotency and ledger rows there. The
//! one bypass is [`Store::system`], for work that no caller asked for.
//!
//! A tour: [`engine`] opens SQLite or PostgreSQL; [`access`] makes the proofs; [`write`] owns
//! transactions; [`ledger`] chains what was done; then one file per aggregate.

#![deny(missing_docs)]

pub mod access;
mod audit;
pub mod backup;
pub mod circumstances;
pub mod contexts;
mod engine;
mod entity;
mod error;
pub mod follow_up;
pub mod imports;
mod invitations;
mod lease;
mod ledger;
mod links;
mod outbox;
mod page;
mod people;
mod predecessors;
pub mod programme;
pub mod register;
pub mod risk;
mod service_accounts;
mod sessions;
mod sql;
mod write;

pub mod figures;
pub mod health;
mod people_list;

pub use access::{Access, Denied, Identity, Rule};
pub use audit::{Actor, LedgerFilter, ListedEntry, Refusals};
pub use engine::{Engine, Options, Store};
pub use error::{Refusal, StoreError};
pub use invitations::{Invitation, InvitationState, NewInvitation};
pub use ledger::{LedgerEntry, LedgerState, ReadsLedger, SignedHead, StoredEntry};
pub use links::{Link, LinkPurpose, LinkRequest, Wish};
pub use outbox::{DueMail, Mail, MailKind, MailState};
pub use page::{Page, Slice};
pub use people::{
    Assignment, AssignmentFilter, NewAssignment, NewUser, User, UserChange, UserKind,
};
pub use people_list::{PeoplePlan, PlannedPerson};
pub use service_accounts::{
    NewServiceAccount, NewToken, ServiceAccount, ServiceAccountToken, ServiceCredential,
};
pub use sessions::{Credential, OwnSession, Rotation, Session};
pub use write::{Intent, Outcome};
