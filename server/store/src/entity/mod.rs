//! The tables, as sea-orm knows them. Nothing outside this crate sees these types.

pub(crate) mod district;
pub(crate) mod group_membership;
pub(crate) mod import;
pub(crate) mod import_change;
pub(crate) mod import_issue;
pub(crate) mod import_statement;
pub(crate) mod inspection;
pub(crate) mod invitation;
pub(crate) mod past_visit;
pub(crate) mod role_assignment;
pub(crate) mod school;
pub(crate) mod school_district;
pub(crate) mod school_group;
pub(crate) mod school_link;
pub(crate) mod school_support;
pub(crate) mod user;
