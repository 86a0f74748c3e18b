//! Answers as a table, as JSON or as CSV.
//!
//! Tables are for people: on a terminal they fit its width, on a pipe nothing is wrapped or cut
//! and there is no colour. JSON is the proto JSON mapping with every field in it: one array for a
//! list, all its pages together, and one object otherwise. CSV has a line of column names.

use std::io::Write;
use std::sync::LazyLock;

use clap::ValueEnum;
use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};
use futures::{Stream, TryStreamExt};
use llpr_client::Error;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::Value;

use crate::context::Context;
use crate::exit::Failure;

/// How to print an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs: the messages of the contract
    Json,
    /// For spreadsheets
    Csv,
}

/// A column of a table.
pub(crate) struct Column<R> {
    /// Heading; in CSV in lower case with underscores.
    pub(crate) heading: &'static str,
    /// The cell of a record.
    pub(crate) cell: fn(&R) -> String,
}

/// Something that is listed or shown.
pub(crate) trait Record: Sized + 'static {
    /// Columns of a table for people.
    const TABLE: &'static [Column<Self>];
    /// Columns of CSV, and the lines of a single record.
    const ALL: &'static [Column<Self>];
    /// The message as JSON.
    fn json(&self) -> Result<Value, Failure>;
}

/// Implements [`Record`] for a message of the contract.
macro_rules! record {
    ($message:ident, table: [$($heading:literal => $cell:expr),* $(,)?]) => {
        crate::output::record!(
            $message,
            table: [$($heading => $cell),*],
            all: [$($heading => $cell),*]
        );
    };
    (
        $message:ident,
        table: [$($heading:literal => $cell:expr),* $(,)?],
        all: [$($all_heading:literal => $all_cell:expr),* $(,)?]
    ) => {
        impl crate::output::Record for llpr_client::v1::$message {
            const TABLE: &'static [crate::output::Column<Self>] = &[
                $(crate::output::Column { heading: $heading, cell: $cell }),*
            ];
            const ALL: &'static [crate::output::Column<Self>] = &[
                $(crate::output::Column { heading: $all_heading, cell: $all_cell }),*
            ];
            fn json(&self) -> Result<serde_json::Value, crate::exit::Failure> {
                crate::output::json(stringify!($message), self)
            }
        }
    };
}
pub(crate) use record;

static POOL: LazyLock<Option<DescriptorPool>> =
    LazyLock::new(|| DescriptorPool::decode(llpr_proto::DESCRIPTOR_IMAGE).ok());

/// The contract's descriptors.
pub(crate) fn pool() -> Result<&'static DescriptorPool, Failure> {
    POOL.as_ref()
        .ok_or_else(|| Failure::Other("The contract built into this program is damaged.".into()))
}

/// A message of package `llpr.v1` as proto JSON.
pub(crate) fn json(message: &str, value: &impl prost::Message) -> Result<Value, Failure> {
    let descriptor = pool()?
        .get_message_by_name(&format!("llpr.v1.{message}"))
        .ok_or_else(|| Failure::Other(format!("The contract has no message {message}.")))?;
    let mut dynamic = DynamicMessage::new(descriptor);
    dynamic
        .transcode_from(value)
        .map_err(|error| Failure::Other(format!("{message} can't be written: {error}")))?;
    dynamic_json(&dynamic)
}

/// A message as proto JSON, with every field that has a value or a default.
pub(crate) fn dynamic_json(message: &DynamicMessage) -> Result<Value, Failure> {
    let options = SerializeOptions::new().skip_default_fields(false);
    message
        .serialize_with_options(serde_json::value::Serializer, &options)
        .map_err(|error| Failure::Other(format!("The answer can't be written as JSON: {error}")))
}

impl Context {
    /// Prints all records of a list as they come, or at most `limit`.
    pub(crate) async fn list<R: Record>(
        &mut self,
        records: impl Stream<Item = Result<R, Error>>,
        limit: Option<usize>,
        nothing: &str,
    ) -> Result<(), Failure> {
        futures::pin_mut!(records);
        let mut left = limit.unwrap_or(usize::MAX);
        let mut sheet = self.sheet::<R>()?;
        while left > 0 {
            let Some(record) = records.try_next().await? else {
                break;
            };
            sheet.add(&record, self)?;
            left -= 1;
        }
        sheet.end(self, nothing)
    }

    /// Prints records that are all there.
    pub(crate) fn rows<'a, R: Record>(
        &mut self,
        records: impl IntoIterator<Item = &'a R>,
        nothing: &str,
    ) -> Result<(), Failure> {
        let mut sheet = self.sheet::<R>()?;
        for record in records {
            sheet.add(record, self)?;
        }
        sheet.end(self, nothing)
    }

    /// Prints one record: line by line for people.
    pub(crate) fn one<R: Record>(&mut self, record: &R) -> Result<(), Failure> {
        match self.format {
            Format::Table => {
                let lines = R::ALL
                    .iter()
                    .map(|column| (column.heading, (column.cell)(record)));
                self.card(lines)
            }
            Format::Json => self.object(&record.json()?),
            Format::Csv => self.rows([record], ""),
        }
    }

    /// Prints names and values below each other; what is empty is left out.
    pub(crate) fn card<'a>(
        &mut self,
        lines: impl IntoIterator<Item = (&'a str, String)>,
    ) -> Result<(), Failure> {
        let lines: Vec<_> = lines
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let width = lines.iter().map(|(name, _)| name.chars().count()).max();
        for (name, value) in lines {
            let width = width.unwrap_or_default() + 1;
            writeln!(
                self.io.out,
                "{:width$} {}",
                format!("{name}:"),
                plain(&value)
            )?;
        }
        Ok(())
    }

    /// Prints a JSON value.
    pub(crate) fn object(&mut self, value: &Value) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.io.out, value).map_err(std::io::Error::from)?;
        Ok(writeln!(self.io.out)?)
    }

    fn sheet<R: Record>(&mut self) -> Result<Sheet, Failure> {
        Ok(match self.format {
            Format::Table => {
                let bold = self.io.out_is_terminal && std::env::var_os("NO_COLOR").is_none();
                Sheet::Table(Box::new(table(
                    R::TABLE.iter().map(|column| column.heading),
                    bold,
                    self.io.width.filter(|_| self.io.out_is_terminal),
                )))
            }
            Format::Json => {
                write!(self.io.out, "[")?;
                Sheet::Json { first: true }
            }
            Format::Csv => {
                let names = R::ALL.iter().map(|column| column_name(column.heading));
                write_csv(&mut self.io.out, names)?;
                Sheet::Csv
            }
        })
    }
}

/// A list that is being printed. JSON and CSV go out at once; a table needs its widths first.
enum Sheet {
    Table(Box<Table>),
    Json { first: bool },
    Csv,
}

impl Sheet {
    fn add<R: Record>(&mut self, record: &R, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Table(table) => {
                let cells = R::TABLE.iter().map(|column| plain(&(column.cell)(record)));
                table.add_row(cells);
            }
            Self::Json { first } => {
                let text = serde_json::to_string_pretty(&record.json()?)
                    .map_err(std::io::Error::from)?
                    .replace('\n', "\n  ");
                let comma = if *first { "" } else { "," };
                write!(context.io.out, "{comma}\n  {text}")?;
                *first = false;
            }
            Self::Csv => {
                let cells = R::ALL.iter().map(|column| harmless((column.cell)(record)));
                write_csv(&mut context.io.out, cells)?;
            }
        }
        Ok(())
    }

    fn end(self, context: &mut Context, nothing: &str) -> Result<(), Failure> {
        match self {
            Self::Table(table) if table.is_empty() => context.say(nothing),
            Self::Table(table) => {
                for line in table.lines() {
                    writeln!(context.io.out, "{}", line.trim_end())?;
                }
                Ok(())
            }
            Self::Json { first: true } => Ok(writeln!(context.io.out, "]")?),
            Self::Json { first: false } => Ok(writeln!(context.io.out, "\n]")?),
            Self::Csv => Ok(()),
        }
    }
}

fn table<'a>(headings: impl Iterator<Item = &'a str>, bold: bool, width: Option<u16>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).force_no_tty();
    if bold {
        table.enforce_styling();
    }
    if let Some(width) = width {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    table.set_header(headings.map(|heading| {
        let cell = Cell::new(heading);
        if bold {
            cell.add_attribute(Attribute::Bold)
        } else {
            cell
        }
    }));
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

/// Writes a line of CSV.
pub(crate) fn write_csv(
    out: &mut (impl Write + ?Sized),
    cells: impl IntoIterator<Item = String>,
) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(cells).map_err(std::io::Error::from)?;
    Ok(writer.flush()?)
}

fn column_name(heading: &str) -> String {
    heading.to_lowercase().replace([' ', '-'], "_")
}

/// A CSV cell that no spreadsheet takes for a formula.
pub(crate) fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_plain_number(&cell) {
        format!("'{cell}")
    } else {
        cell
    }
}

fn is_plain_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

/// Text without control characters, which could steer the terminal or forge lines.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// A number of things: `1 row`, `2 rows`.
pub(crate) fn count(number: impl Into<i64>, one: &str) -> String {
    match number.into() {
        1 => format!("1 {one}"),
        number => format!("{number} {one}s"),
    }
}

/// A time as people and spreadsheets read it: `2026-09-01 14:05` in UTC.
pub(crate) fn time(time: Option<prost_types::Timestamp>) -> String {
    time.and_then(|time| chrono::DateTime::from_timestamp(time.seconds, 0))
        .map(|time| time.format("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use llpr_client::v1;

    #[test]
    fn cells_that_look_like_formulas_are_neutralised_and_numbers_are_not() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+44 20", "'+44 20"),
            ("-cmd", "'-cmd"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("-1.5", "-1.5"),
            ("+12", "+12"),
            ("-1.", "'-1."),
            ("--1", "'--1"),
            ("St Mary's", "St Mary's"),
        ] {
            assert_eq!(harmless(cell.into()), written);
        }
    }

    #[test]
    fn json_is_the_proto_mapping_with_every_field() {
        let import = v1::Import {
            name: "imports/1".into(),
            state: v1::ImportState::Staged.into(),
            row_count: 7,
            create_time: Some(prost_types::Timestamp {
                seconds: 0,
                nanos: 0,
            }),
            ..Default::default()
        };
        let value = json("Import", &import).unwrap();
        assert_eq!(value["state"], "IMPORT_STATE_STAGED");
        // 64-bit numbers are strings in the mapping.
        assert_eq!(value["rowCount"], "7");
        assert_eq!(value["addedCount"], "0");
        assert_eq!(value["createTime"], "1970-01-01T00:00:00Z");
        // What is absent stays absent.
        assert!(value.get("applyTime").is_none());
    }
}
