//! Invented files of a county far larger than any: a register of the whole country's size, and key
//! stage 2 tables of 500,000 figures. All are made from rows of the invented county.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use llpr_domain::figure::{Place, Value};
use llpr_domain::import::{Batch, Class, Dataset, Reader, Request, Row};
use llpr_tests::county;

/// Schools of the register.
pub(crate) const SCHOOLS: u32 = 52_000;
/// Figures of a key stage 2 table, at least.
pub(crate) const FIGURES: usize = 500_000;
/// First URN; the real ones are far below.
pub(crate) const FIRST_URN: u32 = 900_001;

/// The files of a run.
pub(crate) struct Files {
    pub(crate) register: PathBuf,
    pub(crate) districts: PathBuf,
    /// Key stage 2 in the order of URNs, of 2023/24.
    pub(crate) sorted: PathBuf,
    /// The same figures, of 2024/25, with the schools in no order.
    pub(crate) shuffled: PathBuf,
    /// What the reader makes of `sorted`: one line a figure.
    pub(crate) parsed: PathBuf,
    pub(crate) parsed_shuffled: PathBuf,
    /// Figures of a table.
    pub(crate) figures: usize,
    /// Schools of a table.
    pub(crate) schools: u32,
}

impl Files {
    /// Writes the files into a folder.
    pub(crate) fn write(folder: &Path) -> io::Result<Self> {
        let sorted = Ks2::of("2023/24");
        let each = figures_of(&sorted.file(std::iter::once(FIRST_URN)), "2023/24").len();
        let schools = u32::try_from(FIGURES.div_ceil(each)).unwrap_or(u32::MAX);
        let urns = || FIRST_URN..FIRST_URN + schools;
        let mut order: Vec<u32> = urns().collect();
        let mut dice = Dice(7);
        for place in (1..order.len()).rev() {
            order.swap(place, dice.below(place + 1));
        }
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, bytes).map(|()| path)
        };
        let in_order = sorted.file(urns());
        let in_none = Ks2::of("2024/25").file(order.into_iter());
        let figures = figures_of(&in_order, "2023/24");
        let files = Self {
            register: put("register.csv", &register())?,
            districts: put("districts.csv", &districts(schools))?,
            parsed: rows(&folder.join("parsed.csv"), &figures)?,
            parsed_shuffled: rows(
                &folder.join("parsed-shuffled.csv"),
                &figures_of(&in_none, "2024/25"),
            )?,
            figures: figures.len(),
            schools,
            sorted: put("ks2.csv", &in_order)?,
            shuffled: put("ks2-shuffled.csv", &in_none)?,
        };
        Ok(files)
    }
}

/// Numbers without pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let limit = u64::try_from(limit).unwrap_or(1);
        usize::try_from((self.0 >> 33) % limit).unwrap_or(0)
    }
}

fn authority(urn: u32) -> u32 {
    990 + (urn - FIRST_URN) / 5_200
}

/// The cells of a line; the invented county's quotes hold no quotes.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    cells.push(cell);
    cells
}

/// The text of one of the county's files.
fn text(dataset: &str, year: Option<&str>) -> String {
    let file = county()
        .files
        .iter()
        .find(|file| file.dataset == dataset && file.year == year)
        .expect("the county has the file");
    String::from_utf8_lossy(&file.content).into_owned()
}

fn position(header: &[String], name: &str) -> usize {
    let found = header
        .iter()
        .position(|column| column.trim_start_matches('\u{feff}') == name);
    found.expect("the layout has the column")
}

fn register() -> Vec<u8> {
    let text = text("gias-establishments", None);
    let mut lines = text.lines();
    let header = cells(lines.next().expect("a header"));
    let mut row = cells(lines.next().expect("a school"));
    let at = |name| position(&header, name);
    let (urn_at, authority_at) = (at("URN"), at("LA (code)"));
    let (number_at, name_at) = (at("EstablishmentNumber"), at("EstablishmentName"));
    let mut file = format!("\"{}\"\r\n", header.join("\",\""));
    for urn in FIRST_URN..FIRST_URN + SCHOOLS {
        row[urn_at] = urn.to_string();
        row[authority_at] = authority(urn).to_string();
        row[number_at] = (2_000 + urn % 5_200).to_string();
        row[name_at] = format!("Invented Primary School {urn}");
        let _ = write!(file, "\"{}\"\r\n", row.join("\",\""));
    }
    file.into_bytes()
}

fn districts(schools: u32) -> Vec<u8> {
    let mut file = String::from("URN,School,District,From,Until,Kind\r\n");
    for urn in FIRST_URN..FIRST_URN + schools {
        let _ = write!(file, "{urn},,North,2018-09-01,,improvement\r\n");
    }
    file.into_bytes()
}

/// The layout of a year, and a full row of it.
struct Ks2 {
    header: String,
    row: Vec<String>,
    urn_at: usize,
    authority_at: usize,
    name_at: usize,
}

impl Ks2 {
    fn of(year: &str) -> Self {
        let text = text("ks2", Some(year));
        let mut lines = text.lines();
        let header = lines.next().expect("a header").to_owned();
        let columns = cells(&header);
        let shares = |row: &Vec<String>| row.iter().filter(|cell| cell.ends_with('%')).count();
        let row = lines.map(cells).max_by_key(shares).expect("a school");
        let at = |name| position(&columns, name);
        Self {
            urn_at: at("URN"),
            authority_at: at("LEA"),
            name_at: at("SCHNAME"),
            header,
            row,
        }
    }

    /// The table of some schools; a school's figures follow from its URN.
    fn file(&self, urns: impl Iterator<Item = u32>) -> Vec<u8> {
        let mut file = format!("{}\r\n", self.header);
        for urn in urns {
            let mut dice = Dice(u64::from(urn));
            for (place, cell) in self.row.iter().enumerate() {
                let comma = if place == 0 { "" } else { "," };
                let _ = match cell.as_str() {
                    _ if place == self.urn_at => write!(file, "{comma}{urn}"),
                    _ if place == self.authority_at => write!(file, "{comma}{}", authority(urn)),
                    _ if place == self.name_at => write!(file, "{comma}Invented School {urn}"),
                    _ if place == 0 => write!(file, "1"),
                    share if share.ends_with('%') => match dice.below(108) {
                        share @ 0..=100 => write!(file, "{comma}{share}%"),
                        _ => write!(file, "{comma}SUPP"),
                    },
                    _ => write!(file, "{comma}\"{cell}\""),
                };
            }
            file.push_str("\r\n");
        }
        file.into_bytes()
    }
}

/// One figure as the table `figures` keeps it, but for the import.
pub(crate) struct Figure([String; 14]);

/// What the reader makes of a file, a figure at a time.
pub(crate) fn read_figures(request: Request, file: &[u8], mut take: impl FnMut(Figure)) {
    let mut reader = Reader::new(request);
    for piece in file.chunks(1 << 16) {
        let mut batch = Batch::default();
        reader.push(piece, &mut batch);
        figures_of_batch(batch, &mut take);
    }
    let mut batch = Batch::default();
    reader.finish(&mut batch);
    figures_of_batch(batch, &mut take);
}

fn figures_of_batch(batch: Batch, take: &mut impl FnMut(Figure)) {
    let fatal = batch
        .issues
        .iter()
        .find(|issue| issue.code.class() == Class::Fatal);
    assert!(fatal.is_none(), "the invented file is sound: {fatal:?}");
    for row in batch.rows {
        let Row::Figures {
            place: place @ Place::School(_),
            authority,
            year,
            period,
            figures,
            ..
        } = row
        else {
            continue;
        };
        let authority = authority.map(|code| code.to_string()).unwrap_or_default();
        for figure in figures {
            let (value, marker) = match figure.value {
                Value::Number(number) => (number.to_string(), String::new()),
                Value::Marker(marker) => (String::new(), marker.code().to_string()),
            };
            let or_none = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
            take(Figure([
                place.kind().to_string(),
                place.code().to_string(),
                year.start().to_string(),
                figure.measure.code().to_string(),
                figure.group.code().to_string(),
                period.code().to_string(),
                authority.clone(),
                value,
                marker,
                or_none(figure.cohort.map(i64::from)),
                or_none(figure.numerator),
                or_none(figure.denominator),
                String::new(),
                String::new(),
            ]));
        }
    }
}

fn figures_of(file: &[u8], year: &str) -> Vec<Figure> {
    let request = Request {
        dataset: Dataset::Ks2,
        year: year.parse().ok(),
        file_name: String::new(),
    };
    let mut all = Vec::new();
    read_figures(request, file, |figure| all.push(figure));
    all
}

impl Figure {
    /// A line for a shell, of the import with a number.
    pub(crate) fn line(&self, import: usize) -> String {
        format!("{import},{}\n", self.0.join(","))
    }
}

fn rows(path: &Path, figures: &[Figure]) -> io::Result<PathBuf> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    for figure in figures {
        file.write_all(figure.line(1).as_bytes())?;
    }
    file.flush()?;
    Ok(path.to_owned())
}
