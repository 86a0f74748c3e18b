//! The invented county's own files, copied until they hold a whole country: each copy has authorities,
//! URNs and inspections of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use llpr_domain::import::{Dataset, Request};
use llpr_tests::county;

use crate::files::{FIRST_URN, read_figures};

/// A file to load.
pub(crate) struct Load {
    pub(crate) dataset: &'static str,
    pub(crate) year: Option<&'static str>,
    pub(crate) release: Option<&'static str>,
    pub(crate) path: PathBuf,
    pub(crate) has_figures: bool,
}

/// A country's files.
pub(crate) struct Country {
    /// In the order of import.
    pub(crate) files: Vec<Load>,
    /// What the readers make of the files with figures: one line a figure.
    pub(crate) parsed: PathBuf,
    pub(crate) figures: usize,
    pub(crate) schools: usize,
}

impl Country {
    /// Writes the files of so many copies into a folder.
    pub(crate) fn write(folder: &Path, copies: usize) -> io::Result<Self> {
        let urns = urns();
        let mut files = Vec::new();
        let parsed = folder.join("parsed.csv");
        let mut rows = BufWriter::new(File::create(&parsed)?);
        let mut figures = 0;
        for (number, file) in years().into_iter().enumerate() {
            let path = folder.join(format!("{number}-{}.csv", file.dataset));
            let text = match file.dataset {
                "districts" => districts(&urns, copies),
                _ => copied(
                    &file.text,
                    &urns,
                    copies,
                    number_of_copies(file.dataset, copies),
                ),
            };
            let dataset = Dataset::parse(file.dataset).map_err(io::Error::other)?;
            if dataset.has_figures() {
                let request = Request {
                    dataset,
                    year: file.year.and_then(|year| year.parse().ok()),
                    file_name: String::new(),
                };
                let mut failed = Ok(());
                read_figures(request, text.as_bytes(), |figure| {
                    figures += 1;
                    let written = rows.write_all(figure.line(number).as_bytes());
                    if failed.is_ok() {
                        failed = written;
                    }
                });
                failed?;
            }
            std::fs::write(&path, text)?;
            files.push(Load {
                dataset: file.dataset,
                year: file.year,
                release: file.release,
                path,
                has_figures: dataset.has_figures(),
            });
        }
        rows.flush()?;
        Ok(Self {
            files,
            parsed,
            figures,
            schools: urns.len() * copies,
        })
    }
}

struct Source {
    dataset: &'static str,
    year: Option<&'static str>,
    release: Option<&'static str>,
    text: Cow<'static, str>,
}

/// The county's files, with one year more of results and census than it has.
fn years() -> Vec<Source> {
    let mut all = Vec::new();
    for file in &county().files {
        // The register has a code page of its own.
        let text = String::from_utf8_lossy(&file.content);
        let source = |year, text| Source {
            dataset: file.dataset,
            year,
            release: file.release,
            text,
        };
        if file.year == Some("2022/23") && matches!(file.dataset, "ks2" | "census") {
            // Columns of the year before end in it.
            let earlier = text.replace("_22", "_21");
            all.push(source(Some("2021/22"), Cow::Owned(earlier)));
        }
        all.push(source(file.year, text));
    }
    all
}

/// Groups and benchmarks are the country's; they are not copied.
fn number_of_copies(dataset: &str, copies: usize) -> usize {
    if matches!(dataset, "gias-groups" | "benchmarks") {
        1
    } else {
        copies
    }
}

/// The county's URNs with their places.
fn urns() -> BTreeMap<u32, usize> {
    let register = &county().files[0];
    let text = String::from_utf8_lossy(&register.content);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let column = reader.headers().ok().and_then(|header| {
        header
            .iter()
            .position(|name| name.trim_start_matches('\u{feff}') == "URN")
    });
    let column = column.expect("the register has URNs");
    let urns = reader
        .records()
        .filter_map(|row| row.ok()?.get(column)?.parse().ok());
    let mut urns: Vec<u32> = urns.collect();
    urns.sort_unstable();
    urns.into_iter()
        .enumerate()
        .map(|(at, urn)| (urn, at))
        .collect()
}

fn urn(place: usize, copy: usize, of: usize) -> u32 {
    FIRST_URN + u32::try_from(copy * of + place).expect("six digits")
}

fn districts(urns: &BTreeMap<u32, usize>, copies: usize) -> String {
    let mut file = String::from("URN,School,District,From,Until,Kind\r\n");
    for copy in 0..copies {
        let district = if copy == 0 { "North" } else { "Everywhere" };
        for &place in urns.values() {
            let urn = urn(place, copy, urns.len());
            let _ = write!(file, "{urn},,{district},2018-09-01,,improvement\r\n");
        }
    }
    file
}

/// What a column holds, as far as copies differ in it.
#[derive(Clone, Copy)]
enum Kind {
    Authority,
    Laestab,
    Inspection,
    School,
    Other,
}

fn kind(column: &str) -> Kind {
    match column {
        "LA" | "LEA" | "LA (code)" | "old_la_code" => Kind::Authority,
        "LAESTAB" | "school_laestab" => Kind::Laestab,
        "URN" | "school_urn" => Kind::School,
        name if name.to_lowercase().contains("inspection number") => Kind::Inspection,
        _ => Kind::Other,
    }
}

fn copied(text: &str, urns: &BTreeMap<u32, usize>, country: usize, copies: usize) -> String {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("sound")).collect();
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    let (header, rows) = rows.split_first().expect("a header");
    writer.write_record(header).expect("in memory");
    let kinds: Vec<Kind> = header.iter().map(kind).collect();
    for copy in 0..copies {
        for row in rows {
            let of_england = !row.iter().zip(&kinds).any(|(cell, kind)| {
                urns.contains_key(&cell.parse().unwrap_or(0))
                    || matches!((kind, cell), (Kind::Authority, "990" | "991"))
            });
            // A school that the register lacks has no number in a copy.
            let unknown = row.iter().zip(&kinds).any(|(cell, kind)| {
                matches!(kind, Kind::School)
                    && cell.parse().is_ok_and(|urn: u32| !urns.contains_key(&urn))
            });
            if copy > 0 && copies == country && (of_england || unknown) {
                continue;
            }
            let cells = row.iter().enumerate().map(|(at, cell)| {
                let kind = kinds.get(at).copied().unwrap_or(Kind::Other);
                of_copy(cell, kind, urns, copy)
            });
            writer.write_record(cells).expect("in memory");
        }
    }
    String::from_utf8(writer.into_inner().expect("in memory")).expect("text")
}

/// The authority of a copy that stands for one of the county's two.
fn authority(code: &str, copy: usize) -> String {
    (200 + 2 * copy + usize::from(code == "991")).to_string()
}

fn of_copy(cell: &str, kind: Kind, urns: &BTreeMap<u32, usize>, copy: usize) -> String {
    match kind {
        Kind::Authority if matches!(cell, "990" | "991") => authority(cell, copy),
        Kind::Laestab if cell.len() == 7 => authority(&cell[..3], copy) + &cell[3..],
        Kind::Inspection => cell.parse::<usize>().map_or_else(
            |_| cell.to_owned(),
            |number| (number + copy * 200_000).to_string(),
        ),
        _ => match cell.parse().ok().and_then(|number| urns.get(&number)) {
            Some(&place) => urn(place, copy, urns.len()).to_string(),
            None => cell.to_owned(),
        },
    }
}
