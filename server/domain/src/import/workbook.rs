//! The county's own templates filled in as a workbook (.xlsx): one sheet becomes the records that
//! a CSV file would have, each under the number of its row.
//!
//! An archive has its table of contents at the end, so a workbook is held until it is complete; it
//! is therefore small, and what it unpacks to is measured before it is read.

use std::io::{Cursor, Read as _};

use calamine::{
    Cell, CellErrorType, Data, DataRef, Dimensions, ExcelDateTime, Reader as _, SheetType,
    SheetVisible, Xlsx, XlsxError, XlsxFormulaMetadata,
};

use super::issue::{Issue, IssueCode};

/// Most bytes of a workbook.
const MOST: usize = 4 << 20;
/// Most bytes that it may unpack to.
const UNPACKED: u64 = 32 << 20;
/// Columns beyond this hold no data of a template.
const COLUMNS: u32 = 200;

type Book = Xlsx<Cursor<Vec<u8>>>;

/// A workbook that is arriving.
#[derive(Default)]
pub(super) struct Workbook {
    bytes: Vec<u8>,
    too_large: bool,
}

/// A row of the sheet.
pub(super) struct SheetRow {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Its cells as text, the first column's first.
    pub(super) cells: Vec<String>,
}

impl Workbook {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.too_large |= self.bytes.len() + bytes.len() > MOST;
        if self.too_large {
            self.bytes = Vec::new();
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Gives each row that has something in it, in order and with what is wrong with its cells,
    /// until `row` says to stop. What is to say of the sheet as a whole goes to `issues`.
    ///
    /// # Errors
    /// Why the workbook can't be read.
    pub(super) fn read(
        self,
        names: [&str; 2],
        issues: &mut Vec<Issue>,
        mut row: impl FnMut(SheetRow, Vec<Issue>) -> bool,
    ) -> Result<(), Issue> {
        if self.too_large {
            let message = format!(
                "The workbook is larger than {} MiB. Delete the sheets and pictures that are not \
                 needed, or save the sheet as CSV UTF-8.",
                MOST >> 20
            );
            return Err(Issue::new(IssueCode::FileTooLarge, message));
        }
        let hidden = measure(&self.bytes)?;
        let mut book: Book = Xlsx::new(Cursor::new(self.bytes)).map_err(|error| damaged(&error))?;
        let sheet = choose(&book, names, issues)?;
        if hidden {
            let message = "The workbook has hidden rows or columns. They were read like the \
                           others: check that they belong to the data.";
            issues.push(Issue::new(IssueCode::HiddenCells, message));
        }
        let merged = book
            .merge_cells_by_sheet_name(&sheet)
            .map_err(|error| damaged(&error))?;
        refuse_uncomputed(&mut book, &sheet, issues)?;
        let mut cells = book
            .worksheet_cells_reader(&sheet)
            .map_err(|error| damaged(&error))?;
        let percents: Vec<bool> = cells.styles().iter().map(is_percent).collect();
        let mut current: Option<(SheetRow, Vec<Issue>)> = None;
        while let Some((cell, style)) = cells
            .next_cell_with_style_id()
            .map_err(|error| damaged(&error))?
        {
            let (at, column) = cell.get_position();
            let number = u64::from(at) + 1;
            let text = match text(&cell) {
                Ok(text) if text.is_empty() => continue,
                Ok(text) => Ok(text),
                Err(error) => Err(error),
            };
            if column >= COLUMNS {
                let message = format!(
                    "There is something in column {}, far right of the data. Delete it.",
                    letters(column)
                );
                return Err(place(IssueCode::WrongLayout, message, number, column));
            }
            match &current {
                Some((row, _)) if row.number > number => {
                    return Err(damaged(&XlsxError::Unexpected("rows")));
                }
                Some((row, _)) if row.number == number => {}
                Some(_) | None => {
                    if let Some((done, told)) = current.take()
                        && !row(done, told)
                    {
                        return Ok(());
                    }
                    let started = SheetRow {
                        number,
                        cells: Vec::new(),
                    };
                    let begin = merged.iter().filter(|area| area.start.0 == at);
                    current = Some((started, begin.map(merged_cells).collect()));
                }
            }
            let Some((filling, told)) = &mut current else {
                continue;
            };
            let index = column as usize;
            if filling.cells.len() <= index {
                filling.cells.resize(index + 1, String::new());
            }
            let percent = percents.get(style).copied().unwrap_or_default() && is_number(&cell);
            let text = text.unwrap_or_else(|error| {
                told.push(cell_error(&error, number, column));
                error.to_string()
            });
            if percent {
                told.push(shown_as_percent(&text, number, column));
            }
            if let Some(cell) = filling.cells.get_mut(index) {
                *cell = text;
            }
        }
        if let Some((done, told)) = current {
            row(done, told);
        }
        Ok(())
    }
}

/// Unpacks each part once, to know how large it is, and whether rows or columns are hidden.
fn measure(bytes: &[u8]) -> Result<bool, Issue> {
    const HIDDEN: &[u8] = b" hidden=\"1\"";
    let broken = || {
        let message = "The workbook is damaged or no .xlsx file. Open it, save it again as .xlsx \
                       or as CSV UTF-8, and upload that.";
        Issue::new(IssueCode::WrongLayout, message)
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    let (mut total, mut hidden) = (0_u64, false);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| broken())?;
        let sheet = part
            .name()
            .is_ok_and(|name| name.starts_with("xl/worksheets/"));
        let mut part = part.take(UNPACKED - total + 1);
        let mut buffer = vec![0; 64 << 10];
        let mut kept = 0;
        loop {
            let room = buffer.get_mut(kept..).unwrap_or_default();
            let read = part.read(room).map_err(|_| broken())?;
            if read == 0 {
                break;
            }
            total += read as u64;
            if total > UNPACKED {
                let message = format!(
                    "The workbook unpacks to more than {} MiB. Keep only the sheet with the data, \
                     or save it as CSV UTF-8.",
                    UNPACKED >> 20
                );
                return Err(Issue::new(IssueCode::FileTooLarge, message));
            }
            let filled = buffer.get(..kept + read).unwrap_or_default();
            hidden |= sheet && filled.windows(HIDDEN.len()).any(|part| part == HIDDEN);
            // What was looked for may lie across two reads.
            let start = filled.len().saturating_sub(HIDDEN.len());
            let length = filled.len() - start;
            buffer.copy_within(start..start + length, 0);
            kept = length;
        }
    }
    Ok(hidden)
}

/// The sheet that is named like the data set, or else the first one that can be seen.
fn choose(book: &Book, names: [&str; 2], issues: &mut Vec<Issue>) -> Result<String, Issue> {
    let sheets: Vec<_> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .collect();
    let is_meant = |sheet: &&&calamine::Sheet| {
        names
            .iter()
            .any(|name| sheet.name.trim().eq_ignore_ascii_case(name))
    };
    let chosen = sheets.iter().find(is_meant).or(sheets.first());
    let Some(chosen) = chosen else {
        let message = "The workbook has no sheet that can be seen. Show the sheet with the data.";
        return Err(Issue::new(IssueCode::WrongLayout, message));
    };
    if sheets.len() > 1 {
        let message = format!(
            "The workbook has {} sheets; \"{}\" was read. Name a sheet \"{}\" to have that one \
             read.",
            sheets.len(),
            chosen.name,
            names[0]
        );
        issues.push(Issue::new(IssueCode::SheetChosen, message));
    }
    Ok(chosen.name.clone())
}

/// Merged cells have their value in one place only, so the others would count as empty.
fn merged_cells(area: &Dimensions) -> Issue {
    let message = format!(
        "The cells {} to {} are merged. Undo that and fill in each cell.",
        name(area.start.0, area.start.1),
        name(area.end.0, area.end.1)
    );
    let line = u64::from(area.start.0) + 1;
    place(IssueCode::MergedCells, message, line, area.start.1)
}

/// A formula's last value stands in the file, unless no program computed it.
fn refuse_uncomputed(book: &mut Book, sheet: &str, issues: &mut Vec<Issue>) -> Result<(), Issue> {
    let mut cells = book
        .worksheet_cells_reader(sheet)
        .map_err(|error| damaged(&error))?;
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|error| damaged(&error))?
    {
        let formula: Option<XlsxFormulaMetadata> = cell.formula;
        if formula.is_some() && cell.value == DataRef::Empty {
            let message = "This cell has a formula without its value. Open the workbook in a \
                           spreadsheet program and save it, or type the value.";
            let (row, column) = cell.pos;
            let line = u64::from(row) + 1;
            issues.push(place(IssueCode::CellError, message.into(), line, column));
        }
    }
    Ok(())
}

fn is_percent(style: &calamine::Style) -> bool {
    let format = style.number_format.as_ref();
    format.is_some_and(|format| format.format_code.contains('%'))
}

fn is_number(cell: &Cell<DataRef<'_>>) -> bool {
    matches!(cell.get_value(), DataRef::Int(_) | DataRef::Float(_))
}

/// What the cell says, as a CSV file would.
fn text(cell: &Cell<DataRef<'_>>) -> Result<String, CellErrorType> {
    Ok(match cell.get_value() {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(value) => Data::Bool(*value).to_string().to_uppercase(),
        DataRef::DateTime(moment) => date(*moment),
        DataRef::Error(error) => return Err(error.clone()),
    })
}

/// A number without the dust of its binary form: 0.30000000000000004 is 0.3.
fn decimal(number: f64) -> String {
    let text = format!("{number:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

fn date(moment: ExcelDateTime) -> String {
    if moment.is_duration() {
        return decimal(moment.as_f64());
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

fn cell_error(error: &CellErrorType, line: u64, column: u32) -> Issue {
    let message = format!("The cell shows the error {error}. Mend its formula, or type the value.");
    place(IssueCode::CellError, message, line, column).with_value(&error.to_string())
}

fn shown_as_percent(text: &str, line: u64, column: u32) -> Issue {
    let message = "The cell is shown as a percentage, so what stands in it is a hundredth of what \
                   you see. Give the counts, or the number without a percentage format.";
    place(IssueCode::CellError, message.into(), line, column).with_value(text)
}

fn damaged(error: &XlsxError) -> Issue {
    let message = match error {
        XlsxError::Password => {
            "The workbook is protected with a password. Save it without one, or as CSV UTF-8."
        }
        _ => {
            "The workbook is damaged. Open it, save it again as .xlsx or as CSV UTF-8, and upload \
             that."
        }
    };
    Issue::new(IssueCode::WrongLayout, message)
}

fn place(code: IssueCode, message: String, line: u64, column: u32) -> Issue {
    let mut issue = Issue::new(code, message).at_line(line);
    issue.cell = Some(format!("{}{line}", letters(column)));
    issue
}

/// The name of a cell as the sheet shows it, such as `C7`; row and column from 0.
fn name(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), u64::from(row) + 1)
}

/// The letters above a column, from 0: `A`, `Z`, `AA`.
pub(super) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_sheet() {
        let all = [0, 25, 26, 51, 52, 701, 702].map(letters);
        assert_eq!(all, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
        assert_eq!(name(6, 2), "C7");
    }

    #[test]
    fn numbers_are_written_as_people_typed_them() {
        assert_eq!(decimal(900_001.0), "900001");
        assert_eq!(decimal(0.1 + 0.2), "0.3");
        assert_eq!(decimal(61.5), "61.5");
        assert_eq!(decimal(-0.0), "0");
    }
}
