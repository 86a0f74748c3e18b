//! Documents on paper: what the review prints, as PDF that a screen reader can read (PDF/UA-1).
//!
//! A document is a template (`templates/*.typ`, typst's language) and data in words. The template
//! sees its data and the shared parts of the house style, and nothing else: no file, no network,
//! no clock, no font of the machine. The same data gives the same bytes.

mod district_pack;
mod typeset;

pub use district_pack::{
    ActionLine, DistrictPack, FigureLine, Point, SchoolPage, SuggestionLine, YearCell, YearRow,
    YearTable,
};
pub use typeset::{PaperError, Printing};
