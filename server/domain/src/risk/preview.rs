//! What other numbers would do to suggestions: counts, and never which school (¶12).
//!
//! Who decides about the numbers does not see what data suggests of a school before it is shared, so
//! districts of a few schools are left out altogether: their counts would tell.

use std::collections::{BTreeMap, BTreeSet};

/// What would become of one criterion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// Schools suggested by the numbers in force.
    pub before: u32,
    /// Schools suggested by the others.
    pub after: u32,
    /// Schools suggested only by the others.
    pub raised: u32,
    /// Schools suggested only by those in force.
    pub cleared: u32,
}

/// Some schools and what would become of them, by criterion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many schools.
    pub schools: u32,
    /// By the criterion's letter; letters that neither numbers raise are not there.
    pub criteria: BTreeMap<char, Shift>,
}

impl Tally {
    /// Counts a school with the letters that are raised before and after.
    pub fn add(&mut self, before: &BTreeSet<char>, after: &BTreeSet<char>) {
        self.schools += 1;
        for &letter in before.union(after) {
            let shift = self.criteria.entry(letter).or_default();
            let (was, is) = (before.contains(&letter), after.contains(&letter));
            shift.before += u32::from(was);
            shift.after += u32::from(is);
            shift.raised += u32::from(is && !was);
            shift.cleared += u32::from(was && !is);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.schools += other.schools;
        for (&letter, shift) in &other.criteria {
            let sum = self.criteria.entry(letter).or_default();
            sum.before += shift.before;
            sum.after += shift.after;
            sum.raised += shift.raised;
            sum.cleared += shift.cleared;
        }
    }
}

/// What may be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told<K> {
    /// All districts that are told of.
    pub county: Tally,
    /// Each of them.
    pub districts: BTreeMap<K, Tally>,
    /// Schools of districts with too few of them.
    pub left_out: u32,
}

/// Leaves out districts with fewer schools than `least`, from the sum too: what is missing from it
/// could be worked out otherwise.
pub fn told<K: Ord>(districts: BTreeMap<K, Tally>, least: u32) -> Told<K> {
    let (told, few): (BTreeMap<_, _>, BTreeMap<_, _>) = districts
        .into_iter()
        .partition(|(_, tally)| tally.schools >= least);
    let mut county = Tally::default();
    for tally in told.values() {
        county.merge(tally);
    }
    Told {
        county,
        districts: told,
        left_out: few.values().map(|tally| tally.schools).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> BTreeSet<char> {
        text.chars().collect()
    }

    #[test]
    fn p12_a_school_is_raised_cleared_or_stays() {
        let mut tally = Tally::default();
        tally.add(&letters("a"), &letters("ab"));
        tally.add(&letters("a"), &letters(""));
        tally.add(&letters(""), &letters(""));
        let shift = |before, after, raised, cleared| Shift {
            before,
            after,
            raised,
            cleared,
        };
        assert_eq!(tally.schools, 3);
        assert_eq!(
            tally.criteria,
            BTreeMap::from([('a', shift(2, 1, 0, 1)), ('b', shift(0, 1, 1, 0))])
        );
    }

    #[test]
    fn p12_few_schools_are_left_out_of_the_sum_too() {
        let of = |schools: u32| {
            let mut tally = Tally::default();
            for _ in 0..schools {
                tally.add(&letters("a"), &letters(""));
            }
            tally
        };
        let told = told(BTreeMap::from([("north", of(7)), ("traded", of(2))]), 6);
        assert_eq!((told.county.schools, told.left_out), (7, 2));
        assert_eq!(told.county.criteria[&'a'].before, 7);
        assert_eq!(told.districts.keys().collect::<Vec<_>>(), [&"north"]);
    }
}
