//! Follow-up of the risk analysis (¶13): contacts with schools and with those who answer for academies,
//! and actions until they are done.

pub mod action;
pub mod contact;
