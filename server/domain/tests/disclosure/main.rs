//! Whether hidden figures follow from shown ones: schools are made of invented pupils, published
//! under the rule, and a solver tries to find what is hidden by adding and taking away, across
//! groups, measures with the same pupils, totals, years and pooled years.
//!
//! The solver is tried as well: against a rule that hides only the small group itself, and one that
//! pools years without looking at them, it must succeed.
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod publish;
mod pupils;
mod solver;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use publish::{Rule, publish};
use pupils::{School, school};

/// Generated schools; `LLPR_TEST_CASES` makes more.
const CASES: u32 = 250;
/// The county's minimum.
const MINIMUM: u32 = 6;

/// What the solver finds out of generated schools under a rule; `None` where it finds nothing.
fn broken(rule: Rule) -> Option<String> {
    let asked = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let seed = asked("LLPR_TEST_SEED").unwrap_or(1);
    let cases = asked("LLPR_TEST_CASES")
        .and_then(|cases| u32::try_from(cases).ok())
        .unwrap_or(CASES);
    println!("disclosure: LLPR_TEST_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let done = runner.run(&school(), |school: School| {
        let published = publish(&school, rule, MINIMUM);
        match solver::found_out(&school, &published, MINIMUM) {
            Some(what) => Err(TestCaseError::fail(what)),
            None => Ok(()),
        }
    });
    done.err().map(|error| error.to_string())
}

#[test]
fn no_hidden_figure_follows_from_those_that_are_shown() {
    assert_eq!(broken(Rule::Ours), None);
}

#[test]
fn the_solver_breaks_a_rule_that_hides_only_the_small_group() {
    let found = broken(Rule::OnlySmallGroups).expect("broken");
    println!("{found}");
}

#[test]
fn the_solver_breaks_a_rule_that_leaves_telling_figures() {
    let found = broken(Rule::TellingShown).expect("broken");
    println!("{found}");
}

#[test]
fn the_solver_breaks_a_rule_that_pools_years_without_looking_at_them() {
    let found = broken(Rule::PooledBySize).expect("broken");
    println!("{found}");
}

/// A rule that hid everything would be safe and useless.
#[test]
fn much_is_still_shown() {
    let mut runner = TestRunner::deterministic();
    let (mut shown, mut all) = (0, 0);
    for _ in 0..200 {
        let school = school().new_tree(&mut runner).expect("a school").current();
        let published = publish(&school, Rule::Ours, MINIMUM);
        shown += published.shown.len();
        all += published.all;
    }
    println!("{shown} of {all} figures are shown");
    assert!(shown * 10 > all, "{shown} of {all}");
}
