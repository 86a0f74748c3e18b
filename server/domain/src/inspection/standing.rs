//! The written mapping of Ofsted's outcomes, era by era: what counts as "good or better"
//! (paragraphs 16 and 30), and what may raise criterion j, "evaluated by Ofsted as requiring
//! improvement or inadequate" (paragraph 12).
//!
//! | Era | Good or better | Raises criterion j |
//! |---|---|---|
//! | Overall grade | overall 1 or 2; ungraded: remains good or outstanding | overall 3 or 4 |
//! | Key judgements | each key judgement 1 or 2 | a key judgement of 3 or 4 |
//! | Report card | each area at the expected standard or above | an area that needs attention or urgent improvement |
//! | All | and safeguarding sound, no category of concern | or safeguarding not sound, or a category of concern |
//!
//! Provision for the early years or after 16 is told beside it and decides nothing alone. An
//! ungraded inspection from September 2024 compares with the last graded one, whose reading
//! stands while standards are maintained or have improved; "some aspects not as strong" says
//! neither. A predecessor's outcome is never a school's own: [`Standing::of_predecessor`] says so.

use super::{Concern, Findings, Inspection, Ungraded, UngradedOutcome};

/// What an inspection means for the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// Good or better in its era's terms.
    GoodOrBetter,
    /// Below that: may raise criterion j.
    BelowGood,
    /// What the last graded inspection said still holds.
    AsLastGraded,
    /// Neither can be said.
    Open,
}

/// Where a school stands with Ofsted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'a> {
    /// What it means; never [`Reading::AsLastGraded`].
    pub reading: Reading,
    /// The inspection that says so.
    pub basis: &'a Inspection,
    /// The latest inspection, which may be an ungraded one after the basis.
    pub latest: &'a Inspection,
    /// Whether the basis was an inspection of the school's predecessor: to be named as such, and
    /// never to raise criterion j in silence.
    pub of_predecessor: bool,
}

/// What one inspection means, in the terms of its own era.
pub fn reading(inspection: &Inspection) -> Reading {
    let unsound = inspection.concern.is_some()
        || inspection
            .safeguarding()
            .is_some_and(|said| !said.is_sound());
    if unsound {
        return Reading::BelowGood;
    }
    match &inspection.findings {
        Findings::OverallGrade { overall, .. } => match overall {
            Some(grade) => of_all(std::iter::once(grade.is_good())),
            None => Reading::Open,
        },
        Findings::KeyJudgements { areas, .. } => {
            let whole = areas.iter().filter(|(area, _)| !area.is_provision());
            of_all(whole.map(|(_, grade)| grade.is_good()))
        }
        Findings::ReportCard { areas, .. } => {
            use super::Standard as S;
            let whole = areas.iter().filter(|(area, _)| !area.is_provision());
            of_all(whole.map(|(_, standard)| match standard {
                S::Exceptional | S::Strong | S::Expected => true,
                S::NeedsAttention | S::UrgentImprovement => false,
            }))
        }
        Findings::Ungraded(Ungraded::Known(outcome)) => match outcome {
            UngradedOutcome::RemainsOutstanding
            | UngradedOutcome::RemainsOutstandingConcerns
            | UngradedOutcome::RemainsGood
            | UngradedOutcome::RemainsGoodImproving
            | UngradedOutcome::RemainsGoodConcerns => Reading::GoodOrBetter,
            UngradedOutcome::StandardsMaintained | UngradedOutcome::ImprovedSignificantly => {
                Reading::AsLastGraded
            }
            UngradedOutcome::SomeAspectsNotAsStrong => Reading::Open,
        },
        Findings::Ungraded(Ungraded::Words(_)) => Reading::Open,
    }
}

/// Good if all are; open if there are none.
fn of_all(mut good: impl Iterator<Item = bool>) -> Reading {
    match good.next() {
        None => Reading::Open,
        Some(first) if first && good.all(|good| good) => Reading::GoodOrBetter,
        Some(_) => Reading::BelowGood,
    }
}

/// Where a school stands, from its inspections in any order; none if it was never inspected.
pub fn standing(inspections: &[Inspection]) -> Option<Standing<'_>> {
    let latest = inspections.iter().max_by_key(|one| one.start)?;
    let (basis, found) = match reading(latest) {
        Reading::AsLastGraded => {
            let graded = inspections
                .iter()
                .filter(|one| one.is_graded() && one.start < latest.start)
                .max_by_key(|one| one.start);
            graded.map_or((latest, Reading::Open), |one| (one, reading(one)))
        }
        found => (latest, found),
    };
    Some(Standing {
        reading: found,
        basis,
        latest,
        of_predecessor: basis.predecessor.is_some(),
    })
}

impl Standing<'_> {
    /// The category of concern of the latest graded inspection, if any.
    pub const fn concern(&self) -> Option<Concern> {
        self.basis.concern
    }

    /// Whether the outcome may raise criterion j. That of a predecessor may not: it is shown, and
    /// a person decides.
    pub fn raises_j(&self) -> bool {
        self.reading == Reading::BelowGood && !self.of_predecessor
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Area, Grade, Predecessor, Safeguarding, Standard};
    use super::*;

    fn inspection(start: &str, findings: Findings) -> Inspection {
        Inspection {
            number: start.to_owned(),
            kind: String::new(),
            start: start.parse().unwrap(),
            published: None,
            predecessor: None,
            concern: None,
            findings,
        }
    }

    fn overall(grade: Grade) -> Inspection {
        let findings = Findings::OverallGrade {
            overall: Some(grade),
            areas: vec![(Area::QualityOfEducation, Grade::Inadequate)],
            safeguarding: Some(Safeguarding::Effective),
        };
        inspection("2023-05-10", findings)
    }

    fn judged(grades: &[(Area, Grade)]) -> Inspection {
        let findings = Findings::KeyJudgements {
            areas: grades.to_vec(),
            safeguarding: Some(Safeguarding::Effective),
        };
        inspection("2025-01-14", findings)
    }

    fn card(standards: &[(Area, Standard)]) -> Inspection {
        let findings = Findings::ReportCard {
            areas: standards.to_vec(),
            safeguarding: Some(Safeguarding::Met),
        };
        inspection("2026-01-06", findings)
    }

    fn ungraded(start: &str, outcome: UngradedOutcome) -> Inspection {
        inspection(start, Findings::Ungraded(Ungraded::Known(outcome)))
    }

    #[test]
    fn p12j_an_overall_grade_speaks_for_itself() {
        for (grade, expected) in [
            (Grade::Outstanding, Reading::GoodOrBetter),
            (Grade::Good, Reading::GoodOrBetter),
            (Grade::RequiresImprovement, Reading::BelowGood),
            (Grade::Inadequate, Reading::BelowGood),
        ] {
            // The parts never change what the whole says.
            assert_eq!(reading(&overall(grade)), expected, "{grade:?}");
        }
    }

    #[test]
    fn p12j_key_judgements_are_read_one_by_one() {
        let good = [
            (Area::QualityOfEducation, Grade::Good),
            (Area::LeadershipAndManagement, Grade::Outstanding),
        ];
        assert_eq!(reading(&judged(&good)), Reading::GoodOrBetter);
        let with = |area, grade| judged(&[good[0], good[1], (area, grade)]);
        assert_eq!(
            reading(&with(Area::PersonalDevelopment, Grade::RequiresImprovement)),
            Reading::BelowGood
        );
        // Provision decides nothing alone.
        assert_eq!(
            reading(&with(Area::EarlyYears, Grade::RequiresImprovement)),
            Reading::GoodOrBetter
        );
        assert_eq!(reading(&judged(&[])), Reading::Open);
    }

    #[test]
    fn p12j_a_report_card_is_read_area_by_area() {
        let fine = (Area::Inclusion, Standard::Expected);
        assert_eq!(reading(&card(&[fine])), Reading::GoodOrBetter);
        for low in [Standard::NeedsAttention, Standard::UrgentImprovement] {
            let card = card(&[fine, (Area::Achievement, low)]);
            assert_eq!(reading(&card), Reading::BelowGood, "{low:?}");
        }
        let early = (Area::EarlyYears, Standard::NeedsAttention);
        assert_eq!(reading(&card(&[fine, early])), Reading::GoodOrBetter);
    }

    #[test]
    fn p12j_concern_and_safeguarding_stand_apart() {
        for concern in Concern::ALL {
            let mut good = overall(Grade::Good);
            good.concern = Some(*concern);
            assert_eq!(reading(&good), Reading::BelowGood);
        }
        let mut unsound = card(&[(Area::Inclusion, Standard::Strong)]);
        if let Findings::ReportCard { safeguarding, .. } = &mut unsound.findings {
            *safeguarding = Some(Safeguarding::NotMet);
        }
        assert_eq!(reading(&unsound), Reading::BelowGood);
    }

    #[test]
    fn p16_maintained_standards_are_those_of_the_last_graded_inspection() {
        let maintained = ungraded("2025-03-04", UngradedOutcome::StandardsMaintained);
        let both = [maintained.clone(), overall(Grade::Good)];
        let found = standing(&both).unwrap();
        assert_eq!(found.reading, Reading::GoodOrBetter);
        assert_eq!(found.basis, &both[1]);
        assert_eq!(found.latest, &both[0]);
        let both = [overall(Grade::RequiresImprovement), maintained.clone()];
        assert!(standing(&both).unwrap().raises_j());
        // Without a graded one there is nothing to hold on to.
        assert_eq!(standing(&[maintained]).unwrap().reading, Reading::Open);
    }

    #[test]
    fn p16_some_aspects_not_as_strong_says_neither() {
        let weaker = ungraded("2025-03-04", UngradedOutcome::SomeAspectsNotAsStrong);
        let both = [overall(Grade::Good), weaker];
        let found = standing(&both).unwrap();
        assert_eq!((found.reading, found.raises_j()), (Reading::Open, false));
    }

    #[test]
    fn p12j_a_predecessors_grade_raises_nothing_in_silence() {
        let mut old = overall(Grade::Inadequate);
        old.predecessor = Some(Predecessor {
            urn: "900009".parse().ok(),
            name: "Elm".into(),
        });
        let all = [old];
        let found = standing(&all).unwrap();
        assert_eq!(found.reading, Reading::BelowGood);
        assert!(found.of_predecessor && !found.raises_j());
        assert_eq!(standing(&[]), None);
    }
}
