//! The list of files of a batch: read, and everything that is wrong with it told at once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use llpr_client::v1::{Dataset, Release};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::names::bare;
use crate::words::named;

/// The manifest to start from.
pub(in crate::import) const EXAMPLE: &str = include_str!("example.toml");
/// What a file's table may hold.
const KEYS: [&str; 5] = ["dataset", "path", "year", "release", "accept_missing"];

/// A file to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The data set's short name.
    pub(super) dataset: String,
    /// The path as written.
    pub(super) written: String,
    /// The path from here.
    pub(super) path: PathBuf,
    /// Academic year; empty where none is given.
    pub(super) year: String,
    /// How final its figures are.
    pub(super) release: Release,
    /// Whether to take a file with far fewer schools than stand.
    pub(super) accept_missing: bool,
    /// Where it stands in the manifest.
    place: Place,
}

/// Line and column, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: usize,
    column: usize,
}

/// Something that is wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fault {
    place: Place,
    message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Place { line, column } = self.place;
        write!(f, "line {line}, column {column}: {}", self.message)
    }
}

/// Reads a manifest; paths begin at `folder`.
///
/// # Errors
/// Everything that is wrong with it, in the order of its lines.
pub(super) fn read(text: &str, folder: &Path) -> Result<Vec<Entry>, Vec<Fault>> {
    let mut reading = Reading {
        text,
        folder,
        faults: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().unwrap_or_default();
        let message = format!("This is not TOML: {}.", error.message());
        reading.fault(&at, message);
    }
    if !reading.faults.is_empty() {
        return Err(reading.faults);
    }
    let entries = reading.manifest(table.get_ref());
    if entries.is_empty() && reading.faults.is_empty() {
        let message = "It names no file. `llpr import template batch` prints an example.";
        reading.fault(&(0..0), message.into());
    }
    if reading.faults.is_empty() {
        Ok(entries)
    } else {
        reading.faults.sort();
        Err(reading.faults)
    }
}

/// What is wrong with a manifest besides its own words: files that are not there, and what the
/// server's data sets want.
pub(super) fn check(entries: &[Entry], datasets: Option<&[Dataset]>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut tell = |entry: &Entry, message: String| {
        faults.push(Fault {
            place: entry.place,
            message: format!("{}: {message}", entry.written),
        });
    };
    let mut seen = BTreeMap::new();
    for entry in entries {
        match std::fs::metadata(&entry.path) {
            Ok(found) if found.is_file() => {}
            Ok(_) => tell(entry, "This is no file.".into()),
            Err(error) => tell(entry, format!("The file can't be read: {error}.")),
        }
        let key = (&entry.dataset, &entry.path, &entry.year);
        if let Some(line) = seen.insert(key, entry.place.line) {
            tell(
                entry,
                format!("The same file stands on line {line}. Take one of the two out."),
            );
        }
        let Some(datasets) = datasets else { continue };
        for message in wants(entry, datasets) {
            tell(entry, message);
        }
    }
    faults
}

/// What the server's data set wants of an entry.
fn wants(entry: &Entry, datasets: &[Dataset]) -> Vec<String> {
    let of = |dataset: &&Dataset| bare(&dataset.name) == entry.dataset;
    let Some(dataset) = datasets.iter().find(of) else {
        let known: Vec<_> = datasets.iter().map(|dataset| bare(&dataset.name)).collect();
        return vec![format!(
            "There is no data set {}. There are: {}.",
            entry.dataset,
            known.join(", ")
        )];
    };
    if !dataset.is_data {
        return vec![format!(
            "The data set {} is no data file: an administrator loads it, with `llpr user import`.",
            entry.dataset
        )];
    }
    let mut messages = Vec::new();
    if dataset.year_required && entry.year.is_empty() {
        messages.push(
            "Its file does not say its year. Add one, such as year = \"2023/24\".".to_owned(),
        );
    }
    let given = entry.release != Release::Unspecified;
    if dataset.has_figures && !given {
        messages.push("Say how final its figures are, such as release = \"final\".".to_owned());
    }
    if !dataset.has_figures && (given || !entry.year.is_empty()) {
        messages.push("It has no figures: take year and release out.".to_owned());
    }
    messages
}

/// A manifest being read.
struct Reading<'a> {
    text: &'a str,
    folder: &'a Path,
    faults: Vec<Fault>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reading<'_> {
    fn place(&self, at: &Range<usize>) -> Place {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Place {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }

    fn fault(&mut self, at: &Range<usize>, message: String) {
        let place = self.place(at);
        self.faults.push(Fault { place, message });
    }

    fn manifest(&mut self, table: &DeTable<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (key, value) in table {
            if key.get_ref() != "file" {
                let message = format!(
                    "There is no key {:?} here. Files are [[file]].",
                    key.get_ref()
                );
                self.fault(&key.span(), message);
                continue;
            }
            let DeValue::Array(files) = value.get_ref() else {
                self.fault(&key.span(), "Write each file as [[file]].".into());
                continue;
            };
            for file in files {
                match file.get_ref() {
                    DeValue::Table(table) => entries.extend(self.entry(&file.span(), table)),
                    _ => self.fault(&file.span(), "Write each file as [[file]].".into()),
                }
            }
        }
        // The order of the manifest, whatever the order of its tables in memory.
        entries.sort_by_key(|entry| entry.place);
        entries
    }

    fn entry(&mut self, at: &Range<usize>, table: &DeTable<'_>) -> Option<Entry> {
        for key in table.keys() {
            if !KEYS.contains(&key.get_ref().as_ref()) {
                let message = format!(
                    "There is no key {:?}. A file has {}.",
                    key.get_ref(),
                    KEYS.join(", ")
                );
                self.fault(&key.span(), message);
            }
        }
        let dataset = self.needed(at, table, "dataset");
        let written = self.needed(at, table, "path");
        let year = self.string(table, "year").unwrap_or_default();
        let release = self.release(table);
        let accept_missing = self.boolean(table, "accept_missing");
        let written = written?;
        Some(Entry {
            dataset: bare(&dataset?).to_owned(),
            path: self.folder.join(&written),
            written,
            year,
            release,
            accept_missing,
            place: self.place(at),
        })
    }

    fn needed(&mut self, at: &Range<usize>, table: &DeTable<'_>, key: &str) -> Option<String> {
        if !table.contains_key(key) {
            self.fault(at, format!("This file lacks its {key}."));
            return None;
        }
        let text = self.string(table, key)?;
        if text.is_empty() {
            self.fault(at, format!("The {key} is empty."));
            return None;
        }
        Some(text)
    }

    fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        let value: &Value<'_> = table.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            return Some(text.to_string());
        }
        self.fault(
            &value.span(),
            format!("The {key} is text: put it in quotation marks."),
        );
        None
    }

    fn release(&mut self, table: &DeTable<'_>) -> Release {
        let Some(word) = self.string(table, "release") else {
            return Release::Unspecified;
        };
        named(&word).unwrap_or_else(|| {
            let at = table.get("release").map(Spanned::span).unwrap_or_default();
            let message = format!(
                "There is no release {word:?}: it is unvalidated, provisional, revised or final."
            );
            self.fault(&at, message);
            Release::Unspecified
        })
    }

    fn boolean(&mut self, table: &DeTable<'_>, key: &str) -> bool {
        let Some(value) = table.get(key) else {
            return false;
        };
        if let DeValue::Boolean(value) = value.get_ref() {
            return *value;
        }
        self.fault(&value.span(), format!("The {key} is true or false."));
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let found = read(text, Path::new("/data")).expect_err("faults");
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_example_reads() {
        let entries = read(EXAMPLE, Path::new("/data")).unwrap();
        assert_eq!(entries.len(), 5);
        assert_eq!(entries[0].dataset, "gias-establishments");
        assert_eq!(
            entries[3].path,
            Path::new("/data/2023-2024_990_ks2final.csv")
        );
        assert_eq!(entries[4].release, Release::Revised);
        // What it explains in comments reads too.
        let uncommented = EXAMPLE.replace("# [[file]]\n# dataset", "[[file]]\ndataset");
        let uncommented = uncommented
            .replace("# path", "path")
            .replace("# release = ", "release = ")
            .replace("# accept_missing = ", "accept_missing = ");
        assert_eq!(read(&uncommented, Path::new(".")).unwrap().len(), 6);
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_line_and_column() {
        let text = "folder = \"x\"\n\n[[file]]\ndataset = \"ks2\"\n  pth = \"a.csv\"\nyear = 2024\n\
            [[file]]\npath = \"b.csv\"\ndataset = \"ks2\"\nrelease = \"last\"\naccept_missing = 1\n";
        assert_eq!(
            faults(text),
            [
                "line 1, column 1: There is no key \"folder\" here. Files are [[file]].",
                "line 3, column 1: This file lacks its path.",
                "line 5, column 3: There is no key \"pth\". A file has dataset, path, year, \
                 release, accept_missing.",
                "line 6, column 8: The year is text: put it in quotation marks.",
                "line 10, column 11: There is no release \"last\": it is unvalidated, \
                 provisional, revised or final.",
                "line 11, column 18: The accept_missing is true or false.",
            ]
        );
    }

    #[test]
    fn what_is_no_toml_and_what_names_no_file_is_told() {
        assert!(
            faults("[[file]]\ndataset = ks2\n")[0]
                .starts_with("line 2, column 11: This is not TOML")
        );
        assert!(faults("# nothing\n")[0].contains("names no file"));
    }

    #[test]
    fn an_entry_fits_its_data_set_and_its_file_is_there() {
        let datasets = [
            Dataset {
                name: "datasets/districts".into(),
                is_data: true,
                ..Dataset::default()
            },
            Dataset {
                name: "datasets/ks2".into(),
                is_data: true,
                year_required: true,
                has_figures: true,
                ..Dataset::default()
            },
        ];
        let text = "[[file]]\ndataset = \"ks2\"\npath = \"none.csv\"\n[[file]]\ndataset = \"ks3\"\n\
            path = \".\"\n[[file]]\ndataset = \"districts\"\npath = \".\"\nrelease = \"final\"\n";
        let entries = read(text, Path::new("/nowhere")).unwrap();
        let told = check(&entries, Some(&datasets));
        let all: Vec<_> = told.iter().map(ToString::to_string).collect();
        assert_eq!(all.len(), 7, "{all:#?}");
        assert!(all[0].starts_with("line 1, column 1: none.csv: The file can't be read"));
        assert!(all[1].contains("does not say its year"));
        assert!(all[2].contains("how final"));
        assert!(all[4].contains("There are: districts, ks2."), "{}", all[4]);
        assert!(all[6].contains("take year and release out"));
    }
}
