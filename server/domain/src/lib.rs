//! The programme's rules: pure functions and types, no database, network, clock or randomness.

#![deny(missing_docs)]

pub mod access;
pub mod context;
pub mod disclosure;
pub mod district;
pub mod figure;
pub mod follow_up;
pub mod group;
pub mod health;
pub mod import;
pub mod inspection;
pub mod london;
pub mod measure;
mod names;
pub mod past_report;
pub mod past_visit;
pub mod programme;
pub mod risk;
pub mod rule;
pub mod school;
pub mod support;
pub mod urn;
pub mod year;
