//! Deciding about contexts, one or many.

use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{
    DecideProgrammeContextRequest, DecideProgrammeContextsRequest, ProgrammeContext,
    ProgrammeContextChoice, ProgrammeContextKind,
};
use llpr_client::{ErrorReason, Retry, request_id, retry};

use super::{get, of_district, told};
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{Record as _, count};
use crate::risk::year_given_or_open;
use crate::words::{parser, word};

/// Decide a school's context: what is proposed, or another one with a reason
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr context decide 900008 significant-support
  llpr context decide 900008 other --reason-file reason.txt")]
pub(crate) struct Decide {
    /// The school's URN
    urn: String,
    /// The context
    #[arg(value_parser = parser::<ProgrammeContextKind>())]
    kind: ProgrammeContextKind,
    /// File with the reason, or - for the standard input; partner and headteacher read it. Needed where
    /// something else is proposed
    #[arg(long, value_name = "FILE")]
    reason_file: Option<PathBuf>,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
    /// Decide on what was seen with this etag [default: on what stands now]
    #[arg(long)]
    etag: Option<String>,
}

impl Decide {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let reason = context.prose(self.reason_file.as_deref())?;
        let seen = get(&session, &self.urn, self.year.as_deref()).await?;
        let request = DecideProgrammeContextRequest {
            name: seen.name,
            etag: self.etag.unwrap_or(seen.etag),
            kind: self.kind.into(),
            reason,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.contexts(), request.clone());
            async move { client.decide_programme_context(request).await }
        })
        .await;
        let answer = match answer {
            Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
                let now = get(&session, &self.urn, self.year.as_deref()).await?;
                context.note("What stands now:")?;
                for column in ProgrammeContext::ALL {
                    let value = (column.cell)(&now);
                    if !value.is_empty() {
                        context.note(&format!("  {}: {value}", column.heading))?;
                    }
                }
                context.note("Yours, which was not kept:")?;
                context.note(&format!("  Context: {}", word(self.kind)))?;
                context.note(&format!("  Reason: {}", request.reason))?;
                return Err(error.into());
            }
            answer => answer?,
        };
        let found = answer.programme_context.ok_or_else(Failure::empty_answer)?;
        told(context, &found)
    }
}

/// Confirm what is proposed for schools of a district, or decide another context for all of them, all or
/// none
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr context confirm north-marl 900001 900002
  llpr context confirm north-marl --rest          every undecided school whose context is clear
  llpr context confirm north-marl 900004 900009 --as other --reason-file reason.txt
  llpr context confirm north-marl --rest --dry-run")]
pub(crate) struct Confirm {
    /// The district's slug
    district: String,
    /// URNs of the schools
    urns: Vec<String>,
    /// Every school about which nobody has decided and for which paragraph 7 says clearly what it is
    #[arg(long, conflicts_with = "urns", required_unless_present = "urns")]
    rest: bool,
    /// Another context than the proposed one
    #[arg(long = "as", value_name = "CONTEXT", value_parser = parser::<ProgrammeContextKind>(), conflicts_with = "rest")]
    kind: Option<ProgrammeContextKind>,
    /// File with the reason, or - for the standard input; partner and headteacher read it. Needed where
    /// something else is proposed
    #[arg(long, value_name = "FILE")]
    reason_file: Option<PathBuf>,
    /// Only look
    #[arg(long)]
    dry_run: bool,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Confirm {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let parent = full("districts", &self.district);
        let reason = context.prose(self.reason_file.as_deref())?;
        let programme_year = year_given_or_open(&session, self.year.as_deref()).await?;
        let all = of_district(&session, &parent, &programme_year).await?;
        let undecided = all.iter().filter(|school| school.latest.is_none());
        let to_be_judged = undecided.filter(|school| !is_clear(school)).count();
        let wanted: Vec<String> = if self.rest {
            let rest = all
                .iter()
                .filter(|school| school.latest.is_none() && is_clear(school));
            rest.map(|school| school.school.clone()).collect()
        } else {
            self.urns.iter().map(|urn| full("schools", urn)).collect()
        };
        if wanted.is_empty() {
            return context.note("No school is left to confirm.");
        }
        let choices = wanted.iter().map(|school| {
            let seen = all.iter().find(|one| one.school == *school);
            let seen = seen.ok_or_else(|| {
                let urn = bare(school);
                Failure::NotFound(format!("{urn} is no open school of {}.", self.district))
            })?;
            let proposed = seen.proposal.as_ref().map(|proposal| proposal.kind);
            Ok(ProgrammeContextChoice {
                school: school.clone(),
                etag: seen.etag.clone(),
                kind: self.kind.map(i32::from).or(proposed).unwrap_or_default(),
                reason: reason.clone(),
            })
        });
        let request = DecideProgrammeContextsRequest {
            parent,
            programme_year,
            choices: choices.collect::<Result<_, Failure>>()?,
            request_id: request_id(),
            validate_only: self.dry_run,
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.contexts(), request.clone());
            async move { client.decide_programme_contexts(request).await }
        })
        .await?;
        let done = if self.dry_run {
            "would be decided"
        } else {
            "decided"
        };
        context.note(&format!(
            "{} {done}.",
            count(answer.decided_count, "context")
        ))?;
        if self.rest && to_be_judged > 0 {
            context.note(&format!(
                "{} left to be judged: `llpr context list {} --undecided` shows why.",
                count(i64::try_from(to_be_judged).unwrap_or(i64::MAX), "school"),
                self.district
            ))?;
        }
        Ok(())
    }
}

fn is_clear(school: &ProgrammeContext) -> bool {
    school
        .proposal
        .as_ref()
        .is_some_and(|proposal| proposal.clear)
}
