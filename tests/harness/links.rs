//! Secrets of links, derived as the server does from its keys' folder: what somebody could do who had
//! stolen both, and how tests come to links that no mail carries.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::Uuid;

/// The secret of a link, by the keys in a folder.
pub fn secret(keys: &Path, id: Uuid) -> String {
    let key = std::fs::read_to_string(keys.join("secret.key")).expect("the key");
    let key = BASE64_STANDARD.decode(key.trim()).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length is a key");
    for part in [b"link".as_slice(), id.as_bytes()] {
        mac.update(&part.len().to_le_bytes());
        mac.update(part);
    }
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend_from_slice(&mac.finalize().into_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
