//! The county's own templates as workbooks, for people who keep their lists in a spreadsheet.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// Rows that are ready to be filled in as text, so that nothing turns into a date or loses its
/// zeros.
const READY: u32 = 2_000;

/// A data set's template as an `.xlsx` file: a sheet with its column names, named like the data
/// set, and a sheet with the explanations.
///
/// `template` is [`Dataset.template`](crate::v1::Dataset::template).
///
/// # Errors
/// Where the data set's name can't be a sheet's.
pub fn template(dataset: &str, template: &str) -> Result<Vec<u8>, XlsxError> {
    let (explanations, rows): (Vec<&str>, Vec<&str>) =
        template.lines().partition(|line| line.starts_with('#'));
    let columns: Vec<&str> = rows
        .first()
        .map_or(Vec::new(), |row| row.split(',').collect());
    let heading = Format::new().set_bold().set_text_wrap();
    let text = Format::new().set_num_format("@");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(dataset)?;
    for (index, name) in (0_u16..).zip(&columns) {
        sheet.write_with_format(0, index, *name, &heading)?;
        sheet.set_column_width(index, 18)?;
        for row in 1..=READY {
            sheet.write_blank(row, index, &text)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let about = workbook.add_worksheet().set_name("Explanations")?;
    about.set_column_width(0, 110)?;
    for (row, line) in (0_u32..).zip(explanations) {
        about.write(row, 0, line.trim_start_matches('#').trim_start())?;
    }
    workbook.save_to_buffer()
}
