//! A small disk that can be filled: a file system in memory, unmounted whatever happens.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::kept::Kept;

/// A file system of a few megabytes.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    // Unmounted before its folder is removed.
    _mount: Kept,
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts one, which needs root.
    pub(crate) fn mount(size: &str) -> Self {
        const SCRIPT: &str = r#"
            if ((EUID != 0)); then
                echo "the stories of a full disk mount one, which needs root" >&2
                exit 1
            fi
            mount -t tmpfs -o "size=$2,mode=0711" llpr-small-disk "$1"
            trap 'umount -- "$1" 2>/dev/null || umount --lazy -- "$1"' EXIT
            trap 'exit 130' INT
            trap 'exit 143' TERM
            echo mounted
            read -r _ || true
        "#;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_str().expect("a plain path");
        let mount = Kept::start(SCRIPT, &[path, size]);
        Self {
            _mount: mount,
            folder,
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fills it but for so many bytes; again, where it is full already, to the brim.
    pub(crate) fn fill_but(&self, room: u64) {
        static BLOCK: [u8; 1 << 16] = [0; 1 << 16];
        let mut ballast = File::options()
            .create(true)
            .append(true)
            .open(self.ballast())
            .expect("a file");
        loop {
            match ballast.write(&BLOCK) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("the disk is not filled: {error}"),
            }
        }
        let length = ballast.metadata().expect("its length").len();
        ballast
            .set_len(length.saturating_sub(room))
            .expect("room is left");
    }

    /// Makes room again.
    pub(crate) fn free(&self) {
        std::fs::remove_file(self.ballast()).expect("the ballast");
    }
}
