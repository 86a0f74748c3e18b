//! The session cookie: sealed, so that the browser can neither read nor change what it holds.

use axum::response::IntoResponse;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, Key, PrivateCookieJar, SameSite};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use rand::TryRng;
use rand::rngs::SysRng;

use crate::browser::Contents;

/// Bytes of a key at least; the cookie library takes no fewer.
const KEY_BYTES: usize = 64;

/// Browsers drop a cookie of more than 4096 bytes, name and attributes included, without a word.
const COOKIE_BYTES: usize = 4096;

/// Why a session key can't be used. The message doesn't repeat it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is none.
    #[error("there is no session key; make one with `llpr-web new-session-key`")]
    Missing,
    /// It is no base64 of at least 64 bytes.
    #[error("session key {number} is not base64 of at least 64 bytes")]
    Form {
        /// Its place in the list, from 1.
        number: usize,
    },
    /// The operating system gave no randomness for a new one.
    #[error("the operating system gave no randomness")]
    Randomness(#[source] rand::rngs::SysError),
}

/// A new session key: base64 of 64 random bytes, for [`Config::session_keys`](crate::Config).
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn new_session_key() -> Result<String, KeyError> {
    let mut bytes = [0; KEY_BYTES];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(KeyError::Randomness)?;
    Ok(STANDARD.encode(bytes))
}

/// Seals and opens the session cookie.
pub(crate) struct Sealer {
    first: Key,
    older: Vec<Key>,
    secure: bool,
}

/// What a request's cookie turned out to be.
pub(crate) enum Opened {
    /// There is no cookie.
    Absent,
    /// It was changed, or sealed with a key that is gone.
    Broken,
    /// It opens with the first key.
    Current(Contents),
    /// It opens with an older key, and is to be sealed again.
    Older(Contents),
}

/// What should be sealed does not fit into a cookie.
#[derive(Debug, thiserror::Error)]
#[error("the session takes {bytes} bytes, more than a cookie holds")]
pub(crate) struct TooLarge {
    bytes: usize,
}

impl Sealer {
    pub(crate) fn new(keys: &[String], secure: bool) -> Result<Self, KeyError> {
        let mut keys = keys
            .iter()
            .zip(1..)
            .map(|(key, number)| parse(key).ok_or(KeyError::Form { number }))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter();
        Ok(Self {
            first: keys.next().ok_or(KeyError::Missing)?,
            older: keys.collect(),
            secure,
        })
    }

    pub(crate) fn secure(&self) -> bool {
        self.secure
    }

    /// `__Host-` ties the cookie to HTTPS, this host and the path `/`, so no sibling host can
    /// plant one. Without HTTPS browsers refuse that name.
    pub(crate) fn name(&self) -> &'static str {
        if self.secure { "__Host-llpr" } else { "llpr" }
    }

    pub(crate) fn open(&self, headers: &HeaderMap) -> Opened {
        let Some(cookie) = CookieJar::from_headers(headers).get(self.name()).cloned() else {
            return Opened::Absent;
        };
        if cookie.value().len() > COOKIE_BYTES {
            return Opened::Broken;
        }
        if let Some(contents) = open_with(&self.first, &cookie) {
            return Opened::Current(contents);
        }
        self.older
            .iter()
            .find_map(|key| open_with(key, &cookie))
            .map_or(Opened::Broken, Opened::Older)
    }

    /// The `Set-Cookie` header for these contents.
    pub(crate) fn seal(&self, contents: &Contents) -> Result<HeaderValue, TooLarge> {
        // A map with text keys always has a JSON form; an empty text opens as no session.
        let plain = serde_json::to_string(contents).unwrap_or_default();
        let jar = PrivateCookieJar::new(self.first.clone()).add(self.cookie(plain));
        let header = jar.into_response().headers_mut().remove(SET_COOKIE);
        match header {
            Some(header) if header.len() <= COOKIE_BYTES => Ok(header),
            header => Err(TooLarge {
                bytes: header.map_or(0, |header| header.len()),
            }),
        }
    }

    /// Seals a text for a page that gives it back; what was sealed under another `name` doesn't
    /// open.
    pub(crate) fn seal_text(&self, name: &'static str, text: String) -> Option<String> {
        let jar = PrivateCookieJar::new(self.first.clone()).add(Cookie::new(name, text));
        let header = jar.into_response().headers_mut().remove(SET_COOKIE)?;
        let pair = header.to_str().ok()?.split(';').next()?.to_owned();
        Cookie::parse_encoded(pair)
            .ok()
            .map(|cookie| cookie.value().to_owned())
    }

    /// What [`Self::seal_text`] sealed, with this or an older key.
    pub(crate) fn open_text(&self, name: &'static str, sealed: &str) -> Option<String> {
        let cookie = Cookie::new(name, sealed.to_owned());
        std::iter::once(&self.first)
            .chain(&self.older)
            .find_map(|key| PrivateCookieJar::new(key.clone()).decrypt(cookie.clone()))
            .map(|opened| opened.value().to_owned())
    }

    /// No `Max-Age`: the session goes when the browser is closed, for staffroom computers are
    /// shared. `Lax`, because `Strict` would hold the cookie back when somebody follows a link
    /// from an e-mail, and show the sign-in page to a person who is signed in. Forms don't lean
    /// on it: see `csrf`.
    fn cookie(&self, value: String) -> Cookie<'static> {
        Cookie::build((self.name(), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .build()
    }
}

fn parse(key: &str) -> Option<Key> {
    let bytes = STANDARD.decode(key.trim()).ok()?;
    Key::try_from(bytes.as_slice()).ok()
}

fn open_with(key: &Key, cookie: &Cookie<'static>) -> Option<Contents> {
    let opened = PrivateCookieJar::new(key.clone()).decrypt(cookie.clone())?;
    serde_json::from_str(opened.value()).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::browser::Person;
    use http::header::COOKIE;

    fn contents() -> Contents {
        Contents {
            form_token: "a form token".into(),
            ..Contents::default()
        }
    }

    /// What a browser sends back after it was sent `set`.
    pub(crate) fn sent_back(set: &HeaderValue) -> HeaderMap {
        let set = set.to_str().unwrap();
        let pair = set.split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())])
    }

    #[test]
    fn what_was_sealed_opens_and_says_nothing_before() {
        let sealer = Sealer::new(&[new_session_key().unwrap()], true).unwrap();
        let set = sealer.seal(&contents()).unwrap();
        let text = set.to_str().unwrap();
        assert!(!text.contains("form"));
        for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(text.contains(attribute), "{attribute} in {text}");
        }
        assert!(text.starts_with("__Host-llpr=") && !text.contains("Max-Age"));
        let Opened::Current(opened) = sealer.open(&sent_back(&set)) else {
            panic!("the cookie doesn't open");
        };
        assert!(opened == contents());
    }

    #[test]
    fn each_key_opens_and_the_first_seals() {
        let (old, new) = (new_session_key().unwrap(), new_session_key().unwrap());
        let before = Sealer::new(std::slice::from_ref(&old), false).unwrap();
        let between = Sealer::new(&[new.clone(), old], false).unwrap();
        let after = Sealer::new(&[new], false).unwrap();

        let set = before.seal(&contents()).unwrap();
        assert!(matches!(after.open(&sent_back(&set)), Opened::Broken));
        let Opened::Older(opened) = between.open(&sent_back(&set)) else {
            panic!("the older key doesn't open");
        };
        let set = between.seal(&opened).unwrap();
        assert!(matches!(after.open(&sent_back(&set)), Opened::Current(_)));
    }

    #[test]
    fn a_changed_cookie_does_not_open() {
        let sealer = Sealer::new(&[new_session_key().unwrap()], false).unwrap();
        let set = sealer.seal(&contents()).unwrap();
        let pair = sent_back(&set)[COOKIE].to_str().unwrap().to_owned();
        // Not in the last group of four: base64 leaves some of its bits unused, so another letter
        // there may stand for the same bytes.
        let places = "llpr=".len()..pair.len() - 4;
        for place in places.step_by(7) {
            let mut changed = pair.clone();
            let other = if &changed[place..=place] == "A" {
                "B"
            } else {
                "A"
            };
            changed.replace_range(place..=place, other);
            let headers = HeaderMap::from_iter([(COOKIE, changed.parse().unwrap())]);
            // A letter within a percent sign's two may leave no cookie at all.
            let opened = sealer.open(&headers);
            assert!(
                matches!(opened, Opened::Broken | Opened::Absent),
                "{changed}"
            );
        }
        let plain = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("llpr={}"))]);
        assert!(matches!(sealer.open(&plain), Opened::Broken));
        assert!(matches!(sealer.open(&HeaderMap::new()), Opened::Absent));
    }

    #[test]
    fn a_session_that_no_cookie_holds_is_refused() {
        let sealer = Sealer::new(&[new_session_key().unwrap()], false).unwrap();
        let contents = Contents {
            person: Some(Person {
                name: "x".repeat(COOKIE_BYTES),
                display_name: String::new(),
            }),
            ..contents()
        };
        assert!(sealer.seal(&contents).is_err());
    }

    #[test]
    fn keys_are_long_and_random_and_there_is_one() {
        assert!(matches!(Sealer::new(&[], true), Err(KeyError::Missing)));
        for wrong in ["", "hush", &STANDARD.encode([7; 63])] {
            let keys = [new_session_key().unwrap(), wrong.into()];
            assert!(matches!(
                Sealer::new(&keys, true),
                Err(KeyError::Form { number: 2 })
            ));
        }
    }
}
