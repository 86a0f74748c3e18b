//! The settings: a TOML file, then the environment. Unknown settings are refused.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

const PREFIX: &str = "LLPR_WEB_";

/// The variable that names the file; the binary reads it.
const FILE_VARIABLE: &str = "LLPR_WEB_CONFIG";

/// The settings of the web client. `Debug` doesn't print the keys.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen. Port 0 takes any free one. `127.0.0.1:8080` unless given.
    pub listen: SocketAddr,
    /// The gRPC server, `http://host:port` or `https://host[:port]`. `http://127.0.0.1:50051`
    /// unless given.
    pub server: String,
    /// The keys of the session cookie, each base64 of at least 64 random bytes
    /// ([`new_session_key`](crate::new_session_key)). The first seals, and each opens. To change
    /// keys, put the new one last on every web server, then first, and take the old one away
    /// when its sessions are over. In the environment, separated by commas.
    pub session_keys: Vec<String>,
    /// Whether browsers reach this client over HTTPS, which is so unless given. Without it the
    /// cookie has no `Secure`, and only a loopback address is listened on.
    pub secure_cookies: bool,
    /// After how many minutes without a page a session ends, 5 to 1440; 60 unless given.
    /// Staffroom computers are shared.
    pub idle_minutes: u32,
    /// Whether anybody may read the pages for developers, signed in or not: the contract's
    /// reference and its descriptor image, which hold no data. So unless given.
    pub developers: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            server: "http://127.0.0.1:50051".into(),
            session_keys: Vec::new(),
            secure_cookies: true,
            idle_minutes: 60,
            developers: true,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whole destructuring: a new setting must decide whether it is a secret.
        let Self {
            listen,
            server,
            session_keys,
            secure_cookies,
            idle_minutes,
            developers,
        } = self;
        f.debug_struct("Config")
            .field("listen", listen)
            .field("server", server)
            .field(
                "session_keys",
                &format_args!("[{} keys]", session_keys.len()),
            )
            .field("secure_cookies", secure_cookies)
            .field("idle_minutes", idle_minutes)
            .field("developers", developers)
            .finish()
    }
}

/// Why the settings can't be used. No message repeats a key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("the file {} can't be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is no TOML.
    #[error("the file {} is no TOML: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, without the line itself.
        reason: String,
    },
    /// The keys have another form than a list of texts.
    #[error("session_keys must be a list of texts")]
    Keys,
    /// A setting is unknown or has the wrong form.
    #[error("a setting can't be used: {0}")]
    Setting(String),
}

impl Config {
    /// Reads `file`, then the variables of `environment` that begin with `LLPR_WEB_`, such as
    /// `LLPR_WEB_LISTEN`; the latter win.
    ///
    /// # Errors
    /// Where the file or a setting can't be used, or a setting is unknown.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut table = file.map(read).transpose()?.unwrap_or_default();
        for (variable, value) in environment {
            let Some(name) = variable.strip_prefix(PREFIX) else {
                continue;
            };
            if variable != FILE_VARIABLE {
                let name = name.to_ascii_lowercase();
                let value = typed(&name, value);
                table.insert(name, value);
            }
        }
        // Checked by hand first: the library's words for a wrong value repeat the value.
        if table
            .get("session_keys")
            .is_some_and(|keys| !is_texts(keys))
        {
            return Err(ConfigError::Keys);
        }
        table
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Setting(error.message().into()))
    }
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File {
        path: path.into(),
        source,
    })?;
    text.parse()
        .map_err(|error: toml::de::Error| ConfigError::Syntax {
            path: path.into(),
            reason: error.message().into(),
        })
}

fn typed(name: &str, value: String) -> Value {
    match (name, value.as_str()) {
        ("session_keys", keys) => keys
            .split(',')
            .map(str::trim)
            .filter(|key| !key.is_empty())
            .map(|key| Value::String(key.into()))
            .collect::<Vec<_>>()
            .into(),
        ("secure_cookies" | "developers", "true") => Value::Boolean(true),
        ("secure_cookies" | "developers", "false") => Value::Boolean(false),
        ("idle_minutes", minutes) if minutes.parse::<i64>().is_ok() => {
            Value::Integer(minutes.parse().unwrap_or_default())
        }
        _ => Value::String(value),
    }
}

fn is_texts(keys: &Value) -> bool {
    keys.as_array()
        .is_some_and(|keys| keys.iter().all(Value::is_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|&(name, value)| (name.into(), value.into()))
            .collect()
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let file = file("listen = '127.0.0.1:1'\nserver = 'http://a:1'\nsession_keys = ['x']");
        let config = Config::load(
            Some(file.path()),
            environment(&[
                ("LLPR_WEB_SERVER", "https://b"),
                ("LLPR_WEB_SECURE_COOKIES", "false"),
                ("LLPR_WEB_DEVELOPERS", "false"),
                ("LLPR_WEB_CONFIG", "elsewhere"),
                ("HOME", "/"),
            ]),
        )
        .unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.server, "https://b");
        assert_eq!(config.session_keys, ["x"]);
        assert!(!config.secure_cookies && !config.developers);
    }

    #[test]
    fn keys_in_the_environment_are_separated_by_commas() {
        let keys = environment(&[("LLPR_WEB_SESSION_KEYS", "one, two,")]);
        assert_eq!(
            Config::load(None, keys).unwrap().session_keys,
            ["one", "two"]
        );
    }

    #[test]
    fn an_unknown_setting_is_refused_wherever_it_stands() {
        let wrong = file("lisen = '127.0.0.1:1'");
        assert!(Config::load(Some(wrong.path()), []).is_err());
        assert!(Config::load(None, environment(&[("LLPR_WEB_LISEN", "x")])).is_err());
    }

    #[test]
    fn no_message_and_no_debug_repeats_a_key() {
        for text in [
            "session_keys = 'hushhush'",
            "session_keys = ['hushhush', 1]",
            "session_keys = ['hushhush'",
        ] {
            let wrong = file(text);
            let error = Config::load(Some(wrong.path()), []).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
        }
        let config = Config {
            session_keys: vec!["hushhush".into()],
            ..Config::default()
        };
        assert!(!format!("{config:?}").contains("hush"));
    }
}
