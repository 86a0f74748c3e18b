//! Access tokens and refresh tokens: what we did not make to the byte is never accepted.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

use crate::seals::{Edit, edited, seals};

/// A moment in the life of every token.
const NOW: i64 = 1_800_000_000;
/// What is signed: users with their sessions.
const SIGNED: [(&str, &str); 3] = [
    (
        "0198c0de-0000-7000-8000-000000000001",
        "0198c0de-0000-7000-8000-00000000000a",
    ),
    (
        "0198c0de-0000-7000-8000-000000000002",
        "0198c0de-0000-7000-8000-00000000000b",
    ),
    ("", ""),
];

/// What somebody presents as a token.
#[derive(Debug, arbitrary::Arbitrary)]
pub enum Forged {
    /// Any text.
    Text(String),
    /// A token of ours with changes.
    Edited {
        /// Which one.
        token: u8,
        /// The changes.
        edits: Vec<Edit>,
    },
    /// A token that is put together: each part another's, or of the forger's own making.
    Parts {
        /// Header, claims and signature.
        parts: [Part; 3],
    },
    /// A refresh token of ours with changes.
    Refresh {
        /// Which one.
        token: u8,
        /// The changes.
        edits: Vec<Edit>,
    },
}

/// A part of a token.
#[derive(Debug, arbitrary::Arbitrary)]
pub enum Part {
    /// The one of a token of ours.
    Ours(u8),
    /// Bytes that are encoded as they should be.
    Encoded(Vec<u8>),
    /// Ours, decoded, changed and encoded again.
    Changed(u8, Vec<Edit>),
}

static ACCESS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let sign = |(user, session): &(&str, &str)| seals().access_token(user, session, NOW, 600);
    SIGNED
        .iter()
        .map(|each| sign(each).expect("signed"))
        .collect()
});
static REFRESH: LazyLock<Vec<String>> = LazyLock::new(|| {
    let seal = |(_, session): &(&str, &str)| seals().refresh_token(session, 7);
    SIGNED.iter().map(seal).collect()
});

fn pick(all: &[String], which: u8) -> &str {
    &all[usize::from(which) % all.len()]
}

impl Forged {
    /// Shows it to the server's own check.
    pub fn present(&self) {
        match self {
            Self::Text(text) => {
                access(text);
                refresh(text);
            }
            Self::Edited { token, edits } => access(&edited(pick(&ACCESS, *token), edits)),
            Self::Parts { parts } => {
                let parts: Vec<String> = parts
                    .iter()
                    .enumerate()
                    .map(|(at, part)| part.text(at))
                    .collect();
                access(&parts.join("."));
            }
            Self::Refresh { token, edits } => refresh(&edited(pick(&REFRESH, *token), edits)),
        }
    }
}

impl Part {
    fn text(&self, at: usize) -> String {
        let ours = |which: u8| pick(&ACCESS, which).split('.').nth(at).unwrap_or_default();
        match self {
            Self::Ours(which) => ours(*which).to_owned(),
            Self::Encoded(bytes) => BASE64.encode(bytes),
            Self::Changed(which, edits) => {
                let plain = BASE64.decode(ours(*which)).expect("ours is encoded");
                BASE64.encode(edited(&String::from_utf8_lossy(&plain), edits))
            }
        }
    }
}

fn access(token: &str) {
    let signed = ACCESS
        .iter()
        .position(|ours| ours == token)
        .map(|at| SIGNED[at]);
    let told = seals().verified(token, NOW);
    let told = told
        .as_ref()
        .map(|(user, session)| (user.as_str(), session.as_str()));
    assert_eq!(told, signed, "{token}");
    // Nor is it accepted once its time is over.
    assert_eq!(seals().verified(token, NOW + 3600), None, "{token}");
}

fn refresh(token: &str) {
    let sealed = REFRESH
        .iter()
        .position(|ours| ours == token)
        .map(|at| SIGNED[at].1);
    let told = seals().read_refresh_token(token);
    let told = told
        .as_ref()
        .map(|(session, generation)| (session.as_str(), *generation));
    assert_eq!(told, sealed.map(|session| (session, 7)), "{token}");
}
