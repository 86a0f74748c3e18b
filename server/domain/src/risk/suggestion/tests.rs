use super::*;
use crate::risk::count::Count;

fn year(start: u16, met: u32, of: u32, benchmark: f64) -> YearCount {
    YearCount {
        year: AcademicYear::from_start(start).unwrap(),
        release: Release::Provisional,
        count: Count::new(met, of).unwrap(),
        benchmark,
    }
}

fn ks2(group: PupilGroup, met: u32, of: u32) -> Series {
    Series {
        topic: Topic::Ks2,
        group,
        current: None,
        years: [2021, 2022, 2023]
            .map(|start| year(start, met, of, 0.6))
            .to_vec(),
        intake: Vec::new(),
    }
}

fn rules() -> Rules {
    Rules::from(&Settings::default())
}

fn of(series: Vec<Series>) -> Vec<Suggestion> {
    let data = SchoolData {
        series,
        ..SchoolData::default()
    };
    suggest(&data, &rules())
}

#[test]
fn p12_a_school_has_one_suggestion_for_each_criterion() {
    let all = of(vec![
        ks2(PupilGroup::Disadvantaged, 1, 10),
        ks2(PupilGroup::All, 6, 30),
        ks2(PupilGroup::Girls, 2, 15),
    ]);
    let criteria: Vec<_> = all.iter().map(|s| (s.signal, s.evidence.len())).collect();
    assert_eq!(criteria, [(Signal::Results, 2), (Signal::GroupResults, 2)]);
    assert!(all.iter().all(|s| s.severity == Some(Severity::WellBelow)));
}

#[test]
fn p11_an_older_year_is_no_current_one() {
    let mut series = ks2(PupilGroup::All, 0, 20);
    series.years.truncate(1);
    assert_eq!(of(vec![series.clone()]).len(), 1);
    series.current = AcademicYear::from_start(2023).ok();
    assert_eq!(of(vec![series]), []);
}

#[test]
fn p12c_cases_are_raised_only_where_the_county_has_set_a_number() {
    let data = SchoolData {
        cases: vec![Cases {
            kind: CaseKind::Exclusion,
            year: AcademicYear::from_start(2023).unwrap(),
            period: Period::Year,
            release: Release::Final,
            count: 2,
        }],
        ..SchoolData::default()
    };
    assert_eq!(suggest(&data, &rules()), []);
    let told = |exclusions| {
        suggest(
            &data,
            &Rules {
                exclusions,
                ..rules()
            },
        )
        .len()
    };
    assert_eq!((told(2), told(3)), (1, 0));
}

#[test]
fn p12_a_good_school_has_none() {
    assert_eq!(of(vec![ks2(PupilGroup::All, 20, 30)]), []);
    assert_eq!(of(Vec::new()), []);
}

#[test]
fn p12b_a_group_is_never_judged_by_one_year() {
    let mut series = ks2(PupilGroup::Disadvantaged, 0, 30);
    series.years.truncate(1);
    assert_eq!(of(vec![series]), []);
}

#[test]
fn p19_intake_stands_beside_a_suggestion_and_never_cancels_it() {
    let mut series = ks2(PupilGroup::All, 10, 30);
    series.intake = [2021, 2022, 2023]
        .map(|start| year(start, 10, 30, 0.35))
        .to_vec();
    let found = of(vec![series.clone()]);
    let [suggestion] = &found[..] else {
        panic!("{found:?}")
    };
    let beside = suggestion.evidence.iter().map(|evidence| match evidence {
        Evidence::Count { intake, .. } => intake.map(|intake| intake.raised_too),
        _ => None,
    });
    assert!(beside.clone().all(|raised| raised == Some(false)));
    // Of an intake that is known for some of the years only, nothing is said.
    series.intake.truncate(1);
    let found = of(vec![series]);
    let pooled = found[0].evidence.iter().rfind(|evidence| {
        matches!(evidence, Evidence::Count { finding, .. } if finding.span == Span::OverTime)
    });
    assert!(matches!(pooled, Some(Evidence::Count { intake: None, .. })));
}

#[test]
fn p12c_absence_is_raised_at_a_point_above_england() {
    let rate = |school| AbsenceRate {
        year: AcademicYear::from_start(2023).unwrap(),
        release: Release::Final,
        school,
        england: 550,
    };
    let ask = |school| {
        let data = SchoolData {
            absence: vec![rate(school)],
            ..SchoolData::default()
        };
        suggest(&data, &rules())
    };
    assert_eq!(ask(649), []);
    assert_eq!(ask(650)[0].severity, Some(Severity::Below));
    assert_eq!(ask(750)[0].severity, Some(Severity::WellBelow));
}

#[test]
fn those_who_ask_why_nothing_is_suggested_are_told() {
    let data = SchoolData {
        series: vec![
            ks2(PupilGroup::All, 3, 9),
            ks2(PupilGroup::Disadvantaged, 1, 2),
        ],
        ..SchoolData::default()
    };
    let told = ask(&data, &rules());
    let outcomes: Vec<_> = told
        .iter()
        .map(|asked| (asked.span, &asked.outcome))
        .collect();
    assert_eq!(
        outcomes,
        [
            (Span::CurrentYear, &Outcome::TooFew),
            (Span::OverTime, &Outcome::TooFew),
            (Span::OverTime, &Outcome::TooFew),
        ]
    );
}
