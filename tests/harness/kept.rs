//! Something outside this program that must go when it ends, however it ends.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

/// A script of bash that sets something up, says one line and waits for the end of its standard
/// input, which comes with this value or with this program; then its trap undoes what it did.
#[derive(Debug)]
pub(crate) struct Kept {
    script: Child,
    input: Option<ChildStdin>,
    said: String,
}

impl Kept {
    /// Runs a script, and waits until it has set up.
    pub(crate) fn start(script: &str, arguments: &[&str]) -> Self {
        let mut script = Command::new("bash")
            .args(["-euo", "pipefail", "-c", script, "kept"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash runs");
        let input = script.stdin.take();
        let mut said = String::new();
        let output = script.stdout.take().expect("its output");
        BufReader::new(output)
            .read_line(&mut said)
            .expect("a line of text");
        let kept = Self {
            script,
            input,
            said: said.trim().to_owned(),
        };
        assert!(
            !kept.said.is_empty(),
            "the set-up failed; why stands above: {arguments:?}"
        );
        kept
    }

    /// The line that it said.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.input.take());
        // It has nothing more to say, and whoever drops it may be failing already.
        let _ = self.script.wait();
    }
}
