//! The real files in `../shared/data`, where that folder exists; they are never committed.

use std::fs;
use std::path::PathBuf;

use llpr_domain::figure::{Marker, Place, PupilGroup, Value};
use llpr_domain::import::{Batch, Class, Dataset, Encoding, Reader, Request, Row, Summary};
use llpr_domain::measure::Measure;
use llpr_domain::school::{AgeBand, FundingBasis};

/// Reads a real file in chunks of 64 KiB, or says loudly that it isn't there.
fn read(dataset: Dataset, path: &str, year: Option<&str>) -> Option<(Batch, Summary)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let Ok(bytes) = fs::read(root.join(path)) else {
        println!("SKIPPED: {path} is not in ../shared/data");
        return None;
    };
    let mut reader = Reader::new(Request {
        dataset,
        year: year.and_then(|year| year.parse().ok()),
        file_name: path.rsplit('/').next().unwrap_or(path).to_owned(),
    });
    let mut batch = Batch::default();
    for chunk in bytes.chunks(64 * 1024) {
        reader.push(chunk, &mut batch);
    }
    let summary = reader.finish(&mut batch);
    let fatal: Vec<_> = batch
        .issues
        .iter()
        .filter(|issue| issue.code.class() == Class::Fatal)
        .collect();
    assert!(fatal.is_empty(), "{fatal:#?}");
    assert!(!summary.fatal);
    assert_eq!(summary.unknown_columns, Vec::<String>::new());
    Some((batch, summary))
}

/// The notes as "CODE line message".
fn notes(batch: &Batch) -> Vec<String> {
    let note = |issue: &llpr_domain::import::Issue| {
        format!("{} {:?} {}", issue.code.as_str(), issue.line, issue.message)
    };
    batch.issues.iter().map(note).collect()
}

/// Compares a column for all pupils with the file, cell by cell, over schools whose lines have
/// no quotation marks; gives how many cells agreed.
#[expect(clippy::unwrap_used, reason = "a helper of tests only")]
fn agrees(path: &str, batch: &Batch, column: &str, measure: Measure) -> usize {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let text = fs::read_to_string(root.join(path)).unwrap_or_default();
    let lines: Vec<Vec<&str>> = text
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.contains('"'))
        .map(|line| line.split(',').collect())
        .collect();
    let at = |name: &str| lines[0].iter().position(|found| *found == name).unwrap();
    let (urn, cell, cohort) = (at("URN"), at(column), at("TELIG"));
    let mut agreed = 0;
    for line in &lines[1..] {
        let Ok(school) = line[urn].parse() else {
            continue;
        };
        let row = batch.rows.iter().find_map(|row| match row {
            Row::Figures { place, figures, .. } if *place == Place::School(school) => Some(figures),
            _ => None,
        });
        let found = row
            .unwrap()
            .iter()
            .find(|figure| figure.measure == measure && figure.group == PupilGroup::All);
        let text = line.get(cell).map_or("", |text| text.trim());
        let expected = match (text, line.last()) {
            ("", Some(&"NEW")) if measure == Measure::Ks2RwmExpected => {
                Some(Value::Marker(Marker::NewSchool))
            }
            ("", Some(&"0")) if measure == Measure::Ks2RwmExpected && line.len() < 30 => {
                Some(Value::Marker(Marker::NoEligiblePupils))
            }
            ("", _) => None,
            ("SUPP", _) => Some(Value::Marker(Marker::Suppressed)),
            ("NA", _) => Some(Value::Marker(Marker::NotApplicable)),
            (number, _) => {
                let number: f64 = number.trim_end_matches('%').parse().unwrap();
                let found = found.and_then(|figure| figure.value.number());
                assert_eq!(
                    found.map(|found| found.to_string()),
                    Some(format!("{:.0}", number * 100.0))
                );
                found.map(Value::Number)
            }
        };
        assert_eq!(found.map(|figure| figure.value), expected, "{school}");
        if let Some(figure) = found.filter(|figure| figure.value.number().is_some()) {
            assert_eq!(figure.cohort, line[cohort].parse().ok());
            agreed += 1;
        }
    }
    agreed
}

#[test]
fn key_stage_2_of_2018_19_reads_whole() {
    let path = "ks2/2018-2019_850_ks2final.csv";
    let Some((batch, summary)) = read(Dataset::Ks2, path, Some("2018/19")) else {
        return;
    };
    assert_eq!((summary.schools, summary.comparators), (331, 3));
    assert_eq!((summary.rows, summary.lines), (334, 335));
    assert_eq!(summary.encoding, Encoding::Utf8Bom);
    println!("{:#?}", notes(&batch));
    assert!(agrees(path, &batch, "PTRWM_EXP", Measure::Ks2RwmExpected) > 200);
    assert!(agrees(path, &batch, "READPROG", Measure::Ks2ReadingProgress) > 200);
    assert!(agrees(path, &batch, "MAT_AVERAGE", Measure::Ks2MathsScaledScore) > 200);
    let new = batch.rows.iter().filter(|row| {
        matches!(row, Row::Figures { figures, .. }
            if figures.len() == 1 && figures[0].value == Value::Marker(Marker::NewSchool))
    });
    assert_eq!(new.count(), 3);
}

#[test]
fn key_stage_2_of_2023_24_has_no_progress() {
    let path = "ks2/2023-2024_england_ks2_excerpt_transcribed.csv";
    let Some((batch, summary)) = read(Dataset::Ks2, path, Some("2023/24")) else {
        return;
    };
    assert_eq!((summary.schools, summary.comparators), (16, 3));
    println!("{:#?}", notes(&batch));
    for row in &batch.rows {
        let Row::Figures { figures, .. } = row else {
            continue;
        };
        let progress = figures.iter().find(|figure| {
            figure.measure == Measure::Ks2ReadingProgress && figure.value.number().is_some()
        });
        assert_eq!(progress, None);
    }
    assert!(agrees(path, &batch, "PTRWM_EXP", Measure::Ks2RwmExpected) > 5);
    assert!(agrees(path, &batch, "READ_AVERAGE", Measure::Ks2ReadingScaledScore) > 5);
}

#[test]
fn the_search_results_of_gias_read_whole() {
    let path = "gias-establishments/gias_search_results_20220420_hampshire.csv";
    let Some((batch, summary)) = read(Dataset::GiasEstablishments, path, None) else {
        return;
    };
    assert_eq!((summary.rows, summary.schools), (520, 520));
    assert_eq!(summary.layout, "gias-search-results");
    println!("{:#?}", notes(&batch));
    let mut links = 0;
    let mut open = 0;
    let mut infant = 0;
    let mut maintained = 0;
    for row in &batch.rows {
        let Row::School {
            record, links: own, ..
        } = row
        else {
            continue;
        };
        links += own.len();
        open += usize::from(record.status.is_open());
        infant += usize::from(record.age_band() == AgeBand::Infant);
        maintained += usize::from(record.funding_basis() == FundingBasis::Maintained);
    }
    // 120 rows have links, 23 a second one and one a third.
    assert_eq!((links, open, maintained), (120 + 23 + 2, 427, 488));
    assert!(infant > 100);
}

#[test]
fn the_full_extract_of_gias_reads_whole() {
    let path = "gias-establishments/edubasealldata2025_135cols_3rows.csv";
    let Some((batch, summary)) = read(Dataset::GiasEstablishments, path, None) else {
        return;
    };
    assert_eq!(summary.schools, 3);
    assert_eq!(summary.layout, "gias-full-extract");
    assert_eq!(notes(&batch), Vec::<String>::new());
}

#[test]
fn the_academies_extract_of_gias_reads_whole() {
    let path = "gias-establishments/edubaseallacademiesandfree20211231_trimmed.csv";
    let Some((batch, summary)) = read(Dataset::GiasEstablishments, path, None) else {
        return;
    };
    assert_eq!(summary.schools, 468);
    assert_eq!(summary.layout, "gias-selected-columns");
    assert_eq!(summary.encoding, Encoding::Windows1252);
    println!("{:#?}", notes(&batch));
}

#[test]
fn other_real_files_are_refused_by_name() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !root.exists() {
        println!("SKIPPED: ../shared/data does not exist");
        return;
    }
    for folder in fs::read_dir(root).unwrap().flatten() {
        let Ok(files) = fs::read_dir(folder.path()) else {
            continue;
        };
        for file in files.flatten() {
            let path = file.path();
            if path.extension().is_none_or(|extension| extension != "csv") {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let mut batch = Batch::default();
            let mut reader = Reader::new(Request {
                dataset: Dataset::Districts,
                year: None,
                file_name: String::new(),
            });
            reader.push(&bytes, &mut batch);
            let summary = reader.finish(&mut batch);
            assert!(summary.fatal && batch.rows.is_empty());
            println!("{}: {}", path.display(), batch.issues[0].message);
        }
    }
}
