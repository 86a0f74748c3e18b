//! Files of figures with a column for each: one row per place and period, of whatever layout.
//!
//! A layout is a [`Table`]: who and when, the figures with their columns and formats, the markers,
//! and the names that are known and left out. What differs beyond names is a [`Source`]: whose row
//! it is, and what the file means otherwise than it says.

use super::format::{Format, Wrong};
use super::issue::{Issue, IssueCode};
use super::layout::{Column, Found, Header, Layout, Record};
use super::left_out::{LeftOut, Why};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, FigureRow, Met, Row, Seen};
use crate::figure::{Marker, Period, Place, PupilGroup, Value};
use crate::measure::Measure;
use crate::urn::AuthorityCode;
use crate::year::AcademicYear;

/// What a column of a place says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    RecordType,
    Authority,
    Establishment,
    Urn,
    Name,
    Level,
    Phase,
    Year,
    Term,
    /// All pupils of the school; `NEW` for a new school.
    Roll,
    /// Pupils of the age at the end of key stage 2.
    OfAge,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Key(Key),
    /// A part of the figure with this number in the table.
    Figure(usize, Part),
}

/// A part of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Value,
    Numerator,
    Denominator,
    Cohort,
}

/// A figure and its columns.
pub(super) struct Spec {
    measure: Measure,
    group: PupilGroup,
    format: Format,
    required: bool,
    names: Vec<(Part, Vec<String>)>,
}

impl Spec {
    /// A figure whose number stands in the first of these columns that the file has.
    pub(super) fn new(measure: Measure, group: PupilGroup, format: Format, names: &[&str]) -> Self {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            measure,
            group,
            format,
            required: false,
            names: vec![(Part::Value, names)],
        }
    }

    /// A file without it is refused.
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The numerator's and the denominator's columns.
    pub(super) fn from(self, numerator: &str, denominator: &str) -> Self {
        self.part(Part::Numerator, numerator)
            .part(Part::Denominator, denominator)
    }

    /// The column of the pupils that it speaks of.
    pub(super) fn of(self, cohort: &str) -> Self {
        self.part(Part::Cohort, cohort)
    }

    fn part(mut self, part: Part, name: &str) -> Self {
        self.names.push((part, vec![name.to_owned()]));
        self
    }
}

/// A layout of a file of figures.
pub(super) struct Table {
    pub(super) layout: &'static str,
    /// Names, whether required, and what the column says of the place.
    pub(super) keys: &'static [(&'static [&'static str], bool, Key)],
    pub(super) figures: Vec<Spec>,
    /// How counts beside a figure are written.
    pub(super) counts: Format,
    pub(super) markers: &'static [(&'static str, Marker)],
    pub(super) known: &'static [&'static [&'static str]],
    /// The year that the import says: for files without a column for it, their year; for others
    /// the only year that is wanted.
    pub(super) year: Option<AcademicYear>,
}

impl Table {
    fn layout(&self) -> Layout<Field> {
        let keys = self.keys.iter().map(|(names, required, key)| Column {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            required: *required,
            field: Field::Key(*key),
        });
        let figures = self.figures.iter().enumerate().flat_map(|(index, spec)| {
            spec.names.iter().map(move |(part, names)| Column {
                names: names.clone(),
                required: spec.required && *part == Part::Value,
                field: Field::Figure(index, *part),
            })
        });
        Layout {
            columns: keys.chain(figures).collect(),
            known: self.known,
        }
    }

    /// The layout as it fits a header, read by a source.
    pub(super) fn open(self, header: &Header, source: impl Source + 'static) -> Candidate {
        let layout = self.layout();
        let in_file = self.keys.iter().any(|(_, _, key)| *key == Key::Year);
        let candidate = Candidate::new(self.layout, layout.find(header), |found| {
            Rows::new(&self, found, source)
        });
        if in_file {
            candidate
        } else {
            candidate.needing_year()
        }
    }
}

/// Whose row it is.
pub(super) struct Site {
    pub(super) place: Place,
    /// The local authority of the row; none for England.
    pub(super) authority: Option<AuthorityCode>,
    pub(super) name: String,
    /// Which column says so, for messages.
    pub(super) said_by: Key,
}

/// Why a row gives nothing: an issue was told, or it is not meant to.
pub(super) enum Skip {
    Told,
    LeftOut(Why),
}

/// A row, with its cells by what they say.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) record: Record<'a>,
    found: &'a Found<Field>,
}

impl<'a> Cells<'a> {
    /// A cell, trimmed; empty if the file or the row doesn't have it.
    pub(super) fn get(&self, key: Key) -> &'a str {
        self.record.cell(self.position(key))
    }

    fn position(&self, key: Key) -> Option<usize> {
        self.found.position(Field::Key(key))
    }

    /// Tells an issue of a cell.
    pub(super) fn tell(&self, key: Key, code: IssueCode, message: &str, out: &mut Batch) -> Skip {
        let issue = self.record.issue(code, self.position(key), message);
        out.issues.push(issue);
        Skip::Told
    }
}

/// What a layout means beyond its columns.
pub(super) trait Source: Send + Sync {
    /// Whose row it is.
    fn site(&self, cells: Cells<'_>, out: &mut Batch) -> Result<Site, Skip>;

    /// The period of a row whose layout has a column for it, and what the year's number alone
    /// can't say.
    fn period(&self, _cells: Cells<'_>, _out: &mut Batch) -> Result<Period, Skip> {
        Ok(Period::Year)
    }

    /// Compares the year that the import says with the header.
    fn check_year(&self, _header: &Header, _year: AcademicYear, _out: &mut Batch) {}

    /// What a row without any figure means.
    fn empty(&self, _cells: Cells<'_>) -> Option<FigureRow> {
        None
    }

    /// Corrects what the cells of a row don't mean.
    fn correct(
        &self,
        _cells: Cells<'_>,
        _figures: &mut [FigureRow],
        _out: &mut Batch,
    ) -> Result<(), Skip> {
        Ok(())
    }
}

/// Where a figure's parts stand: its value in the file, its counts in the list of count columns.
struct Resolved {
    measure: Measure,
    group: PupilGroup,
    format: Format,
    value: usize,
    numerator: Option<usize>,
    denominator: Option<usize>,
    cohort: Option<usize>,
}

/// Columns of counts, each once however many figures use it.
#[derive(Default)]
struct Counts(Vec<usize>);

impl Counts {
    /// The number in the list of a column.
    fn index(&mut self, position: usize) -> usize {
        let known = self.0.iter().position(|known| *known == position);
        known.unwrap_or_else(|| {
            self.0.push(position);
            self.0.len() - 1
        })
    }
}

/// Reads the rows of a file of figures.
struct Rows<S> {
    found: Found<Field>,
    figures: Vec<Resolved>,
    counts: Counts,
    count_format: Format,
    markers: &'static [(&'static str, Marker)],
    year: Option<AcademicYear>,
    source: S,
    seen: Seen,
    left_out: LeftOut,
    given: bool,
}

impl<S: Source> Rows<S> {
    fn new(table: &Table, found: Found<Field>, source: S) -> Self {
        let mut counts = Counts::default();
        for key in [Key::Roll, Key::OfAge] {
            if let Some(position) = found.position(Field::Key(key)) {
                counts.index(position);
            }
        }
        let mut figures = Vec::with_capacity(table.figures.len());
        for (index, spec) in table.figures.iter().enumerate() {
            let position = |part| found.position(Field::Figure(index, part));
            let Some(value) = position(Part::Value) else {
                continue;
            };
            let mut count = |part| position(part).map(|position| counts.index(position));
            figures.push(Resolved {
                measure: spec.measure,
                group: spec.group,
                format: spec.format,
                value,
                numerator: count(Part::Numerator),
                denominator: count(Part::Denominator),
                cohort: count(Part::Cohort),
            });
        }
        Self {
            figures,
            counts,
            count_format: table.counts,
            markers: table.markers,
            year: table.year,
            found,
            source,
            seen: Seen::default(),
            left_out: LeftOut::default(),
            given: false,
        }
    }

    /// The year and the period of a row.
    fn when(&self, cells: Cells<'_>, out: &mut Batch) -> Result<(AcademicYear, Period), Skip> {
        let period = self.source.period(cells, out)?;
        if cells.position(Key::Year).is_none() {
            // The reader has said that the year is missing.
            return self.year.map(|year| (year, period)).ok_or(Skip::Told);
        }
        let year: AcademicYear = cells.get(Key::Year).parse().map_err(|_| {
            let message = "This is not an academic year such as 202324. Download the file again; \
                           if it was edited, a column may have moved.";
            cells.tell(Key::Year, IssueCode::InvalidValue, message, out)
        })?;
        match self.year {
            Some(wanted) if wanted != year => Err(Skip::LeftOut(Why::OtherYear)),
            _ => Ok((year, period)),
        }
    }

    /// All figures of a row; every trouble of the row is told.
    fn values(&self, record: Record<'_>, out: &mut Batch) -> Result<Vec<FigureRow>, Skip> {
        let mut sound = true;
        let mut read = |position: usize, format: Format| {
            let text = record.cell(Some(position));
            if text.is_empty() {
                return None;
            }
            if let Some((_, marker)) = self.markers.iter().find(|(word, _)| *word == text) {
                return Some(Value::Marker(*marker));
            }
            match format.read(text) {
                Ok(number) => Some(Value::Number(number)),
                Err(wrong) => {
                    sound = false;
                    let issue = self.cell_issue(record, position, text, &wrong);
                    // A column may be a figure and the count of another: told once.
                    let of_row = out.issues.iter().rev();
                    let mut of_row = of_row.take_while(|told| told.line == issue.line);
                    if !of_row.any(|told| *told == issue) {
                        out.issues.push(issue);
                    }
                    None
                }
            }
        };
        let counts: Vec<Option<i64>> = self
            .counts
            .0
            .iter()
            .map(|position| read(*position, self.count_format).and_then(Value::number))
            .collect();
        let count = |index: Option<usize>| counts.get(index?).copied().flatten();
        let mut figures = Vec::with_capacity(self.figures.len());
        for figure in &self.figures {
            let Some(value) = read(figure.value, figure.format) else {
                continue;
            };
            figures.push(FigureRow {
                measure: figure.measure,
                group: figure.group,
                value,
                numerator: count(figure.numerator),
                denominator: count(figure.denominator),
                cohort: count(figure.cohort).and_then(|pupils| u32::try_from(pupils).ok()),
            });
        }
        if sound { Ok(figures) } else { Err(Skip::Told) }
    }

    fn cell_issue(&self, record: Record<'_>, position: usize, text: &str, wrong: &Wrong) -> Issue {
        match wrong {
            Wrong::Text => {
                let words: String = text.chars().take(40).collect();
                let markers: Vec<&str> = self.markers.iter().map(|(word, _)| *word).collect();
                let markers = match markers.split_last() {
                    Some((last, [])) => format!("the marker {last}"),
                    Some((last, others)) => {
                        format!("one of the markers {} and {last}", others.join(", "))
                    }
                    None => "a marker".to_owned(),
                };
                record.issue(
                    IssueCode::UnknownMarker,
                    Some(position),
                    format!(
                        "\"{words}\" is neither a number nor {markers}. Check the cell against \
                         the Department's file."
                    ),
                )
            }
            Wrong::Number(rule) => record.issue(
                IssueCode::InvalidNumber,
                Some(position),
                format!("{rule} Check the cell against the Department's file."),
            ),
        }
    }

    /// The row, if it is sound and not left out.
    fn row(&self, record: Record<'_>, out: &mut Batch) -> Result<(Row, Option<usize>), Skip> {
        let cells = Cells {
            record,
            found: &self.found,
        };
        let when = self.when(cells, out);
        if let Err(Skip::LeftOut(why)) = when {
            return Err(Skip::LeftOut(why));
        }
        let site = self.source.site(cells, out);
        if let Err(Skip::LeftOut(why)) = site {
            return Err(Skip::LeftOut(why));
        }
        // Read even where the place is in trouble, so that all troubles are told at once.
        let figures = self.values(record, out);
        let ((year, period), site, mut figures) = (when?, site?, figures?);
        self.source.correct(cells, &mut figures, out)?;
        if figures.is_empty() {
            figures.extend(self.source.empty(cells));
        }
        let position = cells.position(site.said_by);
        let row = Row::Figures {
            line: record.line,
            place: site.place,
            authority: site.authority,
            name: site.name,
            year,
            period,
            release: None,
            embargo: None,
            figures,
        };
        Ok((row, position))
    }
}

/// One number for a place in a year and period.
pub(super) fn site_key(place: Place, year: AcademicYear, period: Period) -> u64 {
    // Kinds, codes and periods are small positive numbers.
    (u64::from(year.start()) << 40)
        | (u64::from(period.code().unsigned_abs()) << 36)
        | (u64::from(place.kind().unsigned_abs()) << 32)
        | u64::from(place.code().unsigned_abs())
}

impl<S: Source> RowReader for Rows<S> {
    fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let (row, position) = match self.row(record, out) {
            Ok(row) => row,
            Err(Skip::Told) => {
                self.given = true;
                return;
            }
            Err(Skip::LeftOut(why)) => {
                self.left_out.count(why, record.line);
                return;
            }
        };
        self.given = true;
        let Row::Figures {
            place,
            authority,
            name,
            year,
            period,
            figures,
            ..
        } = &row
        else {
            return;
        };
        let key = site_key(*place, *year, *period);
        match self
            .seen
            .meet(key, record.line, &(name, authority, figures))
        {
            Met::Never => out.rows.push(row),
            Met::Same { line } => out.issues.push(record.issue(
                IssueCode::IdenticalDuplicate,
                position,
                format!("The same as line {line}; counted once."),
            )),
            Met::Different { line } => out.issues.push(record.issue(
                IssueCode::ContradictingDuplicate,
                position,
                format!(
                    "{name} is also on line {line}, with other figures. Rows are not added up, \
                     because a pupil may be counted in both. Download the file again, or keep one \
                     of the two lines."
                ),
            )),
        }
    }

    fn check_year(&self, header: &Header, year: AcademicYear, out: &mut Batch) {
        self.source.check_year(header, year, out);
    }

    fn finish(&self, out: &mut Batch) {
        self.left_out.notes(self.given, out);
    }
}
