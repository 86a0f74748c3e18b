//! A real SMTP server on the loopback, whose mails a story reads and whose moods it sets.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use llpr_server::Config;
use llpr_server::config::MailTls;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// Longer than any mail takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The server; it ends when dropped.
#[derive(Debug)]
pub struct Mailbox {
    _child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    port: u16,
    authority: Option<PathBuf>,
}

/// A mail that it took.
#[derive(Clone, Debug)]
pub struct Received {
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// Whatever is the same for two copies of one mail.
    pub message_id: String,
    /// Whether it came over TLS.
    pub protected: bool,
}

impl Received {
    /// The secret of the link in its text; panics where there is none.
    pub fn secret(&self) -> String {
        let (_, rest) = self.body.split_once("/link?secret=").expect("a link");
        rest.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}

impl Mailbox {
    /// Starts one that takes mails without TLS.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts one that asks for STARTTLS and a password.
    pub async fn protected() -> Self {
        Self::with(&["--tls"]).await
    }

    async fn with(arguments: &[&str]) -> Self {
        let python = std::env::var("LLPR_TEST_PYTHON")
            .expect("LLPR_TEST_PYTHON is not set: start the tests with tests/run");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/harness/smtp/server.py");
        let mut child = Command::new(python)
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Python runs");
        let input = child.stdin.take().expect("its input");
        let mut output = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = output.next_line().await.expect("its output");
        let told: Value = serde_json::from_str(&line.expect("it starts")).expect("a line of JSON");
        let port = told["port"]
            .as_u64()
            .and_then(|port| u16::try_from(port).ok());
        Self {
            _child: child,
            input,
            output,
            port: port.expect("a port"),
            authority: told["authority"].as_str().map(PathBuf::from),
        }
    }

    /// Settings that lead here, with pauses as short as they may be.
    pub fn serves(&self, config: &mut Config) {
        let mail = &mut config.mail;
        "Marlshire review <review@marlshire.example>".clone_into(&mut mail.from);
        "https://review.marlshire.example".clone_into(&mut mail.web_url);
        mail.port = self.port;
        mail.retry_seconds = 1;
        mail.timeout_seconds = 10;
        if let Some(authority) = &self.authority {
            "localhost".clone_into(&mut mail.host);
            mail.tls = MailTls::Starttls;
            mail.certificate_authority.clone_from(authority);
            "llpr".clone_into(&mut mail.user);
            "a password for tests".clone_into(&mut mail.password);
        } else {
            "127.0.0.1".clone_into(&mut mail.host);
            mail.tls = MailTls::None;
        }
    }

    /// How the next mails are met: `take`, `refuse-for-now`, `refuse`, `drop` or `hold`.
    pub async fn meet(&mut self, mode: &str) {
        let line = format!("{mode}\n");
        self.input.write_all(line.as_bytes()).await.expect("told");
        self.input.flush().await.expect("told");
    }

    /// What comes next, taken or not.
    async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.output.next_line()).await;
        let line = line.expect("a mail within a minute").expect("its output");
        serde_json::from_str(&line.expect("it runs")).expect("a line of JSON")
    }

    /// Waits until a mail was met in this way and not taken.
    pub async fn turned_away(&mut self, mode: &str) {
        let met = self.next().await;
        assert_eq!(met["met"], mode, "{met}");
        assert!(met["to"].is_null(), "{met}");
    }

    /// The next mail that it takes.
    pub async fn receive(&mut self) -> Received {
        let met = self.next().await;
        let text = |key: &str| met[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(met["automatic"], "auto-generated", "{met}");
        Received {
            to: met["to"][0].as_str().unwrap_or_default().to_owned(),
            subject: text("subject"),
            body: text("body"),
            message_id: text("message_id"),
            protected: met["protected"] == true,
        }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        if let Some(authority) = &self.authority {
            drop(std::fs::remove_file(authority));
        }
    }
}
