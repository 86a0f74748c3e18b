//! The handlers of `AuditService`.

pub(super) mod export_ledger;
pub(super) mod list_ledger_entries;
pub(super) mod list_ledger_heads;
pub(super) mod list_refusals;
pub(super) mod verify_ledger;
