//! `llpr context`: the programme context of schools.

mod decide;

use clap::{Args, Subcommand};
use futures::TryStreamExt as _;
use llpr_client::v1::{
    GetProgrammeContextRequest, ListProgrammeContextsRequest, ProgrammeContext,
    ProgrammeContextKind, ProgrammeContextProposal,
};
use llpr_client::{Retry, Session, items, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{Format, record, time};
use crate::risk::year_name;
use crate::words::word_of;

/// The programme context of schools, which shapes the visit (paragraph 7)
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Show(Show),
    Decide(decide::Decide),
    Confirm(decide::Confirm),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Decide(decide) => decide.run(context).await,
            Self::Confirm(confirm) => confirm.run(context).await,
        }
    }
}

record!(
    ProgrammeContext,
    table: [
        "URN" => |school| bare(&school.school).to_owned(),
        "School" => |school| school.school_display_name.clone(),
        "Context" => decided,
        "Visits" => visits,
        "Proposed" => proposed,
        "Reason" => reason,
    ],
    all: [
        "URN" => |school| bare(&school.school).to_owned(),
        "School" => |school| school.school_display_name.clone(),
        "Context" => decided,
        "Visits" => visits,
        "Reason" => |school| school.latest.as_ref().map_or(String::new(), |latest| latest.reason.clone()),
        "By" => |school| school.latest.as_ref().map_or(String::new(), |latest| latest.decider_display_name.clone()),
        "Decided" => |school| time(school.latest.as_ref().and_then(|latest| latest.decide_time)),
        "Proposed" => proposed,
        "Proposed because" => because,
        "Etag" => |school| school.etag.clone(),
    ]
);

fn decided(school: &ProgrammeContext) -> String {
    let kind = word_of::<ProgrammeContextKind>(school.kind);
    if school.outdated {
        format!("{kind}, something else is proposed since")
    } else {
        kind
    }
}

fn visits(school: &ProgrammeContext) -> String {
    match school.visit_count {
        0 => String::new(),
        count => count.to_string(),
    }
}

fn proposed(school: &ProgrammeContext) -> String {
    school.proposal.as_ref().map_or(String::new(), |proposal| {
        let kind = word_of::<ProgrammeContextKind>(proposal.kind);
        if proposal.clear {
            kind
        } else {
            format!("{kind}, to be judged")
        }
    })
}

fn because(school: &ProgrammeContext) -> String {
    let words = |proposal: &ProgrammeContextProposal| proposal.reasons.join(" ");
    school.proposal.as_ref().map_or(String::new(), words)
}

/// The reason of the decision or, before there is one, of what is proposed.
fn reason(school: &ProgrammeContext) -> String {
    match &school.latest {
        Some(latest) => latest.reason.clone(),
        None => because(school),
    }
}

/// List the contexts of a district's schools, with what is proposed
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr context list north-marl
  llpr context list north-marl --undecided
  llpr context list north-marl --year 2024/25 --output csv")]
pub(crate) struct List {
    /// The district's slug
    district: String,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
    /// Only schools about which nobody has decided, or for which something else is proposed since
    #[arg(long)]
    undecided: bool,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_name(self.year.as_deref())?;
        let mut schools = of_district(&session, &full("districts", &self.district), &year).await?;
        if self.undecided {
            schools.retain(|school| school.latest.is_none() || school.outdated);
        }
        context.rows(&schools, "There is no such school.")
    }
}

async fn of_district(
    session: &Session,
    parent: &str,
    programme_year: &str,
) -> Result<Vec<ProgrammeContext>, Failure> {
    let schools = items(|page_token| {
        let mut client = session.contexts();
        let request = ListProgrammeContextsRequest {
            parent: parent.to_owned(),
            programme_year: programme_year.to_owned(),
            page_size: 200,
            page_token,
        };
        async move { client.list_programme_contexts(request).await }
    });
    Ok(schools.try_collect().await?)
}

/// Show a school's context, with earlier decisions as far as you may see them
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr context show 900008")]
pub(crate) struct Show {
    /// The school's URN
    urn: String,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Show {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let found = get(&session, &self.urn, self.year.as_deref()).await?;
        told(context, &found)
    }
}

async fn get(
    session: &Session,
    urn: &str,
    year: Option<&str>,
) -> Result<ProgrammeContext, Failure> {
    let year = year_name(year)?;
    let year = if year.is_empty() { "-" } else { bare(&year) };
    let name = format!("{}/programmeContexts/{year}", full("schools", urn));
    let answer = retry(Retry::default(), || {
        let mut client = session.contexts();
        let request = GetProgrammeContextRequest { name: name.clone() };
        async move { client.get_programme_context(request).await }
    })
    .await?;
    answer.programme_context.ok_or_else(Failure::empty_answer)
}

fn told(context: &mut Context, found: &ProgrammeContext) -> Result<(), Failure> {
    context.one(found)?;
    if context.format != Format::Table {
        return Ok(());
    }
    if found.latest.is_none() {
        context.say("Nobody has decided yet.")?;
    }
    for version in found.versions.iter().skip(1) {
        context.say(&format!(
            "Before: {} by {} on {}. {}",
            word_of::<ProgrammeContextKind>(version.kind),
            version.decider_display_name,
            time(version.decide_time),
            version.reason,
        ))?;
    }
    Ok(())
}
