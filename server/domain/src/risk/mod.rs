//! What the data suggests about a school before anybody judges it (¶10-12).
//!
//! A suggestion is made to be fair to small schools and to schools that differ in intake: it asks
//! whether a school that is really no more than a few points from England would show a result like
//! this one by chance less than one time in twenty. [`beta_binomial`] is the chance, [`count`]
//! turns a published percentage back into children, [`assemble`] picks a school's results out of its
//! figures, [`trial`] puts one measure to the question, [`suggestion`] gathers what stands behind
//! one criterion, [`review`] adds inspections and support, [`words`] says it, and [`funnel`] shows
//! a district's schools together without ranking them. [`pooled`] takes a district's figures
//! together, [`district_review`] is what a SIM writes about the district, and [`preview`]
//! counts what other numbers would do.
//!
//! No correction is made across schools: what is suggested of a school must not change because
//! another school's data did.

pub mod assemble;
pub mod assessment;
pub mod beta_binomial;
pub mod count;
pub mod decision;
pub mod district_review;
pub mod funnel;
pub mod pooled;
pub mod preview;
pub mod review;
pub mod suggestion;
pub mod trial;
pub mod words;

pub use count::Count;
pub use suggestion::{Evidence, Rules, Suggestion};
pub use trial::{Finding, Outcome, Severity, Span, Thresholds, Worse, YearCount};
