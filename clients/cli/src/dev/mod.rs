//! `llpr dev`: server and web client in this process, with an invented county to look at.
//!
//! The first start makes the county through the same calls that anybody would use: an
//! administrator creates people and gives roles, a data officer loads the files. The second start
//! finds it all there. A first start that was cut off begins again.

mod accounts;
mod fill;
mod folder;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::Args;
use llpr_county::County;
use serde_json::json;

use crate::context::Context;
use crate::exit::Failure;
use crate::output::Format;
use accounts::Account;
use folder::Folder;

/// Start server and web client on this machine, with an invented county to look at
///
/// Everything is kept in one folder, and the next start finds it again. Both listen on the
/// loopback only. Stop with Ctrl-C.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr dev
  llpr dev --data /tmp/county --port 0 --web-port 0
  llpr dev --empty --data ~/llpr-empty
  llpr dev --files marlshire && llpr import batch marlshire/manifest.toml --check")]
pub(crate) struct Dev {
    /// Folder for database, keys and accounts [default: llpr/dev in your data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Port of the server; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 50051)]
    port: u16,
    /// Port of the web client; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8080)]
    web_port: u16,
    /// Begin with an administrator and a data officer, and no data
    #[arg(long)]
    empty: bool,
    /// Write the accounts with their passwords to this file too, for programs
    #[arg(long, value_name = "FILE")]
    accounts_json: Option<PathBuf>,
    /// Write the invented county's data files and their manifest into this folder, start nothing
    #[arg(long, value_name = "DIR", exclusive = true)]
    files: Option<PathBuf>,
}

impl Dev {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        if let Some(folder) = &self.files {
            return write_files(context, folder);
        }
        let stop = stop_signal()?;
        tokio::pin!(stop);

        let path = match self.data {
            Some(path) => path,
            None => folder::default_path()?,
        };
        let folder = Folder::open(&path)?;
        let county = folder.prepare(self.empty)?.then(|| county(self.empty));
        let accounts = match &county {
            Some(county) => {
                let accounts = accounts::invent(&county.people);
                folder.write_accounts(&accounts)?;
                accounts
            }
            None => folder.accounts()?,
        };

        // Chosen before the server starts: links in its mails lead to the web client.
        let web_port = free_port(self.web_port)?;
        let config = server_config(&folder, self.port, web_port)
            .with_environment(std::env::vars())
            .map_err(other)?;
        let mails = !config.mail.host.is_empty();
        // Warnings and faults only: this is a terminal that somebody looks at.
        llpr_server::logging::init(&config.log).map_err(other)?;
        if county.is_some() {
            let administrator = accounts::with_role(&accounts, "ADMINISTRATOR")?;
            llpr_server::admin::create_administrator(
                &config,
                &administrator.email,
                &administrator.name,
                administrator.password.clone(),
            )
            .await
            .map_err(other)?;
        }
        let server = llpr_server::start(config)
            .await
            .map_err(|error| taken(&error, "--port"))?;
        let address = server.endpoint();
        if let Some(county) = county {
            let filled = tokio::select! {
                filled = fill::fill(context, &address, &accounts, county) => filled,
                () = &mut stop => Err(Failure::Other(
                    "Stopped before the county was there. The next start begins again.".into(),
                )),
            };
            if let Err(failure) = filled {
                server.stop().await;
                return Err(failure);
            }
            folder.mark_ready(self.empty)?;
        }

        let web = llpr_web::start(llpr_web::Config {
            listen: loopback(web_port),
            server: address.clone(),
            session_keys: vec![folder.web_key()?],
            secure_cookies: false,
            ..llpr_web::Config::default()
        })
        .await;
        let mut web = match web {
            Ok(web) => web,
            Err(error) => {
                server.stop().await;
                return Err(taken(&error, "--web-port"));
            }
        };
        if let Some(path) = &self.accounts_json {
            accounts::write(path, &accounts)?;
        }
        let web_address = format!("http://{}", web.address());
        print(context, &address, &web_address, &folder, &accounts)?;
        if !mails {
            context.note(&format!(
                "No mail server is set, so no mail is sent. What would be sent stands at {web_address}/mails; \
                 a link to hand over is made on a person's page there, or by llpr user link."
            ))?;
        }

        let outcome = tokio::select! {
            () = &mut stop => context.note("Stopping."),
            ended = web.wait() => Err(match ended {
                Ok(()) => Failure::Other("The web client ended.".into()),
                Err(error) => Failure::Other(format!("The web client ended: {error}")),
            }),
        };
        web.stop().await;
        server.stop().await;
        outcome
    }
}

/// Writes the invented county's files, as `llpr import batch` takes them.
fn write_files(context: &mut Context, folder: &Path) -> Result<(), Failure> {
    let path = folder.display().to_string();
    let written = llpr_county::generate().write(folder);
    written.map_err(|source| Failure::File { path, source })?;
    let manifest = folder.join("manifest.toml");
    context.note(&format!(
        "Written. Load it all with `llpr import batch {}`.",
        manifest.display()
    ))
}

/// What a first start makes.
fn county(empty: bool) -> County {
    if empty {
        County {
            files: Vec::new(),
            people: llpr_county::first_people(),
        }
    } else {
        llpr_county::generate()
    }
}

/// A port that is free now, where any will do.
fn free_port(wanted: u16) -> Result<u16, Failure> {
    if wanted != 0 {
        return Ok(wanted);
    }
    let listener = std::net::TcpListener::bind(loopback(0))?;
    Ok(listener.local_addr()?.port())
}

fn server_config(folder: &Folder, port: u16, web_port: u16) -> llpr_server::Config {
    use llpr_server::config::{Database, Keys, Log, LogFormat, Mail};
    llpr_server::Config {
        listen: loopback(port),
        database: Database {
            url: format!("sqlite://{}", folder.database().display()),
            ..Database::default()
        },
        keys: Keys {
            folder: folder.keys(),
        },
        mail: Mail {
            web_url: format!("http://{}", loopback(web_port)),
            ..Mail::default()
        },
        log: Log {
            format: LogFormat::Text,
            filter: "warn".into(),
        },
        ..llpr_server::Config::default()
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn print(
    context: &mut Context,
    server: &str,
    web: &str,
    folder: &Folder,
    accounts: &[Account],
) -> Result<(), Failure> {
    match context.format {
        Format::Json => {
            let value = json!({ "server": server, "web": web, "accounts": accounts });
            context.object(&value)?;
        }
        Format::Csv => context.rows(accounts, "")?,
        Format::Table => {
            context.card([
                ("Web client", web.to_owned()),
                ("Server", server.to_owned()),
                ("Data", folder.path().display().to_string()),
            ])?;
            context.say("")?;
            context.rows(accounts, "")?;
        }
    }
    context.io.out.flush()?;
    context.note("Press Ctrl-C to stop.")
}

/// Completes when somebody asks this process to stop. Listens from now on.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        // Without a handler only the window's close button is left, which stops us anyway.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn other(error: impl std::error::Error) -> Failure {
    Failure::Other(chain(&error))
}

fn taken(error: &dyn std::error::Error, flag: &str) -> Failure {
    Failure::Other(format!(
        "{}. Is the port taken? {flag} 0 takes a free one.",
        chain(error)
    ))
}

/// An error with its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
