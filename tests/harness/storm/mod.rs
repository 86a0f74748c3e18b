//! The cancel storm: calls that change something are cut off at every moment that they have, and
//! afterwards nothing is lost, half there or left open.
//!
//! Each method has a lane of its own and all lanes run at once. In a lane a call is made and cut
//! off: in the server's own stack after so many looks at its future, or over a connection by a
//! deadline of 0 to 5 ms. Whatever was not acknowledged is then repeated until it is, as a client
//! would, and must have been done once.

mod district_reviews;
mod follow_up;
mod past_reports;
mod risk;
mod scenarios;
mod stage;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use llpr_client::Error;
use llpr_proto::access::METHODS;
use llpr_proto::v1::ErrorReason;
use tokio::time::Instant;
use tonic::{Code, Status};

pub use scenarios::{SCENARIOS, upload};
pub(crate) use scenarios::{is_taken, results};
pub(crate) use stage::call;
pub use stage::{Repeat, Scenario, Stage};

use crate::dice::Dice;
use crate::raw::{Call, Polled, in_process, over_connection};
use crate::{World, behind};

/// Methods that change nothing, by their verb.
const READING: [&str; 5] = ["Get", "List", "Export", "Verify", "Print"];

/// How long the server may take to come to rest, or to take a call that it was too busy for.
const PATIENCE: Duration = Duration::from_mins(1);
/// The pause before a call is repeated. It is shorter than a busy server asks for, or a storm would
/// be a lull.
const PAUSE: Duration = Duration::from_millis(5);

/// The methods that change something, `UserService/CreateUser`.
pub fn mutating() -> Vec<&'static str> {
    let name = |full: &'static str| full.trim_start_matches("llpr.v1.");
    let reads = |name: &&str| {
        let verb = name.split('/').next_back().unwrap_or_default();
        READING.iter().any(|reading| verb.starts_with(reading))
    };
    METHODS
        .iter()
        .map(|method| name(method.full_name()))
        .filter(|name| !reads(name))
        .collect()
}

/// What a storm did.
#[derive(Debug, Default)]
pub struct Report {
    /// What each method went through.
    pub methods: BTreeMap<&'static str, Tally>,
    /// What is wrong afterwards: nothing, or the storm found a fault.
    pub findings: Vec<String>,
}

/// What one method went through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Calls that were made to be cut off.
    pub attempts: i64,
    /// Of these, those that were answered before.
    pub acknowledged: i64,
    /// The most looks that a whole call took.
    pub looks: u64,
    /// How long its lane took.
    pub lasted: Duration,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (method, tally) in &self.methods {
            writeln!(
                f,
                "  {method:<45} {:>6} cut off, {:>6} answered before, up to {:>2} looks, {:>4} s",
                tally.attempts - tally.acknowledged,
                tally.acknowledged,
                tally.looks,
                tally.lasted.as_secs()
            )?;
        }
        let sound = "nothing lost, nothing half there, nothing left open";
        f.write_str(&crate::verdict(&self.findings, sound))
    }
}

/// Cuts off `times` calls of each method.
pub async fn run(world: &mut World, times: i64, seed: u64) -> Report {
    // Tokens must last for the whole run.
    world
        .restart_with(|config| {
            config.auth.access_token_minutes = 24 * 60;
            config.auth.links_per_caller = u32::MAX;
        })
        .await;
    let database = world.database().await;
    let mut stage = Stage::set(world).await;
    stage.lay_links(world, times).await;
    past_reports::lay_visits(&database, times).await;
    let stage = Arc::new(stage);
    let begin = behind::number(&database, "SELECT seq FROM ledger_head").await;
    let mut before = Vec::new();
    for scenario in SCENARIOS {
        before.push(match scenario.effects {
            Some(sql) => behind::number(&database, sql).await,
            None => 0,
        });
    }
    let pairs_before = behind::number(&database, scenarios::PAIRS).await;
    stage.forget_preparations();

    let lanes = SCENARIOS.iter().zip(1..).map(|(scenario, number)| {
        let stage = Arc::clone(&stage);
        let dice = Dice::new(seed, number);
        tokio::spawn(async move {
            let begin = Instant::now();
            let (mut tally, findings) = lane(&stage, scenario, times, dice).await;
            tally.lasted = begin.elapsed();
            (tally, findings)
        })
    });
    let mut report = Report::default();
    for (scenario, told) in SCENARIOS.iter().zip(join_all(lanes).await) {
        let (tally, findings) = told.expect("a lane");
        report.methods.insert(scenario.method, tally);
        report.findings.extend(findings);
    }

    report.findings.extend(at_rest(world, &database).await);
    let told = behind::ledger_counts(&database, begin).await;
    for (scenario, before) in SCENARIOS.iter().zip(before) {
        let rows = told
            .get(&format!("llpr.v1.{}", scenario.method))
            .copied()
            .unwrap_or(0);
        let tally = report.methods[scenario.method];
        let prepared = stage.preparations(scenario.method);
        let done = if scenario.ledgered { Some(rows) } else { None };
        let effects = match scenario.effects {
            Some(sql) => Some(behind::number(&database, sql).await - before),
            None => None,
        };
        for (what, count) in [("ledger rows", done), ("effects", effects)] {
            let Some(count) = count else { continue };
            let (least, most) = match scenario.repeat {
                Repeat::SameOutcome | Repeat::Refused(_) => (tally.attempts, tally.attempts),
                Repeat::Never => (tally.acknowledged, tally.attempts),
            };
            if !(least + prepared..=most + prepared).contains(&count) {
                report.findings.push(format!(
                    "{}: {count} {what} after {} acknowledged of {} calls and {prepared} to prepare them",
                    scenario.method, tally.acknowledged, tally.attempts
                ));
            }
        }
    }
    let links = |method: &str| told.get(method).copied().unwrap_or(0);
    let pairs = behind::number(&database, scenarios::PAIRS).await - pairs_before;
    let told = links("llpr.v1.SchoolService/CreateSchoolLink")
        - links("llpr.v1.SchoolService/DeleteSchoolLink");
    if pairs != 2 * told {
        report.findings.push(format!(
            "{pairs} ends of pairs for {told} pairs in the ledger"
        ));
    }
    report
}

/// What is wrong once nothing is under way any more.
pub async fn at_rest(world: &World, database: &sea_orm::DatabaseConnection) -> Vec<String> {
    let store = world.server().store();
    let rest = async {
        loop {
            let uploading = "SELECT (SELECT COUNT(*) FROM imports WHERE state = 'uploading')
                + (SELECT COUNT(*) FROM past_report_contents
                    WHERE id NOT IN (SELECT content FROM past_reports))";
            let busy = store.writes_under_way() > 0
                || store.connections_in_use() > 0
                || behind::number(database, uploading).await > 0;
            if !busy {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let mut findings = Vec::new();
    if tokio::time::timeout(PATIENCE, rest).await.is_err() {
        findings.push(format!(
            "the server does not come to rest: {} writes and {} connections are in use",
            store.writes_under_way(),
            store.connections_in_use()
        ));
    }
    findings.extend(behind::open_transactions(world.engine, database).await);
    findings.extend(behind::halves(database).await);
    findings.extend(behind::rubbish(database).await);
    findings.extend(behind::broken_ledger(&world.config.database.url).await);
    findings
}

async fn lane(
    stage: &Stage,
    scenario: &Scenario,
    times: i64,
    mut dice: Dice,
) -> (Tally, Vec<String>) {
    let mut tally = Tally::default();
    let mut findings = Vec::new();
    let mut last = Vec::new();
    // The first call is not cut off, and shows how many looks a whole one takes.
    let mut longest = 0;
    for attempt in 0..times {
        let call = (scenario.prepare)(stage, attempt, last).await;
        tally.attempts += 1;
        let answer = if attempt % 2 == 0 {
            let looks = if attempt == 0 {
                u64::MAX
            } else {
                dice.within(0..longest + 1)
            };
            let cut = Polled::new(in_process(stage.stack(), call.clone()), looks);
            let (answer, used) = cut.await;
            if answer.is_some() {
                tally.looks = tally.looks.max(used);
                longest = longest.max(used);
            }
            answer
        } else {
            let within = Duration::from_micros(dice.within(0..5_000));
            Some(over_connection(stage.client(), call.clone(), Some(within)).await)
        };
        last = match answer {
            Some(Ok(answer)) => {
                tally.acknowledged += 1;
                answer
            }
            Some(Err(status)) if !cut_off(&status) => {
                findings.push(format!("{}: {status:?}", scenario.method));
                return (tally, findings);
            }
            Some(Err(_)) | None => match settle(stage, scenario, call).await {
                Ok(answer) => answer,
                Err(status) => {
                    findings.push(format!("{} repeated: {status:?}", scenario.method));
                    return (tally, findings);
                }
            },
        };
    }
    (tally, findings)
}

/// Whether a status says that the call was cut off or should come again, and nothing else.
fn cut_off(status: &Status) -> bool {
    let reason = Error::from(status.clone()).reason();
    match status.code() {
        Code::ResourceExhausted => reason == Some(ErrorReason::ServerBusy),
        Code::Cancelled | Code::DeadlineExceeded | Code::Unavailable | Code::Unknown => true,
        _ => false,
    }
}

/// Repeats a call of which nobody knows whether it was done.
async fn settle(stage: &Stage, scenario: &Scenario, call: Call) -> Result<Vec<u8>, Status> {
    if matches!(scenario.repeat, Repeat::Never) {
        return Ok(Vec::new());
    }
    let begin = Instant::now();
    loop {
        match over_connection(stage.client(), call.clone(), None).await {
            Ok(answer) => return Ok(answer),
            Err(status) => {
                let reason = Error::from(status.clone()).reason();
                if let (Repeat::Refused(expected), Some(reason)) = (&scenario.repeat, reason)
                    && *expected == reason
                {
                    return Ok(Vec::new());
                }
                if !cut_off(&status) || begin.elapsed() > PATIENCE {
                    return Err(status);
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
