//! `llpr user invite` and what comes after it.

use clap::Args;
use llpr_client::v1::{
    CancelInvitationRequest, CreateInvitationRequest, CreateUserLinkRequest, Invitation,
    InvitationState, ListInvitationsRequest, MailState, ResendInvitationRequest,
};
use llpr_client::{Retry, Role, items, request_id, retry};
use std::io::Write as _;

use super::resolve;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::node;
use crate::output::{record, time};
use crate::words::{parser, word_of};

record!(
    Invitation,
    table: [
        "Person" => |one| one.display_name.clone(),
        "E-mail" => |one| one.email.clone(),
        "Role" => |one| word_of::<Role>(one.role),
        "Where" => |one| one.node_display_name.clone(),
        "State" => |one| word_of::<InvitationState>(one.state),
        "Mail" => |one| word_of::<MailState>(one.mail_state),
        "Link until" => |one| time(one.expire_time),
        "Name" => |one| one.name.clone(),
    ]
);

/// Invite somebody to a role by e-mail
///
/// The role is given at once. Somebody new chooses a password with the link in the mail; somebody
/// who has an account is told.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user invite --email sam@example.org --name 'Sam Ash' --role governor --node 900001
  llpr user invite --email sam@example.org --name 'Sam Ash' --role llp --node 900001 --from 2026-09-01")]
pub(crate) struct Invite {
    /// The person's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The person's name as others read it
    #[arg(long)]
    name: String,
    /// The role
    #[arg(long, value_parser = parser::<Role>())]
    role: Role,
    /// Where: county, a district's slug or a school's URN
    #[arg(long)]
    node: String,
    /// First day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// First day on which the role is no longer held, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

impl Invite {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CreateInvitationRequest {
            invitation: Some(Invitation {
                email: self.email,
                display_name: self.name,
                role: self.role.into(),
                node: node(&self.node),
                from_date: self.from.unwrap_or_default(),
                until_date: self.until.unwrap_or_default(),
                ..Invitation::default()
            }),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.create_invitation(request).await }
        })
        .await?;
        context.one(&answer.invitation.ok_or_else(Failure::empty_answer)?)
    }
}

/// List invitations where you may give roles
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user invitations
  llpr user invitations --all --output csv")]
pub(crate) struct Invitations {
    /// Those that were accepted or taken back too
    #[arg(long)]
    all: bool,
}

impl Invitations {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let open_only = !self.all;
        let invitations = items(|page_token| {
            let mut client = session.users();
            let request = ListInvitationsRequest {
                page_size: 500,
                page_token,
                open_only,
            };
            async move { client.list_invitations(request).await }
        });
        context
            .list(invitations, None, "No invitation is open.")
            .await
    }
}

/// Send an invitation again, with a new link
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user resend users/0198c7a2-…/invitations/0198c7a3-…")]
pub(crate) struct Resend {
    /// The invitation's name, as `llpr user invitations` shows it in its last column
    name: String,
}

impl Resend {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = ResendInvitationRequest {
            name: self.name,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.resend_invitation(request).await }
        })
        .await?;
        context.one(&answer.invitation.ok_or_else(Failure::empty_answer)?)
    }
}

/// Take an invitation back: its link stops working and its role ends
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user cancel users/0198c7a2-…/invitations/0198c7a3-…")]
pub(crate) struct Cancel {
    /// The invitation's name, as `llpr user invitations` shows it in its last column
    name: String,
}

impl Cancel {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CancelInvitationRequest {
            name: self.name,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.cancel_invitation(request).await }
        })
        .await?;
        context.one(&answer.invitation.ok_or_else(Failure::empty_answer)?)
    }
}

/// Make a link with which somebody chooses a password, to hand over without e-mail
///
/// Whoever has the link can set that person's password, once. The audit log says who made it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user link sam@example.org")]
pub(crate) struct Link {
    /// The user's id or e-mail address
    user: String,
}

impl Link {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CreateUserLinkRequest {
            parent: resolve(&session, &self.user).await?,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.create_user_link(request).await }
        })
        .await?;
        writeln!(context.io.out, "{}", answer.uri)?;
        context.note(&format!(
            "The link works once, until {}. Give it to that person only.",
            time(answer.expire_time)
        ))
    }
}
