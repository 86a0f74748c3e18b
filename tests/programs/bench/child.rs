//! Child processes: the server, the command line and the shells of the databases.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// This program again, to be one of the parts: `serve`, `llpr` or `echo`.
pub(crate) fn part(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.arg(name);
    command
}

/// The most memory that a process has held, in bytes; nothing once it has ended.
pub(crate) fn peak_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// What a command took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    pub(crate) time: Duration,
    pub(crate) memory: u64,
}

/// Runs a command to its end; it must succeed.
pub(crate) fn run(command: &mut Command, input: &str) -> io::Result<Took> {
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| io::Error::other(format!("{command:?}: {error}")))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let mut memory = 0;
    loop {
        memory = peak_memory(child.id()).unwrap_or(memory).max(memory);
        if child.try_wait()?.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let time = begun.elapsed();
    let output = child.wait_with_output()?;
    if output.status.success() {
        Ok(Took { time, memory })
    } else {
        let told = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!(
            "{command:?}: {} {told}",
            output.status
        )))
    }
}

/// A process that runs until it is dropped.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    pub(crate) fn spawn(command: &mut Command, log: &Path) -> io::Result<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        Ok(Self { child })
    }

    pub(crate) fn memory(&self) -> u64 {
        peak_memory(self.child.id()).unwrap_or_default()
    }
}

impl Drop for Running {
    /// Asks it to stop, as Ctrl-C does, and waits.
    fn drop(&mut self) {
        let asked = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        let patience = Instant::now();
        while asked.is_ok() && patience.elapsed() < Duration::from_secs(20) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
