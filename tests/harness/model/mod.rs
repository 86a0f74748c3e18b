//! The whole programme interface against a simple model.
//!
//! A sequence of steps is thrown (`step`), told to the model (`state` and its parts by subject) and
//! made on a real server of each engine (`side`). After each call the servers' answers must be the
//! model's, and at the end their lists and ledgers too. What fails is shrunk to the steps that
//! matter and kept as a file in `tests/regressions`, which every later run repeats.
//!
//! The model knows the rules from the design and shares no code with the server: roles with their
//! dates and nodes, sessions, request ids, etags, imports and what stands, drafts, scripts.

mod answer;
mod county;
mod fault;
mod imports;
mod people;
mod programme;
mod requests;
mod resolve;
mod rules;
mod schools;
mod scripts;
mod sessions;
mod side;
mod state;
mod step;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use futures::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use proptest_state_machine::ReferenceStateMachine;

use crate::{Engine, block_on};

pub use fault::Fault;
use side::Side;
use state::{Call, Model, Who};
pub use step::{Act, Step};

/// Steps of a sequence at most.
const STEPS: usize = 40;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The engines, which must agree.
    pub engines: &'static [Engine],
    /// How many sequences.
    pub cases: u32,
    /// The seed that they follow from.
    pub seed: u64,
    /// How often a failure is made smaller.
    pub shrinks: u32,
    /// A fault to plant in each server.
    pub fault: Option<Fault>,
}

/// What was found.
#[derive(Debug)]
pub struct Failure {
    /// What differs, and after which call.
    pub what: String,
    /// The fewest steps that show it.
    pub steps: Vec<Step>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.what)?;
        write!(f, "{}", json(&self.steps))
    }
}

/// The sequences, as proptest makes and shrinks them.
struct Sequences;

impl ReferenceStateMachine for Sequences {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        Just(Model::new(first_day())).boxed()
    }

    fn transitions(model: &Model) -> BoxedStrategy<Step> {
        step::next(model)
    }

    fn apply(mut model: Model, step: &Step) -> Model {
        for call in model.calls_of(step) {
            // What the model refuses is a step like any other.
            drop(model.perform(&call));
        }
        if *step == Step::NextDay {
            model.next_day();
        }
        model
    }
}

/// Runs sequences until one fails.
///
/// # Errors
/// The failure, made as small as the plan asks.
pub fn run(plan: Plan) -> Result<(), Failure> {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&plan.seed.to_le_bytes());
    let config = Config {
        cases: plan.cases,
        max_shrink_iters: plan.shrinks,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let strategy = Sequences::sequential_strategy(1..=STEPS);
    let done = runner.run(&strategy, |(_, steps, seen)| {
        told(plan, &steps, seen.as_deref()).map_err(TestCaseError::fail)
    });
    match done {
        Ok(()) => Ok(()),
        Err(TestError::Fail(reason, (_, steps, _))) => Err(Failure {
            what: reason.to_string(),
            steps,
        }),
        Err(TestError::Abort(reason)) => Err(Failure {
            what: reason.to_string(),
            steps: Vec::new(),
        }),
    }
}

/// Tells one sequence.
///
/// # Errors
/// What differs.
pub fn replay(engines: &'static [Engine], steps: &[Step]) -> Result<(), String> {
    let plan = Plan {
        engines,
        cases: 1,
        seed: 0,
        shrinks: 0,
        fault: None,
    };
    told(plan, steps, None)
}

fn told(plan: Plan, steps: &[Step], seen: Option<&AtomicUsize>) -> Result<(), String> {
    block_on(async {
        let mut model = Model::new(first_day());
        let starting = plan
            .engines
            .iter()
            .map(|engine| Side::new(*engine, plan.fault, &model));
        let mut sides = join_all(starting).await;
        let mut found = sequence(&mut model, &mut sides, steps, seen).await;
        if found.is_ok() {
            found = ending(&mut model, &mut sides).await;
        }
        join_all(sides.into_iter().map(Side::stop)).await;
        found
    })
}

async fn sequence(
    model: &mut Model,
    sides: &mut [Side],
    steps: &[Step],
    seen: Option<&AtomicUsize>,
) -> Result<(), String> {
    for step in steps {
        if let Some(seen) = seen {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        for call in model.calls_of(step) {
            compare(model, sides, &call).await?;
        }
        if *step == Step::NextDay && model.next_day() {
            for side in &*sides {
                side.next_day();
            }
        }
    }
    Ok(())
}

/// Makes a call everywhere.
async fn compare(model: &mut Model, sides: &mut [Side], call: &Call) -> Result<(), String> {
    let before = model.clone();
    let expected = model.perform(call);
    let answers = join_all(sides.iter_mut().map(|side| side.make(&before, call))).await;
    let mut wrong = Vec::new();
    for (side, answer) in sides.iter().zip(answers) {
        if answer != expected {
            wrong.push(format!("{:?} answers {answer:?}", side.engine));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{:?} does {:?}:\n  the model answers {expected:?}\n  {}",
        call.who,
        call.act,
        wrong.join("\n  ")
    ))
}

/// What everybody can list in the end, and what lies behind it.
async fn ending(model: &mut Model, sides: &mut [Side]) -> Result<(), String> {
    let mut looks: Vec<(Option<Who>, Act)> = vec![
        (None, Act::ListUsers),
        (None, Act::ListAccounts),
        (None, Act::ListImports),
        (None, Act::Figure { school: 0, year: 0 }),
        (None, Act::Figure { school: 0, year: 1 }),
    ];
    let everybody = model.everybody();
    // Whoever is signed in; the others have done nothing.
    let acted = everybody.iter().filter(|who| model.is_known(**who));
    for who in acted {
        let lists = [Act::ListSchools, Act::ListDistricts, Act::ListRoles];
        looks.extend(lists.map(|act| (Some(*who), act)));
    }
    for (who, act) in looks {
        let who = who.and_then(|who| everybody.iter().position(|other| *other == who));
        for call in model.calls_of(&Step::Do { who, act }) {
            compare(model, sides, &call).await?;
        }
    }
    for side in &*sides {
        let found = side.at_the_end(model).await;
        if !found.is_empty() {
            return Err(format!(
                "{:?} in the end: {}",
                side.engine,
                found.join("; ")
            ));
        }
    }
    Ok(())
}

/// The day of the first step: that of the next noon, so that no day ends by itself.
fn first_day() -> NaiveDate {
    use std::sync::LazyLock;
    static DAY: LazyLock<NaiveDate> =
        LazyLock::new(|| llpr_server::Clock::system().today() + chrono::Duration::days(1));
    *DAY
}

/// How long it is until noon of a day.
fn until_noon(now: DateTime<Utc>, day: NaiveDate) -> Duration {
    let noon = day.and_hms_opt(12, 0, 0).expect("a time").and_utc();
    (noon - now).to_std().expect("a day to come")
}

/// Where sequences are kept that once failed.
pub fn regressions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions")
}

/// A sequence as it is kept.
pub fn json(steps: &[Step]) -> String {
    let mut text = serde_json::to_string_pretty(steps).expect("steps");
    text.push('\n');
    text
}

/// Keeps a failure as a test of its own; the path of its file.
pub fn keep(failure: &Failure, seed: u64) -> PathBuf {
    std::fs::create_dir_all(regressions()).expect("a folder");
    let path = regressions().join(format!("found_by_seed_{seed}.json"));
    std::fs::write(&path, json(&failure.steps)).expect("a file");
    path
}

/// The sequences that once failed, by name.
pub fn kept() -> Vec<(String, Vec<Step>)> {
    let files = std::fs::read_dir(regressions()).into_iter().flatten();
    let files = files.map(|file| file.expect("a file").path());
    let mut all: Vec<_> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a file");
            let steps = serde_json::from_str(&text).expect("steps");
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, steps)
        })
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all
}
