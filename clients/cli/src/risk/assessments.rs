//! Where schools stand: lists, one school, assessing, reviewing in bulk and sharing.

use std::path::PathBuf;

use clap::Args;
use futures::TryStreamExt as _;
use llpr_client::v1::{
    AssessSchoolRequest, GetRiskAssessmentRequest, ListRiskAssessmentsRequest,
    ListSharedRisksRequest, ReviewSchoolsRequest, RiskAssessment, RiskAssessmentVersion,
    RiskCriterionState, RiskDirection, RiskState, RiskUrgency, ShareRiskAssessmentsRequest,
};
use llpr_client::{Retry, Session, items, request_id, retry};

use super::{year_given_or_open, year_name};
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{Format, count, record, time};
use crate::words::{parser, word_of};

record!(
    RiskAssessment,
    table: [
        "URN" => |school| bare(&school.school).to_owned(),
        "School" => |school| school.school_display_name.clone(),
        "State" => state,
        "Urgency" => |school| latest(school, |latest| word_of::<RiskUrgency>(latest.urgency)),
        "Direction" => |school| latest(school, |latest| word_of::<RiskDirection>(latest.direction)),
        "¶12" => |school| latest(school, |latest| latest.criteria.join(" ")),
        "From" => |school| latest(school, |latest| latest.effective_date.clone()),
        "Waiting" => |school| school.undecided_criteria.join(" "),
        "Shared" => |school| latest(school, |latest| time(latest.share_time)),
    ]
);

fn latest(school: &RiskAssessment, told: fn(&RiskAssessmentVersion) -> String) -> String {
    school.latest.as_ref().map(told).unwrap_or_default()
}

fn state(school: &RiskAssessment) -> String {
    let state = word_of::<RiskState>(school.state);
    if school.outdated {
        format!("{state}, criteria changed since")
    } else {
        state
    }
}

/// List where the schools of a district stand, by urgency and date
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk list north-marl
  llpr risk list north-marl --year 2024/25 --output csv")]
pub(crate) struct List {
    /// The district's slug
    district: String,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_name(self.year.as_deref())?;
        let schools = of_district(&session, &full("districts", &self.district), &year).await?;
        context.rows(&schools, "The district has no school yet.")
    }
}

async fn of_district(
    session: &Session,
    parent: &str,
    programme_year: &str,
) -> Result<Vec<RiskAssessment>, Failure> {
    let schools = items(|page_token| {
        let mut client = session.risk();
        let request = ListRiskAssessmentsRequest {
            parent: parent.to_owned(),
            programme_year: programme_year.to_owned(),
            page_size: 200,
            page_token,
        };
        async move { client.list_risk_assessments(request).await }
    });
    Ok(schools.try_collect().await?)
}

/// List what was shared with you as partner or county manager
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk shared")]
pub(crate) struct Shared {
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Shared {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let programme_year = year_name(self.year.as_deref())?;
        let schools = items(|page_token| {
            let mut client = session.risk();
            let request = ListSharedRisksRequest {
                programme_year: programme_year.clone(),
                page_size: 200,
                page_token,
            };
            async move { client.list_shared_risks(request).await }
        });
        context
            .list(schools, None, "Nothing has been shared with you.")
            .await
    }
}

/// Show where a school stands, with criteria and earlier assessments as far as you may see them
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk show 900008")]
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

async fn get(session: &Session, urn: &str, year: Option<&str>) -> Result<RiskAssessment, Failure> {
    let year = year_name(year)?;
    let year = if year.is_empty() { "-" } else { bare(&year) };
    let name = format!("{}/riskAssessments/{year}", full("schools", urn));
    let answer = retry(Retry::default(), || {
        let mut client = session.risk();
        let request = GetRiskAssessmentRequest { name: name.clone() };
        async move { client.get_risk_assessment(request).await }
    })
    .await?;
    answer.risk_assessment.ok_or_else(Failure::empty_answer)
}

fn told(context: &mut Context, found: &RiskAssessment) -> Result<(), Failure> {
    context.one(found)?;
    if context.format != Format::Table {
        return Ok(());
    }
    let reason = latest(found, |latest| latest.reason.clone());
    context.card([
        ("Reason", reason),
        ("In evidence", found.confirmed_criteria.join(" ")),
    ])?;
    for criterion in &found.criteria {
        context.say("")?;
        context.say(&format!(
            "{} {} by {}: {}",
            criterion.criterion,
            word_of::<RiskCriterionState>(criterion.state),
            criterion.author_display_name,
            criterion.note,
        ))?;
        if !criterion.answer.is_empty() {
            let by = &criterion.decider_display_name;
            context.say(&format!("  {by}: {}", criterion.answer))?;
        }
        context.say(&format!(
            "  {} (version {})",
            criterion.name, criterion.etag
        ))?;
    }
    if found.versions.len() > 1 {
        context.say("")?;
    }
    for version in found.versions.iter().skip(1) {
        context.say(&format!(
            "Before: {} from {} by {}. {} {}",
            word_of::<RiskState>(version.state),
            version.effective_date,
            version.assessor_display_name,
            version.criteria.join(" "),
            version.reason,
        ))?;
    }
    Ok(())
}

/// Assess a school: at risk with its urgency and the reason for it, or without concern
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk assess 900008 at-risk --urgency arrest-decline --reason-file reason.txt
  llpr risk assess 900009 no-concern")]
pub(crate) struct Assess {
    /// The school's URN
    urn: String,
    /// What the assessment says
    #[arg(value_parser = parser::<RiskState>())]
    state: RiskState,
    /// Why it is urgent
    #[arg(long, value_parser = parser::<RiskUrgency>())]
    urgency: Option<RiskUrgency>,
    /// The direction of travel, if you want to say it
    #[arg(long, value_parser = parser::<RiskDirection>())]
    direction: Option<RiskDirection>,
    /// File with the reason for the urgency, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    reason_file: Option<PathBuf>,
    /// From which day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
    /// Assess on what was seen with this etag [default: on what stands now]
    #[arg(long)]
    etag: Option<String>,
}

impl Assess {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let reason = context.prose(self.reason_file.as_deref())?;
        let seen = get(&session, &self.urn, self.year.as_deref()).await?;
        let request = AssessSchoolRequest {
            name: seen.name,
            etag: self.etag.unwrap_or(seen.etag),
            state: self.state.into(),
            urgency: self.urgency.unwrap_or_default().into(),
            direction: self.direction.unwrap_or_default().into(),
            reason,
            effective_date: self.from.unwrap_or_default(),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.risk(), request.clone());
            async move { client.assess_school(request).await }
        })
        .await?;
        let found = answer.risk_assessment.ok_or_else(Failure::empty_answer)?;
        told(context, &found)
    }
}

/// Mark schools as reviewed without concern, all or none
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk review north-marl 900001 900002
  llpr risk review north-marl --rest          every unreviewed school for which nothing waits
  llpr risk review north-marl --rest --dry-run")]
pub(crate) struct Review {
    /// The district's slug
    district: String,
    /// URNs of the schools
    urns: Vec<String>,
    /// Every unreviewed school with no criterion in evidence and none that waits for a decision
    #[arg(long, conflicts_with = "urns", required_unless_present = "urns")]
    rest: bool,
    /// Only look
    #[arg(long)]
    dry_run: bool,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Review {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let parent = full("districts", &self.district);
        let programme_year = year_given_or_open(&session, self.year.as_deref()).await?;
        let schools: Vec<String> = if self.rest {
            let all = of_district(&session, &parent, &programme_year).await?;
            let rest = all.into_iter().filter(|school| {
                school.state() == RiskState::Unreviewed
                    && school.undecided_criteria.is_empty()
                    && school.confirmed_criteria.is_empty()
            });
            rest.map(|school| school.school).collect()
        } else {
            self.urns.iter().map(|urn| full("schools", urn)).collect()
        };
        if schools.is_empty() {
            return context.note("No school is left to mark.");
        }
        let request = ReviewSchoolsRequest {
            parent,
            programme_year,
            schools,
            request_id: request_id(),
            validate_only: self.dry_run,
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.risk(), request.clone());
            async move { client.review_schools(request).await }
        })
        .await?;
        let done = if self.dry_run {
            "would be"
        } else {
            "marked as"
        };
        context.note(&format!(
            "{} {done} reviewed without concern.",
            count(answer.school_count, "school")
        ))
    }
}

/// Share assessments with the county manager and the schools' own partners
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk share north-marl                every school that was assessed
  llpr risk share north-marl 900008")]
pub(crate) struct Share {
    /// The district's slug
    district: String,
    /// URNs of the schools [default: all that were assessed]
    urns: Vec<String>,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Share {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = ShareRiskAssessmentsRequest {
            parent: full("districts", &self.district),
            programme_year: year_given_or_open(&session, self.year.as_deref()).await?,
            schools: self.urns.iter().map(|urn| full("schools", urn)).collect(),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.risk(), request.clone());
            async move { client.share_risk_assessments(request).await }
        })
        .await?;
        context.note(&format!(
            "{} shared.",
            count(answer.shared_count, "assessment")
        ))
    }
}
