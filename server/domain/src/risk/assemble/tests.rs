use super::*;

fn urn(number: &str) -> Urn {
    number.parse().unwrap()
}

fn year(start: u16) -> AcademicYear {
    AcademicYear::from_start(start).unwrap()
}

fn told(place: Place, start: u16, percent: i64, cohort: u32) -> Told {
    Told {
        place,
        year: year(start),
        period: Period::Year,
        measure: Measure::Ks2RwmExpected,
        group: PupilGroup::All,
        value: Value::Number(percent * 100),
        numerator: None,
        denominator: None,
        cohort: Some(cohort),
        release: Release::Revised,
    }
}

const ENGLAND: Place = Place::England(EnglandScope::StateFunded);

fn england() -> Vec<Told> {
    [2018, 2021, 2022, 2023]
        .map(|start| told(ENGLAND, start, 60, 600_000))
        .to_vec()
}

fn of(phase: Phase, told: &[Told], beside: &[Told], until: u16) -> Assembled {
    let subject = Subject {
        urn: urn("900001"),
        phase,
    };
    let window = Window {
        until: year(until),
        years: 3,
        groups: &[PupilGroup::Disadvantaged],
    };
    assemble(subject, told, &Benchmarks::new(beside), window)
}

fn own(start: u16, percent: i64) -> Told {
    told(Place::School(urn("900001")), start, percent, 20)
}

fn starts(series: &Series) -> Vec<u16> {
    series.years.iter().map(|year| year.year.start()).collect()
}

#[test]
fn p11_the_latest_result_years_are_those_of_england_up_to_the_programme_year() {
    let mine = [own(2018, 50), own(2021, 55), own(2022, 40), own(2023, 45)];
    let found = of(Phase::Primary, &mine, &england(), 2024);
    let [series] = &found.data.series[..] else {
        panic!("{found:?}")
    };
    assert_eq!(starts(series), [2023, 2022, 2021]);
    assert_eq!(series.current, Some(year(2023)));
    // A year that is over is not judged by what came later.
    let found = of(Phase::Primary, &mine, &england(), 2022);
    assert_eq!(starts(&found.data.series[0]), [2022, 2021, 2018]);
}

#[test]
fn p11_a_special_school_is_not_compared_with_mainstream_ones() {
    let found = of(Phase::NotApplicable, &[own(2023, 0)], &england(), 2024);
    assert_eq!(found.data, SchoolData::default());
}

#[test]
fn p12_a_new_academys_earlier_years_are_its_predecessors_and_said_so() {
    let before = |urn_: &str, percent| told(Place::School(urn(urn_)), 2022, percent, 30);
    let new = Told {
        value: Value::Marker(Marker::NewSchool),
        ..own(2022, 0)
    };
    let found = of(
        Phase::Primary,
        &[own(2023, 45), new, before("900101", 30)],
        &england(),
        2024,
    );
    assert_eq!(starts(&found.data.series[0]), [2023, 2022]);
    let key = (Measure::Ks2RwmExpected, PupilGroup::All, year(2022));
    assert_eq!(found.earlier.get(&key), Some(&urn("900101")));
    // Two schools that became one have no result together.
    let both = [own(2023, 45), before("900101", 30), before("900102", 50)];
    let found = of(Phase::Primary, &both, &england(), 2024);
    assert_eq!(starts(&found.data.series[0]), [2023]);
    // What the school itself hides is not replaced.
    let hidden = Told {
        value: Value::Marker(Marker::Suppressed),
        ..own(2022, 0)
    };
    let found = of(
        Phase::Primary,
        &[hidden, before("900101", 30)],
        &england(),
        2024,
    );
    assert_eq!(starts(&found.data.series[0]), [0_u16; 0]);
}

#[test]
fn p19_intake_is_that_of_the_same_children() {
    let mut beside = england();
    let group = |group, percent| Told {
        group,
        ..told(ENGLAND, 2023, percent, 100)
    };
    beside.push(group(PupilGroup::Disadvantaged, 45));
    beside.push(group(PupilGroup::NotDisadvantaged, 65));
    let poor = Told {
        group: PupilGroup::Disadvantaged,
        value: Value::Marker(Marker::Suppressed),
        cohort: Some(5),
        ..own(2023, 0)
    };
    let found = of(Phase::Primary, &[own(2023, 45), poor], &beside, 2024);
    let share = found.data.series[0].intake[0].benchmark;
    assert!((share - 0.60).abs() < 1e-12, "{share}");
}

#[test]
fn p12c_persistent_absence_is_counted_against_the_roll() {
    let place = Place::School(urn("900001"));
    let absent = Told {
        measure: Measure::PersistentAbsence,
        value: Value::Number(2550),
        cohort: None,
        ..told(place, 2022, 0, 0)
    };
    let roll = Told {
        measure: Measure::PupilsOnRoll,
        value: Value::Number(20_000),
        ..absent
    };
    let benchmark = Told {
        place: Place::England(EnglandScope::Primary),
        value: Value::Number(1620),
        ..absent
    };
    let found = of(Phase::Primary, &[absent, roll], &[benchmark], 2024);
    let count = found.data.series[0].years[0].count;
    assert_eq!((count.met(), count.of()), (51, 200));
    // Without a roll nothing is counted.
    let found = of(Phase::Primary, &[absent], &[benchmark], 2024);
    assert!(found.data.series[0].years.is_empty());
}
