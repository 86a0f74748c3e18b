//! Files of data: no bytes make a reader panic or hold on to more than it should, what it says
//! does not depend on how they were cut, and every place that it names lies inside the file.

use llpr_domain::import::{Batch, Dataset, Reader, Request, Row, Summary};

/// Reads bytes as a file of a dataset. The first byte says with which year and how it is cut.
pub fn read(dataset: Dataset, data: &[u8]) {
    let Some((how, file)) = data.split_first() else {
        return;
    };
    let (whole, summary) = given(dataset, *how, &[file]);
    // A workbook is packed: its rows are no lines of the file.
    let lines = if file.starts_with(b"PK") {
        u64::MAX
    } else {
        lines(file)
    };
    assert!(summary.lines <= lines, "{} lines of {lines}", summary.lines);
    assert!(summary.rows <= lines, "{} rows of {lines}", summary.rows);
    for issue in &whole.issues {
        let line = issue.line.unwrap_or(1);
        assert!((1..=lines).contains(&line), "{issue:?} of {lines} lines");
        for text in [&issue.column, &issue.value].into_iter().flatten() {
            assert!(text.chars().count() <= 80, "{issue:?} is too long");
        }
        assert!(!issue.message.is_empty(), "{issue:?} says nothing");
    }
    for row in &whole.rows {
        let (Row::School { line, .. }
        | Row::District { line, .. }
        | Row::Figures { line, .. }
        | Row::Statement { line, .. }
        | Row::Person { line, .. }) = row;
        assert!((1..=lines).contains(line), "{row:?} of {lines} lines");
    }
    let length = usize::from(how >> 1).max(1);
    let chunks: Vec<&[u8]> = file.chunks(length).collect();
    assert_eq!(
        given(dataset, *how, &chunks),
        (whole, summary),
        "in chunks of {length}"
    );
}

fn given(dataset: Dataset, how: u8, chunks: &[&[u8]]) -> (Batch, Summary) {
    let request = Request {
        dataset,
        year: (how & 1 == 0).then(|| "2018/19".parse().expect("a year")),
        file_name: "2018-2019.csv".into(),
    };
    let mut reader = Reader::new(request);
    let mut batch = Batch::default();
    for chunk in chunks {
        reader.push(chunk, &mut batch);
    }
    let summary = reader.finish(&mut batch);
    (batch, summary)
}

/// Physical lines, however they end; a file has one at least.
fn lines(file: &[u8]) -> u64 {
    let mut lines = 1;
    let mut before = 0;
    for &byte in file {
        if byte == b'\r' || (byte == b'\n' && before != b'\r') {
            lines += 1;
        }
        before = byte;
    }
    lines
}
