//! What a reader gives: rows and issues.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::NaiveDate;

use super::issue::Issue;
use super::people::PersonLine;
use super::statement::Statement;
use crate::district::{DistrictKind, DistrictSlug};
use crate::figure::{Period, Place, PupilGroup, Release, Value};
use crate::measure::Measure;
use crate::school::{SchoolLink, SchoolRecord};
use crate::urn::{AuthorityCode, Urn};
use crate::year::AcademicYear;

/// One figure of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FigureRow {
    /// What is measured.
    pub measure: Measure,
    /// For which pupils.
    pub group: PupilGroup,
    /// The number or the marker; a cell that was not supplied gives no figure at all.
    pub value: Value,
    /// What was counted, where the file tells it: pupils, sessions, suspensions.
    pub numerator: Option<i64>,
    /// What it was counted against, where the file tells it.
    pub denominator: Option<i64>,
    /// Pupils in the group, where the file tells it.
    pub cohort: Option<u32>,
}

/// One row of a file that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A school of the national register.
    School {
        /// Line of the file, from 1.
        line: u64,
        /// The school.
        record: Box<SchoolRecord>,
        /// Its links, where the file has them (search results only).
        links: Vec<SchoolLink>,
    },
    /// A school's membership of a district for a time.
    District {
        /// Line of the file, from 1.
        line: u64,
        /// The school.
        urn: Urn,
        /// The district's name as written.
        name: String,
        /// The district's short name, derived from its name.
        slug: DistrictSlug,
        /// What the district is for.
        kind: DistrictKind,
        /// First day.
        from: NaiveDate,
        /// Last day; open-ended if absent.
        until: Option<NaiveDate>,
    },
    /// A place's figures for a year or a part of it.
    Figures {
        /// Line of the file, from 1.
        line: u64,
        /// Whose figures: a school's, or an authority's or England's to compare with.
        place: Place,
        /// The local authority of the row; none for England.
        authority: Option<AuthorityCode>,
        /// The name as written; for England the scope's name if the file gives none.
        name: String,
        /// The academic year.
        year: AcademicYear,
        /// The part of the year.
        period: Period,
        /// How final the figures are, where the row says it; otherwise as final as the import.
        release: Option<Release>,
        /// Last day on which only the authority and the headteacher may see them.
        embargo: Option<NaiveDate>,
        /// The figures; may be empty if no cell was supplied.
        figures: Vec<FigureRow>,
    },
    /// A link, a group, a membership, a school's inspections or its support.
    Statement {
        /// Line of the file, from 1.
        line: u64,
        /// What the row states.
        statement: Statement,
    },
    /// Somebody, perhaps with a role.
    Person {
        /// Line of the file, from 1.
        line: u64,
        /// Who, and which role.
        person: Box<PersonLine>,
    },
}

/// Rows and issues in the order of the file; the caller empties it between pushes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Rows read.
    pub rows: Vec<Row>,
    /// Issues found.
    pub issues: Vec<Issue>,
}

/// Whether a key was met before.
pub(super) enum Met {
    Never,
    Same { line: u64 },
    Different { line: u64 },
}

/// The keys met so far, each with its line and a 64-bit hash of its content.
#[derive(Default)]
pub(super) struct Seen(HashMap<u64, (u64, u64)>);

impl Seen {
    pub(super) fn meet(&mut self, key: u64, line: u64, content: &impl Hash) -> Met {
        let hash = content_hash(content);
        match self.0.entry(key) {
            Entry::Vacant(free) => {
                free.insert((line, hash));
                Met::Never
            }
            Entry::Occupied(known) => match *known.get() {
                (line, known) if known == hash => Met::Same { line },
                (line, _) => Met::Different { line },
            },
        }
    }
}

/// A 64-bit hash of the content.
pub(super) fn content_hash(content: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish()
}

/// A number with its noun and verb, as in "1 row has" and "3 rows have".
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}
