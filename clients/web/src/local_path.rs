//! Where to go after signing in: a page of ours, never another site.

use serde::{Deserialize, Serialize};

/// More than any page of ours needs.
const LONGEST: usize = 2048;

/// The path of a page here, with its query. Anything else becomes `/`.
///
/// It begins with a single `/`. Browsers read `//host` and `/\host` as another host, and leave
/// out tabs and line ends before they look, so neither a backslash nor anything that is not
/// printable ASCII is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub(crate) struct LocalPath(String);

impl LocalPath {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for LocalPath {
    fn default() -> Self {
        Self("/".into())
    }
}

impl From<LocalPath> for String {
    fn from(LocalPath(path): LocalPath) -> Self {
        path
    }
}

impl From<String> for LocalPath {
    fn from(path: String) -> Self {
        let local = path.len() <= LONGEST
            && path.starts_with('/')
            && !path.starts_with("//")
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        // Signing in or out leads nowhere as an aim.
        if local && !path.starts_with("/sign-") {
            Self(path)
        } else {
            Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_taken() {
        for ours in ["/", "/schools", "/schools?q=a%20b&page_token=x", "/a//b"] {
            assert_eq!(LocalPath::from(ours.to_owned()).as_str(), ours);
        }
        for other in [
            "",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "evil.example",
            " //evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: x",
            "/sch\u{f6}ols",
            "/sign-in?next=/sign-in",
            "/sign-out",
            &format!("/{}", "x".repeat(LONGEST)),
        ] {
            assert_eq!(LocalPath::from(other.to_owned()).as_str(), "/", "{other:?}");
        }
    }
}
