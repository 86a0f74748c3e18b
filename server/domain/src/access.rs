//! Roles, nodes, and who may give which role where.

use std::fmt;

use chrono::{Months, NaiveDate};

use crate::district::DistrictSlug;
use crate::urn::Urn;

/// A role in the programme; the numbers are those of the contract and of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i16)]
pub enum Role {
    /// School improvement manager of a district.
    Sim = 1,
    /// Leadership and learning partner of a school.
    Llp = 2,
    /// Headteacher of a school.
    Headteacher = 3,
    /// Deputy or business manager of a school.
    SchoolLeader = 4,
    /// Governor of a school.
    Governor = 5,
    /// Clerk to a school's governors.
    Clerk = 6,
    /// County Education Manager.
    CountyManager = 7,
    /// Adviser who supports a school.
    Adviser = 8,
    /// Data officer of the county.
    DataOfficer = 9,
    /// Administrator of the county.
    Administrator = 10,
}

impl Role {
    /// All ten roles, by number.
    pub const ALL: [Self; 10] = [
        Self::Sim,
        Self::Llp,
        Self::Headteacher,
        Self::SchoolLeader,
        Self::Governor,
        Self::Clerk,
        Self::CountyManager,
        Self::Adviser,
        Self::DataOfficer,
        Self::Administrator,
    ];

    /// The role's number.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The role of a number.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The role's name in the contract, without its prefix.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sim => "SIM",
            Self::Llp => "LLP",
            Self::Headteacher => "HEADTEACHER",
            Self::SchoolLeader => "SCHOOL_LEADER",
            Self::Governor => "GOVERNOR",
            Self::Clerk => "CLERK",
            Self::CountyManager => "COUNTY_MANAGER",
            Self::Adviser => "ADVISER",
            Self::DataOfficer => "DATA_OFFICER",
            Self::Administrator => "ADMINISTRATOR",
        }
    }

    /// The role in words, for a sentence.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sim => "school improvement manager",
            Self::Llp => "leadership and learning partner",
            Self::Headteacher => "headteacher",
            Self::SchoolLeader => "school leader",
            Self::Governor => "governor",
            Self::Clerk => "clerk to the governors",
            Self::CountyManager => "county education manager",
            Self::Adviser => "adviser",
            Self::DataOfficer => "data officer",
            Self::Administrator => "administrator",
        }
    }

    /// Whether a script may hold the role. Those that are a person's judgement, that give access
    /// to others, or that stand for a school are not open to it.
    pub const fn is_open_to_scripts(self) -> bool {
        match self {
            Self::Sim | Self::CountyManager | Self::DataOfficer => true,
            Self::Llp
            | Self::Headteacher
            | Self::SchoolLeader
            | Self::Governor
            | Self::Clerk
            | Self::Adviser
            | Self::Administrator => false,
        }
    }

    /// The kind of node at which the role is held.
    pub const fn node_kind(self) -> NodeKind {
        match self {
            Self::Sim => NodeKind::District,
            Self::Llp
            | Self::Headteacher
            | Self::SchoolLeader
            | Self::Governor
            | Self::Clerk
            | Self::Adviser => NodeKind::School,
            Self::CountyManager | Self::DataOfficer | Self::Administrator => NodeKind::County,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Kinds of node; the numbers are those of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i16)]
pub enum NodeKind {
    /// The county.
    County = 1,
    /// An improvement district.
    District = 2,
    /// A school.
    School = 3,
}

/// Where a role is held. The county contains districts, and districts contain schools.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// The county.
    County,
    /// An improvement district.
    District(DistrictSlug),
    /// A school.
    School(Urn),
}

impl Node {
    /// The node's kind.
    pub const fn kind(&self) -> NodeKind {
        match self {
            Self::County => NodeKind::County,
            Self::District(_) => NodeKind::District,
            Self::School(_) => NodeKind::School,
        }
    }

    /// What names the node among those of its kind; empty for the county.
    pub fn id(&self) -> String {
        match self {
            Self::County => String::new(),
            Self::District(slug) => slug.to_string(),
            Self::School(urn) => urn.to_string(),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::County => f.write_str("county"),
            Self::District(slug) => write!(f, "districts/{slug}"),
            Self::School(urn) => write!(f, "schools/{urn}"),
        }
    }
}

/// The granting table: whether a role, held at a node or one that contains it, may give `role`
/// there. That nobody gives a role to themselves is checked where the persons are known.
pub const fn may_grant(granter: Role, role: Role) -> bool {
    match granter {
        Role::Administrator => true,
        Role::Sim => matches!(role, Role::Llp | Role::Adviser | Role::Headteacher),
        Role::Headteacher => matches!(role, Role::Governor | Role::Clerk | Role::SchoolLeader),
        Role::Llp
        | Role::SchoolLeader
        | Role::Governor
        | Role::Clerk
        | Role::CountyManager
        | Role::Adviser
        | Role::DataOfficer => false,
    }
}

/// Whether somebody may sign in by a one-time link instead of a password: all that they hold today
/// is governor or clerk. Roles that open more than a school's published reports need a password.
pub fn signs_in_by_link(held: &[Role]) -> bool {
    !held.is_empty()
        && held
            .iter()
            .all(|role| matches!(role, Role::Governor | Role::Clerk))
}

/// A dated role at one school, as the conflict rule needs it.
#[derive(Clone, Copy, Debug)]
pub struct RoleAtSchool {
    /// The role.
    pub role: Role,
    /// First day on which it is no longer held; `None` while open-ended.
    pub until: Option<NaiveDate>,
}

/// The conflict of interest that stands in the way of giving `role` at a school from a date on,
/// if there is one (¶6a): who governs, leads or worked at a school within `years`, a setting of the
/// programme year, is not its partner, and its partner does not join its governors or staff
/// meanwhile.
pub fn conflict_of_interest(
    role: Role,
    from: NaiveDate,
    held: &[RoleAtSchool],
    years: u32,
) -> Option<Role> {
    let belongs_to_school = |role: Role| {
        matches!(
            role,
            Role::Headteacher | Role::SchoolLeader | Role::Governor | Role::Clerk
        )
    };
    held.iter().find_map(|other| {
        let conflicts = if role == Role::Llp && belongs_to_school(other.role) {
            let free_from = other.until.map(|until| until + Months::new(12 * years));
            free_from.is_none_or(|free_from| from < free_from)
        } else if belongs_to_school(role) && other.role == Role::Llp {
            other.until.is_none_or(|until| from < until)
        } else {
            false
        };
        conflicts.then_some(other.role)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_granting_table() {
        let table: Vec<String> = Role::ALL
            .into_iter()
            .map(|granter| {
                let given: Vec<_> = Role::ALL
                    .into_iter()
                    .filter(|&role| may_grant(granter, role))
                    .map(Role::as_str)
                    .collect();
                format!("{granter}: {}", given.join(" "))
            })
            .collect();
        assert_eq!(
            table,
            [
                "SIM: LLP HEADTEACHER ADVISER",
                "LLP: ",
                "HEADTEACHER: SCHOOL_LEADER GOVERNOR CLERK",
                "SCHOOL_LEADER: ",
                "GOVERNOR: ",
                "CLERK: ",
                "COUNTY_MANAGER: ",
                "ADVISER: ",
                "DATA_OFFICER: ",
                "ADMINISTRATOR: SIM LLP HEADTEACHER SCHOOL_LEADER GOVERNOR CLERK COUNTY_MANAGER ADVISER DATA_OFFICER ADMINISTRATOR",
            ]
        );
    }

    #[test]
    fn role_numbers_are_stable() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
        assert_eq!(Role::from_code(0), None);
        assert_eq!(Role::Administrator.code(), 10);
    }

    #[test]
    fn a_governor_is_not_the_partner_until_three_years_have_passed() {
        let governor = [RoleAtSchool {
            role: Role::Governor,
            until: None,
        }];
        assert_eq!(
            conflict_of_interest(Role::Llp, day("2025-09-01"), &governor, 3),
            Some(Role::Governor)
        );
        let former = [RoleAtSchool {
            role: Role::Headteacher,
            until: Some(day("2022-09-01")),
        }];
        assert_eq!(
            conflict_of_interest(Role::Llp, day("2025-08-31"), &former, 3),
            Some(Role::Headteacher)
        );
        assert_eq!(
            conflict_of_interest(Role::Llp, day("2025-09-01"), &former, 3),
            None
        );
    }

    #[test]
    fn p6a_the_years_between_are_a_setting() {
        let former = [RoleAtSchool {
            role: Role::Headteacher,
            until: Some(day("2022-09-01")),
        }];
        let told = |years| conflict_of_interest(Role::Llp, day("2024-09-01"), &former, years);
        assert_eq!(told(2), None);
        assert_eq!(told(3), Some(Role::Headteacher));
        assert_eq!(told(0), None);
    }

    #[test]
    fn only_who_is_nothing_but_governor_or_clerk_signs_in_by_a_link() {
        assert!(signs_in_by_link(&[Role::Governor]));
        assert!(signs_in_by_link(&[Role::Governor, Role::Clerk]));
        assert!(!signs_in_by_link(&[Role::Governor, Role::Llp]));
        assert!(!signs_in_by_link(&[]));
    }

    #[test]
    fn the_partner_does_not_become_a_governor_meanwhile() {
        let partner = [RoleAtSchool {
            role: Role::Llp,
            until: Some(day("2025-09-01")),
        }];
        assert_eq!(
            conflict_of_interest(Role::Governor, day("2025-08-31"), &partner, 3),
            Some(Role::Llp)
        );
        assert_eq!(
            conflict_of_interest(Role::Governor, day("2025-09-01"), &partner, 3),
            None
        );
        assert_eq!(
            conflict_of_interest(Role::Adviser, day("2025-01-01"), &partner, 3),
            None
        );
    }
}
