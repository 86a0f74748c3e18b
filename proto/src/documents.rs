//! The contract's documents as Markdown, for whoever shows them beside the contract.

/// How to call, for third parties.
pub const GUIDE: &str = include_str!("../README.md");
/// Every service, method, message and field.
pub const REFERENCE: &str = include_str!("../docs/reference.md");
/// Who may call what.
pub const ACCESS: &str = include_str!("../docs/access.md");
/// Every reason of refusal and what to do about it.
pub const ERRORS: &str = include_str!("../docs/errors.md");
/// What changed.
pub const CHANGES: &str = include_str!("../CHANGELOG.md");
