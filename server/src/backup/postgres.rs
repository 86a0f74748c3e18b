//! PostgreSQL: its own `pg_dump` and `pg_restore`, which administrators know and trust, told which
//! moment to dump. What signs in travels in their environment, never in their arguments, which
//! everybody on the machine can read.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use llpr_store::backup::Facts;
use llpr_store::{Access, Store, access};

use super::{BackupError, open};
use crate::clock::Clock;
use crate::config::Config;

const DATA: &str = "llpr.pgdump";

pub(super) async fn dump(
    store: &Store,
    access: &Access<access::System>,
    url: &str,
    folder: &Path,
) -> Result<(&'static str, Facts), BackupError> {
    let moment = store.hold_moment(access).await?;
    let mut command = command("pg_dump", url)?;
    command
        .arg("--format=custom")
        .arg("--no-owner")
        .arg("--no-privileges")
        .arg(format!("--snapshot={}", moment.snapshot))
        .arg("--file")
        .arg(folder.join(DATA));
    run("pg_dump", command).await?;
    Ok((DATA, moment.facts))
}

/// Puts a dump into the configured database, in one transaction.
pub(super) async fn put(config: &Config, data: &Path, replace: bool) -> Result<(), BackupError> {
    let store = open(config).await?;
    let access = store.system("llpr-server restore", Clock::system().today());
    let empty = store.is_empty(&access).await;
    let others = store.others_connected(&access).await;
    store.close().await;
    let place = || format!("the database of {:?}", config.database);
    if !empty? && !replace {
        return Err(BackupError::Taken(place()));
    }
    if others? > 0 {
        return Err(BackupError::InUse(place()));
    }
    let mut command = command("pg_restore", &config.database.url)?;
    command
        .arg("--single-transaction")
        .arg("--exit-on-error")
        .arg("--no-owner")
        .arg("--no-privileges");
    if replace {
        command.arg("--clean").arg("--if-exists");
    }
    let database = std::env::var_os("PGDATABASE");
    let name = command
        .get_envs()
        .find_map(|(key, value)| (key == "PGDATABASE").then_some(value?.to_owned()))
        .or(database)
        .unwrap_or_default();
    let mut into = OsString::from("--dbname=");
    into.push(name);
    command.arg(into).arg(data);
    run("pg_restore", command).await
}

/// A program of PostgreSQL that connects where the address says.
fn command(program: &'static str, url: &str) -> Result<Command, BackupError> {
    let address = url::Url::parse(url).map_err(|error| BackupError::Address(error.to_string()))?;
    let plain = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|error| BackupError::Address(error.to_string()))
    };
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).arg("--no-password");
    if let Some(host) = address.host_str() {
        command.env("PGHOST", plain(host)?);
    }
    if let Some(port) = address.port() {
        command.env("PGPORT", port.to_string());
    }
    if !address.username().is_empty() {
        command.env("PGUSER", plain(address.username())?);
    }
    if let Some(password) = address.password() {
        command.env("PGPASSWORD", plain(password)?);
    }
    command.env("PGDATABASE", plain(address.path().trim_start_matches('/'))?);
    for (key, value) in address.query_pairs() {
        // The options of an address that both our driver and these programs know.
        match key.as_ref() {
            "sslmode" | "ssl-mode" => command.env("PGSSLMODE", value.as_ref()),
            "sslrootcert" | "ssl-root-cert" => command.env("PGSSLROOTCERT", value.as_ref()),
            "sslcert" | "ssl-cert" => command.env("PGSSLCERT", value.as_ref()),
            "sslkey" | "ssl-key" => command.env("PGSSLKEY", value.as_ref()),
            "host" => command.env("PGHOST", value.as_ref()),
            "port" => command.env("PGPORT", value.as_ref()),
            "user" => command.env("PGUSER", value.as_ref()),
            "password" => command.env("PGPASSWORD", value.as_ref()),
            "dbname" => command.env("PGDATABASE", value.as_ref()),
            _ => &mut command,
        };
    }
    Ok(command)
}

async fn run(program: &'static str, mut command: Command) -> Result<(), BackupError> {
    let ran = tokio::task::spawn_blocking(move || command.output()).await;
    let failed = |told: String| BackupError::Program { program, told };
    let output = match ran.map_err(|error| failed(error.to_string()))? {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(BackupError::ProgramMissing(program));
        }
        Err(error) => return Err(failed(error.to_string())),
    };
    if output.status.success() {
        Ok(())
    } else {
        let told = String::from_utf8_lossy(&output.stderr);
        Err(failed(told.trim().replace('\n', "; ")))
    }
}
