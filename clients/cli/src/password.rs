//! `llpr password`: one's own password.

use clap::{Args, Subcommand};
use llpr_client::Client;
use llpr_client::v1::{ChangePasswordRequest, LinkPurpose};

use crate::context::Context;
use crate::exit::Failure;

/// Your own password
#[derive(Subcommand)]
pub(crate) enum Command {
    Change(Change),
    Reset(Reset),
    Set(Set),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Change(change) => change.run(context).await,
            Self::Reset(reset) => reset.run(context).await,
            Self::Set(set) => set.run(context).await,
        }
    }
}

/// Change your own password; your other sessions end
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr password change
  printf '%s\\n%s\\n' \"$OLD\" \"$NEW\" | llpr password change --password-stdin")]
pub(crate) struct Change {
    /// Read the present password from the first line of the standard input, the new one from the
    /// second
    #[arg(long)]
    password_stdin: bool,
}

impl Change {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let current_password = context.secret(self.password_stdin, "Present password")?;
        let new_password = context.new_secret(self.password_stdin, "New password")?;
        let request = ChangePasswordRequest {
            current_password,
            new_password,
        };
        session.auth().change_password(request).await?;
        context.note("Your password is changed. Your other sessions have ended.")
    }
}

/// Have a link sent with which to choose a new password
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr password reset sam@example.org")]
pub(crate) struct Reset {
    /// The account's e-mail address
    email: String,
}

impl Reset {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let client = Client::connect(&context.server()?)?;
        let answer = client
            .request_link(&self.email, LinkPurpose::Password)
            .await?;
        context.note(if answer.sends_mail {
            "If there is such an account, a mail is on its way. Then: llpr password set"
        } else {
            "This server sends no mail. Ask an administrator for a link."
        })
    }
}

/// Choose a password with a link from a mail or an administrator
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr password set
  printf '%s\\n%s\\n' \"$LINK\" \"$NEW\" | llpr password set --password-stdin")]
pub(crate) struct Set {
    /// Read the link from the first line of the standard input, the password from the second
    #[arg(long)]
    password_stdin: bool,
}

impl Set {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let client = Client::connect(&context.server()?)?;
        let secret = context.link_secret()?;
        let password = context.new_secret(self.password_stdin, "New password")?;
        let email = client.set_password_by_link(&secret, &password).await?;
        context.note(&format!(
            "The password is set. Sign in with: llpr login --email {email}"
        ))
    }
}
