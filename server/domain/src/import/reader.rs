//! The reader: pushes bytes through, row by row, and says what it found.

use super::dataset::Dataset;
use super::decode::{At, Decoded, Decoder, Encoding, Opened, Opening, Refusal, Text};
use super::issue::{Class, Issue, IssueCode};
use super::layout::{Header, Record};
use super::opening::{Candidate, RowReader, best};
use super::pupil_data;
use super::records::{Splitter, Step};
use super::refusals::{
    EMPTY, FALLBACK, INVALID, MIXED, NO_ROWS, refused, refused_header, years_in,
};
use super::rows::{Batch, Row};
use super::shape::Shape;
use super::workbook::{Workbook, letters};
use crate::figure::Place;
use crate::school::SchoolRecord;
use crate::year::AcademicYear;

/// What a file is said to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The kind of file.
    pub dataset: Dataset,
    /// The academic year, where the dataset needs one.
    pub year: Option<AcademicYear>,
    /// The file's name as uploaded; only compared with the year.
    pub file_name: String,
}

/// What a file was, once it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Physical lines read, the header among them.
    pub lines: u64,
    /// Records read: without the header, comments and blank records, with the faulty ones.
    pub rows: u64,
    /// How the text was encoded.
    pub encoding: Encoding,
    /// The layout that was recognised, or `unknown`.
    pub layout: &'static str,
    /// Columns that were left out because nobody knows them.
    pub unknown_columns: Vec<String>,
    /// Rows given that are about a school.
    pub schools: u64,
    /// Rows given to compare with: local authorities and England.
    pub comparators: u64,
    /// Whether any issue was fatal.
    pub fatal: bool,
}

/// Reads one file. Whatever the chunks, the rows and issues are the same.
///
/// After an issue that makes reading on senseless (an error page, a wrong layout, a missing
/// column, a bad encoding, an open quote) further bytes are ignored.
pub struct Reader {
    request: Request,
    opening: Option<Opening>,
    splitter: Option<Splitter>,
    decoder: Decoder,
    text: Text,
    header: Header,
    body: Option<Box<dyn RowReader>>,
    workbook: Option<Workbook>,
    stopped: bool,
    shape: Shape,
    summary: Summary,
}

impl Reader {
    /// A reader for one file.
    pub fn new(request: Request) -> Self {
        Self {
            request,
            opening: Some(Opening::new()),
            splitter: None,
            decoder: Decoder::new(Encoding::Utf8),
            text: Text::default(),
            header: Header::default(),
            body: None,
            workbook: None,
            stopped: false,
            shape: Shape::default(),
            summary: Summary {
                lines: 0,
                rows: 0,
                encoding: Encoding::Utf8,
                layout: "unknown",
                unknown_columns: Vec::new(),
                schools: 0,
                comparators: 0,
                fatal: false,
            },
        }
    }

    /// Reads the next bytes; adds what they complete to `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Batch) {
        let before = (out.rows.len(), out.issues.len());
        let opened = self.opening.as_mut().map(|opening| opening.push(bytes));
        match opened {
            Some(opened) => self.opened(opened, out),
            None => match &mut self.workbook {
                Some(workbook) => workbook.push(bytes),
                None => self.feed(bytes, out),
            },
        }
        self.count(before, out);
    }

    /// Fills what the file has no column for from the school as it stands in the register.
    pub fn keep_unsupplied(&self, record: &mut SchoolRecord, standing: &SchoolRecord) {
        if let Some(rows) = &self.body {
            rows.keep_unsupplied(record, standing);
        }
    }

    /// Ends the file: reads what is left and sums up. Bytes pushed later are not read.
    pub fn finish(&mut self, out: &mut Batch) -> Summary {
        let before = (out.rows.len(), out.issues.len());
        if let Some(mut opening) = self.opening.take() {
            let opened = opening.finish();
            let lines = opening.lines();
            if opened == Opened::Waiting {
                self.summary.lines = lines.passed();
                self.stop(Issue::new(IssueCode::EmptyFile, EMPTY), out);
            }
            self.opening = Some(opening);
            self.opened(opened, out);
        }
        self.summary.encoding = self.decoder.encoding();
        if let Some(workbook) = self.workbook.take() {
            self.summary.encoding = Encoding::Workbook;
            self.read_workbook(workbook, out);
        }
        self.finish_records(out);
        self.count(before, out);
        self.stopped = true;
        self.summary.clone()
    }

    fn opened(&mut self, opened: Opened, out: &mut Batch) {
        let Some(opening) = &self.opening else {
            return;
        };
        match opened {
            Opened::Waiting => {}
            Opened::Refused(refusal) => {
                let line = opening.lines().line();
                self.summary.lines = line;
                self.opening = None;
                let issue = refused(self.request.dataset, refusal);
                self.stop(issue.at_line(line), out);
            }
            Opened::Archive(bytes) if self.request.dataset.template().is_some() => {
                let mut workbook = Workbook::default();
                workbook.push(&bytes);
                self.workbook = Some(workbook);
                self.opening = None;
            }
            Opened::Archive(_) => self.opened(Opened::Refused(Refusal::Spreadsheet), out),
            Opened::Ready(bytes) => {
                self.decoder = Decoder::new(opening.encoding());
                self.splitter = Some(Splitter::new(opening.lines()));
                self.opening = None;
                self.feed(&bytes, out);
            }
        }
    }

    fn feed(&mut self, bytes: &[u8], out: &mut Batch) {
        let mut rest = bytes;
        while !self.stopped {
            let Some(splitter) = &mut self.splitter else {
                return;
            };
            let (used, step) = splitter.step(rest);
            rest = rest.get(used..).unwrap_or_default();
            match step {
                Step::NeedsInput => return,
                Step::Record => self.record(out),
                Step::TooLong => {
                    let line = splitter.record_line();
                    let open = splitter.open_field_line();
                    self.summary.lines = line;
                    self.stop(
                        Issue::new(
                            IssueCode::RowTooLong,
                            format!(
                                "The row that starts on line {line} is longer than 1 MiB. Most \
                                 likely a quotation mark on line {open} is never closed. Download \
                                 the file again, or correct that line."
                            ),
                        )
                        .at_line(line),
                        out,
                    );
                }
            }
        }
    }

    /// The current record of the splitter is complete.
    fn record(&mut self, out: &mut Batch) {
        let Some(splitter) = &self.splitter else {
            return;
        };
        let line = splitter.record_line();
        if splitter.is_blank() {
            self.shape.blank(line);
            return;
        }
        let decoded = self.decoder.decode(splitter, &mut self.text);
        if self.encoded(decoded, out) {
            self.take_text(line, out);
        }
    }

    /// Reads the sheet of a workbook, row by row.
    fn read_workbook(&mut self, workbook: Workbook, out: &mut Batch) {
        let dataset = self.request.dataset;
        let mut about = Vec::new();
        let read = workbook.read(
            [dataset.as_str(), dataset.title()],
            &mut about,
            |row, told| {
                let known = out.issues.len();
                let short = self.header.len().saturating_sub(row.cells.len());
                let cells = row.cells.iter().map(String::as_str);
                self.text.set(cells.chain(std::iter::repeat_n("", short)));
                self.summary.lines = row.number;
                // Above the column names stand titles and explanations.
                if self.body.is_some() {
                    out.issues.extend(told);
                }
                self.take_text(row.number, out);
                self.name_cells(row.number, out.issues.get_mut(known..).unwrap_or_default());
                !self.stopped
            },
        );
        out.issues.extend(about);
        if let Err(issue) = read {
            self.stop(issue, out);
        }
    }

    /// Says of the issues of a row in which cell they are.
    fn name_cells(&self, line: u64, issues: &mut [Issue]) {
        for issue in issues.iter_mut().filter(|issue| issue.line == Some(line)) {
            let column = issue.column.as_deref();
            let position = column.and_then(|column| self.header.position(column));
            if let Some(position) = position.and_then(|position| u32::try_from(position).ok()) {
                issue.cell = Some(format!("{}{line}", letters(position)));
            }
        }
    }

    /// The text of a record is there.
    fn take_text(&mut self, line: u64, out: &mut Batch) {
        let first = self.text.get(0).unwrap_or("");
        if self.body.is_none() {
            let comments = self.request.dataset.template().is_some();
            if !(comments && first.starts_with('#')) {
                self.read_header(line, out);
            }
            return;
        }
        self.summary.rows += 1;
        let spills = self.body.as_ref().is_some_and(|rows| rows.spills());
        if !spills || self.text.len() < self.header.len() {
            self.shape.row(line, &self.text, self.header.len());
        }
        let record = Record {
            line,
            text: &self.text,
            header: &self.header,
        };
        if let Some(rows) = &mut self.body {
            rows.record(record, out);
        }
    }

    /// Tells what the encoding brought; whether the record is text.
    fn encoded(&mut self, decoded: Decoded, out: &mut Batch) -> bool {
        let issue = |code, at: At, message: &str, header: &Header| {
            let issue = Issue::new(code, message).at_line(at.line);
            match header.name(at.field) {
                "" => issue,
                name => issue.in_column(name),
            }
        };
        match decoded {
            Decoded::Plain => true,
            Decoded::Fallback(at) => {
                let code = IssueCode::EncodingFallback;
                out.issues.push(issue(code, at, FALLBACK, &self.header));
                true
            }
            Decoded::Mixed(at) => {
                self.summary.lines = at.line;
                self.stop(
                    issue(IssueCode::MixedEncoding, at, MIXED, &self.header),
                    out,
                );
                false
            }
            Decoded::Invalid(at) => {
                self.summary.lines = at.line;
                self.stop(
                    issue(IssueCode::InvalidEncoding, at, INVALID, &self.header),
                    out,
                );
                false
            }
        }
    }

    fn read_header(&mut self, line: u64, out: &mut Batch) {
        self.header = Header::new(&self.text);
        self.summary.lines = line;
        if self.is_title() {
            let message = "The line above the column names was left out. Nothing to do.";
            let issue = Issue::new(IssueCode::TitleLine, message).at_line(line);
            out.issues.push(issue.with_value(self.header.name(0)));
            return;
        }
        let pupils = pupil_data::issues(&self.header, line);
        if !pupils.is_empty() {
            self.stopped = true;
            out.issues.extend(pupils);
            return;
        }
        let Some(candidate) = best(&self.request, &self.header) else {
            return;
        };
        if self.refuses(&candidate, line, out) {
            self.stopped = true;
            return;
        }
        for name in &candidate.unknown {
            let message = format!("The column \"{name}\" is not known and was left out.");
            let issue = Issue::new(IssueCode::UnknownColumn, message);
            out.issues.push(issue.at_line(line).in_column(name));
        }
        self.summary.layout = candidate.layout;
        self.summary.unknown_columns = candidate.unknown;
        self.body = Some(candidate.rows);
        if candidate.needs_year {
            self.check_year(out);
        }
    }

    /// Whether a line in place of the column names is a title, as Ofsted's files of 2015 to 2019
    /// have one: a single cell that is no column's name.
    fn is_title(&self) -> bool {
        let filled = self.header.names().filter(|name| !name.is_empty()).count();
        self.request.dataset == Dataset::Ofsted && filled == 1 && !self.header.has("URN")
    }

    /// Whether the header can't be used; says why.
    fn refuses(&self, candidate: &Candidate, line: u64, out: &mut Batch) -> bool {
        if !candidate.missing.is_empty() {
            out.issues.extend(refused_header(
                self.request.dataset,
                &self.header,
                &candidate.missing,
                line,
            ));
            return true;
        }
        out.issues.extend(candidate.doubled.iter().map(|name| {
            let message = format!(
                "The column \"{name}\" is there twice, and it can't be known which one counts. \
                 Delete one of the two, or download the file again."
            );
            let issue = Issue::new(IssueCode::DuplicateColumn, message);
            issue.at_line(line).in_column(name)
        }));
        !candidate.doubled.is_empty()
    }

    fn check_year(&self, out: &mut Batch) {
        let Some(year) = self.request.year else {
            out.issues.push(Issue::new(
                IssueCode::YearRequired,
                format!(
                    "The {} doesn't say its academic year. Give the year with the import, such as \
                     2018/19.",
                    self.request.dataset.title()
                ),
            ));
            return;
        };
        if let Some(rows) = &self.body {
            rows.check_year(&self.header, year, out);
        }
        let name = &self.request.file_name;
        let years = years_in(name);
        if let Some(other) = years.first()
            && !years.contains(&year)
        {
            out.issues.push(Issue::new(
                IssueCode::FileNameYear,
                format!(
                    "The file's name speaks of {other}, but the import says {year}. Check that it \
                     is the right file."
                ),
            ));
        }
    }

    /// The last record, and the notes about the file as a whole.
    fn finish_records(&mut self, out: &mut Batch) {
        let left = match &mut self.splitter {
            Some(splitter) if !self.stopped => splitter.finish(),
            _ => None,
        };
        match left {
            Some(Ok(())) => self.record(out),
            Some(Err(line)) => {
                self.summary.lines = line;
                let message = format!(
                    "A quotation mark that opens on line {line} is never closed, so the rest of \
                     the file can't be read. The download may have been cut off: download it \
                     again, or correct that line."
                );
                self.stop(Issue::new(IssueCode::OpenQuote, message).at_line(line), out);
            }
            None => {}
        }
        if self.stopped {
            return;
        }
        if let Some(splitter) = &self.splitter {
            self.summary.lines = splitter.lines_read();
        }
        if self.body.is_none() {
            self.stop(Issue::new(IssueCode::EmptyFile, EMPTY), out);
            return;
        }
        if self.summary.rows == 0 {
            out.issues.push(Issue::new(IssueCode::NoRows, NO_ROWS));
        }
        self.shape.notes(self.header.len(), out);
        if let Some(rows) = &self.body {
            rows.finish(out);
        }
    }

    fn stop(&mut self, issue: Issue, out: &mut Batch) {
        self.stopped = true;
        out.issues.push(issue);
    }

    /// Counts what was added to `out` since `before`.
    fn count(&mut self, before: (usize, usize), out: &Batch) {
        for row in out.rows.iter().skip(before.0) {
            match row {
                Row::School { .. }
                | Row::District { .. }
                | Row::Figures {
                    place: Place::School(_),
                    ..
                } => self.summary.schools += 1,
                Row::Figures {
                    place: Place::Authority(..) | Place::England(_),
                    ..
                } => self.summary.comparators += 1,
                Row::Person { .. } => {}
                Row::Statement { statement, .. } => {
                    self.summary.schools += u64::from(statement.urn().is_some());
                }
            }
        }
        let mut new = out.issues.iter().skip(before.1);
        self.summary.fatal |= new.any(|issue| issue.code.class() == Class::Fatal);
    }
}
