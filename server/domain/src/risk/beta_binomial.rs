//! The beta-binomial distribution: how many children of a cohort meet a standard, when the
//! chance itself varies from cohort to cohort of the same school.

use statrs::function::beta::ln_beta;
use statrs::function::factorial::ln_binomial;

/// The distribution of a count among `of` children whose chance has a mean and varies around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaBinomial {
    of: u32,
    alpha: f64,
    beta: f64,
}

impl BetaBinomial {
    /// For `of` children, the mean chance, and the correlation `rho` between two children of a
    /// cohort: `α = m(1/ρ − 1)`, `β = (1 − m)(1/ρ − 1)`.
    ///
    /// `None` unless mean and correlation lie strictly between 0 and 1.
    pub fn new(of: u32, mean: f64, rho: f64) -> Option<Self> {
        let within = |number: f64| number > 0.0 && number < 1.0;
        let spread = 1.0 / rho - 1.0;
        (within(mean) && within(rho)).then_some(Self {
            of,
            alpha: mean * spread,
            beta: (1.0 - mean) * spread,
        })
    }

    /// The chance of exactly `count`.
    pub fn exactly(&self, count: u32) -> f64 {
        if count > self.of {
            return 0.0;
        }
        let (hits, misses) = (f64::from(count), f64::from(self.of - count));
        let ways = ln_binomial(u64::from(self.of), u64::from(count));
        (ways + ln_beta(hits + self.alpha, misses + self.beta) - ln_beta(self.alpha, self.beta))
            .exp()
    }

    /// The chance of `count` or fewer.
    pub fn at_most(&self, count: u32) -> f64 {
        self.sum(0, count)
    }

    /// The chance of `count` or more.
    pub fn at_least(&self, count: u32) -> f64 {
        self.sum(count, self.of)
    }

    /// Only one chance of the range is worked out, the one nearest to the mean, which is among the
    /// largest; the others follow from their neighbours.
    fn sum(&self, from: u32, to: u32) -> f64 {
        let to = to.min(self.of);
        if from > to {
            return 0.0;
        }
        let (of, alpha, beta) = (f64::from(self.of), self.alpha, self.beta);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between nought and a count"
        )]
        let middle = ((of * alpha / (alpha + beta)) as u32).clamp(from, to);
        let start = self.exactly(middle);
        let mut sum = start;
        let mut chance = start;
        for count in middle..to {
            let hits = f64::from(count);
            chance *= (of - hits) / (hits + 1.0) * (alpha + hits) / (beta + of - hits - 1.0);
            sum += chance;
        }
        chance = start;
        for count in (from + 1..=middle).rev() {
            let hits = f64::from(count);
            chance *= hits / (of - hits + 1.0) * (beta + of - hits) / (alpha + hits - 1.0);
            sum += chance;
        }
        sum.min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// From `scipy.stats.betabinom`, some of them computed again with 40 digits (mpmath): cohort,
    /// count, mean, rho, `cdf(count)`, `sf(count - 1)`.
    const SCIPY: [(u32, u32, f64, f64, f64, f64); 12] = [
        (1, 0, 0.56, 0.0085, 0.440_000_000_000_001_5, 1.0),
        (5, 0, 0.56, 0.0085, 0.018_312_499_306_476_895, 1.0),
        (
            6,
            1,
            0.56,
            0.0085,
            0.067_479_966_013_092_56,
            0.991_520_994_034_846_4,
        ),
        (
            10,
            2,
            0.56,
            0.0085,
            0.028_322_796_516_347_955,
            0.994_947_306_283_844_5,
        ),
        (
            11,
            3,
            0.56,
            0.0085,
            0.061_308_914_804_336_104,
            0.984_046_997_841_647_5,
        ),
        (
            12,
            3,
            0.56,
            0.0085,
            0.037_032_423_827_353_85,
            0.991_073_471_731_313_2,
        ),
        (
            24,
            9,
            0.56,
            0.0085,
            0.070_552_799_743_560_7,
            0.967_611_207_248_931_6,
        ),
        (
            29,
            11,
            0.56,
            0.0085,
            0.056_787_974_233_825_09,
            0.972_421_015_520_367_9,
        ),
        (
            30,
            12,
            0.56,
            0.0085,
            0.079_747_231_115_651_74,
            0.958_518_197_020_727_2,
        ),
        (
            60,
            26,
            0.56,
            0.0085,
            0.067_375_868_986_284_12,
            0.955_950_315_904_471_3,
        ),
        (
            90,
            40,
            0.52,
            0.0085,
            0.158_980_769_548_041_1,
            0.876_426_494_854_696_6,
        ),
        (
            420,
            40,
            0.12,
            0.005,
            0.203_494_718_556_612_97,
            0.822_332_773_620_345_8,
        ),
    ];

    #[test]
    fn p12_the_tails_agree_with_an_independent_computation() {
        for (of, count, mean, rho, at_most, at_least) in SCIPY {
            let chance = BetaBinomial::new(of, mean, rho).unwrap();
            assert!(
                (chance.at_most(count) - at_most).abs() < 1e-9,
                "{of} {count}"
            );
            assert!(
                (chance.at_least(count) - at_least).abs() < 1e-9,
                "{of} {count}"
            );
        }
    }

    #[test]
    fn nobody_is_certainly_at_most_nobody() {
        let none = BetaBinomial::new(0, 0.5, 0.01).unwrap();
        assert!((none.at_most(0) - 1.0).abs() < 1e-12);
        assert_eq!(BetaBinomial::new(10, 0.0, 0.01), None);
        assert_eq!(BetaBinomial::new(10, 0.5, 0.0), None);
        assert_eq!(BetaBinomial::new(10, f64::NAN, 0.1), None);
    }

    proptest! {
        #[test]
        fn a_tail_is_the_sum_of_its_chances(of in 0_u32..2_000, share in 0.0..1.0, mean in 0.001..0.999, rho in 0.001..0.9) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a cohort")]
            let count = (f64::from(of) * share) as u32;
            let chance = BetaBinomial::new(of, mean, rho).unwrap();
            let below: f64 = (0..=count).map(|count| chance.exactly(count)).sum();
            prop_assert!((chance.at_most(count) - below).abs() < 1e-9, "{} {below}", chance.at_most(count));
        }

        #[test]
        fn the_two_tails_make_a_whole(of in 0_u32..200, share in 0.0..1.0, mean in 0.02..0.98, rho in 0.001..0.2) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a cohort")]
            let count = (f64::from(of) * share) as u32;
            let chance = BetaBinomial::new(of, mean, rho).unwrap();
            let whole = chance.at_most(count) + chance.at_least(count + 1);
            prop_assert!((whole - 1.0).abs() < 1e-9, "{whole}");
            prop_assert!(chance.at_most(count) <= chance.at_most(count + 1) + 1e-15);
        }
    }
}
