//! What a SIM decides about a suggestion, and what must be said with it (¶12).

use crate::names::named;
use crate::rule::Fault;

named! {
    /// What was decided.
    pub enum Decision {
        /// The criterion is in evidence.
        Confirmed => "confirmed", "Confirmed";
        /// It is not, for a reason.
        Dismissed => "dismissed", "Dismissed";
    }
}

named! {
    /// Why a suggestion is dismissed: a short list, so that nobody types what everybody says.
    pub enum DismissReason {
        /// One year group unlike those before and after it.
        UnusualCohort => "unusual-cohort", "One unusual year group";
        /// Newer evidence than the figures says otherwise.
        Improving => "improving", "Newer evidence shows improvement";
        /// The school is acting on it, and it works.
        InHand => "in-hand", "The school has it in hand";
        /// The figures are wrong or leave something out.
        FiguresWrong => "figures-wrong", "The figures are wrong or incomplete";
        /// What the school is compared with does not fit it.
        NotComparable => "not-comparable", "The comparison does not fit this school";
        /// Something else, which the note says.
        Other => "other", "Another reason, in the note";
    }
}

/// Longest note, in characters.
pub const MAX_NOTE: usize = 4_000;

/// What is missing from a dismissal. A reason always, and a note where the reason is another one.
pub fn dismissal(reason: Option<DismissReason>, note: &str) -> Vec<Fault> {
    match reason {
        None => vec![Fault::new(
            "reason",
            "12",
            "say why the suggestion is dismissed: choose a reason",
        )],
        Some(DismissReason::Other) if note.trim().is_empty() => {
            vec![Fault::new("note", "12", "say what the other reason is")]
        }
        Some(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p12_a_dismissal_says_why() {
        let missing = |reason, note| {
            let faults = dismissal(reason, note);
            faults.first().map(|fault| fault.field.clone())
        };
        assert_eq!(missing(None, "because"), Some("reason".to_owned()));
        assert_eq!(
            missing(Some(DismissReason::Other), " "),
            Some("note".to_owned())
        );
        assert_eq!(missing(Some(DismissReason::Other), "Moved site"), None);
        assert_eq!(missing(Some(DismissReason::InHand), ""), None);
    }
}
