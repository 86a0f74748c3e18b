//! Access tokens (JWT, `EdDSA`) and refresh tokens (session, generation and seal).

use std::collections::HashMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, Header, Validation};
use llpr_store::{Identity, Session};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::keys::{Secret, TokenKeys};

const ISSUER: &str = "llpr";
const AUDIENCE: &str = "llpr.v1";
/// RFC 9068: what an access token says it is, so that no other JWT passes for one.
const TYPE: &str = "at+jwt";
/// Clocks of servers may differ by this many seconds.
const LEEWAY: i64 = 5;
/// How many verified signatures are remembered.
const REMEMBERED: usize = 10_000;

/// Why a token is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the token is malformed, expired or not ours")]
    Refused,
    #[error("a token could not be signed")]
    Signing(#[source] jsonwebtoken::errors::Error),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// Id of the user.
    sub: String,
    /// Id of the session.
    sid: String,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// What is remembered of a token whose signature was right.
#[derive(Clone, Debug)]
struct Verified {
    claims: Claims,
    /// Id of the key: a token is no better than its key, which may be retired.
    kid: String,
}

/// Makes and checks tokens.
pub(crate) struct Tokens {
    keys: TokenKeys,
    validation: Validation,
    /// Tokens whose signature was right, by SHA-256: verifying costs more than the whole rest of
    /// a call. Whether session and roles stand is never remembered.
    verified: Mutex<HashMap<[u8; 32], Verified>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    pub(crate) fn new(keys: TokenKeys) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Times are checked against our own clock, on each use.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            keys,
            validation,
            verified: Mutex::default(),
        }
    }

    /// An access token for a session, valid from `now` for `life` seconds.
    pub(crate) fn access(
        &self,
        session: &Session,
        now: i64,
        life: i64,
    ) -> Result<String, TokenError> {
        let key = self.keys.newest().ok_or(TokenError::Refused)?;
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: session.user.clone(),
            sid: session.id.clone(),
            jti: Uuid::now_v7().to_string(),
            iat: now,
            nbf: now,
            exp: now + life,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(key.kid.clone());
        jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(TokenError::Signing)
    }

    /// Looks which keys there are now.
    pub(crate) fn refresh_keys(&self) -> Result<bool, super::keys::KeysError> {
        self.keys.refresh()
    }

    /// Who an access token speaks for at `now` (seconds since 1970).
    pub(crate) fn verify(&self, token: &str, now: i64) -> Result<Identity, TokenError> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let known = self.remembered(|verified| verified.get(&hash).cloned());
        let known = known.filter(|known| self.keys.find(&known.kid).is_some());
        let claims = if let Some(known) = known {
            known.claims
        } else {
            let found = self.decode(token)?;
            self.remembered(|verified| {
                if verified.len() >= REMEMBERED {
                    verified.retain(|_, known| known.claims.exp > now);
                }
                if verified.len() < REMEMBERED {
                    verified.insert(hash, found.clone());
                }
            });
            found.claims
        };
        let in_time =
            claims.exp > now - LEEWAY && claims.nbf <= now + LEEWAY && claims.iat <= now + LEEWAY;
        if in_time {
            Ok(Identity {
                user: claims.sub,
                session: claims.sid,
            })
        } else {
            Err(TokenError::Refused)
        }
    }

    fn remembered<T>(&self, f: impl FnOnce(&mut HashMap<[u8; 32], Verified>) -> T) -> T {
        let mut verified = self
            .verified
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        f(&mut verified)
    }

    fn decode(&self, token: &str) -> Result<Verified, TokenError> {
        let refused = |_| TokenError::Refused;
        let header = jsonwebtoken::decode_header(token).map_err(refused)?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(TokenError::Refused);
        }
        let kid = header.kid.ok_or(TokenError::Refused)?;
        let key = self.keys.find(&kid).ok_or(TokenError::Refused)?;
        let data = jsonwebtoken::decode::<Claims>(token, &key.decoding, &self.validation)
            .map_err(refused)?;
        Ok(Verified {
            claims: data.claims,
            kid,
        })
    }
}

/// The refresh token of a session's generation. It holds nothing that must be stored: the seal
/// shows that we made it, and the session's row says whether it is the latest.
pub(crate) fn refresh_token(secret: &Secret, session: &Session) -> String {
    let body = format!("{}.{}", session.id, session.generation);
    let seal = secret.mac("refresh", &[body.as_bytes()]);
    format!("{body}.{}", BASE64.encode(seal))
}

/// Session and generation of a refresh token that we made.
pub(crate) fn read_refresh_token(secret: &Secret, token: &str) -> Option<(String, i64)> {
    let (body, seal) = token.rsplit_once('.')?;
    let seal = BASE64.decode(seal).ok()?;
    let fits: bool = seal
        .ct_eq(&secret.mac("refresh", &[body.as_bytes()]))
        .into();
    if !fits {
        return None;
    }
    let (session, generation) = body.split_once('.')?;
    Some((session.to_owned(), generation.parse().ok()?))
}
