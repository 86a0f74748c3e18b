//! A PostgreSQL of a story's own, which may be ended and damaged without disturbing others.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kept::Kept;

/// The folder of the scripts that start PostgreSQL.
const SCRIPTS: &str = env!("CARGO_MANIFEST_DIR");

/// A cluster; ended and removed when dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    kept: Kept,
}

impl Cluster {
    /// Starts one in a folder that PostgreSQL's own user can pass. `initdb` are options for making
    /// it, `settings` lines of its configuration.
    pub(crate) fn start(folder: &Path, initdb: &str, settings: &[&str]) -> Self {
        const SCRIPT: &str = r#"
            source "$1/cluster.sh"
            export TMPDIR=$2
            read -ra initdb_options <<<"$3"
            start_postgres "${@:4}" >/dev/null
            echo "$LLPR_TEST_POSTGRES ${clusters[0]}/cluster"
            read -r _ || true
        "#;
        let folder = folder.to_str().expect("a plain path");
        let mut arguments = vec![SCRIPTS, folder, initdb];
        arguments.extend(settings);
        Self {
            kept: Kept::start(SCRIPT, &arguments),
        }
    }

    /// The address of its first database.
    pub(crate) fn url(&self) -> &str {
        self.kept.said().split(' ').next().unwrap_or_default()
    }

    fn data(&self) -> PathBuf {
        self.kept
            .said()
            .split(' ')
            .nth(1)
            .unwrap_or_default()
            .into()
    }

    /// Whether it runs: it removes its own mark when it ends by itself.
    pub(crate) fn runs(&self) -> bool {
        self.data().join("postmaster.pid").exists()
    }

    /// The processes of it, the first of which starts the others.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let mark = std::fs::read_to_string(self.data().join("postmaster.pid"));
        let mark = mark.expect("the cluster runs");
        let first: u32 = mark
            .lines()
            .next()
            .and_then(|id| id.parse().ok())
            .expect("a process");
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"));
        let children = children.unwrap_or_default();
        let children = children.split_whitespace().filter_map(|id| id.parse().ok());
        std::iter::once(first).chain(children).collect()
    }

    /// Ends it as a power cut does: nothing is written any more.
    pub(crate) fn cut(&self) {
        let ids = self.processes();
        let ids = ids.iter().map(u32::to_string);
        // Some of the children end by themselves once the first is gone.
        let killed = Command::new("kill").arg("-9").args(ids).status();
        killed.expect("kill runs");
        // What says that it runs would keep it from starting again.
        let (data, mut marks) = (self.data(), vec![self.data().join("postmaster.pid")]);
        let beside = std::fs::read_dir(data.parent().expect("a folder")).expect("its folder");
        marks.extend(
            beside
                .map(|file| file.expect("a file").path())
                .filter(|path| path.extension().is_some_and(|kind| kind == "lock")),
        );
        for mark in marks {
            std::fs::remove_file(mark).expect("a mark of its");
        }
    }

    /// Starts it again, as an operator does.
    pub(crate) fn restart(&self) {
        let script = r#"source "$1/cluster.sh"; restart_postgres "$2""#;
        let started = Command::new("bash")
            .args(["-euo", "pipefail", "-c", script, "restart", SCRIPTS])
            .arg(self.data())
            .status();
        assert!(
            started.expect("bash runs").success(),
            "PostgreSQL starts again: {}",
            self.log()
        );
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.data().join("server.log")).unwrap_or_default()
    }
}
