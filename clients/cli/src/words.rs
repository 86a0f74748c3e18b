//! The contract's enums in the words of the command line: `ROLE_DATA_OFFICER` is `data-officer`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use llpr_client::Role;
use llpr_client::v1::{
    AgeBand, ChangeKind, ComparatorKind, ContactMeans, ContactParty, ContactPurpose, CriterionData,
    DismissReason, DistrictKind, DistrictReviewState, FollowUpActionKind, FollowUpActionState,
    FundingBasis, FunnelZone, GroupKind, ImportState, InspectionEra, InvitationState, IssueClass,
    MailKind, MailState, Marker, MissingReason, Period, Phase, ProgrammeChangeKind,
    ProgrammeContextKind, PromptCondition, PupilGroup, Release, RiskCriterionState, RiskDirection,
    RiskState, RiskUrgency, SchoolLinkKind, SchoolStatus, StrandAnswer, SuggestionChange,
    SuggestionSeverity, SuggestionState, SupportKind, SupportOutcome, TrendDirection, Unit,
};

/// An enum of the contract.
pub(crate) trait Words: Copy + Send + Sync + TryFrom<i32> + 'static {
    /// What all its names begin with.
    const PREFIX: &'static str;
    /// The name in the contract.
    fn proto_name(self) -> &'static str;
}

macro_rules! words {
    ($($kind:ty: $prefix:literal),* $(,)?) => {
        $(impl Words for $kind {
            const PREFIX: &'static str = $prefix;
            fn proto_name(self) -> &'static str {
                self.as_str_name()
            }
        })*
    };
}

words! {
    AgeBand: "AGE_BAND_",
    ChangeKind: "CHANGE_KIND_",
    ComparatorKind: "COMPARATOR_KIND_",
    ContactMeans: "CONTACT_MEANS_",
    ContactParty: "CONTACT_PARTY_",
    ContactPurpose: "CONTACT_PURPOSE_",
    CriterionData: "CRITERION_DATA_",
    DismissReason: "DISMISS_REASON_",
    DistrictKind: "DISTRICT_KIND_",
    DistrictReviewState: "DISTRICT_REVIEW_STATE_",
    FollowUpActionKind: "FOLLOW_UP_ACTION_KIND_",
    FollowUpActionState: "FOLLOW_UP_ACTION_STATE_",
    FundingBasis: "FUNDING_BASIS_",
    FunnelZone: "FUNNEL_ZONE_",
    GroupKind: "GROUP_KIND_",
    ImportState: "IMPORT_STATE_",
    InspectionEra: "INSPECTION_ERA_",
    InvitationState: "INVITATION_STATE_",
    IssueClass: "ISSUE_CLASS_",
    MailKind: "MAIL_KIND_",
    MailState: "MAIL_STATE_",
    Marker: "MARKER_",
    MissingReason: "MISSING_REASON_",
    Period: "PERIOD_",
    Phase: "PHASE_",
    ProgrammeChangeKind: "PROGRAMME_CHANGE_KIND_",
    ProgrammeContextKind: "PROGRAMME_CONTEXT_KIND_",
    PromptCondition: "PROMPT_CONDITION_",
    PupilGroup: "PUPIL_GROUP_",
    Release: "RELEASE_",
    RiskCriterionState: "RISK_CRITERION_STATE_",
    RiskDirection: "RISK_DIRECTION_",
    RiskState: "RISK_STATE_",
    RiskUrgency: "RISK_URGENCY_",
    Role: "ROLE_",
    SchoolLinkKind: "SCHOOL_LINK_KIND_",
    SchoolStatus: "SCHOOL_STATUS_",
    StrandAnswer: "STRAND_ANSWER_",
    SuggestionChange: "SUGGESTION_CHANGE_",
    SuggestionSeverity: "SUGGESTION_SEVERITY_",
    SuggestionState: "SUGGESTION_STATE_",
    SupportKind: "SUPPORT_KIND_",
    SupportOutcome: "SUPPORT_OUTCOME_",
    TrendDirection: "TREND_DIRECTION_",
    Unit: "UNIT_",
}

/// The word for a value; empty for the unspecified one.
pub(crate) fn word<W: Words>(value: W) -> String {
    let name = value.proto_name();
    match name.strip_prefix(W::PREFIX).unwrap_or(name) {
        "UNSPECIFIED" => String::new(),
        name => name.to_ascii_lowercase().replace('_', "-"),
    }
}

/// The word for a value on the wire, or its number where a newer server sends one unknown here.
pub(crate) fn word_of<W: Words>(value: i32) -> String {
    W::try_from(value).map_or_else(|_| value.to_string(), word)
}

/// All values with their words, but for the unspecified one.
fn all<W: Words>() -> impl Iterator<Item = (String, W)> {
    // The contract numbers its enums from 1 without gaps.
    (1..).map_while(|number| W::try_from(number).ok().map(|value| (word(value), value)))
}

/// The value of a word; none where there is no such word.
pub(crate) fn named<W: Words>(text: &str) -> Option<W> {
    all::<W>().find_map(|(word, value)| (word == text).then_some(value))
}

/// Reads the word of a flag, and lists the words in help and completions.
pub(crate) fn parser<W: Words>() -> impl TypedValueParser<Value = W> {
    let words = all::<W>().map(|(word, _)| clap::builder::PossibleValue::new(word));
    PossibleValuesParser::new(words).try_map(|text| named::<W>(&text).ok_or("no such word"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lower_case_with_hyphens_and_none_is_lost() {
        assert_eq!(word(Role::DataOfficer), "data-officer");
        assert_eq!(word(Role::Unspecified), "");
        assert_eq!(word_of::<SchoolStatus>(2), "open-proposed-to-close");
        assert_eq!(word_of::<SchoolStatus>(77), "77");
        assert_eq!(all::<Role>().count(), 10);
        assert_eq!(all::<PupilGroup>().count(), 23);
    }
}
