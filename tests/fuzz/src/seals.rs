//! The keys of the token targets: made once for each run, in a folder that nobody else has.

use std::sync::LazyLock;

use llpr_server::fuzz::Seals;

/// The keys.
pub(crate) fn seals() -> &'static Seals {
    static SEALS: LazyLock<(tempfile::TempDir, Seals)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let seals = Seals::open(&folder.path().join("keys")).expect("keys");
        (folder, seals)
    });
    &SEALS.1
}

/// Changes a text as the fuzzer says: each edit replaces some bytes by others.
pub(crate) fn edited(text: &str, edits: &[Edit]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for edit in edits {
        let at = usize::from(edit.at) % (bytes.len() + 1);
        let end = (at + usize::from(edit.removed)).min(bytes.len());
        bytes.splice(at..end, edit.put.iter().copied());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A change of a text.
#[derive(Debug, arbitrary::Arbitrary)]
pub struct Edit {
    at: u16,
    removed: u8,
    put: Vec<u8>,
}
