//! `llpr service-account`: accounts for scripts, with one role, an end and no password.

use clap::{Args, Subcommand};
use llpr_client::v1::{
    CreateServiceAccountRequest, CreateServiceAccountTokenRequest, GetServiceAccountRequest,
    ListServiceAccountsRequest, RevokeServiceAccountRequest, RevokeServiceAccountTokenRequest,
    ServiceAccount,
};
use llpr_client::{Retry, Role, items, request_id, retry};
use std::io::Write as _;

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full, node};
use crate::output::{record, time};
use crate::times;
use crate::words::{parser, word_of};

/// Accounts for scripts (for administrators)
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Show(Show),
    Create(Create),
    Token(Token),
    Revoke(Revoke),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Create(create) => create.run(context).await,
            Self::Token(token) => token.run(context).await,
            Self::Revoke(revoke) => revoke.run(context).await,
        }
    }
}

fn tokens(account: &ServiceAccount) -> String {
    let told = |token: &llpr_client::v1::ServiceAccountToken| {
        format!("{} until {}", bare(&token.name), time(token.expire_time))
    };
    let told: Vec<String> = account.tokens.iter().map(told).collect();
    told.join(", ")
}

record!(
    ServiceAccount,
    table: [
        "Name" => |account| account.display_name.clone(),
        "Role" => |account| word_of::<Role>(account.role),
        "Where" => |account| account.node_display_name.clone(),
        "Ends" => |account| time(account.expire_time),
        "State" => |account| if account.revoked { "revoked" } else { "stands" }.to_owned(),
        "Tokens" => |account| account.tokens.len().to_string(),
        "Account" => |account| bare(&account.name).to_owned(),
    ],
    all: [
        "Name" => |account| account.display_name.clone(),
        "Role" => |account| word_of::<Role>(account.role),
        "Node" => |account| account.node.clone(),
        "Where" => |account| account.node_display_name.clone(),
        "Created" => |account| time(account.create_time),
        "Ends" => |account| time(account.expire_time),
        "State" => |account| if account.revoked { "revoked" } else { "stands" }.to_owned(),
        "Tokens" => tokens,
        "Account" => |account| bare(&account.name).to_owned(),
    ]
);

/// List service accounts by name
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr service-account list
  llpr service-account list --output json")]
pub(crate) struct List {}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let accounts = items(|page_token| {
            let mut client = session.users();
            let request = ListServiceAccountsRequest {
                page_size: 500,
                page_token,
            };
            async move { client.list_service_accounts(request).await }
        });
        let nothing = "There is no service account. Make one with llpr service-account create.";
        context.list(accounts, None, nothing).await
    }
}

/// Show a service account with its tokens
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr service-account show 0198c7a2-5f1e-7d3b-9a40-0123456789ab")]
pub(crate) struct Show {
    /// The account's id
    account: String,
}

impl Show {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = full("serviceAccounts", &self.account);
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = GetServiceAccountRequest { name: name.clone() };
            async move { client.get_service_account(request).await }
        })
        .await?;
        context.one(&answer.service_account.ok_or_else(Failure::empty_answer)?)
    }
}

/// Create an account for a script
///
/// It signs in with a token only: make one with llpr service-account token.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr service-account create \"Nightly import\" --role data-officer --node county --until 2027-08-31")]
pub(crate) struct Create {
    /// What the account is for
    display_name: String,
    /// Its one role: data-officer to import; sim or county-manager to read
    #[arg(long, value_parser = parser::<Role>())]
    role: Role,
    /// Where: county or a district's slug
    #[arg(long)]
    node: String,
    /// Day on which it ends (UTC), YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    until: String,
}

impl Create {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CreateServiceAccountRequest {
            service_account: Some(ServiceAccount {
                display_name: self.display_name,
                role: self.role.into(),
                node: node(&self.node),
                expire_time: Some(times::day("--until", &self.until)?),
                ..ServiceAccount::default()
            }),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = request.clone();
            async move { client.create_service_account(request).await }
        })
        .await?;
        context.one(&answer.service_account.ok_or_else(Failure::empty_answer)?)
    }
}

/// Make a token of a service account and print its secret, this once
///
/// Keep the secret in a file that only the script's user can read, and name that file with
/// --token-file or in the environment. Up to five tokens work side by side: make the new one, give
/// it to the script, then revoke the old one.
#[derive(Args)]
#[command(after_help = "\
Examples:
  (umask 077; llpr service-account token 0198c7a2-5f1e-7d3b-9a40-0123456789ab > import.token)
  LLPR_TOKEN_FILE=import.token llpr import apply ks2 results.csv --year 2023/24 --release final")]
pub(crate) struct Token {
    /// The account's id
    account: String,
    /// Day on which the token ends (UTC), YYYY-MM-DD [default: with its account]
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

impl Token {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let until = self.until.as_deref();
        let request = CreateServiceAccountTokenRequest {
            parent: full("serviceAccounts", &self.account),
            expire_time: until.map(|day| times::day("--until", day)).transpose()?,
            request_id: request_id(),
        };
        // Not repeated: the secret is in the first answer only.
        let answer = session.auth().create_service_account_token(request).await?;
        let answer = answer.into_inner();
        let token = answer.token.ok_or_else(Failure::empty_answer)?;
        writeln!(context.io.out, "{}", answer.secret)?;
        context.note(&format!(
            "Token {}, until {}. Its secret is shown this once.",
            bare(&token.name),
            time(token.expire_time)
        ))
    }
}

/// Revoke a service account, or one token of it, at once and everywhere
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr service-account revoke 0198c7a2-5f1e-7d3b-9a40-0123456789ab
  llpr service-account revoke 0198c7a2-5f1e-7d3b-9a40-0123456789ab --token 0198c7a3-0c11-7f00-8a55-0123456789ab")]
pub(crate) struct Revoke {
    /// The account's id
    account: String,
    /// Only this token
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
}

impl Revoke {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let account = full("serviceAccounts", &self.account);
        let id = request_id();
        if let Some(token) = self.token {
            let name = format!("{account}/tokens/{}", bare(&token));
            retry(Retry::default(), || {
                let mut client = session.auth();
                let request = RevokeServiceAccountTokenRequest {
                    name: name.clone(),
                    request_id: id.clone(),
                };
                async move { client.revoke_service_account_token(request).await }
            })
            .await?;
            return context.note("The token is revoked; its sessions have ended.");
        }
        let answer = retry(Retry::default(), || {
            let mut client = session.users();
            let request = RevokeServiceAccountRequest {
                name: account.clone(),
                request_id: id.clone(),
            };
            async move { client.revoke_service_account(request).await }
        })
        .await?;
        context.one(&answer.service_account.ok_or_else(Failure::empty_answer)?)
    }
}
