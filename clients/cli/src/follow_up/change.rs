//! Changing, ending and sharing actions. What somebody else changed meanwhile is shown beside what was to
//! be kept.

use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{
    CompleteFollowUpActionRequest, DropFollowUpActionRequest, FollowUpAction, FollowUpActionKind,
    ShareFollowUpActionRequest, UpdateFollowUpActionRequest,
};
use llpr_client::{Error, ErrorReason, Retry, Session, request_id, retry};
use prost_types::FieldMask;

use super::actions::{get, owner};
use crate::context::Context;
use crate::exit::Failure;
use crate::output::Record as _;
use crate::words::{parser, word_of};

/// Which action, and in which version.
#[derive(Args)]
struct Which {
    /// The action, as `llpr follow-up actions` names it
    name: String,
    /// The version that was seen, as `llpr follow-up show` tells it [default: what stands now]
    #[arg(long)]
    etag: Option<String>,
}

impl Which {
    async fn etag(&self, session: &Session) -> Result<String, Failure> {
        match &self.etag {
            Some(etag) => Ok(etag.clone()),
            None => Ok(get(session, &self.name).await?.etag),
        }
    }
}

/// Prints the action, or, where somebody was faster, what stands now and what was not kept.
async fn done(
    context: &mut Context,
    session: &Session,
    name: &str,
    yours: &[(&str, &str)],
    answer: Result<Option<FollowUpAction>, Error>,
) -> Result<(), Failure> {
    match answer {
        Ok(action) => context.one(&action.ok_or_else(Failure::empty_answer)?),
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let now = get(session, name).await?;
            context.note("What stands now:")?;
            for column in FollowUpAction::ALL {
                let value = (column.cell)(&now);
                if !value.is_empty() {
                    context.note(&format!("  {}: {value}", column.heading))?;
                }
            }
            context.note("Yours, which was not kept:")?;
            for (heading, value) in yours.iter().filter(|(_, value)| !value.is_empty()) {
                context.note(&format!("  {heading}: {value}"))?;
            }
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Change an open action
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up change schools/900008/followUpActions/ID --due 2024-12-13
  llpr follow-up change schools/900008/followUpActions/ID --owner partner --etag 2")]
pub(crate) struct Change {
    #[command(flatten)]
    which: Which,
    /// Another kind
    #[arg(long, value_parser = parser::<FollowUpActionKind>())]
    kind: Option<FollowUpActionKind>,
    /// Other words for what is to be done
    #[arg(long)]
    what: Option<String>,
    /// Another day, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// Another owner: me, partner, or users/ID
    #[arg(long)]
    owner: Option<String>,
    /// File with another note, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    note_file: Option<PathBuf>,
}

impl Change {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let mut paths = Vec::new();
        let mut changes = |is_given: bool, path: &str| {
            if is_given {
                paths.push(path.to_owned());
            }
        };
        changes(self.kind.is_some(), "kind");
        changes(self.what.is_some(), "title");
        changes(self.note_file.is_some(), "note");
        changes(self.owner.is_some(), "owner");
        changes(self.due.is_some(), "due_date");
        if paths.is_empty() {
            return Err(Failure::Usage(
                "Say what to change: --kind, --what, --due, --owner or --note-file.".into(),
            ));
        }
        let urn = self.which.name.split('/').nth(1).unwrap_or_default();
        let owner = match &self.owner {
            Some(text) => owner(&session, urn, text).await?,
            None => String::new(),
        };
        let action = FollowUpAction {
            name: self.which.name.clone(),
            etag: self.which.etag(&session).await?,
            kind: self.kind.unwrap_or_default().into(),
            title: self.what.unwrap_or_default(),
            note: context.prose(self.note_file.as_deref())?,
            owner,
            due_date: self.due.unwrap_or_default(),
            ..FollowUpAction::default()
        };
        let request = UpdateFollowUpActionRequest {
            follow_up_action: Some(action.clone()),
            update_mask: Some(FieldMask { paths }),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.follow_up(), request.clone());
            async move { client.update_follow_up_action(request).await }
        })
        .await;
        let answer = answer.map(|answer| answer.follow_up_action);
        let kind = word_of::<FollowUpActionKind>(action.kind);
        let yours = [
            ("Kind", kind.as_str()),
            ("What", &action.title),
            ("Note", &action.note),
            ("Owner", &action.owner),
            ("Due", &action.due_date),
        ];
        done(context, &session, &action.name, &yours, answer).await
    }
}

/// Say that an action is done, and what came of it
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up done schools/900008/followUpActions/ID --outcome-file outcome.txt
  llpr follow-up done schools/900008/followUpActions/ID --outcome-file - --on 2024-11-14")]
pub(crate) struct Done {
    #[command(flatten)]
    which: Which,
    /// File with what was done and what came of it, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    outcome_file: Option<PathBuf>,
    /// On which day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

impl Done {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CompleteFollowUpActionRequest {
            name: self.which.name.clone(),
            outcome: context.prose(self.outcome_file.as_deref())?,
            etag: self.which.etag(&session).await?,
            done_date: self.on.unwrap_or_default(),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.follow_up(), request.clone());
            async move { client.complete_follow_up_action(request).await }
        })
        .await;
        let answer = answer.map(|answer| answer.follow_up_action);
        let yours = [
            ("Outcome", request.outcome.as_str()),
            ("Done on", &request.done_date),
        ];
        done(context, &session, &request.name, &yours, answer).await
    }
}

/// Say that an action is not to be done any more, and why
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up drop schools/900008/followUpActions/ID --reason-file reason.txt")]
pub(crate) struct Drop {
    #[command(flatten)]
    which: Which,
    /// File with the reason, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    reason_file: Option<PathBuf>,
}

impl Drop {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = DropFollowUpActionRequest {
            name: self.which.name.clone(),
            reason: context.prose(self.reason_file.as_deref())?,
            etag: self.which.etag(&session).await?,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.follow_up(), request.clone());
            async move { client.drop_follow_up_action(request).await }
        })
        .await;
        let answer = answer.map(|answer| answer.follow_up_action);
        let yours = [("Reason", request.reason.as_str())];
        done(context, &session, &request.name, &yours, answer).await
    }
}

/// Share an action that was agreed with the school: its headteacher reads the wording, and nothing else
/// of the analysis
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up share schools/900008/followUpActions/ID --with \"the headteacher\" --wording-file wording.txt
  llpr follow-up share schools/900008/followUpActions/ID --with \"the headteacher\" --on 2024-10-01 --wording-file -")]
pub(crate) struct Share {
    #[command(flatten)]
    which: Which,
    /// With whom at the school it was agreed
    #[arg(long, value_name = "WHO")]
    with: String,
    /// File with what was agreed, as the school reads it, or - for the standard input
    #[arg(long, value_name = "FILE")]
    wording_file: PathBuf,
    /// On which day it was agreed, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

impl Share {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = ShareFollowUpActionRequest {
            name: self.which.name.clone(),
            wording: context.prose(Some(&self.wording_file))?,
            etag: self.which.etag(&session).await?,
            agreed_with: self.with,
            agreed_date: self.on.unwrap_or_default(),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.follow_up(), request.clone());
            async move { client.share_follow_up_action(request).await }
        })
        .await;
        let answer = answer.map(|answer| answer.follow_up_action);
        let yours = [
            ("Agreed", request.wording.as_str()),
            ("Agreed with", &request.agreed_with),
            ("Agreed on", &request.agreed_date),
        ];
        done(context, &session, &request.name, &yours, answer).await
    }
}
