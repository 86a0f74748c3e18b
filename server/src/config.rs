//! Settings: a file, then the environment. Unknown keys are refused, and secrets are never shown.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::auth::Hashing;

pub use crate::limits::Limits;

/// Everything that can be set.
///
/// The environment variable of a key is `LLPR_` and its path in capitals: `database.url` is
/// `LLPR_DATABASE_URL`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Whether to answer server reflection.
    pub reflection: bool,
    /// How long a stop waits for calls under way, in seconds.
    pub drain_seconds: u64,
    /// The database.
    pub database: Database,
    /// Keys.
    pub keys: Keys,
    /// Signing in.
    pub auth: Auth,
    /// The ledger.
    pub ledger: Ledger,
    /// Mails.
    pub mail: Mail,
    /// Imports.
    pub import: Import,
    /// What connections and calls may cost.
    pub limits: Limits,
    /// TLS; without it the server speaks plain HTTP/2.
    pub tls: Tls,
    /// Logs.
    pub log: Log,
}

/// The database.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:///path/to/file` or `postgres://user:password@host/database`.
    pub url: String,
    /// Connections at most.
    pub max_connections: u32,
    /// Writes that may wait at once; further ones are refused as `SERVER_BUSY`.
    pub max_waiting_writes: usize,
}

/// Keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// Folder of the signing keys, made at the first start. Several servers share it. It belongs
    /// neither into the database nor into its backup.
    pub folder: PathBuf,
}

/// Signing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// Life of an access token in minutes.
    pub access_token_minutes: u32,
    /// Life of a session in days since it was last refreshed.
    pub session_days: u32,
    /// Failed attempts for one address within the window after which further ones are refused.
    pub max_failures: u32,
    /// The window in minutes.
    pub failure_window_minutes: u32,
    /// Longest life of a service account in days.
    pub service_account_days: u32,
    /// Life of an invitation's link in days.
    pub invitation_days: u32,
    /// Life of a link to set a password in minutes.
    pub password_link_minutes: u32,
    /// Life of a link to sign in with in minutes.
    pub sign_in_link_minutes: u32,
    /// Links asked for with one address within the window after which further ones are refused.
    pub links_per_address: u32,
    /// The same for one caller's network address. A web client counts as one caller.
    pub links_per_caller: u32,
    /// Passwords hashed at once.
    pub hashes_at_once: usize,
    /// Passwords that may wait to be hashed.
    pub hashes_waiting: usize,
    /// How much work a hash takes. No file of settings can lower it: only a program that embeds the
    /// server can.
    #[serde(skip)]
    pub hashing: Hashing,
}

/// The ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ledger {
    /// How often its head is signed, if it has moved, in seconds.
    pub sign_every_seconds: u64,
}

/// Mails: invitations and links.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// The SMTP server; empty for none: an administrator then hands the links over.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// PEM file of the authority that signed its certificate; empty for those that the system
    /// trusts.
    pub certificate_authority: PathBuf,
    /// User name; empty to send without signing in.
    pub user: String,
    /// Password.
    pub password: String,
    /// Who mails are from: `School review <review@example.org>`.
    pub from: String,
    /// Address of the web client, to which links lead.
    pub web_url: String,
    /// Attempts after which a mail is given up.
    pub attempts: u32,
    /// Pause after the first attempt in seconds; it doubles after each, up to an hour.
    pub retry_seconds: u64,
    /// How long one attempt may take in seconds.
    pub timeout_seconds: u64,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// Turned to TLS before anything is said; refused where the server can't.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Not at all.
    None,
}

/// Imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Import {
    /// Largest file in bytes.
    pub max_bytes: u64,
    /// Largest report of a past visit in bytes.
    pub report_max_bytes: u64,
    /// Uploads at once.
    pub uploads_at_once: usize,
}

/// TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// PEM file of the certificate chain; empty for none.
    pub certificate: PathBuf,
    /// PEM file of its key.
    pub key: PathBuf,
}

/// Logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `json` or `text`.
    pub format: LogFormat,
    /// What to log, as `tracing` filters are written: `info`, `llpr_server=debug,warn`.
    pub filter: String,
}

/// Form of the logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A JSON object a line.
    Json,
    /// For people.
    Text,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 50051)),
            reflection: true,
            drain_seconds: 20,
            database: Database::default(),
            keys: Keys::default(),
            auth: Auth::default(),
            ledger: Ledger::default(),
            mail: Mail::default(),
            import: Import::default(),
            limits: Limits::default(),
            tls: Tls::default(),
            log: Log::default(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: "sqlite://llpr.db".into(),
            max_connections: 16,
            max_waiting_writes: 256,
        }
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            folder: "keys".into(),
        }
    }
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            access_token_minutes: 10,
            session_days: 14,
            max_failures: 10,
            failure_window_minutes: 15,
            service_account_days: 366,
            invitation_days: 14,
            password_link_minutes: 60,
            sign_in_link_minutes: 15,
            links_per_address: 5,
            links_per_caller: 300,
            hashes_at_once: 2,
            hashes_waiting: 64,
            hashing: Hashing::default(),
        }
    }
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            sign_every_seconds: 300,
        }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: MailTls::Starttls,
            certificate_authority: PathBuf::new(),
            user: String::new(),
            password: String::new(),
            from: String::new(),
            web_url: "http://127.0.0.1:8080".into(),
            attempts: 12,
            retry_seconds: 60,
            timeout_seconds: 20,
        }
    }
}

/// Without the password.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("certificate_authority", &self.certificate_authority)
            .field("user", &self.user)
            .field("from", &self.from)
            .field("web_url", &self.web_url)
            .field("attempts", &self.attempts)
            .field("retry_seconds", &self.retry_seconds)
            .field("timeout_seconds", &self.timeout_seconds)
            .finish_non_exhaustive()
    }
}

impl Default for Import {
    fn default() -> Self {
        Self {
            max_bytes: 256 * 1024 * 1024,
            report_max_bytes: 20 * 1024 * 1024,
            uploads_at_once: 4,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Json,
            filter: "info".into(),
        }
    }
}

/// The address without what signs in: user name, password and options.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("", ""));
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        let place = place.split('?').next().unwrap_or_default();
        f.debug_struct("Database")
            .field("url", &format_args!("{scheme}://{place}"))
            .field("max_connections", &self.max_connections)
            .field("max_waiting_writes", &self.max_waiting_writes)
            .finish()
    }
}

/// Why the settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("the configuration file {path} can't be read")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file has an unknown key or a value of the wrong kind.
    #[error("the configuration file {path} is not right: {message}")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with its place.
        message: String,
    },
    /// A variable is not of its key's kind.
    #[error("the environment variable {name} is not right: {message}")]
    Variable {
        /// Which variable.
        name: String,
        /// What is wrong.
        message: String,
    },
    /// A variable that names no key.
    #[error(
        "the environment variable {0} names no setting of the server; see server/docs/operations.md"
    )]
    UnknownVariable(String),
}

/// Variables that begin with `LLPR_` and belong to the clients and the tests.
const OTHERS: [&str; 7] = [
    "LLPR_SERVER",
    "LLPR_CREDENTIALS",
    "LLPR_OUTPUT",
    "LLPR_TOKEN",
    "LLPR_CONFIG",
    "LLPR_WEB_",
    "LLPR_TEST_",
];

impl Config {
    /// The settings of a file, if one is given, and the environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the file or variable and what is wrong with it.
    pub fn load(
        path: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let config = match path {
            None => Self::default(),
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
                        path: path.to_owned(),
                        source,
                    })?;
                toml::from_str(&text).map_err(|error| ConfigError::Malformed {
                    path: path.to_owned(),
                    message: error.to_string(),
                })?
            }
        };
        config.with_environment(variables)
    }

    /// These settings with those that the environment gives.
    ///
    /// # Errors
    /// [`ConfigError`] names the variable.
    pub fn with_environment(
        self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table = toml::Table::try_from(&self).map_err(|error| ConfigError::Variable {
            name: "LLPR_*".into(),
            message: error.to_string(),
        })?;
        let mut last = String::new();
        for (name, value) in variables {
            let ours =
                name.starts_with("LLPR_") && !OTHERS.iter().any(|other| name.starts_with(other));
            if !ours {
                continue;
            }
            let leaf = leaf(&mut table, "LLPR", &name)
                .ok_or_else(|| ConfigError::UnknownVariable(name.clone()))?;
            *leaf = same_kind(leaf, &value).map_err(|message| ConfigError::Variable {
                name: name.clone(),
                message,
            })?;
            last = name;
        }
        table
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Variable {
                name: last,
                message: error.message().to_owned(),
            })
    }
}

/// The value whose path in capitals is the variable's name.
fn leaf<'a>(table: &'a mut toml::Table, prefix: &str, name: &str) -> Option<&'a mut toml::Value> {
    table.iter_mut().find_map(|(key, value)| {
        let path = format!("{prefix}_{}", key.to_uppercase());
        match value {
            toml::Value::Table(inner) => leaf(inner, &path, name),
            value => (path == name).then_some(value),
        }
    })
}

fn same_kind(like: &toml::Value, text: &str) -> Result<toml::Value, String> {
    match like {
        toml::Value::Integer(_) => text
            .parse()
            .map(toml::Value::Integer)
            .map_err(|_| format!("\"{text}\" is not a whole number")),
        toml::Value::Boolean(_) => text
            .parse()
            .map(toml::Value::Boolean)
            .map_err(|_| format!("\"{text}\" is neither true nor false")),
        _ => Ok(toml::Value::String(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_environment_wins_over_the_file() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("llpr.toml");
        std::fs::write(
            &path,
            "listen = \"127.0.0.1:1\"\n[database]\nurl = \"sqlite://a.db\"\n",
        )?;
        let given = variables(&[
            ("LLPR_DATABASE_URL", "postgres://u:p@h/d"),
            ("LLPR_AUTH_MAX_FAILURES", "3"),
            ("HOME", "x"),
        ]);
        let config = Config::load(Some(&path), given)?;
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.database.url, "postgres://u:p@h/d");
        assert_eq!(config.auth.max_failures, 3);
        Ok(())
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("llpr.toml");
        std::fs::write(&path, "[database]\nurll = \"sqlite://a.db\"\n")?;
        let told = Config::load(Some(&path), []).map_err(|error| error.to_string());
        let told = told.expect_err("an unknown key");
        assert!(told.contains("urll") && told.contains("line 2"), "{told}");
        Ok(())
    }

    #[test]
    fn variables_are_checked() {
        let told = |pairs: &[(&str, &str)]| {
            Config::load(None, variables(pairs))
                .expect_err("refused")
                .to_string()
        };
        assert_eq!(
            told(&[("LLPR_DATABSE_URL", "x")]),
            "the environment variable LLPR_DATABSE_URL names no setting of the server; see server/docs/operations.md"
        );
        assert_eq!(
            told(&[("LLPR_AUTH_MAX_FAILURES", "many")]),
            "the environment variable LLPR_AUTH_MAX_FAILURES is not right: \"many\" is not a whole number"
        );
        assert!(
            told(&[("LLPR_LISTEN", "nowhere")])
                .starts_with("the environment variable LLPR_LISTEN is not right")
        );
        assert!(
            Config::load(
                None,
                variables(&[("LLPR_SERVER", "x"), ("LLPR_WEB_LISTEN", "x")])
            )
            .is_ok()
        );
    }

    #[test]
    fn a_password_is_never_shown() {
        let mut config = Config::default();
        config.database.url = "postgres://llpr:secret@db.example/llpr?password=secret2".into();
        config.mail.password = "secret3".into();
        let shown = format!("{config:?}");
        assert!(
            shown.contains("postgres://db.example/llpr") && !shown.contains("secret"),
            "{shown}"
        );
    }
}
