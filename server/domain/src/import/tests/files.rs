//! What can be wrong with a file as a whole.

use super::*;

#[test]
fn sound_files_have_no_issues() {
    for dataset in Dataset::ALL {
        let (batch, summary) = read(*dataset, sound(*dataset));
        assert_eq!(batch.issues, []);
        assert_eq!(batch.rows.len(), 1);
        let places = summary.schools + summary.comparators;
        // A group or a person is neither a school nor something to compare with.
        let others = [Dataset::GiasGroups, Dataset::People];
        let expected = u64::from(!others.contains(dataset));
        assert_eq!((summary.lines, summary.rows, places), (2, 1, expected));
        assert!(!summary.fatal);
    }
}

#[test]
fn an_error_page_is_refused() {
    for page in [
        "{\"code\":\"error.notFound\"}",
        "\u{feff}\n<!DOCTYPE html>\n<p>a,b",
    ] {
        let (batch, summary) = read(Dataset::Ks2, page);
        assert_eq!(
            batch
                .issues
                .iter()
                .map(|issue| issue.message.as_str())
                .collect::<Vec<_>>(),
            ["This is an error page, not data: the download went wrong. Download the file again."]
        );
        assert_eq!(batch.issues[0].code, IssueCode::ErrorPage);
        assert!(summary.fatal);
        assert_eq!(summary.layout, "unknown");
    }
}

#[test]
fn a_spreadsheet_is_refused() {
    assert_eq!(
        issues(Dataset::Ks2, b"PK\x03\x04rest"),
        [
            "WRONG_LAYOUT 1 - [-] This is a spreadsheet or a zip archive, not a CSV file. Unpack \
             it, or open it and save it as CSV UTF-8."
        ]
    );
}

#[test]
fn utf_16_is_refused() {
    assert_eq!(
        issues(Dataset::Districts, b"\xFF\xFEU\0R\0N\0"),
        [
            "INVALID_ENCODING 1 - [-] The file is in UTF-16 (\"Unicode text\"). Save it as CSV \
             UTF-8."
        ]
    );
}

#[test]
fn an_empty_file_is_refused() {
    for empty in ["", "\u{feff}", " \r\n\r\n", "# only a comment\n"] {
        assert_eq!(
            issues(Dataset::Districts, empty),
            ["EMPTY_FILE - - [-] The file is empty. Download it again."],
            "{empty:?}"
        );
    }
}

#[test]
fn a_header_alone_is_refused() {
    assert_eq!(
        issues(Dataset::Districts, "URN,District,From\r\n"),
        [
            "NO_ROWS - - [-] The file has column names and no rows. Download it again, or fill it \
             in."
        ]
    );
}

#[test]
fn another_datasets_file_is_named() {
    assert_eq!(
        issues(Dataset::GiasEstablishments, KS2),
        ["WRONG_LAYOUT 1 - [-] This looks like the key stage 2 file: use dataset ks2."]
    );
    assert_eq!(
        issues(Dataset::Ks2, DISTRICTS),
        ["WRONG_LAYOUT 1 - [-] This looks like the districts list: use dataset districts."]
    );
    assert_eq!(
        issues(Dataset::Ks2, GIAS),
        [
            "WRONG_LAYOUT 1 - [-] This looks like the GIAS establishments file: use dataset \
             gias-establishments."
        ]
    );
    assert_eq!(
        issues(
            Dataset::Ks2,
            "LA,ESTAB,URN,PERCTOT,PPERSABS10\n990,2001,900001,4,9"
        ),
        ["WRONG_LAYOUT 1 - [-] This looks like the school absence file: use dataset absence."]
    );
}

#[test]
fn missing_columns_are_all_named() {
    assert_eq!(
        issues(Dataset::Ks2, "RECTYPE,LEA,SCHNAME,TELIG,x\n1,990,a,1,2\n"),
        [
            "MISSING_COLUMN 1 URN [-] The file has no column \"URN\", which is needed. Download \
             the key stage 2 file again with all its columns, or restore the line with the column \
             names.",
            "MISSING_COLUMN 1 PTRWM_EXP [-] The file has no column \"PTRWM_EXP\", which is \
             needed. Download the key stage 2 file again with all its columns, or restore the \
             line with the column names."
        ]
    );
    assert_eq!(
        issues(Dataset::Districts, "URN,From\n900001,01/09/2025\n"),
        [
            "MISSING_COLUMN 1 District [-] The file has no column \"District\", which is needed. \
             Start from the template, or restore the line with the column names."
        ]
    );
}

#[test]
fn a_column_that_is_there_twice_is_refused() {
    assert_eq!(
        issues(
            Dataset::Districts,
            "URN,District,urn,From\n900001,A,900002,01/09/2025\n"
        ),
        [
            "DUPLICATE_COLUMN 1 URN [-] The column \"URN\" is there twice, and it can't be known \
             which one counts. Delete one of the two, or download the file again."
        ]
    );
}

#[test]
fn an_unknown_column_is_noted() {
    let (batch, summary) = read(
        Dataset::Districts,
        "urn , District,  FROM,Remarks,\n900001,A,01/09/2025,x\n",
    );
    assert_eq!(
        batch.issues.iter().map(told).collect::<Vec<_>>(),
        ["UNKNOWN_COLUMN 1 Remarks [-] The column \"Remarks\" is not known and was left out."]
    );
    assert_eq!(summary.unknown_columns, ["Remarks"]);
    assert_eq!(batch.rows.len(), 1);
}

#[test]
fn an_open_quote_is_told_with_its_line() {
    let file = format!("{DISTRICTS}900002,\"Elm\nHouse\",\"North,01/09/2025\n900003,a\n");
    let (batch, summary) = read(Dataset::Districts, &file);
    assert_eq!(
        batch.issues.iter().map(told).collect::<Vec<_>>(),
        [
            "OPEN_QUOTE 4 - [-] A quotation mark that opens on line 4 is never closed, so the \
             rest of the file can't be read. The download may have been cut off: download it \
             again, or correct that line."
        ]
    );
    assert_eq!(batch.rows.len(), 1);
    assert!(summary.fatal);
}

#[test]
fn a_row_has_a_limit() {
    let file = format!("{DISTRICTS}900002,\"{}", "x\n".repeat(1 << 20));
    assert_eq!(
        issues(Dataset::Districts, file),
        [
            "ROW_TOO_LONG 3 - [-] The row that starts on line 3 is longer than 1 MiB. Most likely \
             a quotation mark on line 3 is never closed. Download the file again, or correct that \
             line."
        ]
    );
}

#[test]
fn windows_1252_is_read_and_noted() {
    let mut file = DISTRICTS.as_bytes().to_vec();
    file.extend_from_slice(
        b"900002,Elm,King\x92s C\xf4te,01/09/2025,,\n900003,x,\x80,01/09/2025,,",
    );
    let (batch, summary) = read(Dataset::Districts, &file);
    assert_eq!(
        told(&batch.issues[0]),
        "ENCODING_FALLBACK 3 District [-] The file is not UTF-8 and was read as Windows-1252 from \
         here on. Check that names with accents and apostrophes look right."
    );
    assert_eq!(summary.encoding.as_str(), "windows-1252");
    let Row::District { name, slug, .. } = &batch.rows[1] else {
        panic!("a district");
    };
    assert_eq!(
        (name.as_str(), slug.as_ref()),
        ("King’s Côte", "kings-cote")
    );
}

#[test]
fn two_encodings_are_refused() {
    let message = "The file starts as UTF-8 and goes on in another encoding, so letters would be \
                   garbled. Download it again, or save it once as CSV UTF-8.";
    let row = b"900002,Elm,C\xf4te,01/09/2025,,\n";
    for start in [
        format!("\u{feff}{DISTRICTS}"),
        DISTRICTS.replace("North", "Nôrth"),
    ] {
        let file = [start.as_bytes(), row].concat();
        assert_eq!(
            issues(Dataset::Districts, file),
            [format!("MIXED_ENCODING 3 District [-] {message}")]
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    for bad in [
        b"900002,\"a\nb\x81\",A,01/09/2025\n".as_slice(),
        b"900002,\"a\nb\0\",A,x\n",
    ] {
        let file = [DISTRICTS.as_bytes(), bad].concat();
        let found = issues(Dataset::Districts, file);
        assert_eq!(
            found.last().unwrap(),
            "INVALID_ENCODING 4 School [-] There are bytes here that are no text. Download the \
             file again, or save it as CSV UTF-8."
        );
    }
}

#[test]
fn ragged_rows_are_noted_once_per_length() {
    let file = "URN,District,From,Until\n900001,A,01/09/2025\n900002,A,01/09/2025\n\
                900003,A,01/09/2025,,x\n900004,A,01/09/2025,,\n";
    assert_eq!(
        issues(Dataset::Districts, file),
        [
            "RAGGED_ROW 2 - [-] 2 rows have 3 of 4 fields; the missing ones count as not \
             supplied. This is usual in these files.",
            "RAGGED_ROW 4 - [-] 1 row has 5 fields where the header has 4; the extra ones were \
             left out. Check that no comma stands inside a name without quotation marks."
        ]
    );
}

#[test]
fn blank_rows_are_left_out() {
    let (batch, summary) = read(Dataset::Districts, with_row(Dataset::Districts, ",,,,\n  "));
    assert_eq!(
        batch.issues.iter().map(told).collect::<Vec<_>>(),
        ["BLANK_ROW 3 - [-] 2 blank rows were left out, the first on line 3."]
    );
    assert_eq!((summary.rows, summary.lines), (1, 4));
}

#[test]
fn the_last_record_needs_no_line_end() {
    for dataset in Dataset::ALL {
        let file = sound(*dataset).trim_end();
        let (batch, summary) = read(*dataset, file);
        assert_eq!(
            (batch.rows.len(), batch.issues.len(), summary.lines),
            (1, 0, 2)
        );
    }
}
