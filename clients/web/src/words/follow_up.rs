//! Contacts and actions that follow from the risk analysis (paragraph 13) in words for people, and
//! their choices as forms send them.

use llpr_client::v1::{
    ContactMeans, ContactParty, ContactPurpose, FollowUpActionKind, FollowUpActionState,
};

use super::{Choice, all, choices, read_word, word};

/// Which of the five kinds an action is.
pub(crate) fn kind(kind: FollowUpActionKind) -> &'static str {
    match kind {
        FollowUpActionKind::Unspecified => "Action",
        FollowUpActionKind::Visit => "Visit by the school improvement manager or the partner",
        FollowUpActionKind::EarlyReview => "Early review",
        FollowUpActionKind::SupportPackage => "Bespoke package of support",
        FollowUpActionKind::GoverningBodyVisit => "Visit to the full governing body",
        FollowUpActionKind::AcademyContact => "Contact with an academy and those who answer for it",
    }
}

/// Where an action stands. What is past its day is said instead of open.
pub(crate) fn state(state: FollowUpActionState, overdue: bool) -> &'static str {
    match (state, overdue) {
        (FollowUpActionState::Open, true) => "Overdue",
        (FollowUpActionState::Open, false) => "Open",
        (FollowUpActionState::Done, _) => "Done",
        (FollowUpActionState::Dropped, _) => "Dropped",
        (FollowUpActionState::Unspecified, _) => "Not given",
    }
}

/// The tag's colour, beside the words and never instead of them.
pub(crate) fn state_tag(state: FollowUpActionState, overdue: bool) -> &'static str {
    match (state, overdue) {
        (FollowUpActionState::Open, true) => "govuk-tag--red",
        (FollowUpActionState::Open, false) => "govuk-tag--yellow",
        (FollowUpActionState::Done, _) => "govuk-tag--green",
        (FollowUpActionState::Dropped | FollowUpActionState::Unspecified, _) => "govuk-tag--grey",
    }
}

/// Who was contacted, or is to be.
pub(crate) fn party(party: ContactParty) -> &'static str {
    match party {
        ContactParty::Unspecified => "Not given",
        ContactParty::School => "The school",
        ContactParty::GoverningBody => "The governing body",
        ContactParty::Trust => "The academy trust",
        ContactParty::Sponsor => "The sponsor",
        ContactParty::RegionalDirector => "The Regional Director",
    }
}

/// A party, with the register's name for it where there is one.
pub(crate) fn named_party(one: ContactParty, name: &str) -> String {
    match name {
        "" => party(one).to_owned(),
        name => format!("{}: {name}", party(one)),
    }
}

/// How a contact was made.
pub(crate) fn means(means: ContactMeans) -> &'static str {
    match means {
        ContactMeans::Unspecified => "Not given",
        ContactMeans::Visit => "In person",
        ContactMeans::Telephone => "By telephone",
        ContactMeans::Video => "By video call",
        ContactMeans::Email => "By e-mail",
        ContactMeans::Letter => "By letter",
    }
}

/// What a contact was for.
pub(crate) fn purpose(purpose: ContactPurpose) -> &'static str {
    match purpose {
        ContactPurpose::Unspecified => "Not given",
        ContactPurpose::DiscussIssues => "To discuss what the analysis has highlighted",
        ContactPurpose::AgreeActions => "To agree actions on issues that are not resolved",
        ContactPurpose::Capacity => "To agree support for the school's capacity to improve",
        ContactPurpose::AcademyConcern => "To discuss concerns about the academy's performance",
    }
}

/// The word of a kind.
pub(crate) fn kind_word(kind: FollowUpActionKind) -> String {
    word(kind.as_str_name(), "FOLLOW_UP_ACTION_KIND_")
}

/// The kind that a form names; unspecified where it names none.
pub(crate) fn read_kind(text: &str) -> FollowUpActionKind {
    read_word(text, kind_word)
}

/// The kinds to choose from; the last is for academies only.
pub(crate) fn kinds(is_academy: bool) -> Vec<Choice> {
    let fits = |one: &FollowUpActionKind| is_academy || *one != FollowUpActionKind::AcademyContact;
    std::iter::once(Choice::new("", "Choose a kind"))
        .chain(
            all::<FollowUpActionKind>()
                .filter(fits)
                .map(|one| Choice::new(kind_word(one), kind(one))),
        )
        .collect()
}

/// The word of a party.
pub(crate) fn party_word(party: ContactParty) -> String {
    word(party.as_str_name(), "CONTACT_PARTY_")
}

/// The party that a form or an address names; unspecified where it names none.
pub(crate) fn read_party(text: &str) -> ContactParty {
    read_word(text, party_word)
}

/// Whom to choose from: trust, sponsor and Regional Director are for academies only.
pub(crate) fn parties(is_academy: bool, has_sponsor: bool) -> Vec<Choice> {
    let fits = |one: &ContactParty| match one {
        ContactParty::School | ContactParty::GoverningBody => true,
        ContactParty::Trust | ContactParty::RegionalDirector => is_academy,
        ContactParty::Sponsor => is_academy && has_sponsor,
        ContactParty::Unspecified => false,
    };
    std::iter::once(Choice::new("", "Choose who"))
        .chain(
            all::<ContactParty>()
                .filter(fits)
                .map(|one| Choice::new(party_word(one), party(one))),
        )
        .collect()
}

fn means_word(means: ContactMeans) -> String {
    word(means.as_str_name(), "CONTACT_MEANS_")
}

/// The means that a form names; unspecified where it names none.
pub(crate) fn read_means(text: &str) -> ContactMeans {
    read_word(text, means_word)
}

/// The means to choose from.
pub(crate) fn all_means() -> Vec<Choice> {
    std::iter::once(Choice::new("", "Choose how"))
        .chain(choices(means_word, means))
        .collect()
}

/// The word of a purpose.
pub(crate) fn purpose_word(purpose: ContactPurpose) -> String {
    word(purpose.as_str_name(), "CONTACT_PURPOSE_")
}

/// The purpose that a form names; unspecified where it names none.
pub(crate) fn read_purpose(text: &str) -> ContactPurpose {
    read_word(text, purpose_word)
}

/// The purposes to choose from; the last is for academies only.
pub(crate) fn purposes(is_academy: bool) -> Vec<Choice> {
    let fits = |one: &ContactPurpose| is_academy || *one != ContactPurpose::AcademyConcern;
    std::iter::once(Choice::new("", "Choose what for"))
        .chain(
            all::<ContactPurpose>()
                .filter(fits)
                .map(|one| Choice::new(purpose_word(one), purpose(one))),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_offers_is_read_again() {
        for choice in kinds(true).iter().skip(1) {
            assert_eq!(kind(read_kind(&choice.value)), choice.text);
        }
        for choice in parties(true, true).iter().skip(1) {
            assert_eq!(party(read_party(&choice.value)), choice.text);
        }
        for choice in all_means().iter().skip(1) {
            assert_eq!(means(read_means(&choice.value)), choice.text);
        }
        for choice in purposes(true).iter().skip(1) {
            assert_eq!(purpose(read_purpose(&choice.value)), choice.text);
        }
        for nonsense in ["", "unspecified", "EARLY_REVIEW", "<Infant>"] {
            assert_eq!(read_kind(nonsense), FollowUpActionKind::Unspecified);
            assert_eq!(read_party(nonsense), ContactParty::Unspecified);
        }
    }

    #[test]
    fn p13e_only_about_an_academy_are_others_contacted() {
        let words = |choices: Vec<Choice>| choices.into_iter().map(|one| one.value).skip(1);
        let maintained: Vec<String> = words(parties(false, true)).collect();
        assert_eq!(maintained, ["school", "governing-body"]);
        assert_eq!(words(parties(true, false)).count(), 4);
        assert_eq!(words(kinds(false)).count(), 4);
        assert_eq!(words(purposes(false)).count(), 3);
        assert_eq!(
            named_party(ContactParty::Trust, "Marl Trust"),
            "The academy trust: Marl Trust"
        );
    }
}
