//! `llpr password`: one's own password.

use clap::{Args, Subcommand};
use llpr_client::v1::ChangePasswordRequest;

use crate::context::Context;
use crate::exit::Failure;

/// Change your own password
#[derive(Subcommand)]
pub(crate) enum Command {
    Change(Change),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Change(change) => change.run(context).await,
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
