//! Comparing and approving.

use clap::Args;
use llpr_client::v1::{
    ApproveProgrammeDraftRequest, GetProgrammeDraftDiffRequest, GetProgrammeDraftDiffResponse,
    GetProgrammeVersionDiffRequest, ProgrammeChange, ProgrammeChangeKind,
};
use llpr_client::{Retry, Session, request_id, retry};

use super::{existing_draft, named, people, year_name, year_of, year_or_current};
use crate::context::Context;
use crate::exit::Failure;
use crate::names::bare;
use crate::output::{Format, count, json, record, time};
use crate::words::word_of;

record!(
    ProgrammeChange,
    table: [
        "Part" => |change| change.display_name.clone(),
        "¶" => |change| change.paragraph.clone(),
        "Before" => |change| stood(change, &change.before),
        "After" => |change| stood(change, &change.after),
    ],
    all: [
        "Change" => |change| word_of::<ProgrammeChangeKind>(change.kind),
        "Part" => |change| change.display_name.clone(),
        "Key" => |change| change.key.clone(),
        "Paragraph" => |change| change.paragraph.clone(),
        "Before" => |change| change.before.clone(),
        "After" => |change| change.after.clone(),
    ]
);

fn stood(change: &ProgrammeChange, text: &str) -> String {
    match (change.kind(), text) {
        (ProgrammeChangeKind::Added | ProgrammeChangeKind::Removed, "") => "–".to_owned(),
        (_, text) => text.to_owned(),
    }
}

/// Show what a draft would change, or what a version changed
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme diff 2024/25                 the draft against what is in force
  llpr programme diff 2024/25 --version 2     version 2 against version 1
  llpr programme diff 2024/25 --version 3 --base 1")]
pub(crate) struct Diff {
    /// The academic year, such as 2024/25 [default: the one in force]
    year: Option<String>,
    /// An approved version by its number [default: the draft]
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    /// Compare with this version of the same year [default: what was in force before]
    #[arg(long, value_name = "N")]
    base: Option<u32>,
}

impl Diff {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_or_current(self.year.as_deref())?;
        let year = named(&session, &year).await?;
        let version_name = |number| llpr_proto::names::programme_version(bare(&year), number);
        let base = self.base.map(version_name).unwrap_or_default();
        let Some(number) = self.version else {
            existing_draft(&session, &year).await?;
            let diff = draft_diff(&session, &year, base).await?;
            if context.format == Format::Json {
                return context.object(&json("GetProgrammeDraftDiffResponse", &diff)?);
            }
            told(context, &diff.base, &diff.changes, diff.same_document)?;
            return context.note(&format!(
                "Approve it with `llpr programme approve {} --etag {}`.",
                year_of(&year),
                diff.etag
            ));
        };
        let diff = retry(Retry::default(), || {
            let mut client = session.programme();
            let request = GetProgrammeVersionDiffRequest {
                name: version_name(number),
                base: base.clone(),
            };
            async move { client.get_programme_version_diff(request).await }
        })
        .await?;
        if context.format == Format::Json {
            return context.object(&json("GetProgrammeVersionDiffResponse", &diff)?);
        }
        told(context, &diff.base, &diff.changes, diff.same_document)
    }
}

async fn draft_diff(
    session: &Session,
    year: &str,
    base: String,
) -> Result<GetProgrammeDraftDiffResponse, Failure> {
    let request = GetProgrammeDraftDiffRequest {
        name: llpr_proto::names::programme_draft(bare(year)),
        base,
    };
    let diff = retry(Retry::default(), || {
        let mut client = session.programme();
        let request = request.clone();
        async move { client.get_programme_draft_diff(request).await }
    })
    .await?;
    Ok(diff)
}

fn told(
    context: &mut Context,
    base: &str,
    changes: &[ProgrammeChange],
    same_document: bool,
) -> Result<(), Failure> {
    let nothing = if same_document {
        "Nothing differs."
    } else {
        "Nothing differs but comments and layout."
    };
    context.say(&format!(
        "Compared with {} version {}:",
        year_of(base),
        bare(base)
    ))?;
    context.rows(changes, nothing)
}

/// Approve a year's draft: it is in force at once (for the county manager)
///
/// You see what it changes and are asked. A script gives the etag of what somebody has read; a
/// draft that was changed since is not approved. Nobody approves a draft that they wrote in.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme approve 2024/25
  llpr programme approve 2024/25 --etag 1758000000000000")]
pub(crate) struct Approve {
    /// The academic year, such as 2024/25
    year: String,
    /// The draft's etag, which `llpr programme diff` tells; then nothing is asked
    #[arg(long)]
    etag: Option<String>,
}

impl Approve {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_name(&self.year)?;
        let etag = match self.etag {
            Some(etag) => etag,
            None if !context.io.input_is_terminal => {
                return Err(Failure::Usage(
                    "There is no terminal to ask: give --etag, which `llpr programme diff` tells."
                        .into(),
                ));
            }
            None => {
                let draft = existing_draft(&session, &year).await?;
                let diff = draft_diff(&session, &year, String::new()).await?;
                context.note(&format!(
                    "The draft for {} by {} of {}: {}.",
                    draft.academic_year,
                    people(&draft.drafters),
                    time(draft.update_time),
                    count(
                        i64::try_from(diff.changes.len()).unwrap_or(i64::MAX),
                        "change"
                    ),
                ))?;
                told(context, &diff.base, &diff.changes, diff.same_document)?;
                context.io.out.flush()?;
                let answer = context.ask("Approve it? yes or no", "--etag")?;
                if !matches!(answer.to_lowercase().as_str(), "y" | "yes") {
                    return context.note("Nothing was approved.");
                }
                diff.etag
            }
        };
        let request = ApproveProgrammeDraftRequest {
            name: llpr_proto::names::programme_draft(bare(&year)),
            etag,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.programme();
            let request = request.clone();
            async move { client.approve_programme_draft(request).await }
        })
        .await?;
        let version = answer.programme_version.ok_or_else(Failure::empty_answer)?;
        if context.format == Format::Json {
            context.object(&json("ProgrammeVersion", &version)?)?;
        }
        context.note(&format!(
            "{} version {} is in force.",
            year_of(&version.name),
            version.number
        ))
    }
}
