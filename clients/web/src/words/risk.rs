//! The annual risk analysis in words for people, and its choices as forms send them.

use llpr_client::v1::{
    DismissReason, DistrictReviewState, Period, PupilGroup, RiskCriterionState, RiskDirection,
    RiskState, RiskUrgency, SuggestionChange, SuggestionSeverity, SuggestionState,
};

use super::{Choice, choices, read_word, word};

/// What an assessment says.
pub(crate) fn state(state: RiskState) -> &'static str {
    match state {
        RiskState::Unspecified | RiskState::Unreviewed => "Not reviewed yet",
        RiskState::NoConcern => "Reviewed without concern",
        RiskState::AtRisk => "At risk",
    }
}

/// The tag's colour, beside the words and never instead of them.
pub(crate) fn state_tag(state: RiskState) -> &'static str {
    match state {
        RiskState::Unspecified | RiskState::Unreviewed => "govuk-tag--grey",
        RiskState::NoConcern => "govuk-tag--green",
        RiskState::AtRisk => "govuk-tag--orange",
    }
}

/// Why acceleration is urgent (paragraph 12); empty where it is not.
pub(crate) fn urgency(urgency: RiskUrgency) -> &'static str {
    match urgency {
        RiskUrgency::Unspecified => "",
        RiskUrgency::ArrestDecline => "To arrest decline",
        RiskUrgency::Pupils => "Pupils' well-being, inclusion or outcomes",
        RiskUrgency::AdverseInspection => "Threat of an adverse inspection",
    }
}

/// The direction of travel; empty where it was not said.
pub(crate) fn direction(direction: RiskDirection) -> &'static str {
    match direction {
        RiskDirection::Unspecified => "",
        RiskDirection::Improving => "Improving",
        RiskDirection::Steady => "Steady",
        RiskDirection::Declining => "Declining",
    }
}

/// Where a criterion by judgement stands.
pub(crate) fn criterion(state: RiskCriterionState) -> &'static str {
    match state {
        RiskCriterionState::Unspecified => "Not given",
        RiskCriterionState::Proposed => "Proposed",
        RiskCriterionState::Confirmed => "In evidence",
        RiskCriterionState::Dismissed => "Dismissed",
    }
}

pub(crate) fn criterion_tag(state: RiskCriterionState) -> &'static str {
    match state {
        RiskCriterionState::Proposed => "govuk-tag--yellow",
        RiskCriterionState::Confirmed => "govuk-tag--orange",
        RiskCriterionState::Unspecified | RiskCriterionState::Dismissed => "govuk-tag--grey",
    }
}

/// Where a suggestion stands.
pub(crate) fn suggestion(state: SuggestionState) -> &'static str {
    match state {
        SuggestionState::Unspecified | SuggestionState::Open => "To decide",
        SuggestionState::Confirmed => "Confirmed",
        SuggestionState::Dismissed => "Dismissed",
    }
}

pub(crate) fn suggestion_tag(state: SuggestionState) -> &'static str {
    match state {
        SuggestionState::Unspecified | SuggestionState::Open => "govuk-tag--yellow",
        SuggestionState::Confirmed => "govuk-tag--orange",
        SuggestionState::Dismissed => "govuk-tag--grey",
    }
}

/// What has become of the evidence since the last decision; none where it is the same.
pub(crate) fn change(change: SuggestionChange) -> Option<&'static str> {
    match change {
        SuggestionChange::Unspecified => None,
        SuggestionChange::Changed => Some(
            "The figures are others now than when this was decided. Decide again, or leave it as it is.",
        ),
        SuggestionChange::Cleared => {
            Some("Data no longer suggests this. The decision stands until somebody changes it.")
        }
    }
}

/// How far from England it is; none where nothing is measured.
pub(crate) fn severity(severity: SuggestionSeverity) -> Option<&'static str> {
    match severity {
        SuggestionSeverity::Unspecified => None,
        SuggestionSeverity::Below => Some("further from England than the county tolerates"),
        SuggestionSeverity::WellBelow => {
            Some("much further from England than the county tolerates")
        }
    }
}

/// Why a suggestion is dismissed.
pub(crate) fn reason(reason: DismissReason) -> &'static str {
    match reason {
        DismissReason::Unspecified => "",
        DismissReason::UnusualCohort => "One unusual year group",
        DismissReason::Improving => "Newer evidence shows improvement",
        DismissReason::InHand => "The school has it in hand",
        DismissReason::FiguresWrong => "The figures are wrong or incomplete",
        DismissReason::NotComparable => "The comparison does not fit this school",
        DismissReason::Other => "Another reason, which the note says",
    }
}

/// The pupils of a figure, and nothing where it speaks of all.
pub(crate) fn pupils(group: PupilGroup) -> Option<&'static str> {
    match group {
        PupilGroup::Unspecified | PupilGroup::All => None,
        other => Some(super::group(other)),
    }
}

/// Where a district's review is.
pub(crate) fn review(state: DistrictReviewState) -> &'static str {
    match state {
        DistrictReviewState::Unspecified | DistrictReviewState::NotBegun => "Not begun",
        DistrictReviewState::Draft => "Not shared yet",
        DistrictReviewState::Shared => "Shared",
        DistrictReviewState::Acknowledged => "Read by the county manager",
    }
}

pub(crate) fn review_tag(state: DistrictReviewState) -> &'static str {
    match state {
        DistrictReviewState::Unspecified | DistrictReviewState::NotBegun => "govuk-tag--grey",
        DistrictReviewState::Draft => "govuk-tag--yellow",
        DistrictReviewState::Shared => "",
        DistrictReviewState::Acknowledged => "govuk-tag--green",
    }
}

/// The part of a year that a figure is about, as the rest of a sentence.
pub(crate) fn period(period: Period) -> &'static str {
    match period {
        Period::Unspecified | Period::Year => "the whole year",
        Period::YearToDate => "from September on",
        Period::Autumn => "autumn term",
        Period::Spring => "spring term",
        Period::Summer => "summer term",
        Period::AutumnSpring => "autumn and spring term",
    }
}

/// The word of an assessment's state.
pub(crate) fn state_word(state: RiskState) -> String {
    word(state.as_str_name(), "RISK_STATE_")
}

/// The state that a form or an address names; unspecified where it names none.
pub(crate) fn read_state(word: &str) -> RiskState {
    read_word(word, state_word)
}

/// The word of an urgency.
pub(crate) fn urgency_word(urgency: RiskUrgency) -> String {
    word(urgency.as_str_name(), "RISK_URGENCY_")
}

/// The urgency that a form or an address names; unspecified where it names none.
pub(crate) fn read_urgency(word: &str) -> RiskUrgency {
    read_word(word, urgency_word)
}

/// The urgencies to choose from.
pub(crate) fn urgencies() -> Vec<Choice> {
    choices(urgency_word, urgency).collect()
}

/// The word of a direction.
pub(crate) fn direction_word(direction: RiskDirection) -> String {
    word(direction.as_str_name(), "RISK_DIRECTION_")
}

/// The direction that a form names; unspecified where it names none.
pub(crate) fn read_direction(word: &str) -> RiskDirection {
    read_word(word, direction_word)
}

/// The directions to choose from.
pub(crate) fn directions() -> Vec<Choice> {
    choices(direction_word, direction).collect()
}

fn reason_word(reason: DismissReason) -> String {
    word(reason.as_str_name(), "DISMISS_REASON_")
}

/// The reason that a form names; unspecified where it names none.
pub(crate) fn read_reason(word: &str) -> DismissReason {
    read_word(word, reason_word)
}

/// The short list of reasons.
pub(crate) fn reasons() -> Vec<Choice> {
    std::iter::once(Choice::new("", "Choose a reason"))
        .chain(choices(reason_word, reason))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_offers_is_read_again() {
        for choice in reasons().iter().skip(1) {
            assert_eq!(reason(read_reason(&choice.value)), choice.text);
        }
        for choice in directions() {
            assert_eq!(direction(read_direction(&choice.value)), choice.text);
        }
        for choice in urgencies() {
            assert_eq!(urgency(read_urgency(&choice.value)), choice.text);
        }
        assert_eq!(read_state("at-risk"), RiskState::AtRisk);
        for nonsense in ["", "unspecified", "AT_RISK", "<Infant>"] {
            assert_eq!(read_state(nonsense), RiskState::Unspecified);
            assert_eq!(read_reason(nonsense), DismissReason::Unspecified);
            assert_eq!(read_urgency(nonsense), RiskUrgency::Unspecified);
        }
    }
}
