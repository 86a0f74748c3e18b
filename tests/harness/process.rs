//! The server as a program of its own, so that its memory and its end are its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use llpr_client::Client;
use llpr_server::Config;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

/// A running `llpr-server serve`; killed when dropped.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    endpoint: String,
    complaints: Arc<Mutex<Vec<String>>>,
}

/// What a process has used, in kilobytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Most so far.
    pub peak: u64,
    /// Now.
    pub now: u64,
}

/// The server's program.
async fn program() -> PathBuf {
    programs().await.join("llpr-server")
}

/// The command line's program, to be run and killed as one.
pub async fn command_line() -> PathBuf {
    programs().await.join("llpr")
}

/// Builds the programs once, with the features of the tests, so that they only have to be linked.
/// Their folder.
async fn programs() -> &'static Path {
    static BUILT: OnceCell<PathBuf> = OnceCell::const_new();
    BUILT
        .get_or_init(|| async {
            let mut cargo = Command::new(env!("CARGO"));
            // What cargo tells a test about its own package would make the build scripts of some
            // dependencies run again, and everything above them be compiled anew.
            for (name, _) in std::env::vars_os() {
                let text = name.to_string_lossy();
                if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                    cargo.env_remove(&name);
                }
            }
            cargo.args(["build", "--quiet", "--workspace", "--all-features"]);
            // The tests are named so that cargo settles on their features; they are built already.
            cargo.args(["--test", "it", "--bin", "llpr-server", "--bin", "llpr"]);
            let built = cargo.status().await.expect("cargo runs");
            assert!(built.success(), "the programs build");
            let own = std::env::current_exe().expect("this program's own path");
            let mut folder = own.parent().expect("target/debug").to_owned();
            // Tests stand one folder deeper than programs.
            if folder.ends_with("deps") {
                folder.pop();
            }
            folder
        })
        .await
}

impl ServerProcess {
    /// Starts it with some settings, which are written into a folder, and waits until it serves.
    pub async fn start(config: &Config, folder: &Path) -> Self {
        Self::start_under(&[], config, folder).await
    }

    /// As [`ServerProcess::start`], run by other programs: `["prlimit", "--fsize=…"]`.
    pub async fn start_under(under: &[&str], config: &Config, folder: &Path) -> Self {
        let started = Self::try_start(under, config, folder).await;
        started.unwrap_or_else(|told| panic!("the server ended before it was ready: {told}"))
    }

    /// As [`ServerProcess::start_under`]; where it ends before it serves, what it said.
    pub(crate) async fn try_start(
        under: &[&str],
        config: &Config,
        folder: &Path,
    ) -> Result<Self, String> {
        let file = folder.join("llpr.toml");
        let text = toml::to_string(config).expect("settings");
        std::fs::write(&file, text).expect("a file of settings");
        let words = under.iter().map(std::ffi::OsStr::new);
        let program = program().await;
        let mut words = words.chain([program.as_os_str()]);
        let mut child = Command::new(words.next().expect("a program"))
            .args(words)
            .args(["serve", "--config"])
            .arg(file)
            .stdin(Stdio::null())
            // Whoever reads what the tests print must not wait for a server that outlives them.
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("llpr-server starts");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let mut said = Vec::new();
        let address = loop {
            let Some(line) = lines.next_line().await.expect("its log") else {
                return Err(said.join("\n"));
            };
            // What it says when it ends is no line of the log.
            let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = entry["server.address"].as_str() {
                break address.to_owned();
            }
            said.push(line);
        };
        let complaints = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&complaints);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                if line.contains("\"WARN\"") || line.contains("\"ERROR\"") {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.push(line);
                }
            }
        });
        Ok(Self {
            child,
            endpoint: format!("http://{address}"),
            complaints,
        })
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("the server runs")
    }

    /// What it has complained of since it serves: lines of its log.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let complaints = self.complaints.lock();
        complaints.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its address, `http://127.0.0.1:…`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A client that is not signed in.
    pub fn client(&self) -> Client {
        Client::connect(&self.endpoint).expect("a client")
    }

    /// What it has used, from `/proc`.
    pub fn memory(&self) -> Memory {
        let id = self.child.id().expect("the server runs");
        let text = std::fs::read_to_string(format!("/proc/{id}/status")).expect("its status");
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.trim_end_matches("kB").trim().parse().ok());
            number.unwrap_or_else(|| panic!("{name} in {text}"))
        };
        Memory {
            peak: field("VmHWM:"),
            now: field("VmRSS:"),
        }
    }

    /// Ends it at once, as `kill -9` does.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("a process of ours");
    }

    /// Asks it to stop and waits until it has, with success.
    pub async fn stop(mut self) {
        let id = self.child.id().expect("the server runs").to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(asked.expect("kill runs").success());
        let ended = tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await;
        let ended = ended.expect("the server stops").expect("its end");
        assert!(ended.success(), "the server ends with success: {ended}");
    }
}
