//! One measure of one school put to the question: could a school that is really no further from
//! England than we tolerate show this by chance? (¶10-12)

use super::beta_binomial::BetaBinomial;
use super::count::Count;
use crate::figure::Release;
use crate::year::AcademicYear;

/// Which end of a measure is the worrying one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Worse {
    /// Fewer children is worse: attainment.
    Low,
    /// More children is worse: persistent absence, suspensions.
    High,
}

/// How far from the benchmark a school must really be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Further than is tolerated.
    Below,
    /// Much further.
    WellBelow,
}

/// The results that a finding rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// The latest year alone.
    CurrentYear,
    /// Up to three years together.
    OverTime,
}

/// The numbers of the question: settings of the programme year, because the programme document
/// gives none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Percentage points from the benchmark that are tolerated.
    pub tolerated_points: f64,
    /// Percentage points from the benchmark from which it is "well below" (or above).
    pub far_points: f64,
    /// Correlation between two children of the same cohort beyond what the school itself is like:
    /// how much a school's own cohorts vary.
    pub rho: f64,
    /// The chance at or below which a result is not put down to chance.
    pub chance: f64,
    /// The smallest cohort of one year that is judged by itself; `None` where no single year is
    /// (pupil groups).
    pub smallest_cohort: Option<u32>,
    /// The smallest number of children over several years.
    pub smallest_pooled: u32,
    /// How many of the latest years are looked at together.
    pub years_together: u32,
    /// How many of them must have results.
    pub years_present: u32,
    /// In how many of them the school must be on the wrong side of the benchmark.
    pub years_on_the_wrong_side: u32,
}

/// A school's result of one year beside England's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearCount {
    /// The year of the result.
    pub year: AcademicYear,
    /// Which publication it is from; a later one may clear a suggestion.
    pub release: Release,
    /// The children.
    pub count: Count,
    /// England's share of the same year, group and release, state-funded schools: 0 to 1.
    pub benchmark: f64,
}

/// What came of the question.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// There is no result.
    NoResult,
    /// So few children that nothing can be said.
    TooFew,
    /// Nothing that chance would not explain.
    WithinTolerance,
    /// Further from the benchmark than chance would explain.
    Raised(Finding),
}

/// A result that chance does not explain, with all that it was judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which end is the worrying one.
    pub worse: Worse,
    /// One year or several.
    pub span: Span,
    /// The years, oldest first.
    pub years: Vec<YearCount>,
    /// All children of those years.
    pub count: Count,
    /// How many England's rates would give.
    pub expected: f64,
    /// The chance of a result like this, or a worse one, at the edge of what is tolerated.
    pub probability: f64,
    /// How far.
    pub severity: Severity,
    /// How many more children meeting the standard (or fewer, where more is worse) would have
    /// cleared it.
    pub clears_with: u32,
}

/// Asks about the latest of a school's years, given in any order.
pub fn current_year(years: &[YearCount], worse: Worse, rules: &Thresholds) -> Outcome {
    let Some(latest) = latest(years, 1).pop() else {
        return Outcome::NoResult;
    };
    match rules.smallest_cohort {
        Some(smallest) if latest.count.of() >= smallest => {
            judge(Span::CurrentYear, vec![latest], worse, rules)
        }
        Some(_) | None => Outcome::TooFew,
    }
}

/// Asks about the latest of a school's years together, three as a rule. Years without results, such as
/// 2019/20 and 2020/21, are simply not there.
pub fn over_time(years: &[YearCount], worse: Worse, rules: &Thresholds) -> Outcome {
    let years = latest(years, rules.years_together);
    if years.is_empty() {
        return Outcome::NoResult;
    }
    let together = pooled(&years);
    if count_of(&years) < rules.years_present || together.of() < rules.smallest_pooled {
        return Outcome::TooFew;
    }
    let wrong_side = |year: &&YearCount| match worse {
        Worse::Low => year.count.share() < year.benchmark,
        Worse::High => year.count.share() > year.benchmark,
    };
    if count_of(years.iter().filter(wrong_side)) < rules.years_on_the_wrong_side {
        return Outcome::WithinTolerance;
    }
    judge(Span::OverTime, years, worse, rules)
}

/// The latest `most` years with children in them, oldest first.
fn latest(years: &[YearCount], most: u32) -> Vec<YearCount> {
    let mut years: Vec<YearCount> = years
        .iter()
        .copied()
        .filter(|year| year.count.of() > 0)
        .collect();
    years.sort_by_key(|year| year.year);
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    years.split_off(years.len().saturating_sub(most))
}

fn count_of(years: impl IntoIterator) -> u32 {
    u32::try_from(years.into_iter().count()).unwrap_or(u32::MAX)
}

fn pooled(years: &[YearCount]) -> Count {
    let none = Count::new(0, 0);
    years
        .iter()
        .map(|year| Some(year.count))
        .fold(none, |all, count| Some(all?.plus(count?)))
        .unwrap_or_else(|| unreachable!("no children are not more than no children"))
}

/// How many of the years' children England's rates would give.
pub(super) fn expected(years: &[YearCount]) -> f64 {
    years
        .iter()
        .map(|year| f64::from(year.count.of()) * year.benchmark)
        .sum()
}

/// The correlation between two children drawn from several cohorts: those of different years
/// share none.
fn rho_together(years: &[YearCount], rho: f64) -> f64 {
    let pairs = |of: f64| of * (of - 1.0);
    let all = f64::from(pooled(years).of());
    let within: f64 = years
        .iter()
        .map(|year| pairs(f64::from(year.count.of())))
        .sum();
    if all > 1.0 {
        rho * within / pairs(all)
    } else {
        rho
    }
}

fn judge(span: Span, years: Vec<YearCount>, worse: Worse, rules: &Thresholds) -> Outcome {
    let count = pooled(&years);
    let expected = expected(&years);
    let benchmark = expected / f64::from(count.of());
    let rho = rho_together(&years, rules.rho);
    let chance_of = |met: u32, points: f64| {
        let tail = match worse {
            Worse::Low => BetaBinomial::new(count.of(), benchmark - points / 100.0, rho)
                .map(|chance| chance.at_most(met)),
            Worse::High => BetaBinomial::new(count.of(), benchmark + points / 100.0, rho)
                .map(|chance| chance.at_least(met)),
        };
        // Where the tolerated share would lie beyond none or all, nothing can be worse than it.
        tail.unwrap_or(1.0)
    };
    let probability = chance_of(count.met(), rules.tolerated_points);
    if probability > rules.chance {
        return Outcome::WithinTolerance;
    }
    let severity = if chance_of(count.met(), rules.far_points) <= rules.chance {
        Severity::WellBelow
    } else {
        Severity::Below
    };
    let better = |by: u32| match worse {
        Worse::Low => count.met() + by,
        Worse::High => count.met().saturating_sub(by),
    };
    let room = match worse {
        Worse::Low => count.of() - count.met(),
        Worse::High => count.met(),
    };
    let clears_with = (1..=room)
        .find(|&by| chance_of(better(by), rules.tolerated_points) > rules.chance)
        .unwrap_or(room);
    Outcome::Raised(Finding {
        worse,
        span,
        years,
        count,
        expected,
        probability,
        severity,
        clears_with,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::Settings;
    use crate::risk::suggestion::Rules;
    use proptest::prelude::*;

    fn rules() -> Rules {
        Rules::from(&Settings::default())
    }

    fn year(start: u16, met: u32, of: u32, benchmark: f64) -> YearCount {
        YearCount {
            year: AcademicYear::from_start(start).unwrap(),
            release: Release::Final,
            count: Count::new(met, of).unwrap(),
            benchmark,
        }
    }

    fn now(met: u32, of: u32) -> Outcome {
        current_year(
            &[year(2023, met, of, 0.61)],
            Worse::Low,
            &rules().attainment,
        )
    }

    #[test]
    fn p12a_small_cohorts_are_too_few_to_judge() {
        assert_eq!(now(0, 0), Outcome::NoResult);
        for of in [1, 5, 6, 10] {
            assert_eq!(now(0, of), Outcome::TooFew, "{of}");
        }
        for of in [11, 12, 29, 30, 60] {
            assert!(matches!(now(0, of), Outcome::Raised(_)), "{of}");
            assert_eq!(now(of, of), Outcome::WithinTolerance, "{of}");
        }
    }

    #[test]
    fn p12a_one_year_is_raised_at_the_edge_of_chance() {
        // Chances from scipy: 3 of 12 is .0370, 4 of 12 lies above .05; 9 of 24 is .0706.
        assert_eq!(now(4, 12), Outcome::WithinTolerance);
        assert_eq!(now(9, 24), Outcome::WithinTolerance);
        let Outcome::Raised(finding) = now(3, 12) else {
            panic!("not raised")
        };
        assert!((finding.probability - 0.037_032_423_827_353_85).abs() < 1e-9);
        assert_eq!(finding.clears_with, 1);
        assert_eq!(finding.severity, Severity::Below);
    }

    #[test]
    fn p12a_over_time_needs_two_years_thirty_children_and_two_years_below() {
        let rules = rules().attainment;
        let ask = |years: &[YearCount]| over_time(years, Worse::Low, &rules);
        assert_eq!(ask(&[]), Outcome::NoResult);
        assert_eq!(ask(&[year(2023, 5, 60, 0.61)]), Outcome::TooFew);
        assert_eq!(
            ask(&[year(2022, 1, 14, 0.6), year(2023, 1, 15, 0.61)]),
            Outcome::TooFew
        );
        assert!(matches!(
            ask(&[year(2022, 4, 15, 0.6), year(2023, 4, 15, 0.61)]),
            Outcome::Raised(_)
        ));
        // One disaster and two good years are not "over time".
        assert_eq!(
            ask(&[
                year(2021, 0, 60, 0.6),
                year(2022, 30, 48, 0.6),
                year(2023, 30, 48, 0.61)
            ]),
            Outcome::WithinTolerance
        );
    }

    #[test]
    fn p12a_only_the_latest_three_years_count() {
        let old = year(2016, 0, 90, 0.61);
        let good = [2018, 2022, 2023].map(|start| year(start, 20, 30, 0.61));
        let all = [vec![old], good.to_vec()].concat();
        assert_eq!(
            over_time(&all, Worse::Low, &rules().attainment),
            Outcome::WithinTolerance
        );
    }

    #[test]
    fn p12c_more_absent_children_are_the_worrying_end() {
        let ask = |met| {
            current_year(
                &[year(2023, met, 200, 0.112)],
                Worse::High,
                &rules().persistent_absence,
            )
        };
        assert_eq!(ask(22), Outcome::WithinTolerance);
        let Outcome::Raised(finding) = ask(60) else {
            panic!("not raised")
        };
        assert_eq!(finding.severity, Severity::WellBelow);
        assert!((finding.expected - 22.4).abs() < 1e-9);
    }

    #[test]
    fn a_benchmark_that_leaves_no_room_raises_nothing() {
        let none = current_year(&[year(2023, 0, 60, 0.04)], Worse::Low, &rules().attainment);
        assert_eq!(none, Outcome::WithinTolerance);
    }

    fn raised(outcome: &Outcome) -> bool {
        matches!(outcome, Outcome::Raised(_))
    }

    proptest! {
        #[test]
        fn one_more_child_never_makes_it_worse(of in 11_u32..120, met in 0_u32..120, rate in 0.3..0.9) {
            prop_assume!(met < of);
            let ask = |met| current_year(&[year(2023, met, of, rate)], Worse::Low, &rules().attainment);
            prop_assert!(raised(&ask(met)) || !raised(&ask(met + 1)));
        }

        #[test]
        fn what_clears_it_clears_it_and_one_fewer_does_not(of in 11_u32..120, met in 0_u32..60) {
            prop_assume!(met <= of);
            if let Outcome::Raised(finding) = now(met, of) {
                prop_assert!(!raised(&now(met + finding.clears_with, of)));
                prop_assert!(raised(&now(met + finding.clears_with - 1, of)));
            }
        }

        #[test]
        fn the_order_of_years_does_not_matter(mets in prop::array::uniform4(0_u32..30)) {
            let years: Vec<_> = mets.iter().zip(2020_u16..).map(|(&met, start)| year(start, met, 30, 0.6)).collect();
            let back: Vec<_> = years.iter().rev().copied().collect();
            let rules = rules().attainment;
            prop_assert_eq!(over_time(&years, Worse::Low, &rules), over_time(&back, Worse::Low, &rules));
        }
    }
}
