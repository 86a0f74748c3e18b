//! The county's own templates as workbooks.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::*;
use crate::import::Encoding;

const HEADER: [&str; 8] = [
    "URN",
    "School",
    "Year",
    "Group",
    "Year group",
    "Eligible",
    "Met",
    "Embargo until",
];

fn phonics(name: &str, fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(name).unwrap();
    for (column, heading) in (0..).zip(HEADER) {
        sheet.write(0, column, heading).unwrap();
    }
    fill(sheet);
    workbook.save_to_buffer().unwrap()
}

/// A sound row, in the row with this number.
fn row(sheet: &mut Worksheet, number: u32) {
    let row = number - 1;
    sheet.write(row, 0, 900_000 + number).unwrap();
    sheet.write(row, 2, "2018/19").unwrap();
    sheet.write(row, 5, 30).unwrap();
    sheet.write(row, 6, 25).unwrap();
}

fn cells(batch: &Batch) -> Vec<(&str, &str)> {
    batch
        .issues
        .iter()
        .map(|issue| (issue.code.as_str(), issue.cell.as_deref().unwrap_or("-")))
        .collect()
}

#[test]
fn numbers_texts_dates_and_formulas_say_what_a_csv_file_would() {
    let bytes = phonics("phonics", |sheet| {
        sheet.write(1, 0, 900_001).unwrap();
        sheet.write(1, 2, "2018/19").unwrap();
        sheet.write(1, 3, "all").unwrap();
        sheet.write(1, 5, "030").unwrap();
        let computed = Formula::new("=20+5").set_result("25");
        sheet.write_formula(1, 6, computed).unwrap();
        let day = Format::new().set_num_format("dd/mm/yyyy");
        let date = ExcelDateTime::from_ymd(2019, 12, 11).unwrap();
        sheet.write_with_format(1, 7, &date, &day).unwrap();
    });
    let text = "URN,School,Year,Group,Year group,Eligible,Met,Embargo until\n\
                900001,,2018/19,all,,030,25,2019-12-11\n";
    let (from_book, summary) = read(Dataset::Phonics, &bytes);
    let (from_text, _) = read(Dataset::Phonics, text);
    assert_eq!(from_book, from_text);
    assert_eq!(summary.encoding, Encoding::Workbook);
    assert_eq!(from_book.rows.len(), 1);
    // Whatever the chunks.
    let chunks: Vec<&[u8]> = bytes.chunks(100).collect();
    let chunked = read_as(request(Dataset::Phonics), &chunks);
    assert_eq!(chunked, (from_book, summary));
}

#[test]
fn an_issue_names_the_cell_of_the_sheet() {
    let bytes = phonics("phonics", |sheet| {
        row(sheet, 2);
        sheet.write(6, 0, 900_001).unwrap();
        sheet.write(6, 2, "2018/19").unwrap();
        sheet.write(6, 5, "many").unwrap();
        sheet.write(6, 6, 25).unwrap();
    });
    let (batch, summary) = read(Dataset::Phonics, bytes);
    assert_eq!(
        cells(&batch),
        [("INVALID_NUMBER", "F7")],
        "{:?}",
        batch.issues
    );
    assert!(summary.fatal);
}

#[test]
fn what_a_sheet_hides_is_refused_or_told() {
    let bytes = phonics("phonics", |sheet| {
        row(sheet, 2);
        row(sheet, 3);
        sheet
            .merge_range(1, 3, 2, 3, "all", &Format::new())
            .unwrap();
        let percent = Format::new().set_num_format("0%");
        sheet.write_with_format(2, 6, 0.8, &percent).unwrap();
        sheet.set_row_hidden(2).unwrap();
        let broken = Formula::new("=1/0").set_result("#DIV/0!");
        sheet.write_formula(1, 6, broken).unwrap();
    });
    let (batch, _) = read(Dataset::Phonics, bytes);
    let told = cells(&batch);
    for expected in [
        ("MERGED_CELLS", "D2"),
        ("CELL_ERROR", "G3"),
        ("HIDDEN_CELLS", "-"),
    ] {
        assert!(
            told.contains(&expected),
            "{expected:?} in {:#?}",
            batch.issues
        );
    }
}

#[test]
fn the_sheet_named_like_the_data_set_is_read_and_else_the_first_that_shows() {
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .set_name("Notes")
        .unwrap()
        .write(0, 0, "x")
        .unwrap();
    let sheet = workbook.add_worksheet().set_name("Phonics").unwrap();
    for (column, heading) in (0..).zip(HEADER) {
        sheet.write(0, column, heading).unwrap();
    }
    row(sheet, 2);
    let (batch, summary) = read(Dataset::Phonics, workbook.save_to_buffer().unwrap());
    assert_eq!(cells(&batch), [("SHEET_CHOSEN", "-")]);
    assert_eq!((batch.rows.len(), summary.layout), (1, "phonics-template"));
    let (batch, _) = read(Dataset::Phonics, phonics("Any name", |sheet| row(sheet, 2)));
    assert_eq!((batch.rows.len(), batch.issues), (1, vec![]));
}

#[test]
fn a_template_of_ours_reads_with_its_explanations_above() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let template = Dataset::Districts.template().unwrap();
    for (row, line) in (0..).zip(template.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    let end = u32::try_from(template.lines().count()).unwrap();
    for (column, cell) in (0..).zip(["900001", "Oakfield", "North Marl", "2025-09-01"]) {
        sheet.write(end, column, cell).unwrap();
    }
    let (batch, _) = read(Dataset::Districts, workbook.save_to_buffer().unwrap());
    assert_eq!((batch.rows.len(), batch.issues), (1, vec![]));
}

#[test]
fn other_archives_and_too_large_ones_are_refused_in_plain_words() {
    let told = |dataset, bytes: &[u8]| issues(dataset, bytes).join("\n");
    let book = phonics("phonics", |sheet| row(sheet, 2));
    assert!(told(Dataset::Ks2, &book).contains("save it as CSV UTF-8"));
    assert!(told(Dataset::Ofsted, &book).contains("as Ofsted's file of 2015 is"));
    assert!(told(Dataset::Phonics, b"PK\x03\x04 no archive").contains("damaged"));
    assert!(told(Dataset::Phonics, &book[..book.len() / 2]).contains("damaged"));
    assert!(told(Dataset::Phonics, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").contains("password"));
    let mut large = book.clone();
    large.resize(5 << 20, 0);
    assert!(told(Dataset::Phonics, &large).contains("larger than 4 MiB"));
    // A sheet of blanks packs a thousandfold.
    let bomb = phonics("phonics", |sheet| {
        let text = "0".repeat(30_000);
        for row in 1..1_400 {
            sheet.write(row, 1, format!("{row}{text}")).unwrap();
        }
    });
    assert!(bomb.len() < 4 << 20, "{}", bomb.len());
    assert!(told(Dataset::Phonics, &bomb).contains("unpacks to more than 32 MiB"));
}
