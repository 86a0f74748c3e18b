//! What was found wrong or worth knowing in a file, in plain words for a data officer.

/// What an issue means for the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nothing of the file is applied.
    Fatal,
    /// The row is kept and waits, for example for its school to appear in the register.
    Pending,
    /// Worth knowing; the import goes on.
    Note,
}

macro_rules! codes {
    ($( $(#[$meta:meta])* $variant:ident = $text:literal, $class:ident; )+) => {
        /// The kinds of issue. The stored form is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IssueCode {
            $( $(#[$meta])* $variant, )+
        }

        impl IssueCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The stored form, such as `MISSING_COLUMN`.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }

            /// Reads the stored form.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $( $text => Some(Self::$variant), )+ _ => None }
            }

            /// What it means for the import.
            pub const fn class(self) -> Class {
                match self { $( Self::$variant => Class::$class, )+ }
            }
        }
    };
}

codes! {
    // The file as a whole: reading stops.
    /// A web page or an error message saved as a file.
    ErrorPage = "ERROR_PAGE", Fatal;
    /// Another kind of file.
    WrongLayout = "WRONG_LAYOUT", Fatal;
    /// A column that is needed is not there.
    MissingColumn = "MISSING_COLUMN", Fatal;
    /// A column that is used is there twice.
    DuplicateColumn = "DUPLICATE_COLUMN", Fatal;
    /// A column for single pupils: their data is not taken in.
    PupilData = "PUPIL_DATA", Fatal;
    /// Nothing in the file.
    EmptyFile = "EMPTY_FILE", Fatal;
    /// A header and nothing else.
    NoRows = "NO_ROWS", Fatal;
    /// Bytes that are no text.
    InvalidEncoding = "INVALID_ENCODING", Fatal;
    /// Two encodings in one file.
    MixedEncoding = "MIXED_ENCODING", Fatal;
    /// A quotation mark that is never closed.
    OpenQuote = "OPEN_QUOTE", Fatal;
    /// One record of more than 1 MiB.
    RowTooLong = "ROW_TOO_LONG", Fatal;

    /// Cells that are merged over rows.
    MergedCells = "MERGED_CELLS", Fatal;
    /// A cell of a workbook without a usable value.
    CellError = "CELL_ERROR", Fatal;

    // The file against what was asked for.
    /// The import needs an academic year and has none.
    YearRequired = "YEAR_REQUIRED", Fatal;
    /// The columns speak for another year than the import.
    YearMismatch = "YEAR_MISMATCH", Fatal;
    /// The file's name speaks for another year than the import.
    FileNameYear = "FILE_NAME_YEAR", Note;
    /// Fewer or more bytes than announced (found by the caller).
    SizeMismatch = "SIZE_MISMATCH", Fatal;
    /// Another SHA-256 than announced (found by the caller).
    HashMismatch = "HASH_MISMATCH", Fatal;
    /// More bytes than allowed (found by the caller).
    FileTooLarge = "FILE_TOO_LARGE", Fatal;
    /// Far fewer schools than stand (found by the caller).
    FewerSchools = "FEWER_SCHOOLS", Fatal;

    // Single cells and rows: reading goes on, to tell all of them at once.
    /// Text in a column of numbers that is no known marker.
    UnknownMarker = "UNKNOWN_MARKER", Fatal;
    /// A number out of range, or no number.
    InvalidNumber = "INVALID_NUMBER", Fatal;
    /// No date.
    InvalidDate = "INVALID_DATE", Fatal;
    /// No URN.
    InvalidUrn = "INVALID_URN", Fatal;
    /// A word that is none of the allowed ones, or nothing where something is needed.
    InvalidValue = "INVALID_VALUE", Fatal;
    /// A period that ends before it starts.
    InvalidPeriod = "INVALID_PERIOD", Fatal;
    /// Two periods of one school that overlap.
    OverlappingPeriods = "OVERLAPPING_PERIODS", Fatal;
    /// The same key twice with different content.
    ContradictingDuplicate = "CONTRADICTING_DUPLICATE", Fatal;

    /// A school that the register doesn't hold yet (found by the caller).
    UnknownSchool = "UNKNOWN_SCHOOL", Pending;

    /// The same key twice with the same content; counted once.
    IdenticalDuplicate = "IDENTICAL_DUPLICATE", Note;
    /// Not UTF-8, read as Windows-1252.
    EncodingFallback = "ENCODING_FALLBACK", Note;
    /// Rows with fewer or more fields than the header.
    RaggedRow = "RAGGED_ROW", Note;
    /// Rows without content.
    BlankRow = "BLANK_ROW", Note;
    /// A column that is not known and left out.
    UnknownColumn = "UNKNOWN_COLUMN", Note;
    /// Rows that are not meant to be loaded, such as those of regions.
    RowsLeftOut = "ROWS_LEFT_OUT", Note;
    /// Establishments that belong to no local authority, left out.
    NoAuthority = "NO_AUTHORITY", Note;
    /// Rows that were left out, for the reason that the message gives.
    LeftOut = "LEFT_OUT", Note;
    /// Outcomes in words that are not known, kept as they are.
    UnknownOutcome = "UNKNOWN_OUTCOME", Note;
    /// A line above the column names, left out.
    TitleLine = "TITLE_LINE", Note;
    /// Which of a workbook's sheets was read.
    SheetChosen = "SHEET_CHOSEN", Note;
    /// Hidden rows or columns of a workbook, read like the others.
    HiddenCells = "HIDDEN_CELLS", Note;
}

/// One thing found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What kind of thing.
    pub code: IssueCode,
    /// Line of the file, from 1: the first line of the record. Absent for the file as a whole.
    pub line: Option<u64>,
    /// The column's name as the file's header has it, at most 80 characters.
    pub column: Option<String>,
    /// The cell of a workbook's sheet, such as `C7`.
    pub cell: Option<String>,
    /// The cell's text, at most 80 characters.
    pub value: Option<String>,
    /// What is wrong and what to do next, in plain words.
    pub message: String,
}

/// Longest column name and value kept with an issue, in characters.
const KEPT: usize = 80;

impl Issue {
    /// An issue of the file as a whole.
    pub fn new(code: IssueCode, message: impl Into<String>) -> Self {
        Self {
            code,
            line: None,
            column: None,
            cell: None,
            value: None,
            message: message.into(),
        }
    }

    /// Says where: a line, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Says which column; cut to 80 characters.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(shortened(column));
        self
    }

    /// Says which value; cut to 80 characters.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = Some(shortened(value));
        self
    }
}

/// At most 80 characters of a text.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(KEPT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back() {
        for code in IssueCode::ALL {
            assert_eq!(IssueCode::parse(code.as_str()), Some(*code));
        }
        assert_eq!(IssueCode::OpenQuote.class(), Class::Fatal);
        assert_eq!(IssueCode::UnknownSchool.class(), Class::Pending);
        assert_eq!(IssueCode::RaggedRow.class(), Class::Note);
    }

    #[test]
    fn a_long_value_is_cut() {
        let issue = Issue::new(IssueCode::InvalidUrn, "m").with_value(&"é".repeat(100));
        assert_eq!(issue.value.unwrap().chars().count(), 80);
    }
}
