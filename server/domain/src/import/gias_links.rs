//! The national register's links: which school came before or after which, told from both ends.

use super::cells::{Cells, Differs, Entry, LeftOut, layout as table};
use super::layout::{Found, Header, Layout, Record};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Row, Seen};
use super::statement::Statement;
use crate::school::{LinkKind, SchoolLink};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Urn,
    LinkUrn,
    LinkName,
    LinkType,
    Established,
}

const COLUMNS: [Entry<Field>; 5] = [
    (&["URN"], true, Field::Urn),
    (&["LinkURN", "Link URN"], true, Field::LinkUrn),
    (&["LinkName", "Link Name"], false, Field::LinkName),
    (&["LinkType", "Link Type"], true, Field::LinkType),
    (
        &["LinkEstablishedDate", "Link Established Date"],
        false,
        Field::Established,
    ),
];

/// Columns of both schools that the file of 2026 adds: the establishments file has them.
const KNOWN: &[&[&str]] = &[&[
    "LA (*)",
    "LA*(*)",
    "Link*",
    "Establishment*",
    "TypeOfEstablishment*",
    "PhaseOfEducation*",
    "OpenDate",
    "CloseDate",
    "Town",
    "Postcode",
    "UKPRN",
    "LAESTAB",
]];

fn layout() -> Layout<Field> {
    table(&COLUMNS, KNOWN)
}

pub(super) fn open(header: &Header) -> Candidate {
    Candidate::new("gias-links", layout().find(header), Rows::new)
}

/// Reads the rows of a links file.
pub(super) struct Rows {
    found: Found<Field>,
    seen: Seen,
    centres: LeftOut,
    own: LeftOut,
}

impl Rows {
    fn new(found: Found<Field>) -> Self {
        Self {
            found,
            seen: Seen::default(),
            centres: LeftOut::default(),
            own: LeftOut::default(),
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
        let link_urn = cells.establishment(Field::LinkUrn, out);
        let established = cells.day(Field::Established, out);
        let (Ok(urn), Ok(link_urn), Ok(established)) = (urn, link_urn, established) else {
            return;
        };
        let (Some(urn), Some(link_urn)) = (urn, link_urn) else {
            self.centres.row(record.line);
            return;
        };
        if urn == link_urn {
            self.own.row(record.line);
            return;
        }
        let kind = LinkKind::from_gias(cells.text(Field::LinkType));
        let link = SchoolLink {
            urn,
            link_urn,
            kind,
            established,
            link_name: cells.words(Field::LinkName),
        };
        let rank = LinkKind::ALL.iter().position(|other| *other == kind);
        let key = u64::from(urn.get()) << 28
            | u64::from(link_urn.get()) << 8
            | rank
                .and_then(|rank| u64::try_from(rank).ok())
                .unwrap_or(255);
        let field = Field::LinkUrn;
        if cells.is_new(&mut self.seen, key, &link, field, Differs::FirstCounts, out) {
            out.rows.push(Row::Statement {
                line: record.line,
                statement: Statement::Link(link),
            });
        }
    }

    fn finish(&self, out: &mut Batch) {
        self.centres.note(
            "link of a children's centre was",
            "links of children's centres were",
            out,
        );
        self.own.note(
            "link of a school with itself was",
            "links of a school with itself were",
            out,
        );
    }
}
