//! The programme contexts of paragraph 7 in words for people, and as forms send them.

use llpr_client::v1::ProgrammeContextKind;

use super::{Choice, choices, read_word, word};

/// What a context says of a school.
pub(crate) fn kind(kind: ProgrammeContextKind) -> &'static str {
    match kind {
        ProgrammeContextKind::Unspecified => "Not decided yet",
        ProgrammeContextKind::SignificantSupport => "Likely need for significant support",
        ProgrammeContextKind::RecentSupport => "Recent successful support",
        ProgrammeContextKind::Other => "Not currently or recently supported",
    }
}

/// The same in a cell of a wide table.
pub(crate) fn short(kind: ProgrammeContextKind) -> &'static str {
    match kind {
        ProgrammeContextKind::Unspecified => "To decide",
        ProgrammeContextKind::SignificantSupport => "Significant support",
        ProgrammeContextKind::RecentSupport => "Recent support",
        ProgrammeContextKind::Other => "Not supported",
    }
}

/// How many visits the year has, and what they are; empty where nobody knows.
pub(crate) fn visits(kind: ProgrammeContextKind, count: i32) -> String {
    match (kind, count) {
        (_, 0) | (ProgrammeContextKind::Unspecified, _) => String::new(),
        (ProgrammeContextKind::SignificantSupport, _) => {
            "The review, as a part of a wider strategy with visits of its own".into()
        }
        (_, 1) => "1 visit, which is the review".into(),
        (_, many) => format!("{many} visits, one of which is the review"),
    }
}

/// The word of a context.
pub(crate) fn kind_word(kind: ProgrammeContextKind) -> String {
    word(kind.as_str_name(), "PROGRAMME_CONTEXT_KIND_")
}

/// The context that a form names; unspecified where it names none.
pub(crate) fn read_kind(text: &str) -> ProgrammeContextKind {
    read_word(text, kind_word)
}

/// The contexts to choose from.
pub(crate) fn kinds() -> Vec<Choice> {
    choices(kind_word, kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_offers_is_read_again() {
        for choice in kinds() {
            assert_eq!(kind(read_kind(&choice.value)), choice.text);
        }
        assert_eq!(read_kind("nonsense"), ProgrammeContextKind::Unspecified);
    }

    #[test]
    fn p7_exactly_one_of_the_visits_is_the_review() {
        use ProgrammeContextKind::{Other, RecentSupport, SignificantSupport, Unspecified};
        assert_eq!(visits(Other, 1), "1 visit, which is the review");
        assert_eq!(
            visits(RecentSupport, 2),
            "2 visits, one of which is the review"
        );
        assert!(visits(SignificantSupport, 1).starts_with("The review"));
        assert_eq!(visits(Unspecified, 0), "");
    }
}
