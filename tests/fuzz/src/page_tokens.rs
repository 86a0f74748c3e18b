//! Page tokens: what a list gave leads back to the same place in the same list, and nothing else
//! leads anywhere.

use crate::seals::{Edit, edited, seals};

/// A list's page token on its way back.
#[derive(Debug, arbitrary::Arbitrary)]
pub struct Forged {
    /// Where the next page begins.
    key: (String, i64),
    /// The list that gave it.
    list: String,
    /// The list that gets it.
    other: String,
    /// Changes on the way.
    edits: Vec<Edit>,
    /// Any text.
    text: String,
}

impl Forged {
    /// Shows it to the lists.
    pub fn present(&self) {
        let seals = seals();
        let token = seals.page_token(&self.list, &self.key).expect("a token");
        assert_eq!(seals.page(&self.list, &token), Some(self.key.clone()));
        if self.other != self.list {
            assert_eq!(seals.page(&self.other, &token), None, "{token}");
        }
        let changed = edited(&token, &self.edits);
        if changed != token {
            assert_eq!(seals.page(&self.list, &changed), None, "{changed}");
        }
        if self.text != token {
            assert_eq!(seals.page(&self.list, &self.text), None, "{}", self.text);
        }
    }
}
