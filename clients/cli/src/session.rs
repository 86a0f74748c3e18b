//! `llpr session`: one's own sessions.

use clap::{Args, Subcommand};
use llpr_client::v1::{EndSessionRequest, ListSessionsRequest};
use llpr_client::{Retry, request_id, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{record, time};

/// Your own sessions
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    End(End),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::End(end) => end.run(context).await,
        }
    }
}

record!(
    Session,
    table: [
        "Began" => |session| time(session.create_time),
        "Last used" => |session| time(session.use_time),
        "Ends" => |session| time(session.expire_time),
        "By" => |session| if session.by_link { "link" } else { "password" }.to_owned(),
        "This one" => |session| if session.current { "yes" } else { "" }.to_owned(),
        "Session" => |session| bare(&session.name).to_owned(),
    ]
);

/// List where you are signed in
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr session list")]
pub(crate) struct List {}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let answer = retry(Retry::default(), || {
            let mut auth = session.auth();
            async move { auth.list_sessions(ListSessionsRequest {}).await }
        })
        .await?;
        context.rows(&answer.sessions, "There is no session.")
    }
}

/// End one of your sessions, or all others
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr session end 0198c7a2-5f1e-7d3b-9a40-0123456789ab
  llpr session end --others")]
pub(crate) struct End {
    /// The session's id, as `llpr session list` shows it
    #[arg(required_unless_present = "others", conflicts_with = "others")]
    session: Option<String>,
    /// All but the one of this command line
    #[arg(long)]
    others: bool,
}

impl End {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = EndSessionRequest {
            name: full("sessions", self.session.as_deref().unwrap_or("-")),
            request_id: request_id(),
        };
        retry(Retry::default(), || {
            let mut auth = session.auth();
            let request = request.clone();
            async move { auth.end_session(request).await }
        })
        .await?;
        context.note(if self.others {
            "Your other sessions have ended."
        } else {
            "The session has ended."
        })
    }
}
