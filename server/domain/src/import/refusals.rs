//! Why a file is refused as a whole, in words.

use super::dataset::Dataset;
use super::decode::Refusal;
use super::issue::{Issue, IssueCode};
use super::layout::Header;
use super::opening::candidates;
use super::reader::Request;
use crate::year::AcademicYear;

pub(super) const EMPTY: &str = "The file is empty. Download it again.";
pub(super) const NO_ROWS: &str =
    "The file has column names and no rows. Download it again, or fill it in.";
pub(super) const FALLBACK: &str = "The file is not UTF-8 and was read as Windows-1252 from here on. Check \
                        that names with accents and apostrophes look right.";
pub(super) const MIXED: &str = "The file starts as UTF-8 and goes on in another encoding, so letters would \
                     be garbled. Download it again, or save it once as CSV UTF-8.";
pub(super) const INVALID: &str = "There are bytes here that are no text. Download the file again, or save it \
                       as CSV UTF-8.";

/// A file that is no CSV file.
pub(super) fn refused(dataset: Dataset, refusal: Refusal) -> Issue {
    match refusal {
        Refusal::ErrorPage => Issue::new(
            IssueCode::ErrorPage,
            "This is an error page, not data: the download went wrong. Download the file again.",
        ),
        Refusal::Spreadsheet if dataset == Dataset::Ofsted => Issue::new(
            IssueCode::WrongLayout,
            "This is a spreadsheet, as Ofsted's file of 2015 is, not a CSV file. Open it, choose \
             the sheet with one row for each school, and save it as CSV UTF-8; a title line above \
             the column names may stay.",
        ),
        Refusal::Spreadsheet if dataset.template().is_some() => Issue::new(
            IssueCode::WrongLayout,
            "This is a spreadsheet of an older kind, or one with a password. Save it as .xlsx \
             without a password, or as CSV UTF-8.",
        ),
        Refusal::Spreadsheet => Issue::new(
            IssueCode::WrongLayout,
            "This is a spreadsheet or a zip archive, not a CSV file. Unpack it, or open it and \
             save it as CSV UTF-8.",
        ),
        Refusal::Utf16 => Issue::new(
            IssueCode::InvalidEncoding,
            "The file is in UTF-16 (\"Unicode text\"). Save it as CSV UTF-8.",
        ),
    }
}

/// Files that are known by a column and can't be imported as any dataset.
const OTHERS: [(&str, &str); 3] = [
    ("TRUST_UID", "the key stage 2 file for trusts"),
    ("time_period", "a file from Explore Education Statistics"),
    ("Field Name", "a list of explanations of columns, not data"),
];

/// Why a header is refused: another dataset's file, or each missing column.
pub(super) fn refused_header(
    dataset: Dataset,
    header: &Header,
    missing: &[String],
    line: u64,
) -> Vec<Issue> {
    let fits = |dataset: Dataset| {
        let request = Request {
            dataset,
            year: None,
            file_name: String::new(),
        };
        let mut candidates = candidates(&request, header).into_iter();
        candidates.any(|candidate| candidate.missing.is_empty())
    };
    let wrong = |message| vec![Issue::new(IssueCode::WrongLayout, message).at_line(line)];
    let mut others = Dataset::ALL.iter().filter(|other| **other != dataset);
    if let Some(other) = others.find(|other| fits(**other)) {
        let (title, name) = (other.title(), other.as_str());
        return wrong(format!("This looks like the {title}: use dataset {name}."));
    }
    if let Some((_, other)) = OTHERS.iter().find(|(column, _)| header.has(column)) {
        let (title, name) = (dataset.title(), dataset.as_str());
        return wrong(format!(
            "This looks like {other}. Dataset {name} needs the {title}."
        ));
    }
    let source = if dataset.template().is_some() {
        "Start from the template".to_owned()
    } else {
        format!(
            "Download the {} again with all its columns",
            dataset.title()
        )
    };
    let issue = |name: &String| {
        let message = format!(
            "The file has no column \"{name}\", which is needed. {source}, or restore the line \
             with the column names."
        );
        let issue = Issue::new(IssueCode::MissingColumn, message);
        issue.at_line(line).in_column(name)
    };
    missing.iter().map(issue).collect()
}

/// The academic years that a file's name speaks of, such as `2018-2019` and `201819`.
pub(super) fn years_in(name: &str) -> Vec<AcademicYear> {
    let numbers: Vec<&str> = name
        .split(|letter: char| !letter.is_ascii_digit())
        .collect();
    let single = numbers.iter().filter_map(|number| number.parse().ok());
    let pairs = numbers
        .windows(2)
        .filter_map(|pair| pair.join("-").parse().ok());
    pairs.chain(single).collect()
}
