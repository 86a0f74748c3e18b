//! What data suggested until other figures came.

use llpr_client::v1;

use crate::words::day;

/// A suggestion that stands no more.
pub(super) struct Earlier {
    pub(super) criterion: String,
    /// From when to when, and what came then.
    pub(super) when: String,
    /// What stood behind it, in words.
    pub(super) evidence: Vec<String>,
}

impl Earlier {
    pub(super) fn of(one: &v1::EarlierSuggestion) -> Self {
        let from = one.note_time.as_ref().map(day).unwrap_or_default();
        let until = one.end_time.as_ref().map(day).unwrap_or_default();
        let then = if one.cleared {
            "Later data suggests it no more."
        } else {
            "Later data suggests it for other reasons."
        };
        Self {
            criterion: format!("{}. {}", one.criterion, one.criterion_title),
            when: format!("From {from} to {until}. {then}"),
            evidence: one.evidence.iter().map(|one| one.words.clone()).collect(),
        }
    }

    #[cfg(test)]
    pub(super) fn sample() -> Self {
        Self::of(&v1::EarlierSuggestion {
            criterion: "b".into(),
            criterion_title: "Results <b>Byron</b>".into(),
            evidence: vec![v1::Evidence {
                words: "Nine of 24 <b>Byron</b>".into(),
                ..Default::default()
            }],
            ..Default::default()
        })
    }
}
