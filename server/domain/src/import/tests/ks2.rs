//! Key stage 2 performance tables.

use super::*;
use crate::figure::{Marker, Place, PupilGroup, Value};
use crate::import::FigureRow;
use crate::measure::Measure;

fn figures(batch: &Batch) -> Vec<(Place, Vec<FigureRow>)> {
    let figures = |row: &Row| match row {
        Row::Figures { place, figures, .. } => Some((*place, figures.clone())),
        Row::School { .. } | Row::District { .. } | Row::Statement { .. } | Row::Person { .. } => {
            None
        }
    };
    batch.rows.iter().filter_map(figures).collect()
}

#[test]
fn groups_have_their_own_cohorts_and_blank_is_no_figure() {
    let file = "RECTYPE,LEA,URN,SCHNAME,TELIG,TNotFSM6CLA1A,TFSM6CLA1A,GELIG,PTRWM_EXP,\
                PTRWM_EXP_G,ptrwm_exp_notfsm6cla1a,PTRWM_EXP_FSM6CLA1A,READPROG,MATPROG\n\
                1,990,900001,Oakfield,30,25,5,SUPP,63%,71,60%,SUPP, ,-1.5\n";
    let (batch, _) = read(Dataset::Ks2, file);
    assert_eq!(batch.issues, []);
    let figure = |measure, group, value, cohort| FigureRow {
        measure,
        group,
        value,
        numerator: None,
        denominator: None,
        cohort,
    };
    let rwm = Measure::Ks2RwmExpected;
    let mut found = figures(&batch).remove(0).1;
    found.sort_by_key(|figure| (figure.measure, figure.group));
    assert_eq!(
        found,
        [
            figure(rwm, PupilGroup::All, Value::Number(6300), Some(30)),
            figure(rwm, PupilGroup::Girls, Value::Number(7100), None),
            figure(
                rwm,
                PupilGroup::Disadvantaged,
                Value::Marker(Marker::Suppressed),
                Some(5)
            ),
            figure(
                rwm,
                PupilGroup::NotDisadvantaged,
                Value::Number(6000),
                Some(25)
            ),
            figure(
                Measure::Ks2MathsProgress,
                PupilGroup::All,
                Value::Number(-150),
                Some(30)
            ),
        ]
    );
}

#[test]
fn rows_to_compare_with_are_no_schools() {
    let file = format!(
        "{KS2}3,990, ,Marlshire,1,1,1,60%\n5, , , ,1,1,1,65%\n4,,,,1,1,1,61%\n\
         2,990,900002,Elm,9,9,9,SUPP"
    );
    let (batch, summary) = read(Dataset::Ks2, file);
    assert_eq!((summary.schools, summary.comparators), (2, 3));
    let kinds: Vec<_> = figures(&batch)
        .iter()
        .map(|row| (row.0.kind(), row.0.code()))
        .collect();
    assert_eq!(
        kinds,
        [(1, 900_001), (2, 990), (4, 0), (3, 0), (1, 900_002)]
    );
    let Row::Figures {
        name, authority, ..
    } = &batch.rows[2]
    else {
        panic!("figures");
    };
    assert_eq!(
        (name.as_str(), *authority),
        ("England, state-funded schools", None)
    );
}

#[test]
fn rows_that_end_early_keep_the_reason() {
    let file = format!("{KS2}1,990,900002,Elm,NEW\n1,990,900003,Ash,80,0\n1,990,900004,Fir,80,9\n");
    let (batch, _) = read(Dataset::Ks2, file);
    let reasons: Vec<_> = figures(&batch)
        .iter()
        .map(|row| row.1.first().map(|figure| figure.value))
        .collect();
    assert_eq!(
        reasons,
        [
            Some(Value::Number(6300)),
            Some(Value::Marker(Marker::NewSchool)),
            Some(Value::Marker(Marker::NoEligiblePupils)),
            None
        ]
    );
}

#[test]
fn every_marker_has_its_meaning() {
    for (text, marker) in [
        ("SUPP", Marker::Suppressed),
        ("NA", Marker::NotApplicable),
        ("NE", Marker::NoEligiblePupils),
        ("NP", Marker::NotPublished),
        ("LOWCOV", Marker::LowCoverage),
        ("NEW", Marker::NewSchool),
    ] {
        let (batch, _) = read(Dataset::Ks2, KS2.replace("63%", text));
        assert_eq!(figures(&batch)[0].1[0].value, Value::Marker(marker));
    }
}

#[test]
fn an_unknown_marker_is_fatal_and_all_are_told() {
    let rows = "1,990,900002,Elm,x,30,30,DNS,104\n1,990,900003,Ash,9,9,9,50%,c";
    let (batch, summary) = read(Dataset::Ks2, with_row(Dataset::Ks2, rows));
    let rest = "is neither a number nor one of the markers SUPP, NA, NE, NP, LOWCOV and NEW. \
                Check the cell against the Department's file.";
    assert_eq!(
        batch.issues.iter().map(told).collect::<Vec<_>>(),
        [
            format!("UNKNOWN_MARKER 3 TOTPUPS [x] \"x\" {rest}"),
            format!("UNKNOWN_MARKER 3 PTRWM_EXP [DNS] \"DNS\" {rest}"),
            format!("UNKNOWN_MARKER 4 READ_AVERAGE [c] \"c\" {rest}"),
        ]
    );
    assert_eq!((batch.rows.len(), summary.fatal), (1, true));
}

#[test]
fn numbers_have_ranges() {
    assert_eq!(
        issues(
            Dataset::Ks2,
            with_row(
                Dataset::Ks2,
                "1,990,900002,Elm,9,9,1.5,101%,79\n1,990,900003,Ash,9,9,9,0.63,100"
            )
        ),
        [
            "INVALID_NUMBER 3 TELIG [1.5] A number of pupils is a whole number from 0. Check the \
             cell against the Department's file.",
            "INVALID_NUMBER 3 PTRWM_EXP [101%] A percentage lies between 0 and 100. Check the \
             cell against the Department's file.",
            "INVALID_NUMBER 3 READ_AVERAGE [79] A scaled score lies between 80 and 120. Check the \
             cell against the Department's file.",
            "INVALID_NUMBER 4 PTRWM_EXP [0.63] This looks like a fraction, where the file should \
             have a percentage such as 63%. Check the cell against the Department's file."
        ]
    );
}

#[test]
fn identities_have_rules() {
    assert_eq!(
        issues(
            Dataset::Ks2,
            with_row(
                Dataset::Ks2,
                "7,990,900002,E,9,9,9,1%,99\n1,,9,F,9,9,9,1%,99"
            )
        ),
        [
            "INVALID_VALUE 3 RECTYPE [7] The record type is 1 or 2 (school), 3 (local authority), \
             4 or 5 (England). Download the file again; if it was edited, a column may have \
             moved.",
            "INVALID_VALUE 4 LEA [] A local authority number has three digits, such as 990. \
             Download the file again; if it was edited, a column may have moved.",
            "INVALID_URN 4 URN [9] A school's row needs a URN of six digits, from 100000 to \
             999999. Download the file again; if it was edited, a column may have moved."
        ]
    );
}

#[test]
fn duplicates_are_told_apart() {
    let same = "1,990,900001,Oakfield,210,30,30,63,104.0";
    assert_eq!(
        issues(Dataset::Ks2, with_row(Dataset::Ks2, same)),
        ["IDENTICAL_DUPLICATE 3 URN [900001] The same as line 2; counted once."]
    );
    assert_eq!(
        issues(
            Dataset::Ks2,
            with_row(Dataset::Ks2, &same.replace("63", "64"))
        ),
        [
            "CONTRADICTING_DUPLICATE 3 URN [900001] Oakfield is also on line 2, with other \
             figures. Rows are not added up, because a pupil may be counted in both. Download the file again, or keep one of the two lines."
        ]
    );
}

#[test]
fn the_year_is_compared_with_the_columns() {
    let file = |suffix: &str| {
        let columns = format!("TELIG_{suffix},TELIG_16\n");
        KS2.replace("READ_AVERAGE\n", &columns)
            .replace("104", "30,29")
    };
    assert!(issues(Dataset::Ks2, file("18")).is_empty());
    assert_eq!(
        issues(Dataset::Ks2, file("17")),
        [
            "YEAR_MISMATCH 1 TELIG_17 [-] The columns of the year before end in _17, so this is \
             the file of 2017/18, but the import says 2018/19. Choose the right file, or import \
             it as 2017/18."
        ]
    );
}

#[test]
fn the_year_is_compared_with_the_files_name() {
    let named = |name: &str| {
        let mut request = request(Dataset::Ks2);
        name.clone_into(&mut request.file_name);
        let (batch, summary) = read_as(request, &[KS2.as_bytes()]);
        assert!(!summary.fatal);
        batch.issues.iter().map(told).collect::<Vec<_>>()
    };
    for fine in [
        "2018-2019_990_ks2final.csv",
        "ks2-201819.csv",
        "ks2.csv",
        "20220420_ks2_990.csv",
    ] {
        assert!(named(fine).is_empty(), "{fine}");
    }
    assert_eq!(
        named("2017-2018_990_ks2final.csv"),
        [
            "FILE_NAME_YEAR - - [-] The file's name speaks of 2017/18, but the import says \
             2018/19. Check that it is the right file."
        ]
    );
}

#[test]
fn a_year_must_be_given() {
    let mut request = request(Dataset::Ks2);
    request.year = None;
    let (batch, summary) = read_as(request, &[KS2.as_bytes()]);
    assert_eq!(
        told(&batch.issues[0]),
        "YEAR_REQUIRED - - [-] The key stage 2 file doesn't say its academic year. Give the year \
         with the import, such as 2018/19."
    );
    assert!(summary.fatal);
}
