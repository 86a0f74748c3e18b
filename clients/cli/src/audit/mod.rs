//! `llpr audit`: who changed what and who was refused, and whether that record is whole.

mod export;
mod offline;

use clap::{Args, Subcommand};
use llpr_client::items;
use llpr_client::v1::{
    ListLedgerEntriesRequest, ListLedgerHeadsRequest, ListRefusalsRequest, VerifyLedgerRequest,
};
use std::path::PathBuf;

use crate::context::Context;
use crate::exit::Failure;
use crate::output::{record, time};
use crate::times;
use crate::user::resolve;

/// The record of who changed what (for administrators)
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Verify(Verify),
    Export(export::Export),
    Heads(Heads),
    Refusals(ListRefusals),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Verify(verify) => verify.run(context).await,
            Self::Export(export) => export.run(context).await,
            Self::Heads(heads) => heads.run(context).await,
            Self::Refusals(refusals) => refusals.run(context).await,
        }
    }
}

record!(
    LedgerEntry,
    table: [
        "Entry" => |entry| entry.seq.to_string(),
        "Time (UTC)" => |entry| time(entry.time),
        "Who" => |entry| entry.actor_display_name.clone(),
        "Role" => |entry| entry.role.clone(),
        "Did" => |entry| entry.method.trim_start_matches("llpr.v1.").to_owned(),
        "To" => |entry| entry.target.clone(),
        "Fields" => |entry| entry.fields.join(", "),
    ],
    all: [
        "Entry" => |entry| entry.seq.to_string(),
        "Time (UTC)" => |entry| time(entry.time),
        "Who" => |entry| entry.actor_display_name.clone(),
        "Id" => |entry| entry.actor.clone(),
        "Role" => |entry| entry.role.clone(),
        "Did" => |entry| entry.method.clone(),
        "To" => |entry| entry.target.clone(),
        "Fields" => |entry| entry.fields.join(", "),
        "Hash" => |entry| entry.hash.clone(),
    ]
);

record!(
    LedgerHead,
    table: [
        "Entry" => |head| head.seq.to_string(),
        "Signed (UTC)" => |head| time(head.sign_time),
        "Key" => |head| head.kid.clone(),
        "Hash" => |head| head.hash.clone(),
    ]
);

record!(
    Refusals,
    table: [
        "Day" => |day| day.date.clone(),
        "Who" => |day| day.actor_display_name.clone(),
        "Refused" => |day| day.count.to_string(),
        "Last asked for" => |day| day.last_method.trim_start_matches("llpr.v1.").to_owned(),
        "Last (UTC)" => |day| time(day.last_time),
        "Id" => |day| day.actor.clone(),
    ]
);

/// List what was done, newest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr audit list --limit 50
  llpr audit list --actor sam@example.org --from 2026-09-01
  llpr audit list --method llpr.v1.ImportService/ApplyImport --output csv
  llpr audit list --target schools/900001")]
pub(crate) struct List {
    /// Only what this person or service account did: e-mail address, users/ID or serviceAccounts/ID
    #[arg(long, value_name = "WHO")]
    actor: Option<String>,
    /// Only this method, such as llpr.v1.UserService/CreateUser
    #[arg(long, default_value = "", hide_default_value = true)]
    method: String,
    /// Only what was done to names that begin with this
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    target: String,
    /// Only from this day on (UTC), YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Only before this day (UTC), YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// At most this many entries
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let day = |flag, day: &Option<String>| {
            let day = day.as_deref();
            day.map(|day| times::day(flag, day)).transpose()
        };
        let request = ListLedgerEntriesRequest {
            page_size: 500,
            page_token: String::new(),
            actor: match &self.actor {
                Some(script) if script.starts_with("serviceAccounts/") => script.clone(),
                Some(person) => resolve(&session, person).await?,
                None => String::new(),
            },
            method: self.method.clone(),
            target_prefix: self.target.clone(),
            start_time: day("--from", &self.from)?,
            end_time: day("--until", &self.until)?,
        };
        let entries = items(|page_token| {
            let mut client = session.audit();
            let request = ListLedgerEntriesRequest {
                page_token,
                ..request.clone()
            };
            async move { client.list_ledger_entries(request).await }
        });
        context
            .list(entries, Some(self.limit), "No entry fits.")
            .await
    }
}

/// Check that nothing was changed, removed or rewritten
///
/// Without a file the server walks its whole record and compares it with every signed head. With
/// a file from llpr audit export the check is made here, without the server.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr audit verify
  llpr audit verify ledger.jsonl
  llpr audit verify ledger.jsonl --key ledger-key.pem

Exit code 5 if the record is not whole.")]
pub(crate) struct Verify {
    /// A file from llpr audit export
    file: Option<PathBuf>,
    /// Trust only this public key (PEM), kept apart from the export; may be repeated. Without it
    /// the keys in the file are used, and those are as trustworthy as the file
    #[arg(long, value_name = "FILE", requires = "file")]
    key: Vec<PathBuf>,
}

impl Verify {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        if let Some(file) = &self.file {
            let found = offline::verify(file, &self.key)?;
            return context.note(&found.to_string());
        }
        let session = context.session()?;
        let answer = session
            .audit()
            .verify_ledger(VerifyLedgerRequest {})
            .await?;
        let answer = answer.into_inner();
        if answer.whole {
            context.note(&format!(
                "The record is whole: {} entries, {} signed heads, hash {}.",
                answer.entry_count, answer.head_count, answer.hash
            ))
        } else {
            Err(Failure::Conflict(answer.fault))
        }
    }
}

/// List the signed heads, newest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr audit heads --limit 10
  llpr audit heads --output json")]
pub(crate) struct Heads {
    /// At most this many heads
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

impl Heads {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let heads = items(|page_token| {
            let mut client = session.audit();
            let request = ListLedgerHeadsRequest {
                page_size: 500,
                page_token,
            };
            async move { client.list_ledger_heads(request).await }
        });
        context
            .list(heads, Some(self.limit), "No head is signed yet.")
            .await
    }
}

/// List how often callers were refused for want of a role, newest day first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr audit refusals
  llpr audit refusals --output csv")]
pub(crate) struct ListRefusals {}

impl ListRefusals {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let days = items(|page_token| {
            let mut client = session.audit();
            let request = ListRefusalsRequest {
                page_size: 500,
                page_token,
            };
            async move { client.list_refusals(request).await }
        });
        context.list(days, None, "Nobody was refused.").await
    }
}
