use proptest::prelude::*;

use super::*;
use crate::inspection::{Findings, Grade, Predecessor};

const YEAR: &str = "2024/25";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn support(kind: SupportKind, from: &str, until: &str, outcome: SupportOutcome) -> Support {
    Support {
        urn: "900001".parse().unwrap(),
        kind,
        from: day(from),
        until: (!until.is_empty()).then(|| day(until)),
        outcome,
    }
}

fn significant(from: &str, until: &str, outcome: SupportOutcome) -> Support {
    support(SupportKind::Significant, from, until, outcome)
}

fn targeted(from: &str, until: &str, outcome: SupportOutcome) -> Support {
    support(SupportKind::Targeted, from, until, outcome)
}

fn inspection(start: &str, grade: Grade) -> Inspection {
    Inspection {
        number: start.to_owned(),
        kind: String::new(),
        start: day(start),
        published: None,
        predecessor: None,
        concern: None,
        findings: Findings::OverallGrade {
            overall: Some(grade),
            areas: Vec::new(),
            safeguarding: None,
        },
    }
}

fn proposed(inspections: &[Inspection], support: &[Support]) -> (ProgrammeContext, bool, String) {
    let year = YEAR.parse().unwrap();
    let settings = Settings::default();
    let found = propose(year, inspections, support, &settings, day("2024-09-10"));
    (found.context, found.is_clear, found.words())
}

#[test]
fn p7_1_a_recent_outcome_below_good_needs_significant_support() {
    let (context, clear, words) =
        proposed(&[inspection("2024-05-14", Grade::RequiresImprovement)], &[]);
    assert_eq!(
        (context, clear),
        (ProgrammeContext::SignificantSupport, true)
    );
    assert_eq!(
        words,
        "Ofsted's inspection that began on 14 May 2024 found: Requires improvement overall."
    );
    // Since replaced by a better one.
    let better = [
        inspection("2022-05-14", Grade::RequiresImprovement),
        inspection("2024-05-14", Grade::Good),
    ];
    assert_eq!(
        proposed(&better, &[]).0,
        ProgrammeContext::Other,
        "the latest counts"
    );
    // Long ago, to come, or of the school before: named, and a person judges.
    let old = proposed(&[inspection("2021-08-31", Grade::RequiresImprovement)], &[]);
    assert_eq!((old.0, old.1), (ProgrammeContext::Other, false));
    assert!(old.2.contains("some years ago"), "{}", old.2);
    let edge = proposed(&[inspection("2021-09-01", Grade::RequiresImprovement)], &[]);
    assert_eq!(edge.0, ProgrammeContext::SignificantSupport);
    let later = proposed(&[inspection("2024-09-11", Grade::Inadequate)], &[]);
    assert_eq!((later.0, later.1), (ProgrammeContext::Other, true));
    let mut before = inspection("2024-05-14", Grade::Inadequate);
    before.predecessor = Some(Predecessor {
        urn: None,
        name: "Elm Infants".into(),
    });
    let before = proposed(&[before], &[]);
    assert_eq!((before.0, before.1), (ProgrammeContext::Other, false));
    assert!(before.2.contains("school before this one"), "{}", before.2);
}

#[test]
fn p7_1_significant_support_or_a_second_year_of_support() {
    let open = SupportOutcome::Open;
    let first = proposed(&[], &[significant("2024-09-01", "", open)]);
    assert_eq!(
        (first.0, first.1),
        (ProgrammeContext::SignificantSupport, true)
    );
    // Targeted support counts from its second year.
    let told = |from| proposed(&[], &[targeted(from, "", open)]);
    assert_eq!(
        (told("2023-09-10").0, told("2023-09-10").1),
        (ProgrammeContext::SignificantSupport, true)
    );
    let first = told("2023-09-11");
    assert_eq!((first.0, first.1), (ProgrammeContext::Other, false));
    assert!(first.2.contains("in its first year"), "{}", first.2);
    // A second programme after the summer is the same support.
    let on = [
        targeted("2023-09-01", "2024-07-23", SupportOutcome::Some),
        targeted("2024-09-01", "", open),
    ];
    assert_eq!(proposed(&[], &on).0, ProgrammeContext::SignificantSupport);
    // What the school buys is its own affair.
    let bought = [support(SupportKind::Commissioned, "2020-09-01", "", open)];
    assert_eq!(
        (proposed(&[], &bought).0, proposed(&[], &bought).1),
        (ProgrammeContext::Other, true)
    );
}

#[test]
fn p7_2_successful_support_of_at_least_two_years_that_is_no_longer_needed() {
    let well = SupportOutcome::Successful;
    let two = proposed(&[], &[significant("2022-09-01", "2024-07-24", well)]);
    assert_eq!((two.0, two.1), (ProgrammeContext::RecentSupport, true));
    assert_eq!(
        two.2,
        "Support by the county began on 1 September 2022 and ended on 24 July 2024: it went well for at least \
         2 years."
    );
    // A day short in the middle of a year is short.
    let short = proposed(&[], &[significant("2022-05-02", "2024-04-30", well)]);
    assert_eq!((short.0, short.1), (ProgrammeContext::Other, false));
    assert!(short.2.contains("for less than 2 years"), "{}", short.2);
    let exact = proposed(&[], &[significant("2022-05-01", "2024-04-30", well)]);
    assert_eq!(exact.0, ProgrammeContext::RecentSupport);
    // Recent: reckoned from 1 September, the same all year.
    let told = |until| proposed(&[], &[significant("2020-09-01", until, well)]).0;
    assert_eq!(told("2023-09-01"), ProgrammeContext::RecentSupport);
    assert_eq!(told("2023-08-31"), ProgrammeContext::Other);
    // It ended, and support goes on, or an inspection says otherwise.
    let again = [
        significant("2021-09-01", "2023-12-31", well),
        targeted("2024-05-01", "", SupportOutcome::Open),
    ];
    assert_eq!(proposed(&[], &again).0, ProgrammeContext::Other);
    assert_eq!(
        proposed(
            &[inspection("2024-05-14", Grade::Inadequate)],
            &[significant("2022-09-01", "2024-07-24", well)]
        )
        .0,
        ProgrammeContext::SignificantSupport
    );
}

#[test]
fn p7_between_the_contexts_a_person_judges() {
    for (outcome, context) in [
        (SupportOutcome::Little, ProgrammeContext::SignificantSupport),
        (SupportOutcome::Some, ProgrammeContext::Other),
        (SupportOutcome::Open, ProgrammeContext::Other),
    ] {
        let (found, clear, _) = proposed(&[], &[significant("2021-09-01", "2024-07-24", outcome)]);
        assert_eq!((found, clear), (context, false), "{outcome:?}");
    }
}

#[test]
fn p7_a_year_that_is_over_is_told_as_it_stood() {
    let year = YEAR.parse().unwrap();
    let settings = Settings::default();
    let later = [significant("2025-09-01", "", SupportOutcome::Open)];
    let now = propose(year, &[], &later, &settings, day("2026-11-25"));
    assert_eq!((now.context, now.is_clear), (ProgrammeContext::Other, true));
}

#[test]
fn p7_exactly_one_of_the_visits_is_the_review() {
    let settings = Settings::default();
    let told = |context: ProgrammeContext| context.visits(&settings);
    assert_eq!(told(ProgrammeContext::RecentSupport), 2);
    assert_eq!(told(ProgrammeContext::Other), 1);
    assert_eq!(told(ProgrammeContext::SignificantSupport), REVIEWS);
}

#[test]
fn p7_a_change_needs_a_reason_and_a_confirmation_has_one() {
    let proposal = Proposal {
        context: ProgrammeContext::Other,
        reasons: vec!["Because.".into()],
        is_clear: true,
    };
    let told = |context, reason: &str| {
        let wanted = Wanted {
            context,
            reason: reason.into(),
        };
        let faults = faults("choices[3].", &wanted, &proposal);
        faults
            .into_iter()
            .map(|fault| format!("{}: {fault}", fault.field))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(Some(ProgrammeContext::Other), ""), [""; 0]);
    assert_eq!(
        told(Some(ProgrammeContext::RecentSupport), " "),
        [
            "choices[3].reason: say why: support and inspections propose \"not currently or recently supported\" (¶7)"
        ]
    );
    assert_eq!(
        told(Some(ProgrammeContext::RecentSupport), "It went well."),
        [""; 0]
    );
    assert_eq!(
        told(None, ""),
        ["choices[3].kind: say which of the three contexts the school is in (¶7)"]
    );
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..2200).prop_map(|days| day("2019-01-01") + Days::new(days))
}

prop_compose! {
    fn any_support()(
        kind in proptest::sample::select(SupportKind::ALL),
        outcome in proptest::sample::select(SupportOutcome::ALL),
        from in any_day(),
        days in proptest::option::of(1_u64..1400),
    ) -> Support {
        Support {
            urn: "900001".parse().unwrap(),
            kind,
            from,
            until: days.map(|days| from + Days::new(days)),
            outcome,
        }
    }
}

prop_compose! {
    fn any_inspection()(
        grade in proptest::sample::select(Grade::ALL),
        start in any_day(),
    ) -> Inspection {
        inspection(&start.to_string(), grade)
    }
}

proptest! {
    #[test]
    fn p7_a_proposal_keeps_its_promises(
        support in proptest::collection::vec(any_support(), 0..6),
        inspections in proptest::collection::vec(any_inspection(), 0..4),
        today in any_day(),
        visits in 2_u32..=4,
    ) {
        let year: AcademicYear = YEAR.parse().unwrap();
        let settings = Settings { visits_after_support: visits, ..Settings::default() };
        let found = propose(year, &inspections, &support, &settings, today);
        prop_assert!(found.reasons.iter().all(|reason| reason.ends_with('.')) && !found.reasons.is_empty());

        // The order in which things are told says nothing.
        let mut turned = support.clone();
        turned.reverse();
        prop_assert_eq!(&propose(year, &inspections, &turned, &settings, today), &found);

        // What a school buys says nothing.
        let ours: Vec<Support> = support.iter().filter(|one| one.kind != SupportKind::Commissioned).cloned().collect();
        prop_assert_eq!(&propose(year, &inspections, &ours, &settings, today), &found);

        let as_of = today.clamp(year.first_day(), year.last_day());
        let goes_on = ours.iter().any(|one| one.from <= as_of && one.until.is_none_or(|until| until >= as_of));
        match found.context {
            ProgrammeContext::RecentSupport => {
                prop_assert!(!goes_on);
                prop_assert!(ours.iter().any(|one| one.outcome == SupportOutcome::Successful));
                let least = ours.iter().filter_map(|one| one.until).max().unwrap();
                prop_assert!(least >= day("2023-09-01"));
                prop_assert_eq!(found.context.visits(&settings), visits);
            }
            ProgrammeContext::Other => {
                let strong = ours.iter().any(|one| one.kind == SupportKind::Significant
                    && one.from <= as_of && one.until.is_none_or(|until| until >= as_of));
                prop_assert!(!strong);
                prop_assert!(!(goes_on && found.is_clear));
            }
            ProgrammeContext::SignificantSupport => {}
        }
        // To ask for longer success never makes it recent.
        let strict = Settings { successful_support_years: 4, ..settings };
        let later = propose(year, &inspections, &support, &strict, today);
        if later.context == ProgrammeContext::RecentSupport {
            prop_assert_eq!(found.context, ProgrammeContext::RecentSupport);
        }
    }
}
