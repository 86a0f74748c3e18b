//! Loading files: from upload to taking back, and every way in which a file can be wrong.

mod bad_input;
mod batch;
mod circumstances;
mod figures;
mod health;
mod past_reports;
mod past_visits;
mod pipeline;
mod real_files;
mod workbooks;
