//! What the fuzz targets begin with: the heads of the invented county's files, the templates, and
//! for layouts that the county has none of, the columns that their reader asks for.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use llpr_domain::import::{Batch, Dataset, IssueCode, Reader, Request};
use llpr_domain::programme::SHIPPED;
use sha2::{Digest as _, Sha256};

/// Lines of a file that are kept.
const LINES: usize = 4;
/// How often a reader is asked what it lacks.
const ASKED: usize = 4;
/// With a year, in chunks of 31 bytes, as the targets read it.
const HOW: u8 = 62;

/// Writes a folder of seeds for each target that has some, of those that there are.
pub(crate) fn write(corpus: &Path, targets: &[String]) -> io::Result<()> {
    let all = Dataset::ALL.iter().enumerate();
    for (number, dataset) in all {
        let number = u8::try_from(number).unwrap_or_default();
        for file in files(*dataset) {
            let mut seed = vec![HOW];
            seed.extend(file);
            // Some datasets have a target of their own.
            let own = dataset.as_str().replace('-', "_");
            if targets.contains(&own) {
                keep(&corpus.join(own), &seed)?;
            }
            seed.insert(0, number);
            keep(&corpus.join("files"), &seed)?;
        }
    }
    keep(&corpus.join("programme"), SHIPPED.as_bytes())?;
    for name in [
        "county",
        "districts/north-marl",
        "schools/900001/links/900002",
        "imports/0198c0de-0000-7000-8000-000000000001",
        "programmeYears/2024-2025/versions/3",
        "2018/19",
        "990/2000",
        "King's Marl & Ashgrove",
    ] {
        keep(&corpus.join("names"), name.as_bytes())?;
    }
    Ok(())
}

/// Files of a dataset.
fn files(dataset: Dataset) -> Vec<Vec<u8>> {
    let county = &llpr_tests::county().files;
    let ours = county
        .iter()
        .filter(|file| file.dataset == dataset.as_str());
    let mut files: Vec<Vec<u8>> = ours.map(|file| head(&file.content)).collect();
    files.extend(dataset.template().map(String::into_bytes));
    if files.is_empty() {
        files.push(asked_for(dataset));
    }
    files
}

fn head(content: &[u8]) -> Vec<u8> {
    let lines = content.split_inclusive(|byte| *byte == b'\n');
    lines.take(LINES).flatten().copied().collect()
}

/// The columns that a reader asks for, and a row of them.
fn asked_for(dataset: Dataset) -> Vec<u8> {
    let mut columns = BTreeSet::from(["URN".to_owned()]);
    let mut file = String::new();
    for _ in 0..ASKED {
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let row = vec!["900001"; names.len()];
        file = format!("{}\r\n{}\r\n", names.join(","), row.join(","));
        let mut reader = Reader::new(Request {
            dataset,
            year: None,
            file_name: String::new(),
        });
        let mut batch = Batch::default();
        reader.push(file.as_bytes(), &mut batch);
        reader.finish(&mut batch);
        let lacking = batch
            .issues
            .into_iter()
            .filter(|issue| issue.code == IssueCode::MissingColumn);
        let before = columns.len();
        columns.extend(lacking.filter_map(|issue| issue.column));
        if columns.len() == before {
            break;
        }
    }
    file.into_bytes()
}

/// Writes a seed under a name that only its content gives.
fn keep(folder: &Path, seed: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let name = hex::encode(Sha256::digest(seed));
    fs::write(
        folder.join(format!("seed-{}", name.get(..16).unwrap_or(&name))),
        seed,
    )
}
