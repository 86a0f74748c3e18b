//! Passwords: argon2id at OWASP's minimum, hashed on threads of their own, a few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Shortest password in characters.
const SHORTEST: usize = 12;
/// Longest password in characters; the contract says the same.
const LONGEST: usize = 256;

/// Why a password was not hashed or checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    #[error("a password could not be hashed")]
    Hash(String),
}

/// What became of a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// It is accepted; its hash.
    Hash(String),
    /// It is not; why, and what would do.
    No(String),
}

/// How much work the hash of a new password takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hashing {
    /// What OWASP asks for at least.
    #[default]
    Owasp,
    /// As little as argon2id knows: for tests, which sign in thousands of times.
    Least,
}

impl Hashing {
    fn argon2(self) -> Argon2<'static> {
        match self {
            Self::Owasp => Argon2::default(),
            Self::Least => {
                let least = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None);
                Argon2::new(
                    Algorithm::Argon2id,
                    Version::V0x13,
                    least.unwrap_or_default(),
                )
            }
        }
    }
}

/// Hashes and checks passwords.
#[derive(Debug)]
pub(crate) struct Passwords {
    at_once: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    max_waiting: usize,
    hashing: Hashing,
    /// Hash of nobody's password: checking against it takes as long as against a real one.
    decoy: String,
}

impl Passwords {
    pub(crate) fn new(
        at_once: usize,
        max_waiting: usize,
        hashing: Hashing,
    ) -> Result<Self, PasswordError> {
        Ok(Self {
            at_once: Arc::new(Semaphore::new(at_once.max(1))),
            waiting: Arc::default(),
            max_waiting,
            hashing,
            decoy: hash_now(&hex::encode(super::keys::random::<16>()), hashing)?,
        })
    }

    /// The hash of a new password, or why it is not accepted: both take time, and have it on a
    /// thread of their own.
    pub(crate) async fn accept(
        &self,
        password: String,
        email: &str,
        name: &str,
    ) -> Result<Accepted, PasswordError> {
        let password = Zeroizing::new(password);
        let (email, name) = (email.to_owned(), name.to_owned());
        let hashing = self.hashing;
        self.on_thread(move || match objection(&password, &email, &name) {
            Some(objection) => Ok(Accepted::No(objection)),
            None => hash_now(&password, hashing).map(Accepted::Hash),
        })
        .await?
    }

    /// Whether a password is the one of a hash. Without a hash the answer is no, after the same
    /// work.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let password = Zeroizing::new(password);
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let fits = self
            .on_thread(move || {
                PasswordHash::new(&hash).is_ok_and(|hash| {
                    Argon2::default()
                        .verify_password(password.as_bytes(), &hash)
                        .is_ok()
                })
            })
            .await?;
        Ok(fits && known)
    }

    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Place::take(&self.waiting, self.max_waiting).ok_or(PasswordError::Busy)?;
        let permit = Arc::clone(&self.at_once)
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((permit, place));
            done
        });
        done.await
            .map_err(|error| PasswordError::Hash(error.to_string()))
    }
}

/// A place in the queue, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>, max: usize) -> Option<Self> {
        let place = Self(Arc::clone(waiting));
        (waiting.fetch_add(1, Ordering::SeqCst) < max).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn hash_now(password: &str, hashing: Hashing) -> Result<String, PasswordError> {
    hashing
        .argon2()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError::Hash(error.to_string()))
}

/// Why a new password is not accepted, if it is not, and what would do.
fn objection(password: &str, email: &str, name: &str) -> Option<String> {
    let folded = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let name = name.to_lowercase();
    let length = password.chars().count();
    if length < SHORTEST {
        Some("The password must have at least 12 characters. Three or four words that you remember do well.".into())
    } else if length > LONGEST {
        Some("The password must have at most 256 characters.".into())
    } else if [&local, &name]
        .iter()
        .any(|known| known.len() >= 4 && folded.contains(known.as_str()))
    {
        Some("The password contains the name or e-mail address. Choose words that nobody knows of you.".into())
    } else {
        easy_to_guess(password, &local, &name)
    }
}

/// Common passwords, dates, keyboard runs, repetitions, and what is known of the person: ten
/// thousand million guesses would find it. `zxcvbn` looks at the first hundred characters, and often
/// knows what it is that makes the password weak.
fn easy_to_guess(password: &str, local: &str, name: &str) -> Option<String> {
    let known: Vec<&str> = local
        .split(|c: char| !c.is_alphanumeric())
        .chain(name.split_whitespace())
        .chain(["llpr", "leadership", "learning", "progress", "review"])
        .collect();
    let judged = zxcvbn::zxcvbn(password, &known);
    if judged.score() >= zxcvbn::Score::Three {
        return None;
    }
    let warning = judged
        .feedback()
        .and_then(zxcvbn::feedback::Feedback::warning);
    let why = warning.map_or_else(
        || "It is like those that people choose most often.".to_owned(),
        |warning| warning.to_string(),
    );
    Some(format!(
        "The password is easy to guess. {why} Three or four words that have nothing to do with each other do well."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_why() {
        let told = |password: &str| {
            objection(
                password,
                "alison.thwaite@marlshire.example",
                "Alison Thwaite",
            )
        };
        assert!(told("short").is_some_and(|text| text.contains("at least 12")));
        assert!(told(&"maple".repeat(60)).is_some_and(|text| text.contains("at most 256")));
        for common in [
            "aaaaaaaaaaaaAA",
            "Password1234!",
            "qwertyuiop123",
            "letmein123456",
            "iloveyou12345",
            "P@ssw0rdP@ssw0rd",
            "123456789012",
            "Welcome2024!",
            "Thwaite-2024",
            "abcdefghijklm",
        ] {
            assert!(
                told(common).is_some_and(|text| text.contains("easy to guess")),
                "{common}"
            );
        }
        assert!(told("Alison.Thwaite2024").is_some_and(|text| text.contains("contains the name")));
        for strong in [
            "maple river lantern",
            "harbour violet anvil",
            "correct horse battery",
            "k9Fq2mXw7RzT",
        ] {
            assert_eq!(told(strong), None, "{strong}");
        }
        let row = told("qwertyuiop123").unwrap_or_default();
        assert!(
            row.contains("very common") && row.ends_with("do well."),
            "{row}"
        );
    }

    #[tokio::test]
    async fn nobody_signs_in_against_the_decoy() -> Result<(), PasswordError> {
        let passwords = Passwords::new(1, 4, Hashing::default())?;
        let accepted = passwords
            .accept("maple river lantern".into(), "", "")
            .await?;
        let Accepted::Hash(hash) = accepted else {
            panic!("{accepted:?}");
        };
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            passwords
                .verify("maple river lantern".into(), Some(hash.clone()))
                .await?
        );
        assert!(!passwords.verify("maple river".into(), Some(hash)).await?);
        assert!(!passwords.verify("maple river lantern".into(), None).await?);
        Ok(())
    }

    #[tokio::test]
    async fn a_full_queue_sheds() -> Result<(), PasswordError> {
        let passwords = Passwords::new(1, 0, Hashing::Least)?;
        assert!(matches!(
            passwords.accept("x".into(), "", "").await,
            Err(PasswordError::Busy)
        ));
        Ok(())
    }
}
