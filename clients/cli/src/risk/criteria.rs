//! Criteria by judgement, and wordings for schools.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use llpr_client::v1::{
    AddRiskCriterionRequest, DecideRiskCriterionRequest, ListRiskWordingsRequest,
    ReleaseRiskWordingRequest, RiskCriterionState,
};
use llpr_client::{Retry, request_id, retry};

use super::year_given_or_open;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::full;
use crate::output::{record, time};
use crate::words::word_of;

record!(
    RiskCriterion,
    table: [
        "Name" => |one| one.name.clone(),
        "¶12" => |one| one.criterion.clone(),
        "State" => |one| word_of::<RiskCriterionState>(one.state),
        "Note" => |one| one.note.clone(),
        "By" => |one| one.author_display_name.clone(),
        "Answer" => |one| one.answer.clone(),
        "Decided by" => |one| one.decider_display_name.clone(),
        "Version" => |one| one.etag.clone(),
    ]
);

record!(
    RiskWording,
    table: [
        "Told" => |one| one.told_date.clone(),
        "To" => |one| one.told_to.clone(),
        "By" => |one| one.teller_display_name.clone(),
        "Wording" => |one| one.wording.clone(),
    ],
    all: [
        "Told" => |one| one.told_date.clone(),
        "To" => |one| one.told_to.clone(),
        "By" => |one| one.teller_display_name.clone(),
        "Wording" => |one| one.wording.clone(),
        "Kept" => |one| time(one.release_time),
    ]
);

/// Add a criterion by judgement, with its evidence in words; as a partner you propose it
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk propose 900008 h --note-file evidence.txt
  llpr risk propose 900008 f --note-file -")]
pub(crate) struct Propose {
    /// The school's URN
    urn: String,
    /// The criterion's letter
    letter: char,
    /// File with the evidence in words, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    note_file: PathBuf,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Propose {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = AddRiskCriterionRequest {
            parent: full("schools", &self.urn),
            programme_year: year_given_or_open(&session, self.year.as_deref()).await?,
            criterion: self.letter.to_string(),
            note: context.prose(Some(&self.note_file))?,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.risk(), request.clone());
            async move { client.add_risk_criterion(request).await }
        })
        .await?;
        context.one(&answer.risk_criterion.ok_or_else(Failure::empty_answer)?)
    }
}

/// What is decided about a criterion.
#[derive(Clone, Copy, ValueEnum)]
enum Decision {
    /// It is in evidence
    Confirmed,
    /// It is not, or no longer
    Dismissed,
}

/// Decide about a criterion by judgement
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk decide schools/900008/riskCriteria/ID confirmed --etag 1
  llpr risk decide schools/900008/riskCriteria/ID dismissed --etag 1 --note-file why.txt")]
pub(crate) struct Decide {
    /// The criterion, as `llpr risk show` names it
    name: String,
    /// What is decided
    decision: Decision,
    /// Its version, as `llpr risk show` tells it
    #[arg(long)]
    etag: String,
    /// File with what to say, or - for the standard input; a dismissal needs it
    #[arg(long, value_name = "FILE")]
    note_file: Option<PathBuf>,
}

impl Decide {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let state = match self.decision {
            Decision::Confirmed => RiskCriterionState::Confirmed,
            Decision::Dismissed => RiskCriterionState::Dismissed,
        };
        let request = DecideRiskCriterionRequest {
            name: self.name,
            etag: self.etag,
            state: state.into(),
            answer: context.prose(self.note_file.as_deref())?,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.risk(), request.clone());
            async move { client.decide_risk_criterion(request).await }
        })
        .await?;
        context.one(&answer.risk_criterion.ok_or_else(Failure::empty_answer)?)
    }
}

/// Keep what a school was told; the headteacher sees it, and nothing else of the analysis
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk tell 900008 --to \"the headteacher\" --wording-file wording.txt
  llpr risk tell 900008 --to \"the headteacher\" --on 2024-10-01 --wording-file -")]
pub(crate) struct Tell {
    /// The school's URN
    urn: String,
    /// Who at the school was told
    #[arg(long, value_name = "WHO")]
    to: String,
    /// File with what they were told, word for word, or - for the standard input
    #[arg(long, value_name = "FILE")]
    wording_file: PathBuf,
    /// On which day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Tell {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = ReleaseRiskWordingRequest {
            parent: full("schools", &self.urn),
            programme_year: year_given_or_open(&session, self.year.as_deref()).await?,
            wording: context.prose(Some(&self.wording_file))?,
            told_to: self.to,
            told_date: self.on.unwrap_or_default(),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.risk(), request.clone());
            async move { client.release_risk_wording(request).await }
        })
        .await?;
        context.one(&answer.risk_wording.ok_or_else(Failure::empty_answer)?)
    }
}

/// List what a school was told, the latest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk wordings 900008")]
pub(crate) struct Wordings {
    /// The school's URN
    urn: String,
}

impl Wordings {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let answer = retry(Retry::default(), || {
            let mut client = session.risk();
            let request = ListRiskWordingsRequest {
                parent: full("schools", &self.urn),
            };
            async move { client.list_risk_wordings(request).await }
        })
        .await?;
        context.rows(&answer.risk_wordings, "The school was told nothing yet.")
    }
}
