//! The county's own list of the support that schools have had.

use super::cells::{Cells, Differs, Entry, Told, layout as table};
use super::issue::IssueCode;
use super::layout::{Found, Header, Layout, Record};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Row, Seen, content_hash};
use super::statement::Statement;
use crate::support::{Support, SupportKind, SupportOutcome};

/// The file to fill in. Lines that start with `#` are left out when it is read.
pub(super) const TEMPLATE: &str = "\
# What support each school has had, one line for each time. What this file says of a school
# replaces all that was said of it before; schools that are not in it keep what they have.
# Lines that start with # are explanations and are left out. Keep the line with the column names.
#
# URN      six digits (from Get Information About Schools)
# School   the name for your own reading; not imported
# Kind     significant (the wider strategy of paragraph 7), targeted (on named priorities) or
#          commissioned (the school chose to buy it)
# From     first day: DD/MM/YYYY or YYYY-MM-DD
# To       last day; leave empty while it goes on
# Outcome  successful, some (improvement) or little (sustained improvement); empty if not said yet
#
# No names of people, please, and nothing about single pupils.
#
# Example (invented):
# 900001,Oakfield Primary School,significant,01/09/2022,31/08/2024,successful
URN,School,Kind,From,To,Outcome
";

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Urn,
    Kind,
    From,
    Until,
    Outcome,
}

const COLUMNS: [Entry<Field>; 5] = [
    (&["URN"], true, Field::Urn),
    (&["Kind", "Support"], true, Field::Kind),
    (&["From", "Start", "Start date"], true, Field::From),
    (&["To", "Until", "End", "End date"], false, Field::Until),
    (&["Outcome"], true, Field::Outcome),
];

/// Columns that are known and left out.
const KNOWN: &[&[&str]] = &[&["School", "School name", "Name"]];

fn layout() -> Layout<Field> {
    table(&COLUMNS, KNOWN)
}

pub(super) fn open(header: &Header) -> Candidate {
    Candidate::new("support-history-template", layout().find(header), Rows::new)
}

/// Reads the rows of a support history.
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
        let urn = cells.urn(Field::Urn, out);
        let kind = kind(&cells, out);
        let from = first_day(&cells, out);
        let until = cells.day(Field::Until, out);
        let outcome = outcome(&cells, out);
        let (Ok(urn), Ok(kind), Ok(from), Ok(until), Ok(outcome)) =
            (urn, kind, from, until, outcome)
        else {
            return;
        };
        if let Some(until) = until
            && until < from
        {
            let message = format!(
                "The support ends on {until}, before it starts on {from}. Correct one of the two \
                 dates."
            );
            cells.tell(Field::Until, IssueCode::InvalidPeriod, message, out);
            return;
        }
        let support = Support {
            urn,
            kind,
            from,
            until,
            outcome,
        };
        let key = content_hash(&(urn, kind, from));
        let (field, differs) = (Field::From, Differs::Contradicts);
        if cells.is_new(&mut self.seen, key, &support, field, differs, out) {
            out.rows.push(Row::Statement {
                line: record.line,
                statement: Statement::Support(support),
            });
        }
    }
}

fn kind(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<SupportKind, Told> {
    let text = cells.text(Field::Kind).to_lowercase();
    SupportKind::parse(&text).ok_or_else(|| {
        let message = "The kind of support is significant, targeted or commissioned.";
        cells.tell(Field::Kind, IssueCode::InvalidValue, message, out)
    })
}

fn first_day(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<chrono::NaiveDate, Told> {
    cells.day(Field::From, out)?.ok_or_else(|| {
        let message = "Support needs its first day. Fill it in.";
        cells.tell(Field::From, IssueCode::InvalidDate, message, out)
    })
}

fn outcome(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<SupportOutcome, Told> {
    let text = cells.text(Field::Outcome).to_lowercase();
    if text.is_empty() {
        return Ok(SupportOutcome::Open);
    }
    SupportOutcome::parse(&text).ok_or_else(|| {
        let message = "The outcome is successful, some or little; leave the cell empty if it is \
                       not said yet.";
        cells.tell(Field::Outcome, IssueCode::InvalidValue, message, out)
    })
}
