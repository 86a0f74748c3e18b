//! Imports that are there: list, look, apply, discard, take back.

use clap::Args;
use futures::Stream;
use llpr_client::v1::{
    GetImportDiffRequest, ImportIssue, ImportState, IssueClass, ListImportIssuesRequest,
    ListImportsRequest, RevertImportRequest,
};
use llpr_client::{Error, Retry, Session, items, request_id, retry};

use super::load::finish;
use super::{LONG, apply, discard, get};
use crate::context::Context;
use crate::exit::Failure;
use crate::names::full;
use crate::words::parser;

/// List imports, newest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import list --limit 10
  llpr import list --dataset ks2 --state applied")]
pub(crate) struct List {
    /// Only imports of this data set
    #[arg(long)]
    dataset: Option<String>,
    /// Only imports in this state
    #[arg(long, value_parser = parser::<ImportState>())]
    state: Option<ImportState>,
    /// At most this many imports
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let dataset = self.dataset.map(|dataset| full("datasets", &dataset));
        let request = ListImportsRequest {
            page_size: 500,
            page_token: String::new(),
            dataset: dataset.unwrap_or_default(),
            state: self.state.unwrap_or_default().into(),
        };
        let imports = items(|page_token| {
            let mut client = session.imports();
            let request = ListImportsRequest {
                page_token,
                ..request.clone()
            };
            async move { client.list_imports(request).await }
        });
        context.list(imports, self.limit, "No import fits.").await
    }
}

/// Show an import
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import show 0198c7a2-5f1e-7d3b-9a40-0123456789ab")]
pub(crate) struct Show {
    /// The import's id
    id: String,
}

impl Show {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let import = get(&session, &full("imports", &self.id)).await?;
        context.one(&import)
    }
}

/// List what was found in an import's file
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import issues 0198c7a2-5f1e-7d3b-9a40-0123456789ab --class fatal")]
pub(crate) struct Issues {
    /// The import's id
    id: String,
    /// Only issues of this class
    #[arg(long, value_parser = parser::<IssueClass>())]
    class: Option<IssueClass>,
}

impl Issues {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = full("imports", &self.id);
        let issues = issues(&session, &name, self.class.unwrap_or_default());
        context.list(issues, None, "Nothing was found.").await
    }
}

pub(super) fn issues(
    session: &Session,
    parent: &str,
    class: IssueClass,
) -> impl Stream<Item = Result<ImportIssue, Error>> {
    items(move |page_token| {
        let mut client = session.imports();
        let request = ListImportIssuesRequest {
            parent: parent.to_owned(),
            page_size: 1000,
            page_token,
            class: class.into(),
        };
        async move { client.list_import_issues(request).await }
    })
}

/// List what an import adds, changes or lacks
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import diff 0198c7a2-5f1e-7d3b-9a40-0123456789ab")]
pub(crate) struct Diff {
    /// The import's id
    id: String,
    /// At most this many changes
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl Diff {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = full("imports", &self.id);
        let changes = items(|page_token| {
            let mut client = session.imports();
            let request = GetImportDiffRequest {
                name: name.clone(),
                page_size: 1000,
                page_token,
            };
            async move { client.get_import_diff(request).await }
        });
        context.list(changes, self.limit, "No differences.").await
    }
}

/// Apply an import that was uploaded before
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import list --state staged
  llpr import apply-staged 0198c7a2-5f1e-7d3b-9a40-0123456789ab")]
pub(crate) struct ApplyStaged {
    /// The import's id
    id: String,
}

impl ApplyStaged {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let import = apply(&session, &full("imports", &self.id), "").await?;
        finish(context, &import)
    }
}

/// Drop an import that was not applied
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import discard 0198c7a2-5f1e-7d3b-9a40-0123456789ab")]
pub(crate) struct Discard {
    /// The import's id
    id: String,
}

impl Discard {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let import = discard(&session, &full("imports", &self.id)).await?;
        context.one(&import)
    }
}

/// Take an applied import back: what stood before stands again
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr import list --state applied
  llpr import revert 0198c7a2-5f1e-7d3b-9a40-0123456789ab")]
pub(crate) struct Revert {
    /// The import's id
    id: String,
}

impl Revert {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let message = RevertImportRequest {
            name: full("imports", &self.id),
            etag: String::new(),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.imports();
            let mut request = tonic::Request::new(message.clone());
            request.set_timeout(LONG);
            async move { client.revert_import(request).await }
        })
        .await?;
        context.one(&answer.import.ok_or_else(Failure::empty_answer)?)
    }
}
