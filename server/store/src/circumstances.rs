//! What is known of schools beside figures: groups, inspections, support, the visits of the past and
//! their reports. One file for each.
//!
//! A statement of a file becomes a row; the rows of one subject (a school or a group) are
//! combined with those that stand, and merge in place (see [`crate::imports`]).

pub mod groups;
pub mod inspections;
pub mod past_reports;
pub mod past_visits;
pub mod report_upload;
pub mod support;

use crate::error::StoreError;

/// A stored word of one of the domain's enums.
fn word<T>(found: Option<T>, text: &str) -> Result<T, StoreError> {
    found.ok_or_else(|| StoreError::Corrupt(format!("word {text}")))
}
