//! `llpr-server`: serve, create the first administrator, ask for health, back up and restore.

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use llpr_server::keys_admin::{self, Purpose};
use llpr_server::{Config, admin, backup, logging};

// Each connection to SQLite has a thread of its own, and the system's allocator keeps for each
// thread what an import once needed: twice the memory (server/docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The server of the Leadership and Learning Progress Review.
#[derive(Debug, Parser)]
#[command(name = "llpr-server", version, about)]
struct Arguments {
    /// Configuration file (TOML); environment variables win over it.
    #[arg(long, env = "LLPR_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until told to stop (SIGTERM or Ctrl-C).
    Serve,
    /// Create an administrator: how the first account comes to be.
    Admin {
        /// E-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// Read the password from standard input and not from a prompt.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Ask a running server for its health; exit code 0 if it serves.
    Healthcheck {
        /// Where the server is; its configured address if not given.
        #[arg(long)]
        url: Option<String>,
    },
    /// The keys that sign access tokens and the ledger's head.
    #[command(subcommand)]
    Keys(Keys),
    /// Back the configured database up into a new folder, while servers run.
    Backup {
        /// The folder, new or empty.
        folder: PathBuf,
    },
    /// Put a backup into the configured database, with no server running on it.
    Restore {
        /// The folder of the backup.
        folder: PathBuf,
        /// Replace a database that holds data. An SQLite file that is there is kept beside it.
        #[arg(long)]
        replace: bool,
    },
    /// Walk the ledger of the configured database and say whether it is whole.
    Verify,
    /// Print the settings in force, without secrets.
    Settings,
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// List the keys, with the public halves of the ledger's.
    List,
    /// Make a new key, which signs from now on; running servers see it within a second.
    Rotate {
        /// The key of the ledger's head, not that of access tokens.
        #[arg(long)]
        ledger: bool,
    },
    /// Remove an old key: what it signed of access tokens is refused within a second.
    Retire {
        /// Its id.
        id: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut told = error.to_string();
            let mut source = error.source();
            while let Some(error) = source {
                told = format!("{told}: {error}");
                source = error.source();
            }
            eprintln!("llpr-server: {told}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(arguments.config.as_deref(), std::env::vars())?;
    match arguments.command {
        Command::Serve => {
            logging::init(&config.log)?;
            let server = llpr_server::start(config).await?;
            server.until(signal()).await;
        }
        Command::Admin {
            email,
            name,
            password_stdin,
        } => {
            let password = read_password(password_stdin)?;
            let user = admin::create_administrator(&config, &email, &name, password).await?;
            println!(
                "Created the administrator {} <{}>.",
                user.display_name, user.email
            );
        }
        Command::Healthcheck { url } => {
            let url = url.unwrap_or_else(|| format!("http://{}", config.listen));
            healthcheck(url).await?;
        }
        Command::Keys(command) => keys(command, &config.keys.folder)?,
        Command::Backup { folder } => {
            let made = backup::backup(&config, &folder).await?;
            println!("Backed up into {}: {}.", folder.display(), told(&made));
        }
        Command::Restore { folder, replace } => {
            let made = backup::restore(&config, &folder, replace).await?;
            println!(
                "Restored {}: {}. The ledger is whole.",
                folder.display(),
                told(&made)
            );
        }
        Command::Verify => {
            let facts = backup::verify(&config).await?;
            println!(
                "The ledger is whole: {} rows, head {}, schema {}.",
                facts.ledger_length, facts.ledger_head, facts.schema
            );
        }
        Command::Settings => println!("{config:#?}"),
    }
    Ok(())
}

fn keys(command: Keys, folder: &std::path::Path) -> Result<(), keys_admin::KeysAdminError> {
    match command {
        Keys::List => print!("{}", keys_admin::list(folder)?),
        Keys::Rotate { ledger } => {
            let purpose = if ledger {
                Purpose::Ledger
            } else {
                Purpose::Tokens
            };
            let id = keys_admin::rotate(folder, purpose)?;
            println!("{id} signs from now on. The keys before it verify until they are retired.");
        }
        Keys::Retire { id } => {
            let told = match keys_admin::retire(folder, &id)? {
                Purpose::Tokens => "what it signed is refused within a second",
                Purpose::Ledger => "its public half stays, to verify what it signed",
            };
            println!("{id} is retired: {told}.");
        }
    }
    Ok(())
}

fn told(made: &backup::Manifest) -> String {
    format!(
        "{} bytes of {}, schema {}, {} rows of the ledger",
        made.bytes, made.made_at, made.schema, made.ledger_length
    )
}

fn read_password(from_stdin: bool) -> Result<String, Box<dyn std::error::Error>> {
    if !from_stdin && std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("Password: ")?);
    }
    if !from_stdin {
        return Err("there is no terminal to ask for the password on: use --password-stdin".into());
    }
    let mut text = String::new();
    std::io::stdin().take(1024).read_to_string(&mut text)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

async fn healthcheck(url: String) -> Result<(), Box<dyn std::error::Error>> {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_check_response::ServingStatus;
    use tonic_health::pb::health_client::HealthClient;
    let endpoint = tonic::transport::Endpoint::from_shared(url)?
        .connect_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(5));
    let mut client = HealthClient::new(endpoint.connect().await?);
    let answer = client
        .check(HealthCheckRequest {
            service: String::new(),
        })
        .await?;
    match answer.into_inner().status() {
        ServingStatus::Serving => Ok(()),
        status => Err(format!("the server answers {}", status.as_str_name()).into()),
    }
}

/// Ends when the process is told to stop.
async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
