//! The real files in `../shared/data`, where that folder exists; they are never committed.

#[path = "real_files/statements.rs"]
mod statements;

use std::fs;
use std::path::PathBuf;

use llpr_domain::figure::{AuthorityScope, EnglandScope, Marker, Place, PupilGroup, Value};
use llpr_domain::import::{
    Batch, Class, Dataset, Encoding, FigureRow, Reader, Request, Row, Summary,
};
use llpr_domain::measure::Measure;
use llpr_domain::school::{AgeBand, FundingBasis};
use llpr_domain::urn::{AuthorityCode, Urn};

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

/// The figure of a place, if the file has it.
fn figure(batch: &Batch, wanted: Place, measure: Measure, group: PupilGroup) -> Option<FigureRow> {
    batch.rows.iter().find_map(|row| match row {
        Row::Figures { place, figures, .. } if *place == wanted => figures
            .iter()
            .find(|figure| figure.measure == measure && figure.group == group)
            .copied(),
        _ => None,
    })
}

/// How many figures of a measure are numbers, and how many markers.
fn tally(batch: &Batch, measure: Measure) -> (usize, usize) {
    let figures = batch.rows.iter().flat_map(|row| match row {
        Row::Figures { figures, .. } => figures.as_slice(),
        _ => &[],
    });
    let of_measure = figures.filter(|figure| figure.measure == measure);
    let (numbers, markers): (Vec<&FigureRow>, Vec<&FigureRow>) =
        of_measure.partition(|figure| figure.value.number().is_some());
    (numbers.len(), markers.len())
}

#[expect(clippy::unwrap_used, reason = "a helper of tests only")]
fn school(urn: u32) -> Place {
    Place::School(Urn::new(urn).unwrap())
}

#[expect(clippy::unwrap_used, reason = "a helper of tests only")]
fn authority(code: u16, scope: AuthorityScope) -> Place {
    Place::Authority(AuthorityCode::new(code).unwrap(), scope)
}

#[test]
fn absence_of_2018_19_reads_whole() {
    let path = "absence/2018-2019_england_abs.csv";
    let Some((batch, summary)) = read(Dataset::Absence, path, Some("2018/19")) else {
        return;
    };
    assert_eq!((summary.schools, summary.comparators), (21_214, 3));
    assert_eq!(summary.layout, "absence-performance-tables");
    assert_eq!(summary.encoding, Encoding::Utf8Bom);
    assert_eq!(notes(&batch), Vec::<String>::new());
    let (absence, persistent) = (Measure::AbsenceOverall, Measure::PersistentAbsence);
    let (overall, exceptions) = (tally(&batch, absence), tally(&batch, persistent));
    assert_eq!(overall.1 + exceptions.1, 864, "suppressed cells");
    assert_eq!(
        (overall.0 + overall.1, exceptions.0 + exceptions.1),
        (21_217, 21_217)
    );
    let found = figure(
        &batch,
        Place::England(EnglandScope::Primary),
        persistent,
        PupilGroup::All,
    );
    assert_eq!(found.map(|figure| figure.value), Some(Value::Number(820)));
    let found = figure(&batch, school(100_027), persistent, PupilGroup::All);
    let suppressed = Value::Marker(Marker::Suppressed);
    assert_eq!(found.map(|figure| figure.value), Some(suppressed));
}

#[test]
fn attendance_of_the_year_to_july_2026_reads_whole() {
    let path = "attendance/EES_ytd_data_2026-07-23.csv";
    let Some((batch, summary)) = read(Dataset::Attendance, path, None) else {
        return;
    };
    assert_eq!(
        (summary.rows, summary.schools, summary.comparators),
        (647, 0, 611)
    );
    println!("{:#?}", notes(&batch));
    let hampshire = authority(850, AuthorityScope::Primary);
    let found = figure(
        &batch,
        hampshire,
        Measure::ReducedTimetableSessions,
        PupilGroup::All,
    );
    let found = found.map(|figure| (figure.value, figure.numerator, figure.denominator));
    assert_eq!(
        found,
        Some((Value::Number(28), Some(87_778), Some(31_235_190)))
    );
    let found = figure(
        &batch,
        hampshire,
        Measure::PersistentAbsence,
        PupilGroup::All,
    );
    let found = found.map(|figure| (figure.value, figure.cohort));
    assert_eq!(found, Some((Value::Number(1120), Some(85_401))));
    let london = authority(201, AuthorityScope::Primary);
    let found = figure(&batch, london, Measure::AbsenceOverall, PupilGroup::All);
    let suppressed = Value::Marker(Marker::Suppressed);
    assert_eq!(found.map(|figure| figure.value), Some(suppressed));
}

#[test]
fn exclusions_to_2015_16_read_whole() {
    let path = "exclusions/SFR35_2017_reason_for_exclusion_trimmed.csv";
    let Some((batch, summary)) = read(Dataset::SuspensionsExclusions, path, None) else {
        return;
    };
    assert_eq!(
        (summary.rows, summary.schools, summary.comparators),
        (720, 0, 320)
    );
    assert_eq!(summary.layout, "exclusions-by-reason");
    println!("{:#?}", notes(&batch));
    let years: std::collections::BTreeSet<_> = batch
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Figures { year, .. } => Some(year.start()),
            _ => None,
        })
        .collect();
    assert_eq!(
        years.into_iter().collect::<Vec<_>>(),
        (2006..=2015).collect::<Vec<_>>()
    );
    let found = figure(
        &batch,
        Place::England(EnglandScope::Primary),
        Measure::ExclusionsDisruption,
        PupilGroup::All,
    );
    assert_eq!(
        found.map(|figure| figure.value),
        Some(Value::Number(40_500))
    );
    let Some((batch, summary)) = read(Dataset::SuspensionsExclusions, path, Some("2015/16")) else {
        return;
    };
    assert_eq!(summary.comparators, 32);
    println!("{:#?}", notes(&batch));
}

#[test]
fn the_census_of_three_years_reads_whole() {
    for (path, year, schools) in [
        (
            "census/2018-2019_england_census_trimmed.csv",
            "2018/19",
            1161,
        ),
        (
            "census/2021-2022_england_census_trimmed.csv",
            "2021/22",
            1187,
        ),
        (
            "census/2024-2025_england_census_excerpt_transcribed.csv",
            "2024/25",
            17,
        ),
    ] {
        let Some((batch, summary)) = read(Dataset::Census, path, Some(year)) else {
            return;
        };
        assert_eq!(
            (summary.schools, summary.comparators),
            (schools, 3),
            "{path}"
        );
        println!("{path} {:?} {:#?}", summary.encoding, notes(&batch));
        println!(
            "{:?} {:?}",
            tally(&batch, Measure::PupilsOnRoll),
            tally(&batch, Measure::ShareOfRoll)
        );
        if year == "2024/25" {
            let unclassified = PupilGroup::LanguageUnclassified;
            let found = figure(&batch, school(151_295), Measure::ShareOfRoll, unclassified);
            let found = found.map(|figure| (figure.value, figure.numerator, figure.denominator));
            assert_eq!(found, Some((Value::Number(1720), Some(5), Some(29))));
            let england = Place::England(EnglandScope::Primary);
            let found = figure(&batch, england, Measure::ShareOfRoll, unclassified);
            assert_eq!(found.map(|figure| figure.value), Some(Value::Number(30)));
            let ever = PupilGroup::FreeSchoolMealsEver;
            let found = figure(&batch, school(100_001), Measure::ShareOfRoll, ever);
            let none = Value::Marker(Marker::NotApplicable);
            assert_eq!(found.map(|figure| figure.value), Some(none));
        }
    }
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
