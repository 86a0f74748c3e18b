//! Groups of schools in the national register: trusts, federations and sponsors.
//!
//! Nothing about persons: the heads of groups that GIAS names are never kept.

use chrono::NaiveDate;

use crate::names::named;
use crate::urn::Urn;

named! {
    /// What a group is (GIAS `Group Type`).
    pub enum GroupKind {
        /// `01`: schools with one governing body.
        Federation => "federation", "Federation";
        /// `02`: the trust of a foundation school.
        FoundationTrust => "foundation-trust", "Trust";
        /// `05`: who supports an academy.
        Sponsor => "sponsor", "School sponsor";
        /// `06`.
        MultiAcademyTrust => "multi-academy-trust", "Multi-academy trust";
        /// `07`: trusts that share services.
        UmbrellaTrust => "umbrella-trust", "Umbrella trust";
        /// `08` and `09`.
        ChildrensCentres => "childrens-centres", "Children's centres";
        /// `10`.
        SingleAcademyTrust => "single-academy-trust", "Single-academy trust";
        /// `11`.
        SecureTrust => "secure-trust", "Secure single-academy trust";
        /// A type that the register has added since.
        Other => "other", "Other group";
    }
}

impl GroupKind {
    /// Reads GIAS's code, with or without its zero; without one, its name.
    pub fn from_gias(code: &str, name: &str) -> Self {
        match code.trim().parse() {
            Ok(1_u8) => Self::Federation,
            Ok(2) => Self::FoundationTrust,
            Ok(5) => Self::Sponsor,
            Ok(6) => Self::MultiAcademyTrust,
            Ok(7) => Self::UmbrellaTrust,
            Ok(8 | 9) => Self::ChildrensCentres,
            Ok(10) => Self::SingleAcademyTrust,
            Ok(11) => Self::SecureTrust,
            Ok(_) => Self::Other,
            Err(_) => {
                let same = |kind: &&Self| kind.label().eq_ignore_ascii_case(name.trim());
                Self::ALL.iter().find(same).copied().unwrap_or(Self::Other)
            }
        }
    }

    /// Whether the group is responsible for its schools: a school is in one such group at a time,
    /// and joining another ends the first.
    pub const fn is_trust(self) -> bool {
        match self {
            Self::MultiAcademyTrust | Self::SingleAcademyTrust | Self::SecureTrust => true,
            Self::Federation
            | Self::FoundationTrust
            | Self::Sponsor
            | Self::UmbrellaTrust
            | Self::ChildrensCentres
            | Self::Other => false,
        }
    }

    /// Whether membership of one ends that of the other: a school is in one trust, one
    /// federation and one of each other kind at a time.
    pub fn excludes(self, other: Self) -> bool {
        self == other || (self.is_trust() && other.is_trust())
    }
}

/// A group as the national register describes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupRecord {
    /// GIAS `Group UID`.
    pub uid: u32,
    /// GIAS `Group ID`, such as `TR00123`.
    pub group_id: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: GroupKind,
    /// Number at Companies House.
    pub companies_house: Option<String>,
    /// UK provider reference number.
    pub ukprn: Option<String>,
    /// When it opened or was incorporated.
    pub opened: Option<NaiveDate>,
    /// When it closed.
    pub closed: Option<NaiveDate>,
    /// Whether the register calls it closed; a few closed groups have no date.
    pub is_closed: bool,
}

/// That a school belongs to a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Membership {
    /// The school.
    pub urn: Urn,
    /// The group's `UID`.
    pub uid: u32,
    /// The group's name at the time.
    pub name: String,
    /// What the group is.
    pub kind: GroupKind,
    /// When the school joined, where the register knows it.
    pub joined: Option<NaiveDate>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_giass_codes_and_names() {
        for (code, name, kind) in [
            ("06", "", GroupKind::MultiAcademyTrust),
            ("6", "", GroupKind::MultiAcademyTrust),
            ("", "school sponsor", GroupKind::Sponsor),
            (
                "09",
                "Children's Centres Collaboration",
                GroupKind::ChildrensCentres,
            ),
            ("99", "Something new", GroupKind::Other),
            ("", "", GroupKind::Other),
        ] {
            assert_eq!(GroupKind::from_gias(code, name), kind, "{code} {name}");
        }
    }

    #[test]
    fn a_school_is_in_one_trust_at_a_time() {
        let (mat, sat) = (GroupKind::MultiAcademyTrust, GroupKind::SingleAcademyTrust);
        assert!(mat.excludes(sat) && sat.excludes(mat));
        assert!(!mat.excludes(GroupKind::Sponsor));
        assert!(GroupKind::Federation.excludes(GroupKind::Federation));
    }
}
