//! What the rules suggest of real schools, counted, where `../shared/data` exists. Only shares are
//! told here: a suggestion about a real school is nobody's business but its SIM's.

use std::path::PathBuf;

use llpr_domain::figure::{PupilGroup, Release};
use llpr_domain::programme::Settings;
use llpr_domain::risk::suggestion::{Rules, SchoolData, Series, Topic, suggest};
use llpr_domain::risk::{Count, Severity, Worse, YearCount};
use llpr_domain::year::AcademicYear;

/// Suffix of the columns, year, England's share in state-funded schools as the file's own row
/// gives it.
const YEARS: [(&str, u16, f64); 3] = [("", 2018, 0.65), ("_18", 2017, 0.64), ("_17", 2016, 0.61)];

/// The file of 2018/19 has three years of reading, writing and mathematics in its own columns. An
/// independent computation of the same question (Python, `scipy.stats.betabinom`, on the same
/// file) suggests 28 and, at ten points, 16 of its 315 mainstream schools: 9 % and 5 %.
#[test]
fn p12a_one_mainstream_school_in_eleven_is_suggested_in_2018_19() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/ks2/2018-2019_850_ks2final.csv");
    let Ok(file) = std::fs::read(path) else {
        println!("SKIPPED: the key stage 2 file of 2018/19 is not in ../shared/data");
        return;
    };
    let bare = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bare);
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|found| found == name).unwrap();
    let record_type = place("RECTYPE");
    let columns = YEARS.map(|(suffix, start, england)| {
        let cohort = place(&format!("TELIG{suffix}"));
        (cohort, place(&format!("PTRWM_EXP{suffix}")), start, england)
    });
    let (mut schools, mut raised, mut far) = (0, 0, 0);
    for row in reader.records().map(Result::unwrap) {
        if row.get(record_type) != Some("1") {
            continue;
        }
        schools += 1;
        let years = columns
            .iter()
            .filter_map(|&(cohort, percent, start, england)| {
                let of = row.get(cohort)?.trim().parse().ok()?;
                let percent: i64 = row.get(percent)?.trim().strip_suffix('%')?.parse().ok()?;
                Some(YearCount {
                    year: AcademicYear::from_start(start).unwrap(),
                    release: Release::Final,
                    count: Count::from_percentage(percent * 100, 100, of, Worse::Low)?,
                    benchmark: england,
                })
            });
        let series = Series {
            topic: Topic::Ks2,
            group: PupilGroup::All,
            current: None,
            years: years.collect(),
            intake: Vec::new(),
        };
        let data = SchoolData {
            series: vec![series],
            ..SchoolData::default()
        };
        let suggestions = suggest(&data, &Rules::from(&Settings::default()));
        raised += suggestions.len();
        far += suggestions
            .iter()
            .filter(|s| s.severity == Some(Severity::WellBelow))
            .count();
    }
    assert_eq!((schools, raised, far), (315, 28, 16));
}
