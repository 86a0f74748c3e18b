//! Chance that can be repeated: a run prints its seed, and `LLPR_TEST_SEED` gives it one.

use std::ops::Range;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// The seed of a run: the one that is asked for, or a new one. It is printed either way.
pub fn seed(name: &str) -> u64 {
    let asked = std::env::var("LLPR_TEST_SEED")
        .ok()
        .map(|text| text.parse().expect("LLPR_TEST_SEED is a whole number"));
    let seed = asked.unwrap_or_else(rand::random);
    println!("{name}: LLPR_TEST_SEED={seed}");
    seed
}

/// How many cases to run: as many as `LLPR_TEST_CASES` asks for, or the usual number.
pub fn cases(usual: u32) -> u32 {
    let asked = std::env::var("LLPR_TEST_CASES").ok();
    asked.map_or(usual, |text| {
        text.parse().expect("LLPR_TEST_CASES is a whole number")
    })
}

/// Numbers that follow from a seed.
#[derive(Debug)]
pub struct Dice(StdRng);

impl Dice {
    /// The numbers of a seed. `lane` tells apart those who throw at the same time.
    pub fn new(seed: u64, lane: u64) -> Self {
        Self(StdRng::seed_from_u64(
            seed ^ lane.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        ))
    }

    /// A number of a range.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        self.0.random_range(range)
    }
}
