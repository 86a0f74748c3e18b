//! `llpr user`: people and their accounts.

mod invite;

use clap::{Args, Subcommand};
use futures::TryStreamExt;
use llpr_client::v1::{
    CreateUserRequest, GetUserRequest, ListUsersRequest, SetUserPasswordRequest, UpdateUserRequest,
    User,
};
use llpr_client::{Error, Retry, Session, items, request_id, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{record, time};
use crate::people;

/// People, their accounts and invitations
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Show(Show),
    Create(Create),
    Update(Update),
    Import(people::Import),
    SetPassword(SetPassword),
    Disable(Disable),
    Enable(Enable),
    Link(invite::Link),
    Invite(invite::Invite),
    Invitations(invite::Invitations),
    Resend(invite::Resend),
    Cancel(invite::Cancel),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Create(create) => create.run(context).await,
            Self::Update(update) => update.run(context).await,
            Self::Import(import) => import.run(context).await,
            Self::SetPassword(set) => set.run(context).await,
            Self::Disable(disable) => switch(context, &disable.user, true).await,
            Self::Enable(enable) => switch(context, &enable.user, false).await,
            Self::Link(link) => link.run(context).await,
            Self::Invite(invite) => invite.run(context).await,
            Self::Invitations(list) => list.run(context).await,
            Self::Resend(resend) => resend.run(context).await,
            Self::Cancel(cancel) => cancel.run(context).await,
        }
    }
}

record!(
    User,
    table: [
        "Name" => |user| user.display_name.clone(),
        "E-mail" => |user| user.email.clone(),
        "Account" => |user| if user.disabled { "disabled" } else { "enabled" }.to_owned(),
        "Created" => |user| time(user.create_time),
        "User" => |user| bare(&user.name).to_owned(),
    ]
);

/// List users by name
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user list
  llpr user list --query ash --output csv")]
pub(crate) struct List {
    /// Only users with this in their name or e-mail address
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    query: String,
    /// At most this many users
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let users = users(&session, &self.query);
        context.list(users, self.limit, "No user fits.").await
    }
}

fn users(session: &Session, query: &str) -> impl futures::Stream<Item = Result<User, Error>> {
    items(move |page_token| {
        let mut client = session.users();
        let request = ListUsersRequest {
            page_size: 500,
            page_token,
            query: query.to_owned(),
        };
        async move { client.list_users(request).await }
    })
}

/// The resource name of a user given by id, resource name or e-mail address.
pub(crate) async fn resolve(session: &Session, user: &str) -> Result<String, Failure> {
    if !user.contains('@') {
        return Ok(full("users", user));
    }
    let address = bare(user);
    let found = users(session, address)
        .try_filter(|user| std::future::ready(user.email.eq_ignore_ascii_case(address)));
    futures::pin_mut!(found);
    match found.try_next().await? {
        Some(user) => Ok(user.name),
        None => Err(Failure::NotFound(format!(
            "There is no user with the address {address}."
        ))),
    }
}

/// Show a user
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user show sam@example.org
  llpr user show 0198c7a2-5f1e-7d3b-9a40-0123456789ab --output json")]
pub(crate) struct Show {
    /// The user's id or e-mail address
    user: String,
}

impl Show {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = resolve(&session, &self.user).await?;
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = GetUserRequest { name: name.clone() };
            async move { client.get_user(request).await }
        })
        .await?;
        context.one(&answer.user.ok_or_else(Failure::empty_answer)?)
    }
}

/// Create a user
///
/// Without a password the user can't sign in until one is set: llpr user invite gives a role and
/// sends a link at once.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user create --email sam@example.org --name 'Sam Ash'
  llpr user create --email sam@example.org --name 'Sam Ash' --password-stdin < password.txt")]
pub(crate) struct Create {
    /// The user's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The user's name as others read it
    #[arg(long)]
    name: String,
    /// Read the first password from the first line of the standard input
    #[arg(long)]
    password_stdin: bool,
}

impl Create {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let password = if self.password_stdin {
            context.secret(true, "")?
        } else {
            String::new()
        };
        let waits = password.is_empty();
        let request = CreateUserRequest {
            user: Some(User {
                email: self.email,
                display_name: self.name,
                ..User::default()
            }),
            password,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.create_user(request).await }
        })
        .await?;
        let user = answer.user.ok_or_else(Failure::empty_answer)?;
        context.one(&user)?;
        if waits {
            context.note(&format!(
                "No password yet: make a link to choose one with `llpr user link {}`.",
                user.email
            ))?;
        }
        Ok(())
    }
}

/// Change a user's name or e-mail address
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user update sam@example.org --name 'Sam Elm'
  llpr user update sam@example.org --email sam.elm@example.org")]
pub(crate) struct Update {
    /// The user's id or e-mail address
    user: String,
    /// The new e-mail address
    #[arg(long, value_name = "ADDRESS", required_unless_present = "name")]
    email: Option<String>,
    /// The new name
    #[arg(long)]
    name: Option<String>,
}

impl Update {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = resolve(&session, &self.user).await?;
        let mut paths = Vec::new();
        if self.email.is_some() {
            paths.push("email");
        }
        if self.name.is_some() {
            paths.push("display_name");
        }
        let user = User {
            name,
            email: self.email.unwrap_or_default(),
            display_name: self.name.unwrap_or_default(),
            ..User::default()
        };
        let user = update(&session, user, &paths).await?;
        context.one(&user)
    }
}

async fn update(session: &Session, mut user: User, paths: &[&str]) -> Result<User, Failure> {
    // Every value of the message is checked, those that the mask leaves out too.
    let request = GetUserRequest {
        name: user.name.clone(),
    };
    let current = session.users().get_user(request).await?.into_inner();
    let current = current.user.ok_or_else(Failure::empty_answer)?;
    if user.email.is_empty() {
        user.email = current.email;
    }
    if user.display_name.is_empty() {
        user.display_name = current.display_name;
    }
    let request = UpdateUserRequest {
        user: Some(user),
        update_mask: Some(prost_types::FieldMask {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        }),
        request_id: request_id(),
    };
    let answer = retry(Retry::default(), || {
        let mut client = session.users();
        let request = request.clone();
        async move { client.update_user(request).await }
    })
    .await?;
    answer.user.ok_or_else(Failure::empty_answer)
}

/// Set somebody else's password; their sessions end
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user set-password sam@example.org
  llpr user set-password sam@example.org --password-stdin < password.txt")]
pub(crate) struct SetPassword {
    /// The user's id or e-mail address
    user: String,
    /// Read the password from the first line of the standard input
    #[arg(long)]
    password_stdin: bool,
}

impl SetPassword {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = resolve(&session, &self.user).await?;
        let password = context.new_secret(self.password_stdin, "New password")?;
        let request = SetUserPasswordRequest {
            name,
            password,
            request_id: request_id(),
        };
        retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.set_user_password(request).await }
        })
        .await?;
        context.note("The password is set. That person's sessions have ended.")
    }
}

/// Disable an account; its sessions end at once
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user disable sam@example.org")]
pub(crate) struct Disable {
    /// The user's id or e-mail address
    user: String,
}

/// Enable an account again
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr user enable sam@example.org")]
pub(crate) struct Enable {
    /// The user's id or e-mail address
    user: String,
}

async fn switch(context: &mut Context, user: &str, disabled: bool) -> Result<(), Failure> {
    let session = context.session()?;
    let user = User {
        name: resolve(&session, user).await?,
        disabled,
        ..User::default()
    };
    let user = update(&session, user, &["disabled"]).await?;
    context.one(&user)
}
