//! The binary of the web client.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use llpr_web::{Config, healthcheck, new_session_key, start};
use tracing_subscriber::EnvFilter;

const SETTINGS: &str = "Settings come from the file, then from LLPR_WEB_LISTEN, LLPR_WEB_SERVER, \
    LLPR_WEB_SESSION_KEYS (separated by commas), LLPR_WEB_SECURE_COOKIES, \
    LLPR_WEB_IDLE_MINUTES and LLPR_WEB_DEVELOPERS. RUST_LOG says how much is logged.";

/// The web client of the Leadership and Learning Progress Review.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the pages until it is told to stop.
    #[command(after_help = SETTINGS)]
    Serve {
        /// A TOML file with settings.
        #[arg(long, env = "LLPR_WEB_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Asks a running web client whether it answers, for containers.
    Healthcheck {
        /// Its health check.
        #[arg(long, default_value = "http://127.0.0.1:8080/health")]
        url: String,
    },
    /// Prints a new key for `session_keys`.
    NewSessionKey,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = format!("llpr-web: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                text.push_str(": ");
                text.push_str(&cause.to_string());
                source = cause.source();
            }
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Box<dyn std::error::Error>> {
    match command {
        Command::Serve { config } => {
            log();
            // Variables that are no text can't be ours.
            let environment = std::env::vars_os().filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            });
            let config = Config::load(config.as_deref(), environment)?;
            let mut running = start(config).await?;
            tokio::select! {
                outcome = running.wait() => outcome?,
                outcome = told_to_stop() => outcome?,
            }
            tracing::info!("The web client is stopping.");
            running.stop().await;
        }
        Command::Healthcheck { url } => healthcheck(&url).await?,
        Command::NewSessionKey => println!("{}", new_session_key()?),
    }
    Ok(())
}

/// Text for people at a terminal, JSON for everything else.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
    }
}

#[cfg(unix)]
async fn told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        outcome = tokio::signal::ctrl_c() => outcome,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
