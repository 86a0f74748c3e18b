//! The national register's group links: which school belongs to which trust, federation or
//! sponsor, and since when.
//!
//! Every row has one field fewer than the header; the missing one, at the end, is not supplied.

use super::cells::{Cells, Differs, Entry, LeftOut, layout as table};
use super::gias_groups::{name, uid};
use super::layout::{Found, Header, Layout, Record};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Row, Seen};
use super::statement::Statement;
use crate::group::{GroupKind, Membership};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Urn,
    Uid,
    Name,
    KindCode,
    Kind,
    Joined,
}

const COLUMNS: [Entry<Field>; 6] = [
    (&["URN"], true, Field::Urn),
    (&["Linked UID", "Linked Group UID"], true, Field::Uid),
    (&["Group Name"], true, Field::Name),
    (&["Group Type (code)"], false, Field::KindCode),
    (&["Group Type", "Group Type (name)"], true, Field::Kind),
    (&["Joined date"], false, Field::Joined),
];

/// What the groups file and the establishments file tell.
const KNOWN: &[&[&str]] = &[&[
    "Companies House Number",
    "Closed Date",
    "Open date",
    "Incorporated on (open date)",
    "Group ID",
    "Group UID",
    "Group Status*",
    "FederationType",
    "EstablishmentName",
    "TypeOfEstablishment*",
    "PhaseOfEducation*",
    "LA (*)",
    "HasSharedHT",
]];

fn layout() -> Layout<Field> {
    table(&COLUMNS, KNOWN)
}

pub(super) fn open(header: &Header) -> Candidate {
    Candidate::new("gias-group-links", layout().find(header), Rows::new)
}

/// Reads the rows of a group links file.
pub(super) struct Rows {
    found: Found<Field>,
    seen: Seen,
    centres: LeftOut,
}

impl Rows {
    fn new(found: Found<Field>) -> Self {
        Self {
            found,
            seen: Seen::default(),
            centres: LeftOut::default(),
        }
    }
}

impl RowReader for Rows {
    fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let cells = Cells {
            found: &self.found,
            record,
        };
        let urn = cells.establishment(Field::Urn, out);
        let uid = uid(&cells, Field::Uid, out);
        let name = name(&cells, Field::Name, out);
        let joined = cells.day(Field::Joined, out);
        let (Ok(urn), Ok(uid), Ok(name), Ok(joined)) = (urn, uid, name, joined) else {
            return;
        };
        let Some(urn) = urn else {
            self.centres.row(record.line);
            return;
        };
        let membership = Membership {
            urn,
            uid,
            name,
            kind: GroupKind::from_gias(cells.text(Field::KindCode), cells.text(Field::Kind)),
            joined,
        };
        let key = u64::from(urn.get()) << 32 | u64::from(uid);
        let (field, differs) = (Field::Uid, Differs::FirstCounts);
        if cells.is_new(&mut self.seen, key, &membership, field, differs, out) {
            out.rows.push(Row::Statement {
                line: record.line,
                statement: Statement::Membership(membership),
            });
        }
    }

    fn finish(&self, out: &mut Batch) {
        self.centres.note(
            "membership of a children's centre was",
            "memberships of children's centres were",
            out,
        );
    }
}
