//! The secrets of service accounts: `llpr_sa_`, the token's id and 256 random bits. The beginning
//! lets scanners find one that was published by mistake.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

const PREFIX: &str = "llpr_sa_";

/// A new secret: its text, to be shown once, and the hash, to be kept.
pub(crate) struct New {
    pub(crate) text: String,
    pub(crate) hash: String,
}

/// A secret for a token.
pub(crate) fn new(token: Uuid) -> New {
    let random = BASE64.encode(super::keys::random::<32>());
    New {
        text: format!("{PREFIX}{}_{random}", token.simple()),
        hash: hash(&random),
    }
}

/// A secret that somebody gave.
pub(crate) struct Given {
    /// Id of its token; of a text of another form what no token has.
    pub(crate) token: String,
    hash: String,
}

/// Takes a secret apart. What is no secret of ours goes the same way to the same refusal.
pub(crate) fn read(text: &str) -> Given {
    let parts = text
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split_once('_'))
        .and_then(|(id, random)| Some((Uuid::try_parse(id).ok()?, random)));
    let (token, random) = parts.unwrap_or((Uuid::nil(), text));
    Given {
        token: token.to_string(),
        hash: hash(random),
    }
}

impl Given {
    /// Whether it is the secret of a hash, in the same time whether there is one or not.
    pub(crate) fn fits(&self, kept: Option<&str>) -> bool {
        // A hash of nothing that anybody can give: it has no 64 digits to compare with.
        let decoy = "-".repeat(64);
        let equal: bool = kept
            .unwrap_or(&decoy)
            .as_bytes()
            .ct_eq(self.hash.as_bytes())
            .into();
        equal && kept.is_some()
    }
}

/// The secret has 256 bits of its own, so a plain hash keeps it; there is nothing to try.
fn hash(random: &str) -> String {
    hex::encode(Sha256::digest(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_fits_its_own_hash_and_no_other() {
        let (one, two) = (new(Uuid::now_v7()), new(Uuid::now_v7()));
        let given = read(&one.text);
        assert!(given.fits(Some(&one.hash)));
        assert!(!given.fits(Some(&two.hash)));
        assert!(!given.fits(None));
        assert!(!one.hash.contains(&one.text[45..]));
        assert_eq!(read("llpr_sa_x_y").token, Uuid::nil().to_string());
    }
}
