//! Finds out what follows from published figures: every count has a least and a most, and sums
//! narrow them until nothing moves any more.

use std::collections::BTreeMap;

use llpr_domain::figure::PupilGroup as G;

use crate::publish::{Published, count};
use crate::pupils::{GROUPS, MEASURES, School};

/// What is counted of a group in a year: its pupils, those who reached a measure, those who did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Pupils,
    Reached(usize),
    Not(usize),
}

/// A count. A group may be what is left of another beside some of its parts.
type Key = (usize, Group, What);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Named(G),
    /// What is left by the split of this number.
    Rest(usize),
}

/// Groups without a pupil in common, within one that contains them: what anybody knows of them.
const SPLITS: [(G, &[G]); 11] = [
    (G::All, &[G::Girls, G::Boys]),
    (G::All, &[G::Disadvantaged, G::NotDisadvantaged]),
    (
        G::All,
        &[G::EnglishAdditionalLanguage, G::EnglishFirstLanguage],
    ),
    (G::All, &[G::NonMobile]),
    (
        G::All,
        &[
            G::LowPriorAttainment,
            G::MiddlePriorAttainment,
            G::HighPriorAttainment,
        ],
    ),
    (G::All, &[G::SenSupport, G::EhcPlan, G::NoSen]),
    (G::All, &[G::LookedAfter]),
    (G::Disadvantaged, &[G::FreeSchoolMealsEver]),
    (G::Disadvantaged, &[G::FreeSchoolMeals]),
    (G::Disadvantaged, &[G::LookedAfter]),
    (G::FreeSchoolMealsEver, &[G::FreeSchoolMeals]),
];
/// Splits that leave nobody.
const COMPLETE: [usize; 3] = [0, 1, 5];
/// More pupils than any school has.
const MANY: i64 = 10_000;

/// Least and most of every count.
struct Bounds(BTreeMap<Key, (i64, i64)>);

impl Bounds {
    fn get(&self, key: Key) -> (i64, i64) {
        self.0.get(&key).copied().unwrap_or((0, MANY))
    }

    /// Narrows a count; whether that told anything new.
    fn narrow(&mut self, key: Key, (least, most): (i64, i64)) -> bool {
        let old = self.get(key);
        let new = (old.0.max(least), old.1.min(most));
        self.0.insert(key, new);
        new != old
    }

    /// That a count is the sum of others; whether that told anything new.
    fn sum(&mut self, whole: Key, parts: &[Key]) -> bool {
        let bounds: Vec<_> = parts.iter().map(|part| self.get(*part)).collect();
        let least: i64 = bounds.iter().map(|bound| bound.0).sum();
        let most: i64 = bounds.iter().map(|bound| bound.1).sum();
        let mut moved = self.narrow(whole, (least, most));
        let of = self.get(whole);
        for (part, bound) in parts.iter().zip(&bounds) {
            let (others_least, others_most) = (least - bound.0, most - bound.1);
            moved |= self.narrow(*part, (of.0 - others_most, of.1 - others_least));
        }
        moved
    }

    /// That a count is at most another.
    fn at_most(&mut self, small: Key, large: Key) -> bool {
        let moved = self.narrow(small, (0, self.get(large).1));
        self.narrow(large, (self.get(small).0, MANY)) || moved
    }
}

/// All that anybody knows before any figure is seen.
fn step(bounds: &mut Bounds, years: usize) -> bool {
    let mut moved = false;
    let groups = GROUPS.iter().map(|group| Group::Named(*group));
    let groups: Vec<Group> = groups.chain((0..SPLITS.len()).map(Group::Rest)).collect();
    for year in 0..=years {
        for group in &groups {
            for measure in 0..MEASURES.len() {
                let parts = [
                    (year, *group, What::Reached(measure)),
                    (year, *group, What::Not(measure)),
                ];
                moved |= bounds.sum((year, *group, What::Pupils), &parts);
                if measure > 0 {
                    // Each measure asks for more than the one before.
                    let before = (year, *group, What::Reached(measure - 1));
                    moved |= bounds.at_most(parts[0], before);
                }
            }
        }
        for (number, (whole, parts)) in SPLITS.iter().enumerate() {
            for what in whats() {
                let named = parts.iter().map(|part| (year, Group::Named(*part), what));
                let rest =
                    (!COMPLETE.contains(&number)).then_some((year, Group::Rest(number), what));
                let parts: Vec<Key> = named.chain(rest).collect();
                moved |= bounds.sum((year, Group::Named(*whole), what), &parts);
            }
        }
    }
    for group in &groups {
        for what in whats() {
            let parts: Vec<Key> = (0..years).map(|year| (year, *group, what)).collect();
            moved |= bounds.sum((years, *group, what), &parts);
        }
    }
    moved
}

fn whats() -> impl Iterator<Item = What> {
    let measures =
        (0..MEASURES.len()).flat_map(|measure| [What::Reached(measure), What::Not(measure)]);
    std::iter::once(What::Pupils).chain(measures)
}

/// What is found out of a group that is too small to be told of.
pub(crate) fn found_out(school: &School, published: &Published, minimum: u32) -> Option<String> {
    let years = school.years.len();
    let mut bounds = Bounds(BTreeMap::new());
    for seen in &published.shown {
        let group = Group::Named(seen.group);
        bounds.narrow((seen.year, group, What::Pupils), (seen.pupils, seen.pupils));
        bounds.narrow(
            (seen.year, group, What::Reached(seen.measure)),
            seen.reached,
        );
    }
    while step(&mut bounds, years) {}
    let small = |pupils: i64| pupils > 0 && pupils < i64::from(minimum);
    for (year, pupils) in school.years.iter().enumerate() {
        let size = |group| count(pupils, group, 0).0;
        let named = GROUPS
            .iter()
            .map(|group| (Group::Named(*group), size(*group)));
        let rests = SPLITS.iter().enumerate().map(|(number, (whole, parts))| {
            let left = size(*whole) - parts.iter().map(|part| size(*part)).sum::<i64>();
            (Group::Rest(number), left)
        });
        for (group, pupils) in named.chain(rests).filter(|(_, pupils)| small(*pupils)) {
            if let Some(what) = whats().find(|what| {
                let (least, most) = bounds.get((year, group, *what));
                // How many there are, how many reached it, or that all or none did.
                least == most
            }) {
                return Some(format!(
                    "{group:?} of year {year} has {pupils} pupils, and {what:?} follows"
                ));
            }
        }
    }
    None
}
