//! What may not be shown to people outside the profession, because it would tell something of
//! single children: governors, and every frozen report.
//!
//! The rule is simple enough to prove. A school's figures of one year about the same pupils (a
//! [`Population`]) are looked at together:
//!
//! 1. *Small.* Where a group, or what is left when groups are taken from a larger one, has fewer
//!    pupils than the county's minimum and not none at all, the whole breakdown is hidden: every
//!    group of its kind, every measure, every period. Where all pupils together are too few, all is.
//! 2. *Telling.* Where at most one pupil of those counted reached a standard, or at most one did
//!    not, the figure tells something of every child, at least to that one. Of fewer than twice the
//!    minimum it is hidden: of a group with its breakdown, of all pupils with the measure. So is the
//!    measure where a breakdown below it is hidden, whose children it would tell of.
//!
//! What is hidden shows neither value nor counts, and all that is hidden looks alike, so that the
//! absence of a figure does not say which group is small.
//!
//! The decision needs every figure of the school, whatever a caller asked for: a filter or a page
//! must not change it.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::Role;
use crate::figure::{Marker, Period, PupilGroup, Value};
use crate::measure::{Measure, Unit};
use crate::names::named;
use crate::year::AcademicYear;

named! {
    /// The pupils whom measures speak of together.
    pub enum Population {
        /// Pupils at the end of key stage 2.
        KeyStage2 => "key-stage-2", "Pupils at the end of key stage 2";
        /// Pupils whose attendance was taken.
        Attendance => "attendance", "Pupils whose attendance was taken";
        /// Pupils on roll who may be suspended or excluded.
        Exclusions => "exclusions", "Pupils counted for suspensions and exclusions";
        /// Pupils on roll in the school census.
        Roll => "roll", "Pupils on roll";
        /// Pupils of the phonics screening check.
        Phonics => "phonics", "Pupils of the phonics check";
        /// Pupils on reduced hours.
        ReducedHours => "reduced-hours", "Pupils on reduced hours";
    }
}

impl Population {
    /// The population that a measure speaks of.
    pub const fn of(measure: Measure) -> Self {
        match measure.code() {
            ..200 => Self::KeyStage2,
            200..300 | 611 => Self::Attendance,
            300..400 => Self::Exclusions,
            400..500 => Self::Roll,
            500..600 => Self::Phonics,
            600.. => Self::ReducedHours,
        }
    }
}

named! {
    /// A way to tell pupils apart.
    pub enum Breakdown {
        /// Girls and boys.
        Sex => "sex", "Girls and boys";
        /// Disadvantage, free school meals, social care: groups that lie within each other.
        Circumstances => "circumstances", "Disadvantage and social care";
        /// First language.
        Language => "language", "First language";
        /// Who stayed and who moved.
        Mobility => "mobility", "Pupils who did not change school";
        /// Attainment before.
        PriorAttainment => "prior-attainment", "Prior attainment";
        /// Special educational needs.
        Sen => "sen", "Special educational needs";
    }
}

impl Breakdown {
    /// The breakdown that a group belongs to; none for all pupils.
    pub const fn of(group: PupilGroup) -> Option<Self> {
        match group {
            PupilGroup::All => None,
            PupilGroup::Girls | PupilGroup::Boys => Some(Self::Sex),
            PupilGroup::Disadvantaged
            | PupilGroup::NotDisadvantaged
            | PupilGroup::FreeSchoolMeals
            | PupilGroup::FreeSchoolMealsEver
            | PupilGroup::SocialWorker
            | PupilGroup::ChildInNeed
            | PupilGroup::ChildProtectionPlan
            | PupilGroup::LookedAfter
            | PupilGroup::PreviouslyLookedAfter => Some(Self::Circumstances),
            PupilGroup::EnglishAdditionalLanguage
            | PupilGroup::EnglishFirstLanguage
            | PupilGroup::LanguageUnclassified => Some(Self::Language),
            PupilGroup::NonMobile => Some(Self::Mobility),
            PupilGroup::LowPriorAttainment
            | PupilGroup::MiddlePriorAttainment
            | PupilGroup::HighPriorAttainment => Some(Self::PriorAttainment),
            PupilGroup::SenSupport | PupilGroup::EhcPlan | PupilGroup::Sen | PupilGroup::NoSen => {
                Some(Self::Sen)
            }
        }
    }

    /// Groups that have no pupil in common, within a group that contains them all: what is left of
    /// it is a group too, which subtraction gives.
    const fn splits(self) -> &'static [(PupilGroup, &'static [PupilGroup])] {
        use PupilGroup as G;
        match self {
            Self::Sex => &[(G::All, &[G::Girls, G::Boys])],
            Self::Circumstances => &[
                (G::All, &[G::Disadvantaged, G::NotDisadvantaged]),
                (G::All, &[G::FreeSchoolMeals]),
                (G::All, &[G::FreeSchoolMealsEver]),
                (G::All, &[G::SocialWorker]),
                (G::All, &[G::ChildInNeed, G::LookedAfter]),
                (G::All, &[G::ChildProtectionPlan, G::LookedAfter]),
                (G::All, &[G::LookedAfter, G::PreviouslyLookedAfter]),
                (G::Disadvantaged, &[G::FreeSchoolMeals]),
                (G::Disadvantaged, &[G::FreeSchoolMealsEver]),
                (G::Disadvantaged, &[G::LookedAfter]),
                (G::FreeSchoolMealsEver, &[G::FreeSchoolMeals]),
                (G::SocialWorker, &[G::ChildInNeed, G::LookedAfter]),
                (G::SocialWorker, &[G::ChildProtectionPlan, G::LookedAfter]),
                (G::ChildInNeed, &[G::ChildProtectionPlan]),
            ],
            Self::Language => &[(
                G::All,
                &[
                    G::EnglishAdditionalLanguage,
                    G::EnglishFirstLanguage,
                    G::LanguageUnclassified,
                ],
            )],
            Self::Mobility => &[(G::All, &[G::NonMobile])],
            Self::PriorAttainment => &[(
                G::All,
                &[
                    G::LowPriorAttainment,
                    G::MiddlePriorAttainment,
                    G::HighPriorAttainment,
                ],
            )],
            Self::Sen => &[
                (G::All, &[G::Sen, G::NoSen]),
                (G::All, &[G::SenSupport, G::EhcPlan, G::NoSen]),
                (G::Sen, &[G::SenSupport, G::EhcPlan]),
            ],
        }
    }
}

/// What is said in the place of a hidden figure.
pub const HIDDEN: &str = "Not shown, because it would tell of single children: a group here has too few pupils, or nearly all or nearly none of them reached this.";

/// Whether the rule applies to what a role sees. It does not to those who work with the school and
/// its children; those who hold them to account see what can be said in public.
pub const fn applies_to(role: Role) -> bool {
    match role {
        Role::Governor | Role::Clerk => true,
        Role::Sim
        | Role::Llp
        | Role::Headteacher
        | Role::SchoolLeader
        | Role::CountyManager
        | Role::Adviser
        | Role::DataOfficer
        | Role::Administrator => false,
    }
}

/// A figure of one school, as far as the rule needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Academic year.
    pub year: AcademicYear,
    /// The part of it.
    pub period: Period,
    /// What is measured.
    pub measure: Measure,
    /// For whom.
    pub group: PupilGroup,
    /// The number in hundredths, or why there is none.
    pub value: Value,
    /// What was counted.
    pub numerator: Option<i64>,
    /// What it was counted against.
    pub denominator: Option<i64>,
    /// Pupils that it speaks of.
    pub cohort: Option<u32>,
}

/// How many pupils a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Known(i64),
    /// The publisher hides it, so it is small.
    Suppressed,
    Unknown,
}

impl Shown {
    fn size(&self) -> Size {
        let known = match (self.measure, self.measure.unit()) {
            // A group's share of the roll, and numbers of pupils, are about the pupils counted.
            (Measure::ShareOfRoll, _) if self.group != PupilGroup::All => self.numerator,
            (_, Unit::Pupils) => self.value.number().map(|hundredths| hundredths / 100),
            (_, Unit::PercentOfSessions) => self.cohort.map(i64::from),
            (_, Unit::PercentOfPupils | Unit::RatePer100Pupils) => {
                self.cohort.map(i64::from).or(self.denominator)
            }
            (_, Unit::ScaledScore | Unit::ProgressPoints | Unit::Cases | Unit::Hours) => {
                self.cohort.map(i64::from)
            }
        };
        match (known, self.value.marker()) {
            (_, Some(Marker::Suppressed)) => Size::Suppressed,
            (Some(size), _) => Size::Known(size),
            (None, Some(Marker::NoEligiblePupils)) => Size::Known(0),
            (None, _) => Size::Unknown,
        }
    }

    /// The pupils who reached what is measured: the least and the most that the figure leaves open.
    fn reached(&self) -> Option<(i64, i64)> {
        let counts =
            self.measure.unit() == Unit::PercentOfPupils && self.measure != Measure::ShareOfRoll;
        let Size::Known(size) = self.size() else {
            return None;
        };
        let value = self.value.number().filter(|_| counts)?;
        if let Some(numerator) = self.numerator {
            return Some((numerator, numerator));
        }
        // Whole percentages are rounded by half a point at most.
        let least = ((value - 50).max(0) * size + 9_999) / 10_000;
        let most = (value + 50) * size / 10_000;
        Some((least, most.min(size)))
    }
}

/// Whether so few or so many reached it that the figure tells of every child.
fn tells((least, most): (i64, i64), size: i64) -> bool {
    least <= 1 || most >= size - 1
}

/// What one school's figures may not show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    populations: BTreeSet<(AcademicYear, Population)>,
    breakdowns: BTreeSet<(AcademicYear, Population, Breakdown)>,
    measures: BTreeSet<(AcademicYear, Measure)>,
}

/// The figures of one measure and period, by group.
type ByGroup<'a> = BTreeMap<PupilGroup, &'a Shown>;

impl Hidden {
    /// Decides over all figures of one school; `minimum` is the setting `disclosure_minimum`.
    pub fn decide(figures: &[Shown], minimum: u32) -> Self {
        let minimum = i64::from(minimum);
        let figures = with_shares_counted(figures);
        let mut tables = BTreeMap::<(AcademicYear, Measure, i16), ByGroup<'_>>::new();
        for figure in &figures {
            let key = (figure.year, figure.measure, figure.period.code());
            tables.entry(key).or_default().insert(figure.group, figure);
        }
        let mut hidden = Self::default();
        for ((year, measure, _), table) in &tables {
            let population = Population::of(*measure);
            if table
                .get(&PupilGroup::All)
                .is_some_and(|all| is_small(all.size(), minimum))
            {
                hidden.populations.insert((*year, population));
            }
            for breakdown in Breakdown::ALL {
                if !may_be_shown(*breakdown, table, minimum) {
                    hidden.breakdowns.insert((*year, population, *breakdown));
                }
            }
        }
        for ((year, measure, _), table) in &tables {
            let population = Population::of(*measure);
            let of_children = hidden
                .breakdowns
                .iter()
                .any(|(other, of, _)| other == year && *of == population);
            let telling = table.get(&PupilGroup::All).is_some_and(|all| {
                matches!((all.size(), all.reached()), (Size::Known(size), Some(reached))
                    if tells(reached, size) && (of_children || size < 2 * minimum))
            });
            if telling {
                hidden.measures.insert((*year, *measure));
            }
        }
        hidden
    }

    /// Whether a figure is hidden.
    pub fn hides(&self, year: AcademicYear, measure: Measure, group: PupilGroup) -> bool {
        let population = Population::of(measure);
        let breakdown = Breakdown::of(group);
        self.populations.contains(&(year, population))
            || self.measures.contains(&(year, measure))
            || breakdown.is_some_and(|kind| self.breakdowns.contains(&(year, population, kind)))
    }
}

/// The figures, with shares of the roll as the counts that follow from them and from the roll.
fn with_shares_counted(figures: &[Shown]) -> Vec<Shown> {
    let roll = |year| {
        let all = figures.iter().find(|figure| {
            figure.year == year
                && figure.measure == Measure::PupilsOnRoll
                && figure.group == PupilGroup::All
        });
        all.and_then(|all| all.value.number())
            .map(|hundredths| hundredths / 100)
    };
    let counted = figures.iter().map(|figure| {
        let is_share = figure.measure == Measure::ShareOfRoll && figure.numerator.is_none();
        match (figure.value.number(), roll(figure.year)) {
            (Some(share), Some(roll)) if is_share => Shown {
                numerator: Some((share * roll + 5_000) / 10_000),
                denominator: Some(roll),
                ..*figure
            },
            _ => *figure,
        }
    });
    counted.collect()
}

/// Whether a group is too small: fewer than the minimum, and not none.
fn is_small(size: Size, minimum: i64) -> bool {
    match size {
        Size::Known(size) => size != 0 && size < minimum,
        Size::Suppressed => true,
        Size::Unknown => false,
    }
}

/// Whether the groups of a breakdown, and what is left beside them, are neither small nor telling.
fn may_be_shown(breakdown: Breakdown, table: &ByGroup<'_>, minimum: i64) -> bool {
    let mut groups = table
        .values()
        .filter(|figure| Breakdown::of(figure.group) == Some(breakdown));
    let some = groups.clone().any(|figure| figure.value.number().is_some());
    let sound = groups.all(|figure| match figure.size() {
        // Where the others have numbers, a group of unknown size would follow from them.
        Size::Unknown => !some,
        Size::Known(size) => {
            let telling = figure
                .reached()
                .is_some_and(|reached| size > 0 && size < 2 * minimum && tells(reached, size));
            !is_small(Size::Known(size), minimum) && !telling
        }
        Size::Suppressed => false,
    });
    let mut splits = breakdown.splits().iter();
    sound && splits.all(|(whole, parts)| rest_may_be_shown(table, *whole, parts, minimum))
}

/// Whether what is left of a group beside some of its parts may be known.
fn rest_may_be_shown(
    table: &ByGroup<'_>,
    whole: PupilGroup,
    parts: &[PupilGroup],
    minimum: i64,
) -> bool {
    let parts: Vec<_> = parts.iter().filter_map(|part| table.get(part)).collect();
    if parts.is_empty() {
        return true;
    }
    let (size, mut reached) = match (table.get(&whole), parts.first()) {
        (Some(whole), _) => (whole.size(), whole.reached()),
        // A share of the roll says what it is a share of.
        (
            None,
            Some(Shown {
                measure: Measure::ShareOfRoll,
                denominator: Some(roll),
                ..
            }),
        ) if whole == PupilGroup::All => (Size::Known(*roll), None),
        // Without all pupils, another file may say how many they are.
        (None, _) => return whole != PupilGroup::All,
    };
    let mut rest = match size {
        Size::Known(size) => size,
        Size::Suppressed => return false,
        Size::Unknown => return parts.iter().all(|part| part.size() == Size::Unknown),
    };
    for part in parts {
        match part.size() {
            Size::Known(size) => rest -= size,
            Size::Suppressed => return false,
            Size::Unknown => {}
        }
        let of_nobody = part.size() == Size::Known(0);
        reached = match (reached, part.reached()) {
            (reached, _) if of_nobody => reached,
            (Some((least, most)), Some((fewest, largest))) => {
                Some((least - largest, most - fewest))
            }
            _ => None,
        };
    }
    let telling =
        rest > 0 && rest < 2 * minimum && reached.is_some_and(|reached| tells(reached, rest));
    rest == 0 || (rest >= minimum && !telling)
}

#[cfg(test)]
mod tests {
    use super::*;
    use PupilGroup as G;

    const READING: Measure = Measure::Ks2ReadingExpected;
    const MATHS: Measure = Measure::Ks2MathsExpected;

    fn year() -> AcademicYear {
        AcademicYear::from_start(2024).expect("a year")
    }

    /// Half of a group reached a measure.
    fn half(measure: Measure, group: PupilGroup, pupils: u32) -> Shown {
        counted(measure, group, pupils / 2, pupils)
    }

    fn counted(measure: Measure, group: PupilGroup, reached: u32, pupils: u32) -> Shown {
        Shown {
            year: year(),
            period: Period::Year,
            measure,
            group,
            value: Value::Number(i64::from(reached) * 10_000 / i64::from(pupils)),
            numerator: Some(i64::from(reached)),
            denominator: Some(i64::from(pupils)),
            cohort: Some(pupils),
        }
    }

    /// Which of some figures are hidden.
    fn hidden(figures: &[Shown]) -> Vec<(Measure, PupilGroup)> {
        let hidden = Hidden::decide(figures, 6);
        let all = figures.iter().map(|figure| (figure.measure, figure.group));
        all.filter(|(measure, group)| hidden.hides(year(), *measure, *group))
            .collect()
    }

    #[test]
    fn a_small_group_hides_its_breakdown_in_every_measure_and_nothing_else() {
        let figures = [
            half(READING, G::All, 30),
            half(READING, G::Girls, 26),
            half(READING, G::Boys, 4),
            half(READING, G::Disadvantaged, 10),
            half(READING, G::NotDisadvantaged, 20),
            half(MATHS, G::All, 30),
            half(MATHS, G::Girls, 24),
            half(MATHS, G::Boys, 6),
        ];
        let expected = [
            (READING, G::Girls),
            (READING, G::Boys),
            (MATHS, G::Girls),
            (MATHS, G::Boys),
        ];
        assert_eq!(hidden(&figures), expected);
    }

    #[test]
    fn what_is_left_beside_groups_is_a_group_too() {
        let left = [half(READING, G::All, 30), half(READING, G::NonMobile, 26)];
        assert_eq!(hidden(&left), [(READING, G::NonMobile)]);
        let nobody = [half(READING, G::All, 30), half(READING, G::NonMobile, 30)];
        assert_eq!(hidden(&nobody), []);
        let within = [
            half(READING, G::All, 40),
            half(READING, G::Disadvantaged, 20),
            half(READING, G::NotDisadvantaged, 20),
            half(READING, G::FreeSchoolMealsEver, 18),
        ];
        assert_eq!(hidden(&within).len(), 3);
    }

    #[test]
    fn a_group_that_the_publisher_suppressed_does_not_follow_from_the_others() {
        let suppressed = Shown {
            value: Value::Marker(Marker::Suppressed),
            numerator: None,
            denominator: None,
            cohort: None,
            ..half(READING, G::Boys, 8)
        };
        let figures = [
            half(READING, G::All, 30),
            half(READING, G::Girls, 22),
            suppressed,
        ];
        assert_eq!(hidden(&figures), [(READING, G::Girls), (READING, G::Boys)]);
    }

    #[test]
    fn a_figure_of_all_or_none_is_not_told_of_few() {
        assert_eq!(
            hidden(&[counted(READING, G::All, 9, 9), half(MATHS, G::All, 9)]),
            [(READING, G::All)]
        );
        assert_eq!(hidden(&[counted(READING, G::All, 30, 30)]), []);
        // The boys' follows from the others.
        let figures = [
            counted(READING, G::All, 20, 30),
            counted(READING, G::Girls, 11, 20),
            counted(READING, G::Boys, 9, 10),
        ];
        assert_eq!(hidden(&figures), [(READING, G::Girls), (READING, G::Boys)]);
        // All who are counted include the four.
        let figures = [
            counted(READING, G::All, 30, 30),
            half(MATHS, G::All, 30),
            half(MATHS, G::EhcPlan, 4),
        ];
        assert_eq!(hidden(&figures), [(READING, G::All), (MATHS, G::EhcPlan)]);
    }

    #[test]
    fn too_few_pupils_hide_everything_about_them() {
        let figures = [
            half(READING, G::All, 5),
            half(MATHS, G::All, 8),
            half(Measure::PhonicsMet, G::All, 20),
        ];
        assert_eq!(hidden(&figures), [(READING, G::All), (MATHS, G::All)]);
    }

    #[test]
    fn a_share_of_the_roll_is_about_those_who_are_counted() {
        let roll = |group, pupils: i64| Shown {
            value: Value::Number(pupils * 100),
            numerator: None,
            denominator: None,
            cohort: None,
            ..half(Measure::PupilsOnRoll, group, 200)
        };
        let share = |group, percent: i64| Shown {
            value: Value::Number(percent * 100),
            ..roll(group, 0)
        };
        let of_roll = |group, percent| Shown {
            measure: Measure::ShareOfRoll,
            ..share(group, percent)
        };
        let figures = [
            roll(G::All, 200),
            of_roll(G::EhcPlan, 2),
            of_roll(G::EnglishAdditionalLanguage, 10),
        ];
        assert_eq!(hidden(&figures), [(Measure::ShareOfRoll, G::EhcPlan)]);
    }

    #[test]
    fn the_rule_is_for_those_who_hold_the_school_to_account() {
        let under: Vec<Role> = Role::ALL
            .into_iter()
            .filter(|role| applies_to(*role))
            .collect();
        assert_eq!(under, [Role::Governor, Role::Clerk]);
    }
}
