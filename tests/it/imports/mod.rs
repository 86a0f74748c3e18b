//! Loading files: from upload to taking back, and every way in which a file can be wrong.

mod bad_input;
mod circumstances;
mod figures;
mod pipeline;
mod real_files;
