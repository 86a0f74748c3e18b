//! The funnel plot of a district's schools: each against England with the limits that its size
//! allows, widened by as much as schools differ anyway (Spiegelhalter 2005, additive; ¶11).
//!
//! It ranks nobody. Small schools may lie far out by chance, and the limits show how far; beyond
//! the upper limit lie strengths to learn from (below the lower one, where more is worse).

use super::trial::Worse;

/// One school in the plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Children counted; more than 0.
    pub cohort: u32,
    /// Their share that met the standard, 0 to 1.
    pub share: f64,
}

/// The plot's lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Funnel {
    /// The benchmark, 0 to 1.
    pub benchmark: f64,
    /// How much schools differ beyond chance: variance on the scale of `asin(sqrt(share))`.
    pub tau_squared: f64,
    /// How many schools it was worked out from.
    pub schools: usize,
}

/// How far out a limit lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// One in twenty schools lies beyond it by chance.
    P95,
    /// One in five hundred.
    P998,
}

impl Limit {
    /// Standard deviations from the middle.
    pub const fn deviations(self) -> f64 {
        match self {
            Self::P95 => 1.959_963_984_540_054,
            Self::P998 => 3.090_232_306_167_813_5,
        }
    }
}

/// Where a school lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// Below the outer limit.
    FarBelow,
    /// Below the inner one.
    Below,
    /// Between the limits.
    Within,
    /// Above the inner limit: a strength.
    Above,
    /// Above the outer one.
    FarAbove,
}

impl Zone {
    /// Whether a school there is one to learn from: beyond a limit on the good side.
    pub const fn is_strength(self, worse: Worse) -> bool {
        match (worse, self) {
            (Worse::Low, Self::Above | Self::FarAbove)
            | (Worse::High, Self::Below | Self::FarBelow) => true,
            (Worse::Low, Self::FarBelow | Self::Below | Self::Within)
            | (Worse::High, Self::Within | Self::Above | Self::FarAbove) => false,
        }
    }
}

/// How many cohorts a line is drawn through, or a few more.
const LINE: u32 = 60;

/// The cohorts through which the plot's lines are drawn: from the smallest to the largest, both
/// among them; none where there is no school.
pub fn line(points: &[Point]) -> Vec<u32> {
    let cohorts = points.iter().map(|point| point.cohort.max(1));
    let (Some(least), Some(most)) = (cohorts.clone().min(), cohorts.max()) else {
        return Vec::new();
    };
    let step = ((most - least) / LINE).max(1);
    let mut line: Vec<u32> = (least..most)
        .step_by(usize::try_from(step).unwrap_or(1))
        .collect();
    line.push(most);
    line
}

/// The share of the most extreme schools, at each end, that are drawn in before the spread is
/// worked out, so that the few that stand out don't hide themselves.
const WINSORISED: f64 = 0.1;

impl Funnel {
    /// Works the spread out from mainstream schools; those without children are left out.
    ///
    /// `None` unless the benchmark lies strictly between 0 and 1.
    pub fn new(benchmark: f64, points: &[Point]) -> Option<Self> {
        if !(benchmark > 0.0 && benchmark < 1.0) {
            return None;
        }
        let points: Vec<&Point> = points.iter().filter(|point| point.cohort > 0).collect();
        let mut scores: Vec<f64> = points.iter().map(|point| score(point, benchmark)).collect();
        winsorise(&mut scores);
        let weights = points
            .iter()
            .map(|point| 1.0 / chance_variance(point.cohort));
        let (sum, squares) =
            weights.fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
        #[expect(
            clippy::cast_precision_loss,
            reason = "a county has a few hundred schools"
        )]
        let freedom = points.len() as f64 - 1.0;
        let excess = scores.iter().map(|z| z * z).sum::<f64>() - freedom;
        let tau_squared = if excess > 0.0 && points.len() > 1 {
            excess / (sum - squares / sum)
        } else {
            0.0
        };
        Some(Self {
            benchmark,
            tau_squared,
            schools: points.len(),
        })
    }

    /// The lower and upper limit for a cohort, 0 to 1.
    pub fn limits(&self, cohort: u32, limit: Limit) -> (f64, f64) {
        self.around(limit, chance_variance(cohort) + self.tau_squared)
    }

    /// The limits of chance alone: the thin line.
    pub fn chance_limits(&self, cohort: u32, limit: Limit) -> (f64, f64) {
        self.around(limit, chance_variance(cohort))
    }

    /// Where a school lies.
    pub fn zone(&self, point: &Point) -> Zone {
        let (low, high) = self.limits(point.cohort, Limit::P95);
        let (very_low, very_high) = self.limits(point.cohort, Limit::P998);
        if point.cohort == 0 {
            Zone::Within
        } else if point.share < very_low {
            Zone::FarBelow
        } else if point.share < low {
            Zone::Below
        } else if point.share > very_high {
            Zone::FarAbove
        } else if point.share > high {
            Zone::Above
        } else {
            Zone::Within
        }
    }

    fn around(&self, limit: Limit, variance: f64) -> (f64, f64) {
        let middle = angle(self.benchmark);
        let reach = limit.deviations() * variance.sqrt();
        let share = |angle: f64| angle.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
        (share(middle - reach), share(middle + reach))
    }
}

/// The scale on which a share's variance does not depend on the share.
fn angle(share: f64) -> f64 {
    share.clamp(0.0, 1.0).sqrt().asin()
}

/// What chance alone gives on that scale.
fn chance_variance(cohort: u32) -> f64 {
    1.0 / (4.0 * f64::from(cohort.max(1)))
}

fn score(point: &Point, benchmark: f64) -> f64 {
    (angle(point.share) - angle(benchmark)) / chance_variance(point.cohort).sqrt()
}

/// Draws the extreme tenth at each end in to the most extreme of the others.
fn winsorise(scores: &mut [f64]) {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a few hundred schools"
    )]
    let cut = (sorted.len() as f64 * WINSORISED) as usize;
    let ends = sorted.get(cut).zip(sorted.iter().rev().nth(cut));
    if let Some((&low, &high)) = ends.filter(|(low, high)| low <= high) {
        for score in scores {
            *score = score.clamp(low, high);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(shares: &[f64], cohort: u32) -> Vec<Point> {
        let point = |&share: &f64| Point { cohort, share };
        shares.iter().map(point).collect()
    }

    #[test]
    fn p11_schools_that_differ_by_chance_alone_widen_nothing() {
        let funnel = Funnel::new(0.61, &points(&[0.6, 0.62, 0.61, 0.6, 0.63], 30)).unwrap();
        assert!(funnel.tau_squared.abs() < f64::EPSILON);
        assert_eq!(
            funnel.limits(30, Limit::P95),
            funnel.chance_limits(30, Limit::P95)
        );
    }

    #[test]
    fn p11_the_spread_is_that_of_the_method() {
        // By hand in Python: asin(sqrt) scores of ten schools of 40, one winsorised at each end.
        let shares = [0.2, 0.35, 0.45, 0.5, 0.6, 0.65, 0.7, 0.8, 0.85, 0.95];
        let funnel = Funnel::new(0.61, &points(&shares, 40)).unwrap();
        assert!(
            (funnel.tau_squared - 0.036_563_769_770_806).abs() < 1e-9,
            "{}",
            funnel.tau_squared
        );
        let (low, high) = funnel.limits(40, Limit::P95);
        assert!(
            (low - 0.222_119_956_370_179).abs() < 1e-9
                && (high - 0.929_395_694_053_355).abs() < 1e-9,
            "{low} {high}"
        );
    }

    #[test]
    fn p11_a_school_is_where_its_size_allows() {
        let funnel = Funnel::new(0.61, &[]).unwrap();
        let zone = |cohort, share| funnel.zone(&Point { cohort, share });
        assert_eq!(zone(8, 0.38), Zone::Within);
        assert_eq!(zone(60, 0.38), Zone::FarBelow);
        assert_eq!(zone(60, 0.45), Zone::Below);
        assert_eq!(zone(60, 0.75), Zone::Above);
        assert_eq!(zone(60, 0.95), Zone::FarAbove);
        assert_eq!(zone(0, 0.0), Zone::Within);
        assert_eq!(Funnel::new(0.0, &[]), None);
    }

    #[test]
    fn p11_a_strength_lies_on_the_good_side() {
        let strengths = |worse| -> Vec<Zone> {
            let all = [
                Zone::FarBelow,
                Zone::Below,
                Zone::Within,
                Zone::Above,
                Zone::FarAbove,
            ];
            let strong = all.into_iter().filter(|zone| zone.is_strength(worse));
            strong.collect()
        };
        assert_eq!(strengths(Worse::Low), [Zone::Above, Zone::FarAbove]);
        assert_eq!(strengths(Worse::High), [Zone::FarBelow, Zone::Below]);
    }

    #[test]
    fn a_line_goes_from_the_smallest_school_to_the_largest() {
        let of = |cohorts: &[u32]| -> Vec<Point> {
            let point = |&cohort: &u32| Point { cohort, share: 0.5 };
            cohorts.iter().map(point).collect()
        };
        assert_eq!(line(&of(&[12, 9, 11])), [9, 10, 11, 12]);
        assert_eq!(line(&of(&[30])), [30]);
        assert_eq!(line(&[]), Vec::<u32>::new());
        let long = line(&of(&[1, 1000]));
        assert!(long.len() <= 70 && long.first() == Some(&1) && long.last() == Some(&1000));
    }

    proptest! {
        #[test]
        fn limits_hold_the_benchmark_and_narrow_with_size(rate in 0.05..0.95, cohort in 1_u32..300, shares in prop::collection::vec(0.0..1.0, 0..40)) {
            let funnel = Funnel::new(rate, &points(&shares, 25)).unwrap();
            for limit in [Limit::P95, Limit::P998] {
                let (low, high) = funnel.limits(cohort, limit);
                let (lower, higher) = funnel.limits(cohort + 1, limit);
                prop_assert!(low <= rate + 1e-12 && rate <= high + 1e-12);
                prop_assert!(low <= lower + 1e-12 && higher <= high + 1e-12);
                let (thin, _) = funnel.chance_limits(cohort, limit);
                prop_assert!(low <= thin + 1e-12);
            }
        }
    }
}
