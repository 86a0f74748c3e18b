//! Reading the files that people upload: bytes in, rows and plain-word issues out.
//!
//! The path of a byte: `decode` looks at how the file begins, `records` cuts it into records
//! (csv-core), `decode` turns each into text, and `reader` hands it to the layout of the dataset
//! (`districts`, `gias_establishments`, `ks2`). Each layout is one table of columns.
//!
//! A [`Reader`] keeps a flat memory: one record of at most 1 MiB, and a small entry per row to
//! find duplicates; a workbook (`workbook`) is small and held whole. What it says does not depend on how the bytes were cut into chunks.

mod absence;
mod attendance;
mod cells;
mod census;
mod county;
mod county_columns;
mod dataset;
mod decode;
mod districts;
mod ees;
mod fields;
mod format;
mod gias_columns;
mod gias_establishments;
mod gias_group_links;
mod gias_groups;
mod gias_links;
mod issue;
mod ks2;
mod ks2_columns;
mod last_year;
mod layout;
mod left_out;
mod ofsted;
mod ofsted_columns;
mod opening;
mod people;
mod places;
mod pupil_data;
mod reader;
mod records;
mod refusals;
mod rows;
mod shape;
mod statement;
mod support_history;
mod suspensions;
#[cfg(test)]
mod tests;
mod wide;
mod workbook;

pub use dataset::{Dataset, UnknownDataset, YearRule};
pub use decode::Encoding;
pub use issue::{Class, Issue, IssueCode};
pub use people::{PersonLine, RoleLine};
pub use reader::{Reader, Request, Summary};
pub use records::RECORD_LIMIT;
pub use rows::{Batch, FigureRow, Row};
pub use statement::Statement;
