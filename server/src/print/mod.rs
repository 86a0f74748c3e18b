//! What is printed, in words: documents of `llpr-paper` made from what the store knows.

mod district_pack;
mod figures;

pub(crate) use district_pack::district_pack;
