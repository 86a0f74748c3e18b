//! A district's figures taken together, and how they have changed (¶11).
//!
//! Children are added up, never percentages averaged: a school of 200 counts for more than one of
//! 20. A change is called one only where chance does not explain it.

use super::trial::Worse;
use crate::import::Dataset;
use crate::measure::{Measure, Unit};
use crate::year::AcademicYear;

/// The measures of a district's review, in its order: results, attendance, suspensions and
/// exclusions, reduced hours.
pub const MEASURES: [Measure; 15] = [
    Measure::Ks2RwmExpected,
    Measure::Ks2RwmHigher,
    Measure::Ks2ReadingExpected,
    Measure::Ks2WritingExpected,
    Measure::Ks2MathsExpected,
    Measure::PhonicsMet,
    Measure::AbsenceOverall,
    Measure::PersistentAbsence,
    Measure::SevereAbsence,
    Measure::SuspensionRate,
    Measure::SuspendedPupils,
    Measure::ExclusionRate,
    Measure::ReducedHoursPupils,
    Measure::ReducedHoursLong,
    Measure::ReducedHoursLost,
];

/// The data set that should bring a measure of a review for every school; `None` where no school
/// is expected to have it.
pub const fn dataset(measure: Measure) -> Option<Dataset> {
    match measure {
        Measure::Ks2RwmExpected
        | Measure::Ks2RwmHigher
        | Measure::Ks2ReadingExpected
        | Measure::Ks2WritingExpected
        | Measure::Ks2MathsExpected => Some(Dataset::Ks2),
        Measure::PhonicsMet => Some(Dataset::Phonics),
        Measure::AbsenceOverall | Measure::PersistentAbsence | Measure::SevereAbsence => {
            Some(Dataset::Absence)
        }
        Measure::SuspensionRate | Measure::SuspendedPupils | Measure::ExclusionRate => {
            Some(Dataset::SuspensionsExclusions)
        }
        _ => None,
    }
}

/// Which end of a measure is the worrying one, for shares of pupils; `None` for what is a share of
/// something else, a rate of cases, or a number, where chance is not worked out.
pub const fn worse(measure: Measure) -> Option<Worse> {
    match measure {
        Measure::Ks2RwmExpected
        | Measure::Ks2RwmHigher
        | Measure::Ks2ReadingExpected
        | Measure::Ks2WritingExpected
        | Measure::Ks2MathsExpected
        | Measure::PhonicsMet => Some(Worse::Low),
        Measure::PersistentAbsence | Measure::SevereAbsence | Measure::SuspendedPupils => {
            Some(Worse::High)
        }
        _ => None,
    }
}

/// What the schools that count add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// What was counted.
    pub numerator: Option<i64>,
    /// Of how many.
    pub denominator: Option<i64>,
    /// Each school's number times its pupils.
    pub weighted: Option<i64>,
    /// The schools' numbers.
    pub numbers: Option<i64>,
}

/// Several schools' figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// The number in hundredths of the unit; `None` where no school counts.
    pub value: Option<i64>,
    /// What was counted; `None` for averages and numbers.
    pub numerator: Option<i64>,
    /// What it was counted against, of an average the pupils; `None` for numbers.
    pub denominator: Option<i64>,
}

impl Together {
    /// A share is what was counted over all that could be; an average is weighted by pupils;
    /// numbers are added.
    pub fn new(unit: Unit, sums: Sums) -> Self {
        let of = sums.denominator.unwrap_or_default();
        match unit {
            Unit::PercentOfPupils | Unit::PercentOfSessions | Unit::RatePer100Pupils => Self {
                value: sums
                    .numerator
                    .and_then(|numerator| over(numerator, 10_000, of)),
                numerator: sums.numerator,
                denominator: sums.denominator,
            },
            Unit::Pupils | Unit::Cases | Unit::Hours => Self {
                value: sums.numbers,
                numerator: None,
                denominator: None,
            },
            Unit::ScaledScore | Unit::ProgressPoints => Self {
                value: sums.weighted.and_then(|weighted| over(weighted, 1, of)),
                numerator: None,
                denominator: sums.denominator,
            },
        }
    }
}

/// A number times a factor over another, half rounded away from zero.
fn over(number: i64, factor: i64, of: i64) -> Option<i64> {
    let (number, of) = (i128::from(number) * i128::from(factor), i128::from(of));
    let half = if number < 0 { -of } else { of };
    let rounded = (number * 2 + half).checked_div(of * 2)?;
    i64::try_from(rounded).ok()
}

/// How many schools stand behind a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schools {
    /// Schools in it.
    pub counted: i64,
    /// Schools whose figure is suppressed.
    pub suppressed: i64,
    /// Schools with something else in place of a number that can be counted.
    pub left_out: i64,
    /// Schools that should have a figure, and no file has it.
    pub missing: i64,
}

/// The schools and pupils behind a figure in words: `7 schools with 210 pupils; 1 suppressed`.
pub fn words(unit: Unit, schools: Schools, together: Together) -> String {
    let plural = |number: i64, one: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {one}s"),
    };
    let mut told = plural(schools.counted, "school");
    let pupils = together
        .denominator
        .filter(|_| unit != Unit::PercentOfSessions);
    if let Some(pupils) = pupils {
        told.push_str(" with ");
        told.push_str(&plural(pupils, "pupil"));
    }
    let absent = [
        (schools.suppressed, "suppressed"),
        (schools.left_out, "without a number"),
        (schools.missing, "missing"),
    ];
    let absent: Vec<String> = absent
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    if !absent.is_empty() {
        told.push_str("; ");
        told.push_str(&absent.join(", "));
    }
    told.push('.');
    told
}

/// A district's share of a year, for its trend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The year.
    pub year: AcademicYear,
    /// Pupils who met, or did, what is measured.
    pub met: i64,
    /// Of how many; more than 0.
    pub of: i64,
    /// In how many schools.
    pub schools: i64,
    /// England's share, 0 to 1.
    pub england: Option<f64>,
}

impl Share {
    fn share(&self) -> f64 {
        real(self.met) / real(self.of)
    }

    /// How far chance moves it: the variance of a share, widened by how much the cohorts of a
    /// school differ anyway.
    fn variance(&self, rho: f64) -> f64 {
        let share = self.share();
        let cohort = real(self.of) / real(self.schools.max(1));
        let widened = 1.0 + (cohort - 1.0).max(0.0) * rho;
        share * (1.0 - share) / real(self.of) * widened
    }
}

/// Whether a figure has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// For the better.
    Better,
    /// For the worse.
    Worse,
    /// By no more than chance explains.
    NoClearChange,
}

/// How a figure has changed from the first year to the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// The first year.
    pub from: AcademicYear,
    /// The last.
    pub to: AcademicYear,
    /// By more than chance?
    pub direction: Direction,
    /// Percentage points by which the district's share has risen.
    pub change: f64,
    /// The same beyond England's own change, where England is known in both years.
    pub beside_england: Option<f64>,
}

/// Standard deviations that chance passes one time in twenty.
const BEYOND_CHANCE: f64 = 1.959_963_984_540_054;

/// Compares the last year with the first, given in any order: beside England's change where that is
/// known, because a year in which all of England falls is no district's doing.
///
/// `None` for fewer than two years with pupils.
pub fn trend(shares: &[Share], worse: Worse, rho: f64) -> Option<Trend> {
    let counted = shares.iter().filter(|share| share.of > 0);
    let first = counted.clone().min_by_key(|share| share.year)?;
    let last = counted.max_by_key(|share| share.year)?;
    if first.year == last.year {
        return None;
    }
    let change = last.share() - first.share();
    let england = last
        .england
        .zip(first.england)
        .map(|(now, then)| now - then);
    let judged = change - england.unwrap_or_default();
    let reach = BEYOND_CHANCE * (first.variance(rho) + last.variance(rho)).sqrt();
    let direction = if judged.abs() <= reach {
        Direction::NoClearChange
    } else if (judged > 0.0) == (worse == Worse::Low) {
        Direction::Better
    } else {
        Direction::Worse
    };
    Some(Trend {
        from: first.year,
        to: last.year,
        direction,
        change: change * 100.0,
        beside_england: england.map(|_| judged * 100.0),
    })
}

impl Trend {
    /// The change in words.
    pub fn words(&self) -> String {
        let points = |points: f64| {
            let moved = if points < 0.0 { "down" } else { "up" };
            match format!("{:.1}", points.abs()).as_str() {
                "0.0" => "unchanged".to_owned(),
                "1.0" => format!("{moved} 1.0 point"),
                points => format!("{moved} {points} points"),
            }
        };
        let judged = match self.direction {
            Direction::Better => "better by more than chance explains",
            Direction::Worse => "worse by more than chance explains",
            Direction::NoClearChange => "no more than chance explains",
        };
        let beside = self.beside_england.map_or(String::new(), |beside| {
            format!(" ({} beside England's change)", points(beside))
        });
        format!(
            "{} from {} to {}{beside}: {judged}.",
            capital(&points(self.change)),
            self.from,
            self.to
        )
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the pupils of a county, far below where numbers lose digits"
)]
fn real(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(year: &str, met: i64, of: i64, england: Option<f64>) -> Share {
        Share {
            year: year.parse().unwrap(),
            met,
            of,
            schools: 20,
            england,
        }
    }

    #[test]
    fn p11_pupils_are_added_up_and_percentages_never_averaged() {
        // 10 of 20 and 180 of 200 are 190 of 220: 86.36 %, and not 70 %.
        let sums = Sums {
            numerator: Some(190),
            denominator: Some(220),
            ..Sums::default()
        };
        let together = Together::new(Unit::PercentOfPupils, sums);
        assert_eq!(together.value, Some(8_636));
        assert_eq!(
            (together.numerator, together.denominator),
            (Some(190), Some(220))
        );
        // Scores 100 of 20 pupils and 110 of 200 are 109.09 by pupils.
        let sums = Sums {
            denominator: Some(220),
            weighted: Some(10_000 * 20 + 11_000 * 200),
            ..Sums::default()
        };
        assert_eq!(Together::new(Unit::ScaledScore, sums).value, Some(10_909));
        let sums = Sums {
            numbers: Some(1_700),
            denominator: Some(220),
            ..Sums::default()
        };
        let together = Together::new(Unit::Cases, sums);
        assert_eq!((together.value, together.denominator), (Some(1_700), None));
        assert_eq!(
            Together::new(Unit::PercentOfPupils, Sums::default()).value,
            None
        );
    }

    #[test]
    fn halves_are_rounded_away_from_zero_and_nothing_is_divided_by_nobody() {
        assert_eq!(over(1, 10_000, 3), Some(3_333));
        assert_eq!(over(1, 10_000, 16), Some(625));
        assert_eq!(over(-5, 1, 2), Some(-3));
        assert_eq!(over(0, 10_000, 7), Some(0));
        assert_eq!(over(1, 10_000, 0), None);
    }

    #[test]
    fn p11_who_is_missing_is_said() {
        let schools = Schools {
            counted: 58,
            suppressed: 2,
            left_out: 0,
            missing: 1,
        };
        let together = Together {
            denominator: Some(1_743),
            ..Together::default()
        };
        assert_eq!(
            words(Unit::PercentOfPupils, schools, together),
            "58 schools with 1743 pupils; 2 suppressed, 1 missing."
        );
        let one = Schools {
            counted: 1,
            ..Schools::default()
        };
        assert_eq!(words(Unit::PercentOfSessions, one, together), "1 school.");
    }

    #[test]
    fn p11_a_change_that_chance_explains_is_none() {
        // 600 pupils: 61 % to 58 % is within chance, 61 % to 49 % is not.
        let told = |met| {
            let shares = [
                share("2021/22", 366, 600, None),
                share("2023/24", met, 600, None),
            ];
            trend(&shares, Worse::Low, 0.0085).unwrap().direction
        };
        assert_eq!(told(348), Direction::NoClearChange);
        assert_eq!(told(294), Direction::Worse);
        assert_eq!(told(438), Direction::Better);
    }

    #[test]
    fn p11_what_happens_in_all_of_england_is_no_districts_doing() {
        let shares = [
            share("2023/24", 294, 600, Some(0.49)),
            share("2021/22", 366, 600, Some(0.61)),
        ];
        let found = trend(&shares, Worse::Low, 0.0085).unwrap();
        assert_eq!(found.direction, Direction::NoClearChange);
        assert!((found.change + 12.0).abs() < 1e-9 && found.beside_england.unwrap().abs() < 1e-9);
        assert_eq!(
            found.words(),
            "Down 12.0 points from 2021/22 to 2023/24 (unchanged beside England's change): no more \
             than chance explains."
        );
        // Less absence is better.
        let shares = [
            share("2022/23", 1_200, 6_000, None),
            share("2023/24", 900, 6_000, None),
        ];
        let found = trend(&shares, Worse::High, 0.005).unwrap();
        assert_eq!(found.direction, Direction::Better);
    }

    #[test]
    fn p11_one_year_is_no_trend() {
        assert_eq!(
            trend(&[share("2023/24", 1, 2, None)], Worse::Low, 0.0),
            None
        );
        let empty = [share("2022/23", 0, 0, None), share("2023/24", 1, 2, None)];
        assert_eq!(trend(&empty, Worse::Low, 0.0), None);
    }

    #[test]
    fn every_measure_of_a_review_is_one_of_ours_and_there_once() {
        let mut codes: Vec<i16> = MEASURES.iter().map(|measure| measure.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), MEASURES.len());
        for measure in MEASURES {
            assert!(worse(measure).is_none() || measure.unit().is_share());
        }
    }

    proptest! {
        #[test]
        fn a_share_together_lies_between_the_schools(schools in prop::collection::vec((0_i64..60, 1_i64..60), 1..40)) {
            let schools: Vec<(i64, i64)> = schools.into_iter().map(|(met, more)| (met, met + more)).collect();
            let sums = Sums {
                numerator: Some(schools.iter().map(|(met, _)| met).sum()),
                denominator: Some(schools.iter().map(|(_, of)| of).sum()),
                ..Sums::default()
            };
            let together = Together::new(Unit::PercentOfPupils, sums).value.unwrap();
            let single = schools.iter().map(|&(met, of)| over(met, 10_000, of).unwrap());
            prop_assert!(single.clone().min().unwrap() <= together + 1);
            prop_assert!(together <= single.max().unwrap() + 1);
        }

        #[test]
        fn the_other_way_round_a_trend_is_the_other_one(met in 1_i64..599, then in 1_i64..599) {
            let pair = |first, last| [share("2021/22", first, 600, None), share("2023/24", last, 600, None)];
            let forward = trend(&pair(met, then), Worse::Low, 0.0085).unwrap().direction;
            let back = trend(&pair(then, met), Worse::High, 0.0085).unwrap().direction;
            prop_assert_eq!(forward, back);
        }
    }
}
