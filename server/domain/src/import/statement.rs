//! What the files of schools' circumstances state, row by row.

use crate::group::{GroupRecord, Membership};
use crate::inspection::Inspection;
use crate::past_visit::PastVisit;
use crate::school::SchoolLink;
use crate::support::Support;
use crate::urn::Urn;

/// What a row states.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Statement {
    /// A link between two establishments, told from one end.
    Link(SchoolLink),
    /// A trust, federation or sponsor.
    Group(GroupRecord),
    /// That a school belongs to a group.
    Membership(Membership),
    /// A school's inspections; none for a school that was not inspected yet.
    Inspections {
        /// The school, under its URN of today.
        urn: Urn,
        /// The inspections that the row tells.
        inspections: Vec<Inspection>,
    },
    /// Support that a school had.
    Support(Support),
    /// A visit of a year before this software.
    PastVisit(PastVisit),
}

impl Statement {
    /// The school that it is about; none for a group.
    pub const fn urn(&self) -> Option<Urn> {
        match self {
            Self::Link(link) => Some(link.urn),
            Self::Group(_) => None,
            Self::Membership(membership) => Some(membership.urn),
            Self::Inspections { urn, .. } => Some(*urn),
            Self::Support(support) => Some(support.urn),
            Self::PastVisit(visit) => Some(visit.urn),
        }
    }
}
