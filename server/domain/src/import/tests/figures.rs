//! Absence, suspensions, census, attendance and the county's templates: what is odd about each.

use super::*;
use crate::figure::{Marker, Period, Place, PupilGroup as G, Value};
use crate::import::FigureRow;
use crate::measure::Measure as M;

/// Reads a file as the one of a year, or of the years that it says itself.
fn of_year(dataset: Dataset, year: Option<&str>, bytes: &str) -> (Batch, Summary) {
    let request = Request {
        dataset,
        year: year.map(|year| year.parse().unwrap()),
        file_name: String::new(),
    };
    read_as(request, &[bytes.as_bytes()])
}

fn codes(batch: &Batch) -> Vec<&str> {
    batch
        .issues
        .iter()
        .map(|issue| issue.code.as_str())
        .collect()
}

fn row(batch: &Batch, index: usize) -> (Place, Period, &[FigureRow]) {
    match &batch.rows[index] {
        Row::Figures {
            place,
            period,
            figures,
            ..
        } => (*place, *period, figures),
        Row::School { .. } | Row::District { .. } | Row::Statement { .. } | Row::Person { .. } => {
            panic!("figures")
        }
    }
}

fn value(figures: &[FigureRow], measure: M, group: G) -> Option<Value> {
    let wanted = |figure: &&FigureRow| figure.measure == measure && figure.group == group;
    figures.iter().find(wanted).map(|figure| figure.value)
}

#[test]
fn persistent_absence_is_two_measures_and_dates_its_file() {
    let old = "LA,ESTAB,URN,PERCTOT,PERCUA,PPERSABS15,PPERSABS20\n\
               990,2001,900001,5.2,0.7,3.1,1.2\nNAT,SPE,,9,1,15,10";
    let (batch, summary) = of_year(Dataset::Absence, Some("2010/11"), old);
    assert_eq!(batch.issues, []);
    assert_eq!((summary.schools, summary.comparators), (1, 1));
    let (_, _, figures) = row(&batch, 0);
    let number = |measure| value(figures, measure, G::All);
    assert_eq!(number(M::PersistentAbsence15), Some(Value::Number(310)));
    assert_eq!(number(M::PersistentAbsence20), Some(Value::Number(120)));
    assert_eq!(number(M::AbsenceUnauthorised), Some(Value::Number(70)));
    assert_eq!(number(M::PersistentAbsence), None);
    let (batch, _) = of_year(Dataset::Absence, Some("2018/19"), old);
    assert_eq!(codes(&batch), ["YEAR_MISMATCH"]);
    let (batch, _) = of_year(Dataset::Absence, Some("2013/14"), ABSENCE);
    assert_eq!(codes(&batch), ["YEAR_MISMATCH"]);
    let (batch, _) = of_year(Dataset::Absence, None, ABSENCE);
    assert_eq!(codes(&batch), ["YEAR_REQUIRED"]);
}

#[test]
fn the_statistics_say_year_counts_and_markers() {
    let file = "time_period,time_identifier,geographic_level,old_la_code,school_urn,education_phase,\
                enrolments,sess_possible,sess_overall,sess_overall_percent,enrolments_pa_10_exact,\
                enrolments_pa_10_exact_percent,enrolments_pa_50_exact,enrolments_pa_50_exact_percent\n\
                202324,Academic year,School,314 / 318,900001,State-funded primary,200,60000,3000,5.0,\
                c,c,low,u\n\
                202324,Autumn and spring term,School,990,900001,State-funded primary,200,40000,2000,5,\
                x,:,z,z\n\
                2024,Week 37,School,990,900001,State-funded primary,200,1,1,1,1,1,1,1\n\
                202324,Academic year,Local authority,314 / 318,,State-funded primary,1,1,1,1,1,1,1,1\n\
                202324,Academic year,National,,,State-funded nursery,1,1,1,1,1,1,1,1\n";
    let (batch, summary) = of_year(Dataset::Absence, None, file);
    assert_eq!(codes(&batch), ["ROWS_LEFT_OUT"; 3]);
    assert_eq!((summary.schools, summary.layout), (2, "absence-statistics"));
    let (_, period, figures) = row(&batch, 0);
    assert_eq!(period, Period::Year);
    assert_eq!(figures[0].numerator, Some(3000));
    assert_eq!(figures[0].denominator, Some(60_000));
    assert_eq!(figures[0].cohort, Some(200));
    let marker = |figures, measure| value(figures, measure, G::All).and_then(Value::marker);
    let suppressed = Some(Marker::Suppressed);
    assert_eq!(marker(figures, M::PersistentAbsence), suppressed);
    let unreliable = Some(Marker::Unreliable);
    assert_eq!(marker(figures, M::SevereAbsence), unreliable);
    let (_, period, figures) = row(&batch, 1);
    assert_eq!(period, Period::AutumnSpring);
    let none = Some(Marker::NotAvailable);
    assert_eq!(marker(figures, M::PersistentAbsence), none);
    let (batch, summary) = of_year(Dataset::Absence, Some("2022/23"), file);
    assert_eq!(summary.schools, 0);
    assert_eq!(codes(&batch).last(), Some(&"NO_ROWS"));
}

#[test]
fn the_old_files_levels_may_be_in_capitals_and_x_is_suppressed() {
    let reasons = [
        "physical_pupils",
        "physical_adult",
        "verbal_pupil",
        "verbal_adult",
        "bullying",
        "racist_abuse",
        "sexual_misconduct",
        "drug_alcohol",
        "damage",
        "theft",
        "persistent_disruptive",
        "other",
    ];
    let columns: Vec<String> = ["perm", "fixed"]
        .iter()
        .flat_map(|kind| reasons.iter().map(move |reason| format!("{kind}_{reason}")))
        .collect();
    let cells = "x,20.2657".to_owned() + &",1".repeat(22);
    let file = format!(
        "year,level,old_la_code,la_name,school_type,{}\n\
         201617,NATIONAL,,,State-funded primary,{cells}\n\
         201617,LOCAL AUTHORITY,990,Marlshire,Special,{cells}\n\
         201617,REGIONAL,,,Total,{cells}\n",
        columns.join(",")
    );
    let (batch, summary) = of_year(Dataset::SuspensionsExclusions, None, &file);
    assert_eq!(codes(&batch), ["ROWS_LEFT_OUT"]);
    assert_eq!(summary.comparators, 2);
    let (place, _, figures) = row(&batch, 1);
    assert_eq!((place.kind(), place.code()), (10, 990));
    let suppressed = Some(Value::Marker(Marker::Suppressed));
    let number = |measure| value(figures, measure, G::All);
    assert_eq!(number(M::ExclusionsPhysicalAssaultPupil), suppressed);
    let estimate = Some(Value::Number(2027));
    assert_eq!(number(M::ExclusionsPhysicalAssaultAdult), estimate);
}

#[test]
fn the_census_of_2010_11_joins_its_numbers() {
    let file = "URN,LAESTAB,NUMFTE,TOTPUPSENDN,TSENSAP,NUMEAL,PNUMEAL,TOTPUPFSMDN,NUMFSM,PNUMFSM\n\
                900001,9902001,199.5,200,9,20,10,200,30,15\n,,,,,,,,,\nNAT,PRI,1,2,3,4,5,6,7,8\n";
    let (batch, summary) = of_year(Dataset::Census, Some("2010/11"), file);
    assert_eq!(codes(&batch), ["BLANK_ROW"]);
    assert_eq!((summary.schools, summary.comparators), (1, 1));
    let (_, _, figures) = row(&batch, 0);
    let roll = value(figures, M::PupilsOnRoll, G::All);
    assert_eq!(roll, Some(Value::Number(20_000)));
    let meals = value(figures, M::ShareOfRoll, G::FreeSchoolMeals);
    assert_eq!(meals, Some(Value::Number(1500)));
    let Row::Figures { authority, .. } = &batch.rows[0] else {
        panic!("figures");
    };
    assert_eq!(authority.map(crate::urn::AuthorityCode::get), Some(990));
}

#[test]
fn a_census_share_may_pass_a_hundred_and_three_zero_languages_are_none() {
    let file = "URN,LA,ESTAB,NOR,TSENELSE,PSENELSE,NUMEAL,NUMENGFL,NUMUNCFL,PNUMEAL,NUMFSM\n\
                900001,990,7001,48,50,104.2,0,0,0,0.00,5\n900002,990,2002,0,0,0,0,0,0,0,0\n\
                900003,990,2003,80,2,2.5\n900003,990,2003,80,2,2.5\n";
    let (batch, _) = of_year(Dataset::Census, Some("2021/22"), file);
    assert_eq!(codes(&batch), ["IDENTICAL_DUPLICATE", "RAGGED_ROW"]);
    let (_, _, figures) = row(&batch, 0);
    let plan = value(figures, M::ShareOfRoll, G::EhcPlan);
    assert_eq!(plan, Some(Value::Number(10_420)));
    let language = value(figures, M::ShareOfRoll, G::EnglishAdditionalLanguage);
    assert_eq!(language, Some(Value::Marker(Marker::NotAvailable)));
    let (_, _, figures) = row(&batch, 1);
    let nobody = value(figures, M::ShareOfRoll, G::EhcPlan);
    assert_eq!(nobody, Some(Value::Marker(Marker::NoEligiblePupils)));
    let (_, _, figures) = row(&batch, 2);
    assert_eq!(value(figures, M::PupilsOnRoll, G::FreeSchoolMeals), None);
    // A plain file that a spreadsheet turned into fractions.
    let (batch, _) = of_year(
        Dataset::Census,
        Some("2021/22"),
        &file.replace("104.2", "1.042"),
    );
    assert_eq!(codes(&batch)[0], "INVALID_NUMBER");
}

#[test]
fn attendance_knows_averages_and_tiny_numbers() {
    let file = ATTENDANCE.replace("11.2", "9.28e-05");
    let (batch, _) = of_year(Dataset::Attendance, None, &file);
    assert_eq!(batch.issues, []);
    let (place, period, figures) = row(&batch, 0);
    assert_eq!((place.kind(), period), (8, Period::YearToDate));
    assert_eq!(figures[0].cohort, Some(851));
    assert_eq!(figures[0].value, Value::Number(484));
    assert_eq!(figures[1].value, Value::Number(0));
}

#[test]
fn an_unknown_marker_is_fatal_in_every_file_of_figures() {
    for (dataset, file) in [
        (Dataset::Absence, ABSENCE.replace("4.3", "DNS")),
        (
            Dataset::SuspensionsExclusions,
            SUSPENSIONS.replace("1.43", "DNS"),
        ),
        (Dataset::Census, CENSUS.replace("210,21", "DNS,21")),
        (Dataset::Attendance, ATTENDANCE.replace("11.2", "DNS")),
    ] {
        let (batch, summary) = read(dataset, file);
        assert_eq!(codes(&batch), ["UNKNOWN_MARKER"], "{dataset:?}");
        assert!(summary.fatal && batch.rows.is_empty());
    }
}

#[test]
fn the_templates_tell_every_trouble_of_a_line() {
    let file = "URN,Year,Measure,Group,Period,Numerator,Denominator,Release,Embargo until\n\
                9,2018/20,ks9,everybody,week,-1,x,draft,32/13/2025\n\
                900001,2018/19,ks2-reading-progress,all,,1,1,,\n\
                900001,2018/19,ks2-rwm-expected,all,,8,7,,\n\
                900001,2018/19,ks2-rwm-expected,girls,,1,,,\n";
    let (batch, _) = of_year(Dataset::CountyFigures, None, file);
    assert_eq!(
        codes(&batch),
        [
            "INVALID_URN",
            "INVALID_VALUE",
            "INVALID_VALUE",
            "INVALID_VALUE",
            "INVALID_VALUE",
            "INVALID_DATE",
            "INVALID_VALUE",
            "INVALID_NUMBER",
            "INVALID_NUMBER",
            "INVALID_VALUE",
            "INVALID_NUMBER",
            "INVALID_VALUE",
        ]
    );
    assert_eq!(batch.rows, []);
    let more = PHONICS.replace("30,25", "25,30");
    let (batch, _) = of_year(Dataset::Phonics, None, &more);
    assert_eq!(codes(&batch), ["INVALID_NUMBER"]);
    let twice = format!("{PHONICS}900001,Oakfield,2018/19,all,1,30,26,\n");
    let (batch, _) = of_year(Dataset::Phonics, None, &twice);
    assert_eq!(codes(&batch), ["CONTRADICTING_DUPLICATE"]);
    let (batch, _) = of_year(Dataset::Phonics, Some("2019/20"), PHONICS);
    assert_eq!(codes(&batch), ["YEAR_MISMATCH"]);
}

#[test]
fn a_template_filled_in_under_its_explanations_is_read() {
    for dataset in Dataset::ALL {
        let Some(template) = dataset.template() else {
            continue;
        };
        let (_, rows) = sound(*dataset).split_once('\n').unwrap();
        let header = sound(*dataset).lines().next().unwrap();
        assert_eq!(template.lines().last(), Some(header), "{dataset:?}");
        let (batch, _) = read(*dataset, format!("{template}{rows}"));
        assert_eq!(
            (batch.rows.len(), batch.issues.len()),
            (1, 0),
            "{dataset:?}"
        );
    }
}

#[test]
fn columns_of_single_pupils_refuse_any_file_before_its_rows() {
    for dataset in Dataset::ALL {
        let file = "upn,URN,Date of Birth,Forename 1,School\n1,900001,x,y,z\n";
        let (batch, summary) = read(*dataset, file);
        assert_eq!(codes(&batch), ["PUPIL_DATA"; 3], "{dataset:?}");
        assert_eq!((summary.rows, batch.rows.len()), (0, 0));
    }
}
