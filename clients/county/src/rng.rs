//! The county's own randomness: `SplitMix64`, so that a seed gives the same
//! county on every machine and in every release.
//!
//! Only whole numbers come out of it. Floating point would leave the last
//! digit of a figure to the platform.

/// A stream of numbers that depends on its seed alone.
pub(crate) struct Rng(u64);

impl Rng {
    /// The stream of one school (or of England, 0) in one year. A school added
    /// to the table leaves the figures of the others as they were.
    pub(crate) fn of(urn: u32, year: u16) -> Self {
        let mut rng = Self((u64::from(urn) << 16) ^ u64::from(year));
        rng.next();
        rng
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number between `low` and `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() >> 1).cast_signed() % (high - low + 1)
    }

    /// True in `per_mille` of a thousand cases.
    pub(crate) fn happens(&mut self, per_mille: i64) -> bool {
        self.between(0, 999) < per_mille
    }

    /// Close to a normal distribution with mean 0 and deviation 1000.
    pub(crate) fn normal(&mut self) -> i64 {
        (0..4).map(|_| self.between(-866, 866)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn normal_has_the_promised_mean_and_deviation() {
        let mut rng = Rng::of(1, 2);
        let drawn: Vec<i64> = (0..10_000).map(|_| rng.normal()).collect();
        let mean = drawn.iter().sum::<i64>() / 10_000;
        let variance = drawn.iter().map(|x| x * x).sum::<i64>() / 10_000;
        assert!(mean.abs() < 40, "{mean}");
        assert!((950_000..1_050_000).contains(&variance), "{variance}");
    }
}
