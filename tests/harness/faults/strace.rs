//! System calls that fail, by `strace`: it attaches to programs that run, and lets the calls of a
//! kind end as it is told without their being made.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// How long attaching may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// What goes wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The system calls, with commas.
    pub calls: &'static str,
    /// How they end, and from which call of each thread on: `error=EIO:when=3+`.
    pub end: String,
}

impl Fault {
    /// Whether it goes on without a gap: one that spares the first calls of a thread spares those
    /// of each new one, so that the disk works now and then.
    pub(crate) fn lasts(&self) -> bool {
        !self.end.contains("when=") || self.end.ends_with("when=1+")
    }
}

/// A fault in force.
#[derive(Debug)]
pub(crate) struct Injection {
    strace: Child,
    output: PathBuf,
}

impl Injection {
    /// Lets a fault begin in some processes and in what they start. What was hit is written to a
    /// file.
    pub(crate) async fn attach(processes: &[u32], fault: &Fault, output: &Path) -> Self {
        let Fault { calls, end } = fault;
        let mut command = Command::new("strace");
        command
            .args(["-f", "-e", &format!("trace={calls}"), "-e", "signal=none"])
            .args(["-e", &format!("inject={calls}:{end}"), "-o"])
            .arg(output)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for process in processes {
            command.args(["-p", &process.to_string()]);
        }
        let mut strace = command
            .spawn()
            .expect("strace runs (apt-get install strace)");
        let mut lines = BufReader::new(strace.stderr.take().expect("its words")).lines();
        // A process that has ended meanwhile is told too.
        for _ in processes {
            let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
            let line = line.expect("strace attaches in time").expect("text");
            let line = line.unwrap_or_else(|| "strace ended without a word".into());
            assert!(
                line.contains("attached") || line.contains("No such process"),
                "strace can't attach, so no fault can be injected; the stories of a disk that fails need ptrace: {line}"
            );
        }
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            strace,
            output: output.to_owned(),
        }
    }

    /// How many calls were hit.
    pub(crate) fn hits(&self) -> usize {
        let told = std::fs::read_to_string(&self.output).unwrap_or_default();
        told.matches("(INJECTED)").count()
    }

    /// Ends the fault.
    pub(crate) async fn detach(mut self) {
        if let Some(id) = self.strace.id() {
            let told = Command::new("kill")
                .args(["-TERM", &id.to_string()])
                .status();
            told.await.expect("kill runs");
        }
        self.strace.wait().await.expect("strace ends");
    }
}
