//! A form whose sender's session had ended: what was typed comes back to the same person after
//! signing in, and to nobody else at a shared computer.
//!
//! It travels sealed within the sign-in page, so no web server holds it.

use axum::body::Bytes;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::parse;

use crate::app::KEPT_BYTES;
use crate::browser::{Browser, Person};
use crate::local_path::LocalPath;
use crate::seal::Sealer;

const NAME: &str = "kept-form";

/// The field that proves where a form comes from; a new one takes its place.
const CSRF: &str = "csrf";

/// What somebody typed and where it was to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// `users/{id}`.
    person: String,
    pub(crate) path: LocalPath,
    pub(crate) fields: Vec<(String, String)>,
}

impl Kept {
    /// The form, if a page of ours gave it to this browser's person. Passwords are left out.
    pub(crate) fn of(browser: &Browser, path: LocalPath, body: &Bytes) -> Option<Self> {
        let Person { name, .. } = browser.person()?;
        let known = browser.known_form_token()?;
        let all: Vec<(String, String)> = parse(body).into_owned().collect();
        let ours = all
            .iter()
            .any(|(name, value)| name == CSRF && *value == known);
        if !ours || body.len() > KEPT_BYTES {
            return None;
        }
        let fields: Vec<_> = all
            .into_iter()
            .filter(|(name, _)| name != CSRF && !name.contains("password"))
            .collect();
        (!fields.is_empty()).then_some(Self {
            person: name,
            path,
            fields,
        })
    }

    pub(crate) fn seal(&self, sealer: &Sealer) -> Option<String> {
        sealer.seal_text(NAME, serde_json::to_string(self).ok()?)
    }

    /// What was sealed, for this person only.
    pub(crate) fn open(sealer: &Sealer, text: &str, person: &str) -> Option<Self> {
        let text = sealer.open_text(NAME, text)?;
        let kept: Self = serde_json::from_str(&text).ok()?;
        (kept.person == person).then_some(kept)
    }
}

#[cfg(test)]
impl Kept {
    pub(crate) fn sample() -> Self {
        Self {
            person: "users/1".into(),
            path: LocalPath::from("/people".to_owned()),
            fields: vec![("name".into(), "Zo\u{eb} & \"ash\"; 100%".into())],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::new_session_key;

    #[test]
    fn it_opens_for_the_same_person_only() {
        let sealer = Sealer::new(&[new_session_key().unwrap()], true).unwrap();
        let text = Kept::sample().seal(&sealer).unwrap();
        // Long enough not to stand in sealed text by chance.
        assert!(!text.contains("users/1") && !text.contains("people"));
        assert_eq!(Kept::open(&sealer, &text, "users/1"), Some(Kept::sample()));
        assert_eq!(Kept::open(&sealer, &text, "users/2"), None);
        let other = Sealer::new(&[new_session_key().unwrap()], true).unwrap();
        assert_eq!(Kept::open(&other, &text, "users/1"), None);
        assert_eq!(Kept::open(&sealer, "nonsense", "users/1"), None);
    }
}
