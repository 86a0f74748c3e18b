//! `llpr role`: who holds which role, where and from when.

use clap::{Args, Subcommand};
use llpr_client::v1::{
    CreateRoleAssignmentRequest, EndRoleAssignmentRequest, ListRoleAssignmentsRequest,
    RoleAssignment,
};
use llpr_client::{Retry, Role, items, request_id, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{full, node};
use crate::output::record;
use crate::user::resolve;
use crate::words::{parser, word_of};

/// Dated roles of people
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Grant(Grant),
    End(End),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Grant(grant) => grant.run(context).await,
            Self::End(end) => end.run(context).await,
        }
    }
}

record!(
    RoleAssignment,
    table: [
        "Person" => |role| role.user_display_name.clone(),
        "Role" => |role| word_of::<Role>(role.role),
        "Node" => |role| role.node.clone(),
        "Where" => |role| role.node_display_name.clone(),
        "From" => |role| role.from_date.clone(),
        "Until before" => |role| role.until_date.clone(),
        "Name" => |role| role.name.clone(),
    ]
);

/// List roles, past, present and future, where you may give roles
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr role list --current
  llpr role list --user sam@example.org
  llpr role list --role llp --node 900001 --output csv")]
pub(crate) struct List {
    /// Only this person's, by id or e-mail address
    #[arg(long)]
    user: Option<String>,
    /// Only this role
    #[arg(long, value_parser = parser::<Role>())]
    role: Option<Role>,
    /// Only at this node: county, a district's slug or a school's URN
    #[arg(long)]
    node: Option<String>,
    /// Leave out roles that have ended
    #[arg(long)]
    current: bool,
}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let parent = match &self.user {
            Some(user) => resolve(&session, user).await?,
            None => "users/-".to_owned(),
        };
        let request = ListRoleAssignmentsRequest {
            parent,
            page_size: 500,
            page_token: String::new(),
            role: self.role.unwrap_or_default().into(),
            node: self.node.as_deref().map(node).unwrap_or_default(),
            current_only: self.current,
        };
        let roles = items(|page_token| {
            let mut client = session.users();
            let request = ListRoleAssignmentsRequest {
                page_token,
                ..request.clone()
            };
            async move { client.list_role_assignments(request).await }
        });
        context.list(roles, None, "No role fits.").await
    }
}

/// Give somebody a role
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr role grant sam@example.org sim north
  llpr role grant sam@example.org llp 900001 --from 2026-09-01
  llpr role grant sam@example.org data-officer county")]
pub(crate) struct Grant {
    /// The person's e-mail address or id
    user: String,
    /// The role
    #[arg(value_parser = parser::<Role>())]
    role: Role,
    /// Where: county, a district's slug or a school's URN
    node: String,
    /// First day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// First day on which the role is no longer held, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

impl Grant {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CreateRoleAssignmentRequest {
            // The server finds the person by address too: not everybody who may give a role may
            // list users.
            parent: full("users", &self.user),
            role_assignment: Some(RoleAssignment {
                role: self.role.into(),
                node: node(&self.node),
                from_date: self.from.unwrap_or_default(),
                until_date: self.until.unwrap_or_default(),
                ..RoleAssignment::default()
            }),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.create_role_assignment(request).await }
        })
        .await?;
        context.one(&answer.role_assignment.ok_or_else(Failure::empty_answer)?)
    }
}

/// End a role
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr role list --user sam@example.org
  llpr role end users/0198c7a2-…/roleAssignments/0198c7a3-… --until 2026-09-01")]
pub(crate) struct End {
    /// The role's name, as `llpr role list` shows it in its last column
    name: String,
    /// First day on which the role is no longer held, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

impl End {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = EndRoleAssignmentRequest {
            name: self.name,
            until_date: self.until.unwrap_or_default(),
            etag: String::new(),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.end_role_assignment(request).await }
        })
        .await?;
        context.one(&answer.role_assignment.ok_or_else(Failure::empty_answer)?)
    }
}
