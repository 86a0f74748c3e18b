//! The command line of the review: `llpr NOUN VERB`, after the model of `gh`.
//!
//! Tables for people, `--output json|csv` for programs, exit codes that scripts can rely on
//! ([`Exit`]). It speaks to the server through `llpr-client` like anybody else.
//!
//! A short tour: [`command`] is the whole surface; each noun has a file with its arguments and
//! what they do; `context` is what a command works with, `output` writes its answer, `exit` its
//! failure, and `credentials` keeps the session between two commands.

mod api;
mod audit;
mod circumstances;
mod completions;
mod context;
mod county;
mod credentials;
mod data;
#[cfg(feature = "dev")]
mod dev;
mod district;
mod exit;
mod figures;
mod follow_up;
mod import;
mod io;
mod login;
mod mail;
mod names;
mod output;
mod password;
mod past_visits;
mod people;
mod programme;
mod programme_context;
mod risk;
mod role;
mod save;
mod school;
mod service_account;
mod session;
mod times;
mod upload;
mod user;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use context::Context;
pub use exit::Exit;
pub use io::Io;
use output::Format;

/// The yearly review of primary schools, from the command line.
#[derive(Parser)]
#[command(
    name = "llpr",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  llpr login --email sam@example.org
  llpr school list --district north
  llpr school show 900001
  llpr import apply ks2 england_ks2final.csv --year 2018/19 --release final
  llpr school list --output json | jq -r '.[].displayName'

Exit codes:
  0 ok   1 other   2 usage   3 not signed in or not allowed   4 not found
  5 conflict or precondition   6 server away or busy   7 the file was rejected"
)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Args)]
struct Globals {
    #[arg(
        long,
        help = "Address of the server [default: the one signed in to, or http://127.0.0.1:50051]",
        global = true,
        value_name = "URL",
        env = "LLPR_SERVER",
        help_heading = "Global options"
    )]
    server: Option<String>,
    /// How to print the answer
    #[arg(
        long,
        short,
        global = true,
        value_enum,
        default_value = "table",
        value_name = "FORMAT",
        help_heading = "Global options"
    )]
    output: Format,
    /// File that keeps the session [default: llpr/credentials.json in your configuration folder]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "LLPR_CREDENTIALS",
        help_heading = "Global options"
    )]
    credentials: Option<PathBuf>,
    /// File with the secret of a service account: a script signs in with it and keeps no session
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "LLPR_TOKEN_FILE",
        help_heading = "Global options"
    )]
    token_file: Option<PathBuf>,
    /// Print the answer and errors, and nothing else
    #[arg(long, short, global = true, help_heading = "Global options")]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    Login(login::Login),
    Logout(login::Logout),
    Whoami(login::Whoami),
    #[command(subcommand)]
    Password(password::Command),
    #[command(subcommand)]
    Session(session::Command),
    #[command(subcommand)]
    School(school::Command),
    #[command(subcommand)]
    District(district::Command),
    County(county::County),
    #[command(subcommand)]
    Import(import::Command),
    #[command(subcommand)]
    Data(data::Command),
    #[command(subcommand)]
    Programme(programme::Command),
    #[command(subcommand)]
    Risk(risk::Command),
    #[command(subcommand)]
    FollowUp(follow_up::Command),
    #[command(subcommand)]
    Context(programme_context::Command),
    #[command(subcommand)]
    User(user::Command),
    #[command(subcommand)]
    Role(role::Command),
    #[command(subcommand)]
    ServiceAccount(service_account::Command),
    #[command(subcommand)]
    Mail(mail::Command),
    #[command(subcommand)]
    Audit(audit::Command),
    Api(api::Api),
    Completions(completions::Completions),
    #[cfg(feature = "dev")]
    Dev(dev::Dev),
}

/// The definition of the whole command line, for help, completions and tests of its surface.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs one command with these arguments, the program's name first, and returns its exit code.
pub async fn run<A>(args: A, io: Io) -> Exit
where
    A: IntoIterator,
    A::Item: Into<OsString> + Clone,
{
    let mut io = io;
    let parsed = command()
        .try_get_matches_from(args)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let Cli { globals, command } = match parsed {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error, &mut io),
    };
    let mut context = Context::new(io, globals);
    let outcome = match command {
        Command::Login(login) => login.run(&mut context).await,
        Command::Logout(logout) => logout.run(&mut context).await,
        Command::Whoami(whoami) => whoami.run(&mut context).await,
        Command::Password(command) => command.run(&mut context).await,
        Command::Session(command) => command.run(&mut context).await,
        Command::School(command) => command.run(&mut context).await,
        Command::District(command) => command.run(&mut context).await,
        Command::County(county) => county.run(&mut context).await,
        Command::Import(command) => command.run(&mut context).await,
        Command::Data(command) => command.run(&mut context).await,
        Command::Programme(command) => command.run(&mut context).await,
        Command::Risk(command) => command.run(&mut context).await,
        Command::FollowUp(command) => command.run(&mut context).await,
        Command::Context(command) => command.run(&mut context).await,
        Command::User(command) => command.run(&mut context).await,
        Command::Role(command) => command.run(&mut context).await,
        Command::ServiceAccount(command) => command.run(&mut context).await,
        Command::Mail(command) => command.run(&mut context).await,
        Command::Audit(command) => command.run(&mut context).await,
        Command::Api(api) => api.run(&mut context).await,
        Command::Completions(completions) => completions.run(&mut context),
        #[cfg(feature = "dev")]
        Command::Dev(dev) => dev.run(&mut context).await,
    };
    let outcome = outcome.and_then(|()| Ok(context.io.out.flush()?));
    match outcome {
        Ok(()) => Exit::Ok,
        Err(failure) => exit::report(&failure, &mut context),
    }
}

/// The program: arguments, standard streams and exit code of this process.
pub fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no runtime: {error}");
            return Exit::Other.into();
        }
    };
    let exit = runtime.block_on(run(std::env::args_os(), Io::system()));
    // Not waiting for a blocked read of the terminal.
    runtime.shutdown_background();
    exit.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does_and_what_can_be_called_has_an_example() {
        fn walk(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} has no description");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some() || argument.get_id() == "help",
                    "{path}: {} has no help",
                    argument.get_id()
                );
            }
            if !command.has_subcommands() {
                let examples = command.get_after_help().map(ToString::to_string);
                assert!(
                    examples.is_some_and(|text| text.contains(path.trim())),
                    "{path} has no example"
                );
            }
            for below in command.get_subcommands().filter(|c| c.get_name() != "help") {
                walk(below, &path);
            }
        }
        walk(&command(), "");
    }
}
