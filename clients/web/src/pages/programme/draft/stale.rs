//! Somebody else saved meanwhile: what stands now beside what was typed.

use llpr_client::v1;
use similar::{ChangeTag, TextDiff};

use crate::pages::programme::facts::Draft;

/// Lines around each difference.
const AROUND: usize = 2;

/// Who saved, when, and how their document differs from the one that was typed.
pub(super) struct Stale {
    pub(super) drafters: String,
    pub(super) written: String,
    /// Places that differ, each as its lines.
    pub(super) places: Vec<Vec<Line>>,
}

/// A line of either document.
pub(super) struct Line {
    pub(super) side: Side,
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Both,
    /// Only in what stands now.
    Theirs,
    /// Only in what was typed.
    Yours,
}

impl Line {
    /// Never by colour alone.
    pub(super) fn word(&self) -> &'static str {
        match self.side {
            Side::Both => "",
            Side::Theirs => "Saved:",
            Side::Yours => "Yours:",
        }
    }

    pub(super) fn class(&self) -> &'static str {
        match self.side {
            Side::Both => "",
            Side::Theirs => "llpr-diff--theirs",
            Side::Yours => "llpr-diff--yours",
        }
    }
}

impl Stale {
    pub(super) fn of(stored: &v1::ProgrammeDraft, typed: &str) -> Self {
        let facts = Draft::of(stored, "");
        Self {
            drafters: facts.drafters,
            written: facts.written,
            places: places(&stored.document, typed),
        }
    }
}

fn places(theirs: &str, yours: &str) -> Vec<Vec<Line>> {
    let diff = TextDiff::from_lines(theirs, yours);
    diff.grouped_ops(AROUND)
        .iter()
        .map(|group| {
            let changes = group.iter().flat_map(|op| diff.iter_changes(op));
            changes
                .map(|change| Line {
                    side: match change.tag() {
                        ChangeTag::Equal => Side::Both,
                        ChangeTag::Delete => Side::Theirs,
                        ChangeTag::Insert => Side::Yours,
                    },
                    text: change.value().trim_end().to_owned(),
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
impl Stale {
    pub(super) fn sample() -> Self {
        let stored = v1::ProgrammeDraft {
            document: "a\nb <b>Byron</b>\nc\n".into(),
            drafters: vec![v1::ProgrammePerson {
                display_name: "Ada <b>Byron</b>".into(),
                ..Default::default()
            }],
            ..Default::default()
        };
        Self::of(&stored, "a\nB <b>Byron</b>\nc\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_a_difference_are_shown_with_some_lines_around() {
        let theirs = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let yours = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n";
        let places = places(theirs, yours);
        let [place] = places.as_slice() else {
            panic!("one place differs, not {}", places.len());
        };
        let lines: Vec<_> = place
            .iter()
            .map(|line| (line.side, line.text.as_str()))
            .collect();
        let (both, theirs, yours) = (Side::Both, Side::Theirs, Side::Yours);
        assert_eq!(
            lines,
            [
                (both, "3"),
                (both, "4"),
                (theirs, "5"),
                (yours, "five"),
                (both, "6"),
                (both, "7")
            ]
        );
        assert!(super::places("a\n", "a\n").is_empty());
    }
}
