//! What the register keeps of a school, in the words of the national register (GIAS).
//!
//! Nothing about persons: no head teachers' names, no telephone numbers.

use chrono::NaiveDate;

use crate::names::named;
use crate::urn::{AuthorityCode, Laestab, Urn};

named! {
    /// Phase of education (GIAS `PhaseOfEducation`).
    pub enum Phase {
        /// Nursery schools.
        Nursery => "nursery", "Nursery";
        /// Primary, infant, junior and first schools.
        Primary => "primary", "Primary";
        /// A middle school that counts as primary.
        MiddleDeemedPrimary => "middle-deemed-primary", "Middle deemed primary";
        /// A middle school that counts as secondary.
        MiddleDeemedSecondary => "middle-deemed-secondary", "Middle deemed secondary";
        /// Secondary schools.
        Secondary => "secondary", "Secondary";
        /// Primary and secondary in one school.
        AllThrough => "all-through", "All-through";
        /// Sixth-form and further-education provision.
        SixteenPlus => "sixteen-plus", "16 plus";
        /// GIAS gives no phase: special schools, pupil referral units, independent schools.
        NotApplicable => "not-applicable", "Not applicable";
    }
}

impl Phase {
    /// Reads GIAS's name (`Middle deemed primary`) or code (`3`, `03`), whatever the case.
    pub fn from_gias(text: &str) -> Option<Self> {
        let code = code(text);
        Self::ALL
            .iter()
            .copied()
            .find(|phase| Some(phase.gias_code()) == code || same(phase.label(), text))
    }

    /// GIAS's `PhaseOfEducation (code)`.
    pub const fn gias_code(self) -> u8 {
        match self {
            Self::NotApplicable => 0,
            Self::Nursery => 1,
            Self::Primary => 2,
            Self::MiddleDeemedPrimary => 3,
            Self::Secondary => 4,
            Self::MiddleDeemedSecondary => 5,
            Self::SixteenPlus => 6,
            Self::AllThrough => 7,
        }
    }
}

named! {
    /// Whether a school is open (GIAS `EstablishmentStatus`).
    pub enum SchoolStatus {
        /// Open.
        Open => "open", "Open";
        /// Open, with a closing date proposed.
        OpenProposedToClose => "open-proposed-to-close", "Open, but proposed to close";
        /// Closed; its figures stay.
        Closed => "closed", "Closed";
        /// Not yet open.
        ProposedToOpen => "proposed-to-open", "Proposed to open";
    }
}

impl SchoolStatus {
    /// Reads GIAS's name or code (1 open, 2 closed, 3 proposed to close, 4 proposed to open).
    pub fn from_gias(text: &str) -> Option<Self> {
        let code = code(text);
        Self::ALL
            .iter()
            .copied()
            .find(|status| Some(status.gias_code()) == code || same(status.label(), text))
    }

    /// GIAS's `EstablishmentStatus (code)`.
    pub const fn gias_code(self) -> u8 {
        match self {
            Self::Open => 1,
            Self::Closed => 2,
            Self::OpenProposedToClose => 3,
            Self::ProposedToOpen => 4,
        }
    }

    /// Whether pupils attend now (also while closing is proposed).
    pub const fn is_open(self) -> bool {
        match self {
            Self::Open | Self::OpenProposedToClose => true,
            Self::Closed | Self::ProposedToOpen => false,
        }
    }
}

named! {
    /// Who maintains a school: decides between the maintained programme and the traded one.
    pub enum FundingBasis {
        /// Maintained by the local authority.
        Maintained => "maintained", "Maintained by the local authority";
        /// Academies and free schools.
        Academy => "academy", "Academy or free school";
        /// Independent schools.
        Independent => "independent", "Independent";
        /// Anything else, such as colleges and non-maintained special schools.
        Other => "other", "Other";
    }
}

/// GIAS type names that the authority maintains, in lower case.
const MAINTAINED_TYPES: [&str; 8] = [
    "community school",
    "voluntary aided school",
    "voluntary controlled school",
    "foundation school",
    "local authority nursery school",
    "community special school",
    "foundation special school",
    "pupil referral unit",
];

/// How GIAS type names of academies start, in lower case.
const ACADEMY_TYPES: [&str; 4] = [
    "academy",
    "free school",
    "university technical college",
    "studio school",
];

impl FundingBasis {
    /// How the names of academies' types begin, in lower case.
    pub const fn academy_types() -> &'static [&'static str] {
        &ACADEMY_TYPES
    }

    /// The basis of a GIAS `TypeOfEstablishment (name)`, by table; unknown names are `Other`.
    pub fn of_type(type_name: &str) -> Self {
        let name = type_name.trim().to_lowercase();
        if MAINTAINED_TYPES.contains(&name.as_str()) {
            Self::Maintained
        } else if ACADEMY_TYPES.iter().any(|start| name.starts_with(start)) {
            Self::Academy
        } else if name.starts_with("other independent") {
            Self::Independent
        } else {
            Self::Other
        }
    }
}

named! {
    /// Infant, junior or primary, from the statutory ages.
    pub enum AgeBand {
        /// Up to the end of year 2: no key stage 2 results.
        Infant => "infant", "Infant";
        /// Years 3 to 6: key stage 1 was taken at another school.
        Junior => "junior", "Junior";
        /// Reception to year 6 (or 5).
        Primary => "primary", "Primary";
        /// Any other range, and unknown ages.
        Other => "other", "Other";
    }
}

impl AgeBand {
    /// The band of a school's lowest and highest statutory ages, in years.
    ///
    /// A nursery school (highest age 5 or less) is no infant school.
    pub const fn of_ages(low: Option<u8>, high: Option<u8>) -> Self {
        match (low, high) {
            (Some(0..=5), Some(6..=7)) => Self::Infant,
            (Some(7..), Some(0..=11)) => Self::Junior,
            (Some(0..=5), Some(10..=11)) => Self::Primary,
            _ => Self::Other,
        }
    }
}

named! {
    /// How two establishments are linked, told from the first one's side (GIAS link types).
    pub enum LinkKind {
        /// The other school came before.
        Predecessor => "predecessor", "Predecessor";
        /// The other school came after.
        Successor => "successor", "Successor";
        /// The other school came before and was merged into this one.
        PredecessorMerged => "predecessor-merged", "Predecessor - merged";
        /// This school was merged into the other one.
        SuccessorMerged => "successor-merged", "Successor - merged";
        /// The other school came before and was amalgamated with others.
        PredecessorAmalgamated => "predecessor-amalgamated", "Predecessor - amalgamated";
        /// This school was amalgamated with others into the other one.
        SuccessorAmalgamated => "successor-amalgamated", "Successor - amalgamated";
        /// This school came from splitting the other one.
        PredecessorSplit => "predecessor-split", "Predecessor - split school";
        /// The other school came from splitting this one.
        SuccessorSplit => "successor-split", "Successor - split school";
        /// GIAS's `Result of Amalgamation`, which tells no direction.
        ResultOfAmalgamation => "result-of-amalgamation", "Result of amalgamation";
        /// A shared sixth form.
        SixthFormCentre => "sixth-form-centre", "Sixth form centre";
        /// Merged with the other school: an expansion or a change of age range.
        Merged => "merged", "Merged";
        /// The old register's `Parent`, which tells no order in time.
        Parent => "parent", "Parent";
        /// The old register's `Child`, which tells no order in time.
        Child => "child", "Child";
        /// Any other link.
        Other => "other", "Other";
    }
}

impl LinkKind {
    /// Reads GIAS's link type, whatever the case and spacing; unknown types are `Other`.
    pub fn from_gias(text: &str) -> Self {
        let words: Vec<String> = text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["predecessor"] => Self::Predecessor,
            ["successor"] => Self::Successor,
            ["predecessor", "merged", ..] => Self::PredecessorMerged,
            ["successor", "merged", ..] => Self::SuccessorMerged,
            ["predecessor", "amalgamated", ..] => Self::PredecessorAmalgamated,
            ["successor", "amalgamated", ..] => Self::SuccessorAmalgamated,
            ["predecessor", "split", ..] => Self::PredecessorSplit,
            ["successor", "split", ..] => Self::SuccessorSplit,
            ["result", "of", "amalgamation", ..] => Self::ResultOfAmalgamation,
            ["sixth", "form", "centre", ..] => Self::SixthFormCentre,
            ["merged", ..] => Self::Merged,
            ["parent"] => Self::Parent,
            ["child"] => Self::Child,
            _ => Self::Other,
        }
    }

    /// Whether the other school came before.
    pub const fn is_predecessor(self) -> bool {
        match self {
            Self::Predecessor
            | Self::PredecessorMerged
            | Self::PredecessorAmalgamated
            | Self::PredecessorSplit => true,
            Self::Successor
            | Self::SuccessorMerged
            | Self::SuccessorAmalgamated
            | Self::SuccessorSplit
            | Self::ResultOfAmalgamation
            | Self::SixthFormCentre
            | Self::Merged
            | Self::Parent
            | Self::Child
            | Self::Other => false,
        }
    }

    /// Whether the other school came after.
    pub const fn is_successor(self) -> bool {
        match self {
            Self::Successor
            | Self::SuccessorMerged
            | Self::SuccessorAmalgamated
            | Self::SuccessorSplit => true,
            Self::Predecessor
            | Self::PredecessorMerged
            | Self::PredecessorAmalgamated
            | Self::PredecessorSplit
            | Self::ResultOfAmalgamation
            | Self::SixthFormCentre
            | Self::Merged
            | Self::Parent
            | Self::Child
            | Self::Other => false,
        }
    }
}

/// One school as the national register describes it.
///
/// Texts are GIAS's words: `Not applicable` and `Does not apply` are real values and kept;
/// `None` means that the file gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SchoolRecord {
    /// Unique reference number.
    pub urn: Urn,
    /// Authority and establishment number; some establishments have none.
    pub laestab: Option<Laestab>,
    /// The local authority (GIAS `LA (code)`).
    pub authority: AuthorityCode,
    /// The local authority's name; empty if the file has no such column.
    pub authority_name: String,
    /// The school's name.
    pub name: String,
    /// GIAS `TypeOfEstablishment (name)`, such as `Community school`.
    pub type_name: String,
    /// Phase of education.
    pub phase: Phase,
    /// Open, closed or proposed.
    pub status: SchoolStatus,
    /// The day the school opened, where GIAS knows it.
    pub open_date: Option<NaiveDate>,
    /// The day the school closed or will close.
    pub close_date: Option<NaiveDate>,
    /// Statutory lowest age in years.
    pub low_age: Option<u8>,
    /// Statutory highest age in years.
    pub high_age: Option<u8>,
    /// Pupils on roll at the last census (`NumberOfPupils`); none for closed schools.
    pub pupils: Option<u32>,
    /// Places (`SchoolCapacity`).
    pub capacity: Option<u32>,
    /// `ReligiousCharacter (name)`.
    pub religious_character: Option<String>,
    /// `Diocese (name)`.
    pub diocese: Option<String>,
    /// `Trusts (name)`.
    pub trust: Option<String>,
    /// `Federations (name)`.
    pub federation: Option<String>,
    /// `NurseryProvision (name)`.
    pub nursery_provision: Option<String>,
    /// `TypeOfResourcedProvision (name)`.
    pub resourced_provision: Option<String>,
    /// `Town`.
    pub town: Option<String>,
    /// `Postcode`.
    pub postcode: Option<String>,
    /// `SchoolWebsite` as the register has it, with or without `http://`.
    pub website: Option<String>,
    /// `DistrictAdministrative (name)`: the borough or district council's area.
    pub administrative_district: Option<String>,
    /// `UrbanRural (name)`.
    pub urban_rural: Option<String>,
}

impl SchoolRecord {
    /// Infant, junior or primary by age.
    pub const fn age_band(&self) -> AgeBand {
        AgeBand::of_ages(self.low_age, self.high_age)
    }

    /// Who maintains the school, from its type.
    pub fn funding_basis(&self) -> FundingBasis {
        FundingBasis::of_type(&self.type_name)
    }
}

/// A link from one school to another, which the register need not hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SchoolLink {
    /// The school that tells the link.
    pub urn: Urn,
    /// The other school.
    pub link_urn: Urn,
    /// What the other school is to this one.
    pub kind: LinkKind,
    /// The day of the link, where the file tells it (search results don't).
    pub established: Option<NaiveDate>,
    /// The other school's name, where the file tells it: the register need not hold that school.
    pub link_name: Option<String>,
}

/// A GIAS code, with or without its leading zero.
fn code(text: &str) -> Option<u8> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// The same words, whatever the case.
fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_and_statuses_read_names_and_codes() {
        for phase in Phase::ALL {
            assert_eq!(Phase::from_gias(phase.label()), Some(*phase));
            assert_eq!(
                Phase::from_gias(&format!("{:02}", phase.gias_code())),
                Some(*phase)
            );
            assert_eq!(Phase::parse(phase.as_str()), Some(*phase));
        }
        for status in SchoolStatus::ALL {
            assert_eq!(SchoolStatus::from_gias(status.label()), Some(*status));
            assert_eq!(
                SchoolStatus::from_gias(&status.gias_code().to_string()),
                Some(*status)
            );
        }
        assert_eq!(Phase::from_gias("16 PLUS"), Some(Phase::SixteenPlus));
        assert_eq!(Phase::from_gias(""), None);
        assert_eq!(Phase::from_gias("8"), None);
        assert_eq!(SchoolStatus::from_gias("Opened"), None);
    }

    #[test]
    fn the_funding_basis_follows_the_type() {
        for (name, basis) in [
            ("Community school", FundingBasis::Maintained),
            ("Voluntary controlled school", FundingBasis::Maintained),
            ("Pupil referral unit", FundingBasis::Maintained),
            ("Local authority nursery school", FundingBasis::Maintained),
            (
                "Academy alternative provision converter",
                FundingBasis::Academy,
            ),
            ("Free schools 16 to 19", FundingBasis::Academy),
            ("University technical college", FundingBasis::Academy),
            ("Studio schools", FundingBasis::Academy),
            (
                "Other independent special school",
                FundingBasis::Independent,
            ),
            ("Non-maintained special school", FundingBasis::Other),
            ("", FundingBasis::Other),
        ] {
            assert_eq!(FundingBasis::of_type(name), basis, "{name}");
        }
    }

    #[test]
    fn the_age_band_follows_the_ages() {
        let band = |low, high| AgeBand::of_ages(Some(low), Some(high));
        assert_eq!(band(4, 7), AgeBand::Infant);
        assert_eq!(band(2, 7), AgeBand::Infant);
        assert_eq!(band(7, 11), AgeBand::Junior);
        assert_eq!(band(8, 11), AgeBand::Junior);
        assert_eq!(band(4, 11), AgeBand::Primary);
        assert_eq!(band(5, 10), AgeBand::Primary);
        assert_eq!(band(3, 5), AgeBand::Other);
        assert_eq!(band(4, 9), AgeBand::Other);
        assert_eq!(band(4, 16), AgeBand::Other);
        assert_eq!(AgeBand::of_ages(None, Some(11)), AgeBand::Other);
    }

    #[test]
    fn link_kinds_read_giass_words() {
        for kind in LinkKind::ALL {
            assert_eq!(LinkKind::from_gias(kind.label()), *kind);
            assert!(!(kind.is_predecessor() && kind.is_successor()));
        }
        assert_eq!(
            LinkKind::from_gias("Successor - Split School"),
            LinkKind::SuccessorSplit
        );
        assert_eq!(
            LinkKind::from_gias("Sixth Form Centre Link"),
            LinkKind::SixthFormCentre
        );
        assert_eq!(
            LinkKind::from_gias("Merged - change in age range"),
            LinkKind::Merged
        );
        assert_eq!(LinkKind::from_gias("Parent"), LinkKind::Parent);
        assert_eq!(LinkKind::from_gias("Something new"), LinkKind::Other);
    }
}
