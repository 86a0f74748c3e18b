//! Drafts from files, and throwing them away.

use std::io::Read as _;

use clap::Args;
use llpr_client::v1::DeleteProgrammeDraftRequest;
use llpr_client::{Retry, request_id, retry};

use super::{draft, existing_draft, people, rejected, send, year_name, year_of};
use crate::context::Context;
use crate::exit::Failure;
use crate::names::bare;
use crate::output::Format;
use crate::output::{json, time};

/// Largest document in bytes; the contract's limit for a draft.
const MAX_BYTES: u64 = 100_000;

/// Draft a year from a document, or as a copy of what is in force (for administrators)
///
/// Every fault of the document is told at once, and then nothing is kept. The draft changes
/// nothing until the county manager approves it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme draft 2025/26                     start next year from this year's
  llpr programme draft 2025/26 programme.toml
  llpr programme draft 2025/26 programme.toml --check
  llpr programme draft 2025/26 programme.toml --replace
  llpr programme export 2024/25 | sed 's/draft_days = 14/draft_days = 10/' | llpr programme draft 2024/25 -")]
pub(crate) struct Draft {
    /// The academic year, such as 2025/26
    year: String,
    /// The document; `-` for the standard input [default: a copy of what is in force]
    file: Option<String>,
    /// Only tell the document's faults, and keep nothing
    #[arg(long, requires = "file")]
    check: bool,
    /// Take the place of the draft that is there
    #[arg(long, requires = "file", conflicts_with = "etag")]
    replace: bool,
    /// Take the place of the draft of this etag, and of no later one
    #[arg(long, requires = "file")]
    etag: Option<String>,
}

impl Draft {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_name(&self.year)?;
        let document = match &self.file {
            None => String::new(),
            Some(file) => read(context, file)?,
        };
        let standing = draft(&session, &year).await?;
        let etag = match (self.etag, &standing) {
            (Some(etag), _) => Some(etag),
            (None, Some(standing)) if self.replace || self.check => Some(standing.etag.clone()),
            (None, Some(standing)) => {
                return Err(Failure::Conflict(format!(
                    "{} has a draft by {} of {} already. Look at it with `llpr programme diff {0}`; \
                     --replace puts yours in its place.",
                    year_of(&year),
                    people(&standing.drafters),
                    time(standing.update_time),
                )));
            }
            (None, None) => None,
        };
        let read = send(&session, &year, &document, etag.as_deref(), true).await?;
        if !read.violations.is_empty() {
            return Err(rejected(context, &read.violations)?);
        }
        if self.check {
            return context.note("The document has no faults. Nothing was kept.");
        }
        let kept = send(&session, &year, &document, etag.as_deref(), false).await?;
        let kept = kept.programme_draft.ok_or_else(Failure::empty_answer)?;
        if context.format == Format::Json {
            context.object(&json("ProgrammeDraft", &kept)?)?;
        }
        let year = &kept.academic_year;
        context.note(&format!(
            "The draft for {year} is kept. It changes nothing until the county manager approves \
             it: `llpr programme diff {year}`, then `llpr programme approve {year}`."
        ))
    }
}

fn read(context: &mut Context, file: &str) -> Result<String, Failure> {
    let wrong = |source| Failure::File {
        path: file.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    if file == "-" {
        let mut input = (&mut context.io.input).take(MAX_BYTES + 1);
        input.read_to_end(&mut bytes).map_err(wrong)?;
    } else {
        let opened = std::fs::File::open(file).map_err(wrong)?;
        let mut opened = opened.take(MAX_BYTES + 1);
        opened.read_to_end(&mut bytes).map_err(wrong)?;
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::Rejected(format!(
            "{file} is larger than {MAX_BYTES} bytes, which no programme document is."
        )));
    }
    if bytes.is_empty() {
        return Err(Failure::Rejected(format!("{file} is empty.")));
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::Rejected(format!(
            "{file} is not in UTF-8: save it as UTF-8 and try again."
        ))
    })
}

/// Throw a year's draft away; what is approved stays (for administrators)
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme discard 2025/26")]
pub(crate) struct Discard {
    /// The academic year, such as 2025/26
    year: String,
    /// Only the draft of this etag, and no later one
    #[arg(long)]
    etag: Option<String>,
}

impl Discard {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_name(&self.year)?;
        let draft = existing_draft(&session, &year).await?;
        let request = DeleteProgrammeDraftRequest {
            name: llpr_proto::names::programme_draft(bare(&year)),
            etag: self.etag.unwrap_or(draft.etag),
            request_id: request_id(),
        };
        retry(Retry::default(), || {
            let mut client = session.programme();
            let request = request.clone();
            async move { client.delete_programme_draft(request).await }
        })
        .await?;
        context.note(&format!("The draft for {} is gone.", draft.academic_year))
    }
}
