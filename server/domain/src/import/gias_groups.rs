//! The national register's groups: trusts, federations and sponsors.
//!
//! The heads of groups that the file names are persons, and are never read.

use super::cells::{Cells, Differs, Entry, Told, layout as table};
use super::fields::whole;
use super::issue::IssueCode;
use super::layout::{Found, Header, Layout, Record};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Row, Seen};
use super::statement::Statement;
use crate::group::{GroupKind, GroupRecord};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Uid,
    GroupId,
    Name,
    CompaniesHouse,
    KindCode,
    Kind,
    Closed,
    Opened,
    Incorporated,
    StatusCode,
    Status,
    Ukprn,
}

const COLUMNS: [Entry<Field>; 12] = [
    (&["Group UID"], true, Field::Uid),
    (&["Group ID"], false, Field::GroupId),
    (&["Group Name"], true, Field::Name),
    (&["Companies House Number"], false, Field::CompaniesHouse),
    (&["Group Type (code)"], false, Field::KindCode),
    (&["Group Type", "Group Type (name)"], true, Field::Kind),
    (&["Closed Date"], false, Field::Closed),
    (&["Open date"], false, Field::Opened),
    (&["Incorporated on (open date)"], false, Field::Incorporated),
    (&["Group Status (code)"], false, Field::StatusCode),
    (
        &["Group Status", "Group Status (name)"],
        false,
        Field::Status,
    ),
    (&["UKPRN"], false, Field::Ukprn),
];

/// Addresses (of 2019 too) and heads of groups.
const KNOWN: &[&[&str]] = &[&[
    "Group Street",
    "Group Locality",
    "Group Address 3",
    "Group Town",
    "Group County",
    "Group Postcode",
    "Group Contact *",
    "Head of Group *",
]];

fn layout() -> Layout<Field> {
    table(&COLUMNS, KNOWN)
}

pub(super) fn open(header: &Header) -> Candidate {
    Candidate::new("gias-groups", layout().find(header), Rows::new)
}

/// Reads a group's `UID`.
pub(super) fn uid<F: Copy + PartialEq>(
    cells: &Cells<'_, F>,
    field: F,
    out: &mut Batch,
) -> Result<u32, Told> {
    let number = whole(cells.text(field)).filter(|uid| (1..=99_999_999).contains(uid));
    number.ok_or_else(|| {
        let message = "A group's UID is a whole number. Download the file again; if it was \
                       edited, a column may have moved.";
        cells.tell(field, IssueCode::InvalidNumber, message, out)
    })
}

/// Reads a group's name.
pub(super) fn name<F: Copy + PartialEq>(
    cells: &Cells<'_, F>,
    field: F,
    out: &mut Batch,
) -> Result<String, Told> {
    cells.words(field).ok_or_else(|| {
        let message = "The cell is empty, and every group has a name. Download the file again.";
        cells.tell(field, IssueCode::InvalidValue, message, out)
    })
}

/// Reads the rows of a groups file.
pub(super) struct Rows {
    found: Found<Field>,
    seen: Seen,
}

impl Rows {
    fn new(found: Found<Field>) -> Self {
        Self {
            found,
            seen: Seen::default(),
        }
    }
}

impl RowReader for Rows {
    fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let cells = Cells {
            found: &self.found,
            record,
        };
        let uid = uid(&cells, Field::Uid, out);
        let name = name(&cells, Field::Name, out);
        let closed = cells.day(Field::Closed, out);
        let opened = cells.day(Field::Opened, out);
        let incorporated = cells.day(Field::Incorporated, out);
        let (Ok(uid), Ok(name), Ok(closed), Ok(opened), Ok(incorporated)) =
            (uid, name, closed, opened, incorporated)
        else {
            return;
        };
        let is = |field, word: &str| cells.text(field).eq_ignore_ascii_case(word);
        let group = GroupRecord {
            uid,
            group_id: cells.words(Field::GroupId),
            name,
            kind: GroupKind::from_gias(cells.text(Field::KindCode), cells.text(Field::Kind)),
            companies_house: cells.words(Field::CompaniesHouse),
            ukprn: cells.words(Field::Ukprn),
            opened: opened.or(incorporated),
            closed,
            is_closed: is(Field::StatusCode, "CLOSED") || is(Field::Status, "Closed"),
        };
        let (key, field) = (u64::from(uid), Field::Uid);
        if cells.is_new(
            &mut self.seen,
            key,
            &group,
            field,
            Differs::Contradicts,
            out,
        ) {
            out.rows.push(Row::Statement {
                line: record.line,
                statement: Statement::Group(group),
            });
        }
    }
}
