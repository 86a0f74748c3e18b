//! Deciding about a suggestion.

use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{
    ConfirmSuggestionRequest, DismissReason, DismissSuggestionRequest, GetSuggestionRequest,
    Suggestion,
};
use llpr_client::{Retry, Session, request_id, retry};

use super::year_given_or_open;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::Format;
use crate::words::parser;

/// Which suggestion.
#[derive(Args)]
struct Which {
    /// The school's URN
    urn: String,
    /// The criterion's letter
    letter: char,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
    /// Decide on what was seen with this etag [default: on what stands now]
    #[arg(long)]
    etag: Option<String>,
    /// File with a note, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    note_file: Option<PathBuf>,
}

impl Which {
    /// Its name, and the etag to decide on.
    async fn find(&self, session: &Session) -> Result<(String, String), Failure> {
        let year = year_given_or_open(session, self.year.as_deref()).await?;
        let school = full("schools", &self.urn);
        let name = format!("{school}/suggestions/{}-{}", bare(&year), self.letter);
        if let Some(etag) = &self.etag {
            return Ok((name, etag.clone()));
        }
        let answer = retry(Retry::default(), || {
            let mut client = session.risk();
            let request = GetSuggestionRequest { name: name.clone() };
            async move { client.get_suggestion(request).await }
        })
        .await?;
        let suggestion = answer.suggestion.ok_or_else(Failure::empty_answer)?;
        Ok((name, suggestion.etag))
    }
}

fn done(context: &mut Context, suggestion: Option<Suggestion>) -> Result<(), Failure> {
    let suggestion = suggestion.ok_or_else(Failure::empty_answer)?;
    if context.format == Format::Table {
        super::suggestions::told(context, &suggestion)
    } else {
        context.one(&suggestion)
    }
}

/// Confirm a suggestion: the criterion is in evidence
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk confirm 900008 a
  llpr risk confirm 900008 a --note-file note.txt")]
pub(crate) struct Confirm {
    #[command(flatten)]
    which: Which,
}

impl Confirm {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let note = context.prose(self.which.note_file.as_deref())?;
        let (name, etag) = self.which.find(&session).await?;
        let request = ConfirmSuggestionRequest {
            name,
            etag,
            note,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.risk(), request.clone());
            async move { client.confirm_suggestion(request).await }
        })
        .await?;
        done(context, answer.suggestion)
    }
}

/// Dismiss a suggestion, with a reason
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk dismiss 900008 a --reason unusual-cohort
  llpr risk dismiss 900008 a --reason other --note-file note.txt")]
pub(crate) struct Dismiss {
    #[command(flatten)]
    which: Which,
    /// Why; `other` needs a note
    #[arg(long, value_parser = parser::<DismissReason>())]
    reason: DismissReason,
}

impl Dismiss {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let note = context.prose(self.which.note_file.as_deref())?;
        let (name, etag) = self.which.find(&session).await?;
        let request = DismissSuggestionRequest {
            name,
            etag,
            reason: self.reason.into(),
            note,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.risk(), request.clone());
            async move { client.dismiss_suggestion(request).await }
        })
        .await?;
        done(context, answer.suggestion)
    }
}
