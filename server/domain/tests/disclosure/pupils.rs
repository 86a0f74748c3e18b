//! Invented pupils and the groups that they are in.

use llpr_domain::figure::PupilGroup as G;
use llpr_domain::measure::Measure;
use proptest::collection::vec;
use proptest::prelude::*;

/// A pupil: no more than what the figures count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pupil {
    girl: bool,
    /// 0 no, 1 free meals now, 2 in the last six years, 3 looked after, 4 both.
    circumstances: u8,
    /// 0 English, 1 additional, 2 not known.
    language: u8,
    moved: bool,
    /// 0 low, 1 middle, 2 high, 3 without.
    prior: u8,
    /// 0 none, 1 support, 2 plan.
    sen: u8,
    /// 0 nothing, 1 reading, 2 reading and maths, 3 also all three, 4 all three at the higher.
    reached: u8,
}

/// The results that are published.
pub(crate) const MEASURES: [(Measure, u8); 3] = [
    (Measure::Ks2ReadingExpected, 1),
    (Measure::Ks2RwmExpected, 3),
    (Measure::Ks2RwmHigher, 4),
];

/// The groups that are published, all first.
pub(crate) const GROUPS: [G; 17] = [
    G::All,
    G::Girls,
    G::Boys,
    G::Disadvantaged,
    G::NotDisadvantaged,
    G::FreeSchoolMeals,
    G::FreeSchoolMealsEver,
    G::LookedAfter,
    G::EnglishAdditionalLanguage,
    G::EnglishFirstLanguage,
    G::NonMobile,
    G::LowPriorAttainment,
    G::MiddlePriorAttainment,
    G::HighPriorAttainment,
    G::SenSupport,
    G::EhcPlan,
    G::NoSen,
];

impl Pupil {
    pub(crate) const fn is_in(self, group: G) -> bool {
        match group {
            G::All => true,
            G::Girls => self.girl,
            G::Boys => !self.girl,
            G::Disadvantaged => self.circumstances > 0,
            G::NotDisadvantaged => self.circumstances == 0,
            G::FreeSchoolMeals => matches!(self.circumstances, 1 | 4),
            G::FreeSchoolMealsEver => matches!(self.circumstances, 1 | 2 | 4),
            G::LookedAfter => matches!(self.circumstances, 3 | 4),
            G::EnglishAdditionalLanguage => self.language == 1,
            G::EnglishFirstLanguage => self.language == 0,
            G::NonMobile => !self.moved,
            G::LowPriorAttainment => self.prior == 0,
            G::MiddlePriorAttainment => self.prior == 1,
            G::HighPriorAttainment => self.prior == 2,
            G::SenSupport => self.sen == 1,
            G::EhcPlan => self.sen == 2,
            G::NoSen => self.sen == 0,
            _ => false,
        }
    }

    pub(crate) const fn reached(self, step: u8) -> bool {
        self.reached >= step
    }
}

/// A school: the pupils of each year, and whether its files have counts or rounded percentages.
#[derive(Clone, Debug)]
pub(crate) struct School {
    pub(crate) years: Vec<Vec<Pupil>>,
    pub(crate) counts: bool,
}

fn pupil() -> impl Strategy<Value = Pupil> {
    (
        any::<bool>(),
        prop_oneof![6 => Just(0_u8), 3 => Just(1), 2 => Just(2), 1 => Just(3), 1 => Just(4)],
        prop_oneof![5 => Just(0_u8), 3 => Just(1), 1 => Just(2)],
        prop::bool::weighted(0.2),
        0..4_u8,
        prop_oneof![6 => Just(0_u8), 2 => Just(1), 1 => Just(2)],
        prop_oneof![2 => Just(0_u8), 1 => Just(1), 1 => Just(2), 4 => Just(3), 2 => Just(4)],
    )
        .prop_map(
            |(girl, circumstances, language, moved, prior, sen, reached)| Pupil {
                girl,
                circumstances,
                language,
                moved,
                prior,
                sen,
                reached,
            },
        )
}

/// Small schools, middling ones and large ones, where a breakdown has a chance to be shown.
pub(crate) fn school() -> impl Strategy<Value = School> {
    let year = || prop_oneof![2 => vec(pupil(), 3..20), 2 => vec(pupil(), 20..60), 2 => vec(pupil(), 60..150)];
    (vec(year(), 1..=3), any::<bool>()).prop_map(|(years, counts)| School { years, counts })
}
