//! `llpr mail`: what was sent, what waits and what could not be sent.

use clap::{Args, Subcommand};
use llpr_client::v1::{ListMailsRequest, MailKind, MailState, RetryMailRequest};
use llpr_client::{Retry, items, request_id, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{record, time};
use crate::words::{parser, word_of};

/// Mails that the server sends (for administrators)
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Retry(Again),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Retry(again) => again.run(context).await,
        }
    }
}

record!(
    Mail,
    table: [
        "What" => |mail| word_of::<MailKind>(mail.kind),
        "Person" => |mail| mail.user_display_name.clone(),
        "E-mail" => |mail| mail.email.clone(),
        "State" => |mail| word_of::<MailState>(mail.state),
        "Attempts" => |mail| mail.attempts.to_string(),
        "Failure" => |mail| mail.failure.clone(),
        "Made" => |mail| time(mail.create_time),
        "Next attempt" => |mail| time(mail.next_attempt_time),
        "Mail" => |mail| bare(&mail.name).to_owned(),
    ]
);

/// List mails, the latest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr mail list
  llpr mail list --state failed")]
pub(crate) struct List {
    /// Only mails in this state
    #[arg(long, value_parser = parser::<MailState>())]
    state: Option<MailState>,
}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let state = self.state.unwrap_or_default().into();
        let mails = items(|page_token| {
            let mut client = session.users();
            let request = ListMailsRequest {
                page_size: 500,
                page_token,
                state,
            };
            async move { client.list_mails(request).await }
        });
        context.list(mails, None, "There is no such mail.").await
    }
}

/// Try a mail again
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr mail retry 0198c7a2-5f1e-7d3b-9a40-0123456789ab")]
pub(crate) struct Again {
    /// The mail's id
    mail: String,
}

impl Again {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = RetryMailRequest {
            name: full("mails", &self.mail),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.retry_mail(request).await }
        })
        .await?;
        context.one(&answer.mail.ok_or_else(Failure::empty_answer)?)
    }
}
