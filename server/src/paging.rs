//! Page tokens: where the next page begins, bound to method, filter and caller, and sealed so that
//! nobody can make one.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use llpr_proto::v1::ErrorReason;
use llpr_store::{Access, Page};
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;
use tonic::Code;

use crate::auth::keys::Secret;
use crate::problem::Problem;

/// Length of a token's seal in bytes.
const SEAL: usize = 16;

/// Reads and writes the page tokens of one call.
#[derive(Debug)]
pub(crate) struct Pages<'a> {
    secret: &'a Secret,
    binding: Vec<u8>,
}

impl<'a> Pages<'a> {
    /// For a call: `filter` is the request without page size and token.
    pub(crate) fn new<S>(
        secret: &'a Secret,
        method: &str,
        access: &Access<S>,
        filter: &impl Message,
    ) -> Self {
        let mut binding = Vec::new();
        for part in [
            method.as_bytes(),
            access.user().unwrap_or_default().as_bytes(),
            &filter.encode_to_vec(),
        ] {
            binding.extend_from_slice(&part.len().to_le_bytes());
            binding.extend_from_slice(part);
        }
        Self { secret, binding }
    }

    /// For what is not a call.
    #[cfg(feature = "fuzz")]
    pub(crate) fn bound_to(secret: &'a Secret, binding: Vec<u8>) -> Self {
        Self { secret, binding }
    }

    /// The page that a request asks for.
    pub(crate) fn read<K: DeserializeOwned>(
        &self,
        size: i32,
        default: u64,
        token: &str,
    ) -> Result<Page<K>, Problem> {
        let size = u64::try_from(size)
            .ok()
            .filter(|&size| size > 0)
            .unwrap_or(default);
        let after = if token.is_empty() {
            None
        } else {
            Some(self.open(token).ok_or_else(refused)?)
        };
        Ok(Page { after, size })
    }

    fn open<K: DeserializeOwned>(&self, token: &str) -> Option<K> {
        let bytes = BASE64.decode(token).ok()?;
        let (seal, key) = bytes.split_at_checked(SEAL)?;
        let fits: bool = seal.ct_eq(&self.seal(key)).into();
        if fits {
            serde_json::from_slice(key).ok()
        } else {
            None
        }
    }

    /// The token of the page after a key; empty where there is none.
    pub(crate) fn token<K: Serialize>(&self, next: Option<K>) -> Result<String, Problem> {
        let Some(key) = next else {
            return Ok(String::new());
        };
        let key = serde_json::to_vec(&key).map_err(|error| Problem::internal(&error))?;
        let mut bytes = self.seal(&key).to_vec();
        bytes.extend_from_slice(&key);
        Ok(BASE64.encode(bytes))
    }

    fn seal(&self, key: &[u8]) -> [u8; SEAL] {
        let mac = self.secret.mac("page", &[&self.binding, key]);
        let mut seal = [0; SEAL];
        seal.copy_from_slice(&mac[..SEAL]);
        seal
    }
}

fn refused() -> Problem {
    Problem::new(
        Code::InvalidArgument,
        ErrorReason::PageTokenInvalid,
        "This page token is not from this list. Start again from the first page.",
    )
}

/// A count as the contract has it.
pub(crate) fn total(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
