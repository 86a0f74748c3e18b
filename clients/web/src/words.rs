//! The contract's enums in words for people.

pub(crate) mod circumstances;
pub(crate) mod context;
pub(crate) mod follow_up;
pub(crate) mod programme;
pub(crate) mod risk;

use chrono::{DateTime, NaiveDate};
use llpr_client::Role;
use llpr_client::v1::{
    AgeBand, ChangeKind, DistrictKind, FundingBasis, ImportState, InvitationState, IssueClass,
    MailKind, MailState, Marker, Phase, PupilGroup, Release, SchoolLinkKind, SchoolStatus, Unit,
};
use prost_types::Timestamp;

/// An entry of a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
        }
    }
}

/// All values of an enum but the unspecified one: the contract numbers them from 1 without gaps.
pub(crate) fn all<E: TryFrom<i32>>() -> impl Iterator<Item = E> {
    (1..).map_while(|number| E::try_from(number).ok())
}

/// A value of an enum as forms and addresses write it: `in-hand` of `DISMISS_REASON_IN_HAND`.
fn word(name: &str, prefix: &str) -> String {
    let name = name.strip_prefix(prefix).unwrap_or(name);
    name.to_ascii_lowercase().replace('_', "-")
}

/// The value of an enum that a form or an address names; unspecified where it names none.
fn read_word<E: TryFrom<i32> + Copy + Default>(text: &str, word_of: fn(E) -> String) -> E {
    let found = all::<E>().find(|value| word_of(*value) == text);
    found.unwrap_or_default()
}

/// The values of an enum to choose from.
fn choices<E: TryFrom<i32> + Copy>(
    word_of: fn(E) -> String,
    text_of: fn(E) -> &'static str,
) -> impl Iterator<Item = Choice> {
    all::<E>().map(move |value| Choice::new(word_of(value), text_of(value)))
}

/// `words`, or what stands for an empty text.
pub(crate) fn given(words: String, otherwise: &str) -> String {
    if words.is_empty() {
        otherwise.into()
    } else {
        words
    }
}

pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Unspecified => "Unknown role",
        Role::Sim => "School improvement manager",
        Role::Llp => "Leadership and learning partner",
        Role::Headteacher => "Headteacher",
        Role::SchoolLeader => "School leader",
        Role::Governor => "Governor",
        Role::Clerk => "Clerk to the governors",
        Role::CountyManager => "County education manager",
        Role::Adviser => "Adviser",
        Role::DataOfficer => "Data officer",
        Role::Administrator => "Administrator",
    }
}

pub(crate) fn phase(phase: Phase, band: AgeBand) -> &'static str {
    match (phase, band) {
        (Phase::Primary, AgeBand::Infant) => "Infant",
        (Phase::Primary, AgeBand::Junior) => "Junior",
        (Phase::Primary, _) => "Primary",
        (Phase::Unspecified, _) => "Not given",
        (Phase::Nursery, _) => "Nursery",
        (Phase::MiddleDeemedPrimary, _) => "Middle (deemed primary)",
        (Phase::MiddleDeemedSecondary, _) => "Middle (deemed secondary)",
        (Phase::Secondary, _) => "Secondary",
        (Phase::AllThrough, _) => "All-through",
        (Phase::SixteenPlus, _) => "16 plus",
        (Phase::NotApplicable, _) => "Not applicable",
    }
}

pub(crate) fn status(status: SchoolStatus) -> &'static str {
    match status {
        SchoolStatus::Unspecified => "Not given",
        SchoolStatus::Open => "Open",
        SchoolStatus::OpenProposedToClose => "Open, proposed to close",
        SchoolStatus::Closed => "Closed",
        SchoolStatus::ProposedToOpen => "Proposed to open",
    }
}

pub(crate) fn funding(funding: FundingBasis) -> &'static str {
    match funding {
        FundingBasis::Unspecified => "Not given",
        FundingBasis::Maintained => "Maintained: the review is funded",
        FundingBasis::Academy => "Academy: the review can be bought",
        FundingBasis::Independent => "Independent: the review can be bought",
        FundingBasis::Other => "Other",
    }
}

pub(crate) fn district_kind(kind: DistrictKind) -> &'static str {
    match kind {
        DistrictKind::Unspecified => "Not given",
        DistrictKind::Improvement => "Improvement district",
        DistrictKind::Traded => "Schools of other authorities",
    }
}

pub(crate) fn link(kind: SchoolLinkKind) -> &'static str {
    match kind {
        SchoolLinkKind::Unspecified | SchoolLinkKind::Other => "Linked school",
        SchoolLinkKind::Predecessor => "Came before",
        SchoolLinkKind::Successor => "Came after",
        SchoolLinkKind::InfantJuniorPair => "Paired infant or junior school",
    }
}

pub(crate) fn group(group: PupilGroup) -> &'static str {
    match group {
        PupilGroup::Unspecified => "Not given",
        PupilGroup::All => "All pupils",
        PupilGroup::Girls => "Girls",
        PupilGroup::Boys => "Boys",
        PupilGroup::Disadvantaged => "Disadvantaged pupils",
        PupilGroup::NotDisadvantaged => "Pupils who are not disadvantaged",
        PupilGroup::EnglishAdditionalLanguage => "English as an additional language",
        PupilGroup::NonMobile => "Pupils who did not move school in Years 5 and 6",
        PupilGroup::LowPriorAttainment => "Low attainment at key stage 1",
        PupilGroup::MiddlePriorAttainment => "Middle attainment at key stage 1",
        PupilGroup::HighPriorAttainment => "High attainment at key stage 1",
        PupilGroup::FreeSchoolMeals => "Eligible for free school meals now",
        PupilGroup::FreeSchoolMealsEver => "Free school meals in the last six years",
        PupilGroup::EnglishFirstLanguage => "First language English",
        PupilGroup::LanguageUnclassified => "First language not known",
        PupilGroup::SenSupport => "Special educational needs support",
        PupilGroup::EhcPlan => "Education, health and care plan",
        PupilGroup::Sen => "Special educational needs: support or plan",
        PupilGroup::NoSen => "No special educational needs",
        PupilGroup::SocialWorker => "A social worker in the last six years",
        PupilGroup::ChildInNeed => "Children in need",
        PupilGroup::ChildProtectionPlan => "On a child protection plan",
        PupilGroup::LookedAfter => "Looked after",
        PupilGroup::PreviouslyLookedAfter => "Previously looked after",
    }
}

/// The word of a pupil group in addresses and in the programme, such as `disadvantaged`.
pub(crate) fn group_word(group: PupilGroup) -> String {
    let name = group.as_str_name();
    let name = name.strip_prefix("PUPIL_GROUP_").unwrap_or(name);
    name.to_ascii_lowercase().replace('_', "-")
}

pub(crate) fn marker(marker: Marker) -> &'static str {
    match marker {
        Marker::Unspecified => "",
        Marker::Suppressed => "suppressed: too few pupils to publish",
        Marker::NotApplicable => "does not apply",
        Marker::NotAvailable => "not available",
        Marker::NotPublished => "not published",
        Marker::LowCoverage => "too few pupils covered",
        Marker::NewSchool => "new school, no results yet",
        Marker::NoEligiblePupils => "no eligible pupils",
        Marker::RoundsToZero => "more than none, rounds to zero",
        Marker::Unreliable => "rests on too little to rely on",
        Marker::Hidden => "hidden because too few pupils",
    }
}

pub(crate) fn release(release: Release) -> &'static str {
    match release {
        Release::Unspecified => "",
        Release::Unvalidated => "Unvalidated",
        Release::Provisional => "Provisional",
        Release::Revised => "Revised",
        Release::Final => "Final",
    }
}

pub(crate) fn import_state(state: ImportState) -> &'static str {
    match state {
        ImportState::Unspecified => "Unknown",
        ImportState::Uploading => "Arriving",
        ImportState::Staged => "Ready to apply",
        ImportState::Rejected => "Rejected",
        ImportState::Applied => "Applied",
        ImportState::Discarded => "Discarded",
        ImportState::Reverted => "Taken back",
    }
}

/// The tag's colour, beside the words and never instead of them.
pub(crate) fn import_state_tag(state: ImportState) -> &'static str {
    match state {
        ImportState::Unspecified | ImportState::Discarded | ImportState::Reverted => {
            "govuk-tag--grey"
        }
        ImportState::Uploading => "govuk-tag--yellow",
        ImportState::Staged => "",
        ImportState::Rejected => "govuk-tag--red",
        ImportState::Applied => "govuk-tag--green",
    }
}

pub(crate) fn issue(class: IssueClass) -> &'static str {
    match class {
        IssueClass::Unspecified => "Other",
        IssueClass::Fatal => "Must be mended",
        IssueClass::Pending => "Waits for the register",
        IssueClass::Note => "Worth knowing",
    }
}

pub(crate) fn change(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Unspecified => "Other",
        ChangeKind::Added => "New",
        ChangeKind::Changed => "Changed",
        ChangeKind::Missing => "No longer there",
    }
}

pub(crate) fn invitation(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Unspecified => "Unknown",
        InvitationState::Waiting => "Waits for the person",
        InvitationState::Accepted => "Accepted",
        InvitationState::Expired => "Link too old: send it again",
        InvitationState::Cancelled => "Taken back",
    }
}

pub(crate) fn mail(state: MailState) -> &'static str {
    match state {
        MailState::Unspecified => "",
        MailState::Waiting => "Waits to be sent",
        MailState::Sent => "Sent",
        MailState::Failed => "Could not be sent",
        MailState::Dropped => "Not sent: its link had stopped working",
    }
}

pub(crate) fn mail_kind(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Unspecified => "Mail",
        MailKind::Invitation => "Invitation",
        MailKind::Role => "News of a role",
        MailKind::Password => "Link to choose a password",
        MailKind::SignIn => "Link to sign in",
    }
}

/// Why a mail was not sent, by the contract's code.
pub(crate) fn mail_failure(code: &str) -> &'static str {
    match code {
        "" => "",
        "unreachable" => "the mail server can't be reached",
        "timeout" => "the mail server took too long",
        "tls" => "no protected connection to the mail server",
        "sign-in" => "the mail server does not take our password",
        "refused-for-now" => "the mail server asks to wait",
        "refused" => "the mail server refuses it; check the address",
        "address" => "the address is not valid",
        _ => "for another reason",
    }
}

/// A value in the measure's unit.
pub(crate) fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::PercentOfPupils | Unit::PercentOfSessions => format!("{value}%"),
        Unit::ProgressPoints => format!("{value:+}"),
        Unit::RatePer100Pupils => format!("{value} in 100 pupils"),
        Unit::Hours => format!("{value} hours"),
        Unit::ScaledScore | Unit::Pupils | Unit::Cases | Unit::Unspecified => value.to_string(),
    }
}

/// `2024-09-01` as `1 September 2024`; anything else as it is.
pub(crate) fn date(text: &str) -> String {
    text.parse::<NaiveDate>().map_or_else(
        |_| text.to_owned(),
        |date| date.format("%-d %B %Y").to_string(),
    )
}

/// The day of a moment in London, `1 September 2024`.
pub(crate) fn day(time: &Timestamp) -> String {
    in_london(time, "%-d %B %Y")
}

/// A moment in London to the minute, `1 September 2024, 14:05`.
pub(crate) fn moment(time: &Timestamp) -> String {
    in_london(time, "%-d %B %Y, %H:%M")
}

fn in_london(time: &Timestamp, format: &str) -> String {
    DateTime::from_timestamp(time.seconds, 0).map_or_else(String::new, |time| {
        time.with_timezone(&chrono_tz::Europe::London)
            .format(format)
            .to_string()
    })
}

/// `1 school`, `2 schools`, `12,345 schools`.
pub(crate) fn count(number: i64, one: &str) -> String {
    let many = if number == 1 { "" } else { "s" };
    format!("{} {one}{many}", thousands(number))
}

/// `12,345`.
pub(crate) fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_read_as_people_write_them() {
        assert_eq!(date("2024-09-01"), "1 September 2024");
        assert_eq!(date("2024-13-01"), "2024-13-01");
        assert_eq!(date(""), "");
        let summer = Timestamp {
            seconds: 1_751_324_400,
            nanos: 0,
        };
        assert_eq!(moment(&summer), "1 July 2025, 00:00");
        assert_eq!(count(1, "school"), "1 school");
        assert_eq!(count(1_234_567, "figure"), "1,234,567 figures");
        assert_eq!(thousands(-1000), "-1,000");
        assert_eq!(thousands(999), "999");
    }

    #[test]
    fn no_value_is_left_out() {
        assert_eq!(all::<Role>().count(), 10);
        assert_eq!(all::<SchoolStatus>().count(), 4);
    }
}
