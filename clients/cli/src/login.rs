//! `llpr login`, `logout` and `whoami`.

use std::path::Path;

use clap::Args;
use llpr_client::v1::{GetCallerRequest, LinkPurpose};
use llpr_client::{Client, Retry, Role, Tokens, retry, v1};

use crate::context::Context;
use crate::credentials::{self, Credentials};
use crate::exit::Failure;
use crate::output::{Format, json};
use crate::words::word_of;

/// Sign in to a server
///
/// The session is kept in a file that only you can read. You stay signed in until you sign out
/// or don't use it for some time.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr login --email sam@example.org
  llpr login --server https://review.example.org
  pass show llpr | llpr login --email sam@example.org --password-stdin
  llpr login --link")]
pub(crate) struct Login {
    /// Your e-mail address; asked for if not given
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Read the password from the first line of the standard input
    #[arg(long)]
    password_stdin: bool,
    /// Sign in with a one-time link (for governors and clerks): the first time with --email to have
    /// it sent, then without to paste it
    #[arg(long, conflicts_with = "password_stdin")]
    link: bool,
}

impl Login {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let path = context.credentials_path()?;
        let server = context.server()?;
        let client = Client::connect(&server)?;
        if self.link {
            return by_link(context, &client, self.email, server).await;
        }
        let email = match self.email {
            Some(email) => email,
            None => context.ask("E-mail address", "--email")?,
        };
        let password = context.secret(self.password_stdin, "Password")?;
        let tokens = client.sign_in(&email, &password).await?;
        keep(context, &path, server, email, tokens).await
    }
}

/// Keeps a new session and says whose it is.
async fn keep(
    context: &mut Context,
    path: &Path,
    server: String,
    email: String,
    tokens: v1::SessionTokens,
) -> Result<(), Failure> {
    let kept = Credentials {
        server,
        email,
        tokens: Some(Tokens::from(tokens).into()),
    };
    // Not in the middle of another command's refresh, which would then put its tokens back.
    let lock = credentials::lock(path).await?;
    kept.write(path)?;
    drop(lock);
    context.note(&format!("Signed in to {} as {}.", kept.server, kept.email))
}

/// Has a link sent, or signs in with one that is pasted.
async fn by_link(
    context: &mut Context,
    client: &Client,
    email: Option<String>,
    server: String,
) -> Result<(), Failure> {
    if let Some(email) = email {
        let answer = client.request_link(&email, LinkPurpose::SignIn).await?;
        return context.note(if answer.sends_mail {
            "If that account may sign in by a link, a mail is on its way. Then: llpr login --link"
        } else {
            "This server sends no mail. Ask an administrator."
        });
    }
    let path = context.credentials_path()?;
    let secret = context.link_secret()?;
    // Asked before, because it says whose account it is; afterwards the link is used up.
    let link = client.link(&secret).await?;
    let tokens = client.sign_in_by_link(&secret).await?;
    keep(context, &path, server, link.email, tokens).await
}

/// Sign out
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr logout
  llpr logout --all")]
pub(crate) struct Logout {
    /// End your sessions on all machines
    #[arg(long)]
    all: bool,
}

impl Logout {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        context.session()?.sign_out(self.all).await?;
        context.note("Signed out.")
    }
}

/// Show who is signed in, and the roles that count today
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr whoami
  llpr whoami --output json | jq -r '.methods[]'")]
pub(crate) struct Whoami {}

impl Whoami {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let caller = retry(Retry::default(), || {
            let mut auth = session.auth();
            async move { auth.get_caller(GetCallerRequest {}).await }
        })
        .await?;
        match context.format {
            Format::Json => context.object(&json("GetCallerResponse", &caller)?),
            Format::Csv => context.rows(&caller.role_assignments, ""),
            Format::Table => {
                let user = caller.user.unwrap_or_default();
                let server = context.server()?;
                context.card([
                    ("Name", user.display_name),
                    ("E-mail", user.email),
                    ("User", user.name),
                    ("Server", server),
                ])?;
                for role in &caller.role_assignments {
                    context.card([("Role", role_line(role))])?;
                }
                if caller.role_assignments.is_empty() {
                    context.say("You hold no role today.")?;
                }
                Ok(())
            }
        }
    }
}

/// `sim at North Marl (districts/north-marl), since 2023-09-01`.
pub(crate) fn role_line(role: &v1::RoleAssignment) -> String {
    let node = match role.node_display_name.as_str() {
        "" => role.node.clone(),
        name if name.eq_ignore_ascii_case(&role.node) => role.node.clone(),
        name => format!("{name} ({})", role.node),
    };
    let until = match role.until_date.as_str() {
        "" => String::new(),
        date => format!(" until before {date}"),
    };
    format!(
        "{} at {node}, since {}{until}",
        word_of::<Role>(role.role),
        role.from_date
    )
}
