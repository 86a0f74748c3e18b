//! The whole reader, on invented files.

mod districts;
mod files;
mod gias;
mod ks2;
mod properties;

use super::{Batch, Dataset, Issue, IssueCode, Reader, Request, Row, Summary};

/// A districts list with one sound row.
const DISTRICTS: &str = "URN,School,District,From,Until,Kind\n\
                         900001,Oakfield,North Marlshire,01/09/2025,,\n";

/// A small pick of the register's columns with one sound row.
const GIAS: &str = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,\
                    TypeOfEstablishment (name),EstablishmentStatus (name),\
                    PhaseOfEducation (name),OpenDate,NumberOfPupils\n\
                    900001,990,Marlshire,2001,Oakfield,Community school,Open,Primary,,210\n";

/// A small pick of the key stage 2 columns with one sound row.
const KS2: &str = "RECTYPE,LEA,URN,SCHNAME,TOTPUPS,TPUPYEAR,TELIG,PTRWM_EXP,READ_AVERAGE\n\
                   1,990,900001,Oakfield,210,30,30,63%,104\n";

fn sound(dataset: Dataset) -> &'static str {
    match dataset {
        Dataset::Districts => DISTRICTS,
        Dataset::GiasEstablishments => GIAS,
        Dataset::Ks2 => KS2,
    }
}

fn request(dataset: Dataset) -> Request {
    Request {
        dataset,
        year: dataset.needs_year().then(|| "2018/19".parse().unwrap()),
        file_name: String::new(),
    }
}

fn read_as(request: Request, chunks: &[&[u8]]) -> (Batch, Summary) {
    let mut reader = Reader::new(request);
    let mut batch = Batch::default();
    for chunk in chunks {
        reader.push(chunk, &mut batch);
    }
    let summary = reader.finish(&mut batch);
    (batch, summary)
}

fn read(dataset: Dataset, bytes: impl AsRef<[u8]>) -> (Batch, Summary) {
    read_as(request(dataset), &[bytes.as_ref()])
}

/// An issue as one line: code, line, column, value, message.
fn told(issue: &Issue) -> String {
    let line = issue.line.map_or("-".to_owned(), |line| line.to_string());
    let column = issue.column.as_deref().unwrap_or("-");
    let value = issue.value.as_deref().unwrap_or("-");
    format!(
        "{} {line} {column} [{value}] {}",
        issue.code.as_str(),
        issue.message
    )
}

/// All issues of a file, one line each.
fn issues(dataset: Dataset, bytes: impl AsRef<[u8]>) -> Vec<String> {
    read(dataset, bytes).0.issues.iter().map(told).collect()
}

/// A sound file of the dataset and one more line.
fn with_row(dataset: Dataset, row: &str) -> String {
    format!("{}{row}\n", sound(dataset))
}
