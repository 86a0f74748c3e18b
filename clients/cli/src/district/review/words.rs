//! Strengths and priorities: shown, written, shared, acknowledged, and their history.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{
    AcknowledgeDistrictReviewRequest, DistrictReview, DistrictReviewPoint, DistrictReviewState,
    DistrictReviewVersion, ErrorReason, GetProgrammeYearRequest, ListDistrictReviewVersionsRequest,
    ProgrammeVersion, ShareDistrictReviewRequest, WriteDistrictReviewRequest,
};
use llpr_client::{Retry, Session, items, request_id, retry};
use serde::{Deserialize, Serialize};

use super::{Which, get};
use crate::context::Context;
use crate::exit::Failure;
use crate::output::{Format, plain, record, time};
use crate::programme::year_of;
use crate::words::word_of;

record!(
    DistrictReview,
    table: [
        "District" => |review| review.district_display_name.clone(),
        "Year" => |review| year_of(&review.programme_year),
        "State" => |review| word_of::<DistrictReviewState>(review.state),
    ],
    all: [
        "District" => |review| review.district_display_name.clone(),
        "Year" => |review| year_of(&review.programme_year),
        "State" => |review| word_of::<DistrictReviewState>(review.state),
        "Version" => |review| latest(review, |latest| latest.number.to_string()),
        "Written" => |review| latest(review, |latest| time(latest.write_time)),
        "By" => |review| latest(review, |latest| latest.writer_display_name.clone()),
        "Shared" => |review| latest(review, |latest| time(latest.share_time)),
        "Acknowledged" => |review| latest(review, |latest| time(latest.acknowledge_time)),
        "Strengths" => |review| latest(review, |latest| joined(&latest.strengths)),
        "Priorities" => |review| latest(review, |latest| joined(&latest.priorities)),
        "Etag" => |review| review.etag.clone(),
    ]
);

record!(
    DistrictReviewVersion,
    table: [
        "Version" => |version| version.number.to_string(),
        "Written" => |version| time(version.write_time),
        "By" => |version| version.writer_display_name.clone(),
        "Strengths" => |version| joined(&version.strengths),
        "Priorities" => |version| joined(&version.priorities),
        "Shared" => |version| time(version.share_time),
        "Acknowledged" => |version| time(version.acknowledge_time),
    ],
    all: [
        "Version" => |version| version.number.to_string(),
        "Written" => |version| time(version.write_time),
        "By" => |version| version.writer_display_name.clone(),
        "Strengths" => |version| joined(&version.strengths),
        "Priorities" => |version| joined(&version.priorities),
        "Shared" => |version| time(version.share_time),
        "Acknowledged" => |version| time(version.acknowledge_time),
        "Acknowledged by" => |version| version.acknowledger_display_name.clone(),
    ]
);

fn latest(review: &DistrictReview, told: fn(&DistrictReviewVersion) -> String) -> String {
    review.latest.as_ref().map(told).unwrap_or_default()
}

fn joined(points: &[DistrictReviewPoint]) -> String {
    let points: Vec<String> = points.iter().map(line).collect();
    points.join(" | ")
}

/// A point on a line: `criteria/c: Attendance.`
fn line(point: &DistrictReviewPoint) -> String {
    if point.tag.is_empty() {
        point.text.clone()
    } else {
        format!("{}: {}", point.tag, point.text)
    }
}

/// Show a district's strengths and priorities, and where the review is
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district review show north-marl
  llpr district review show north-marl --year 2024/25 --output json")]
pub(crate) struct Show {
    #[command(flatten)]
    which: Which,
}

impl Show {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        told(context, &self.which.get(&session).await?)
    }
}

fn told(context: &mut Context, review: &DistrictReview) -> Result<(), Failure> {
    if context.format != Format::Table {
        return context.one(review);
    }
    context.card([
        ("District", review.district_display_name.clone()),
        ("Year", year_of(&review.programme_year)),
        ("State", word_of::<DistrictReviewState>(review.state)),
        (
            "Version",
            latest(review, |latest| latest.number.to_string()),
        ),
        ("Written", latest(review, |latest| time(latest.write_time))),
        (
            "By",
            latest(review, |latest| latest.writer_display_name.clone()),
        ),
        ("Shared", latest(review, |latest| time(latest.share_time))),
        (
            "Acknowledged",
            latest(review, |latest| time(latest.acknowledge_time)),
        ),
    ])?;
    for text in review.latest.iter().flat_map(points) {
        context.say(&text)?;
    }
    Ok(())
}

/// The points of a version, a line each below their headings.
fn points(version: &DistrictReviewVersion) -> Vec<String> {
    let mut lines = Vec::new();
    for (heading, points) in [
        ("Strengths", &version.strengths),
        ("Priorities", &version.priorities),
    ] {
        if points.is_empty() {
            continue;
        }
        lines.push(String::new());
        lines.push(heading.to_owned());
        lines.extend(points.iter().map(|point| {
            let title = match point.tag_title.as_str() {
                "" => String::new(),
                title => format!(" ({title})"),
            };
            format!("  {}{title}", line(point))
        }));
    }
    lines
}

/// A file with a review's points.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// The version that it was begun from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default)]
    strengths: Vec<Entry>,
    #[serde(default)]
    priorities: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    tag: String,
    text: String,
}

impl Document {
    fn of(review: &DistrictReview) -> Self {
        let entries = |points: &[DistrictReviewPoint]| {
            let entries = points.iter().map(|point| Entry {
                tag: point.tag.clone(),
                text: point.text.clone(),
            });
            entries.collect()
        };
        let latest = review.latest.clone().unwrap_or_default();
        Self {
            etag: Some(review.etag.clone()),
            strengths: entries(&latest.strengths),
            priorities: entries(&latest.priorities),
        }
    }
}

fn to_points(entries: Vec<Entry>) -> Vec<DistrictReviewPoint> {
    let points = entries.into_iter().map(|entry| DistrictReviewPoint {
        tag: entry.tag,
        text: entry.text,
        ..DistrictReviewPoint::default()
    });
    points.collect()
}

/// Write what stands as a file to change and give to `llpr district review write`
///
/// Its comments list the enquiry areas and criteria of the year, to one of which each priority
/// belongs.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district review template north-marl > review.toml
  llpr district review write north-marl --file review.toml")]
pub(crate) struct Template {
    #[command(flatten)]
    which: Which,
}

impl Template {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let review = self.which.get(&session).await?;
        let programme = programme(&session, &review.programme_year).await?;
        let text = toml::to_string_pretty(&Document::of(&review))
            .map_err(|error| Failure::Other(format!("The template can't be written: {error}")))?;
        write!(context.io.out, "{}{text}", comments(&programme))?;
        if review.latest.is_none() {
            write!(context.io.out, "{EXAMPLE}")?;
        }
        Ok(())
    }
}

/// What an empty template shows.
const EXAMPLE: &str = "
# [[strengths]]
# text = \"What goes well. A tag may say where it belongs.\"
#
# [[priorities]]
# tag = \"criteria/c\"
# text = \"What has to become better. Name no pupil.\"
";

async fn programme(session: &Session, year: &str) -> Result<ProgrammeVersion, Failure> {
    let answer = retry(Retry::default(), || {
        let mut client = session.programme();
        let name = year.to_owned();
        async move {
            client
                .get_programme_year(GetProgrammeYearRequest { name })
                .await
        }
    })
    .await?;
    let version = answer.programme_year.and_then(|year| year.version);
    version.ok_or_else(Failure::empty_answer)
}

fn comments(version: &ProgrammeVersion) -> String {
    let mut text = String::from("# Tags of this programme year:\n");
    let content = version.programme.clone().unwrap_or_default();
    let areas = content
        .enquiry_areas
        .iter()
        .map(|area| (format!("areas/{}", area.id), &area.title));
    let criteria = content
        .criteria
        .iter()
        .map(|criterion| (format!("criteria/{}", criterion.letter), &criterion.title));
    for (tag, title) in areas.chain(criteria) {
        text.push_str("#   ");
        text.push_str(&plain(&tag));
        text.push_str("  ");
        text.push_str(&plain(title));
        text.push('\n');
    }
    text.push('\n');
    text
}

/// Write the next version of a district's strengths and priorities; nobody else sees it yet
///
/// The file's etag, or --etag, names the version that it was begun from. Where another was written
/// meanwhile, both are shown and nothing is lost.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district review template north-marl > review.toml
  llpr district review write north-marl --file review.toml")]
pub(crate) struct Write {
    #[command(flatten)]
    which: Which,
    /// File with strengths and priorities, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Write on what was seen with this etag [default: the file's, or what stands now]
    #[arg(long)]
    etag: Option<String>,
}

impl Write {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let text = context.prose(Some(&self.file))?;
        let document: Document = toml::from_str(&text)
            .map_err(|error| Failure::Usage(format!("{}: {error}", self.file.display())))?;
        let seen = self.which.get(&session).await?;
        let request = WriteDistrictReviewRequest {
            name: seen.name,
            etag: self.etag.or(document.etag).unwrap_or(seen.etag),
            strengths: to_points(document.strengths),
            priorities: to_points(document.priorities),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.district_reviews(), request.clone());
            async move { client.write_district_review(request).await }
        })
        .await;
        match answer {
            Ok(answer) => {
                let review = answer.district_review.ok_or_else(Failure::empty_answer)?;
                told(context, &review)
            }
            Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
                both(context, &session, &request).await?;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Shows what stands and what was to be written.
async fn both(
    context: &mut Context,
    session: &Session,
    meant: &WriteDistrictReviewRequest,
) -> Result<(), Failure> {
    let stands = get(session, &meant.name).await?;
    let stands = stands.and_then(|found| found.latest).unwrap_or_default();
    let meant = DistrictReviewVersion {
        strengths: meant.strengths.clone(),
        priorities: meant.priorities.clone(),
        ..DistrictReviewVersion::default()
    };
    context.note(&format!(
        "Version {} by {} stands:",
        stands.number, stands.writer_display_name
    ))?;
    for text in points(&stands) {
        context.note(&text)?;
    }
    context.note("")?;
    context.note("You meant to write:")?;
    for text in points(&meant) {
        context.note(&text)?;
    }
    context.note("")
}

/// Share the latest version with the county manager
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district review share north-marl")]
pub(crate) struct Share {
    #[command(flatten)]
    which: Which,
    /// Share what was seen with this etag [default: what stands now]
    #[arg(long)]
    etag: Option<String>,
}

impl Share {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let seen = self.which.get(&session).await?;
        let request = ShareDistrictReviewRequest {
            name: seen.name,
            etag: self.etag.unwrap_or(seen.etag),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.district_reviews(), request.clone());
            async move { client.share_district_review(request).await }
        })
        .await?;
        let review = answer.district_review.ok_or_else(Failure::empty_answer)?;
        told(context, &review)
    }
}

/// Say that you have read a district's review (for the county manager)
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district review acknowledge north-marl")]
pub(crate) struct Acknowledge {
    #[command(flatten)]
    which: Which,
    /// Acknowledge what was seen with this etag [default: what was shared last]
    #[arg(long)]
    etag: Option<String>,
}

impl Acknowledge {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let seen = self.which.get(&session).await?;
        let request = AcknowledgeDistrictReviewRequest {
            name: seen.name,
            etag: self.etag.unwrap_or(seen.etag),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.district_reviews(), request.clone());
            async move { client.acknowledge_district_review(request).await }
        })
        .await?;
        let review = answer.district_review.ok_or_else(Failure::empty_answer)?;
        told(context, &review)
    }
}

/// List the versions of a district's review, the last first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district review history north-marl")]
pub(crate) struct History {
    #[command(flatten)]
    which: Which,
}

impl History {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let parent = self.which.name()?;
        let versions = items(|page_token| {
            let mut client = session.district_reviews();
            let request = ListDistrictReviewVersionsRequest {
                parent: parent.clone(),
                page_size: 100,
                page_token,
            };
            async move { client.list_district_review_versions(request).await }
        });
        let nothing = "There is no version yet that you may see.";
        context.list(versions, None, nothing).await
    }
}
