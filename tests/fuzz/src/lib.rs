//! What must hold of whatever comes from outside, as functions that the fuzz targets feed. Each
//! panics where a property is broken, which is how libFuzzer learns of it.
//!
//! `tests/long-run fuzz` runs the targets. An input that broke something is kept as an ordinary
//! unit test of the crate concerned, not here.

pub mod access_tokens;
pub mod files;
pub mod names;
pub mod page_tokens;
pub mod programme;
mod seals;
