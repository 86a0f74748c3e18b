//! The secrets of one-time links: the link's id and a seal over it.
//!
//! Nothing of it is stored. Whoever sends a mail derives the secret from the id again, and nobody
//! finds one by trying: the seal has 256 bits.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::keys::Secret;

const ID: usize = 16;

/// The secret of a link; `None` for an id that no link has.
pub(crate) fn secret(key: &Secret, id: &str) -> Option<String> {
    let id = Uuid::try_parse(id).ok()?;
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend_from_slice(&seal(key, &id));
    Some(BASE64.encode(bytes))
}

/// The id of the link whose secret this is, if we made it.
pub(crate) fn read(key: &Secret, text: &str) -> Option<String> {
    let bytes = BASE64.decode(text.trim()).ok()?;
    let (id, given) = bytes.split_at_checked(ID)?;
    let id = Uuid::from_slice(id).ok()?;
    let fits: bool = given.ct_eq(&seal(key, &id)).into();
    fits.then(|| id.to_string())
}

fn seal(key: &Secret, id: &Uuid) -> [u8; 32] {
    key.mac("link", &[id.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::folder::Folder;

    #[test]
    fn only_what_we_sealed_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        let key = super::super::keys::secret(&Folder::open(&path).expect("keys")).expect("a key");
        let id = Uuid::now_v7().to_string();
        let text = secret(&key, &id).expect("a secret");
        assert_eq!(text.len(), 64);
        assert_eq!(read(&key, &text), Some(id));
        let mut changed = text.clone();
        changed.replace_range(40..41, if &text[40..41] == "A" { "B" } else { "A" });
        for other in [changed.as_str(), &text[1..], "", "x", &"A".repeat(64)] {
            assert_eq!(read(&key, other), None, "{other}");
        }
        assert_eq!(secret(&key, "no id"), None);
    }
}
