//! Children counted, also where only a rounded percentage was published.

use super::trial::Worse;

/// Some children out of a cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Count {
    of: u32,
    met: u32,
}

impl Count {
    /// `met` of `of` children; `None` where there are more than all.
    pub const fn new(met: u32, of: u32) -> Option<Self> {
        if met <= of {
            Some(Self { of, met })
        } else {
            None
        }
    }

    /// The count behind a percentage (in hundredths of a percent) that was rounded to `rounding`
    /// (in the same unit: 100 for whole percents). Where several counts round to it, the one that
    /// speaks for the school; where none does, the nearest.
    ///
    /// `None` where the percentage lies outside 0 to 100.
    pub fn from_percentage(hundredths: i64, rounding: u64, of: u32, worse: Worse) -> Option<Self> {
        const WHOLE: u64 = 10_000;
        let hundredths = u64::try_from(hundredths).ok().filter(|&h| h <= WHOLE)?;
        let cohort = u64::from(of);
        // 2·|met·10000 − hundredths·of| ≤ rounding·of, without fractions.
        let (middle, reach) = (2 * hundredths * cohort, rounding * cohort);
        let lowest = middle.saturating_sub(reach).div_ceil(2 * WHOLE);
        let highest = ((middle + reach) / (2 * WHOLE)).min(cohort);
        let met = match worse {
            _ if lowest > highest => (hundredths * cohort + WHOLE / 2) / WHOLE,
            Worse::Low => highest,
            Worse::High => lowest,
        };
        Self::new(u32::try_from(met).ok()?, of)
    }

    /// The cohort.
    pub const fn of(self) -> u32 {
        self.of
    }

    /// How many of it.
    pub const fn met(self) -> u32 {
        self.met
    }

    /// Their share, 0 to 1; 0 of an empty cohort.
    pub fn share(self) -> f64 {
        if self.of == 0 {
            0.0
        } else {
            f64::from(self.met) / f64::from(self.of)
        }
    }

    /// Both counts together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            of: self.of.saturating_add(other.of),
            met: self.met.saturating_add(other.met),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn met(hundredths: i64, of: u32, worse: Worse) -> Option<u32> {
        Count::from_percentage(hundredths, 100, of, worse).map(Count::met)
    }

    #[test]
    fn a_rounded_percentage_gives_the_count() {
        assert_eq!(met(3800, 24, Worse::Low), Some(9));
        assert_eq!(met(0, 24, Worse::Low), Some(0));
        assert_eq!(met(10_000, 24, Worse::Low), Some(24));
        assert_eq!(met(6300, 0, Worse::Low), Some(0));
        assert_eq!(met(10_001, 24, Worse::Low), None);
        assert_eq!(met(-1, 24, Worse::Low), None);
    }

    #[test]
    fn where_several_counts_round_to_it_the_school_is_given_the_better() {
        // 149 to 151 of 300 are 50 %.
        assert_eq!(met(5000, 300, Worse::Low), Some(151));
        assert_eq!(met(5000, 300, Worse::High), Some(149));
    }

    #[test]
    fn where_no_count_rounds_to_it_the_nearest_is_taken() {
        assert_eq!(met(5500, 3, Worse::Low), Some(2));
        assert_eq!(met(4000, 3, Worse::High), Some(1));
    }

    proptest! {
        #[test]
        fn a_count_survives_being_published(of in 1_u32..100, part in 0.0..=1.0) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a cohort")]
            let met = (f64::from(of) * part) as u32;
            #[expect(clippy::cast_possible_truncation, reason = "0 to 100")]
            let percent = (f64::from(met) * 100.0 / f64::from(of)).round() as i64;
            let low = Count::from_percentage(percent * 100, 100, of, Worse::Low).unwrap();
            let high = Count::from_percentage(percent * 100, 100, of, Worse::High).unwrap();
            prop_assert!(high.met() <= met && met <= low.met());
            // Below a hundred children a whole percentage has one count, two at a half.
            prop_assert!(low.met() - high.met() <= 1);
        }
    }
}
