//! The county's own districts list: which school belongs to which district, and when.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::fields::{DATE_FORMS, date};
use super::issue::IssueCode;
use super::layout::{Column, Found, Header, Layout, Record};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Row, content_hash};
use crate::district::{DistrictKind, DistrictSlug};
use crate::urn::Urn;

/// The file to fill in. Lines that start with `#` are left out when it is read.
pub(super) const TEMPLATE: &str = "\
# Which school belongs to which district. One line for each school and period.
# Lines that start with # are explanations and are left out. Keep the line with the column names.
#
# URN       six digits (from Get Information About Schools)
# School    the name for your own reading; not imported
# District  the name of the district as people should see it
# From      first day in the district: DD/MM/YYYY or YYYY-MM-DD
# Until     last day in the district; leave empty while it goes on
# Kind      improvement (a district with its own manager) or traded; empty means improvement
#
# Example (invented):
# 900001,Oakfield Primary School,North Marlshire,01/09/2025,,improvement
URN,School,District,From,Until,Kind
";

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Urn,
    District,
    From,
    Until,
    Kind,
}

/// The table of columns: official name and aliases, whether required, what it holds.
const COLUMNS: [(&[&str], bool, Field); 5] = [
    (&["URN"], true, Field::Urn),
    (&["District", "District name"], true, Field::District),
    (
        &["From", "From date", "Start", "Start date"],
        true,
        Field::From,
    ),
    (
        &["Until", "Until date", "To", "End", "End date"],
        false,
        Field::Until,
    ),
    (&["Kind"], false, Field::Kind),
];

/// Columns that are known and left out.
const KNOWN: &[&[&str]] = &[&["School", "School name", "Name"]];

fn layout() -> Layout<Field> {
    let columns = COLUMNS.iter().map(|(names, required, field)| Column {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        required: *required,
        field: *field,
    });
    Layout {
        columns: columns.collect(),
        known: KNOWN,
    }
}

/// The template's layout, as it fits a header.
pub(super) fn open(header: &Header) -> Candidate {
    Candidate::new("districts-template", layout().find(header), Rows::new)
}

/// A period already read.
struct Known {
    until: Option<NaiveDate>,
    line: u64,
    hash: u64,
}

/// Reads the rows of a districts list.
pub(super) struct Rows {
    found: Found<Field>,
    periods: BTreeMap<(Urn, NaiveDate), Known>,
}

impl RowReader for Rows {
    fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let urn = self.urn(record, out);
        let district = self.district(record, out);
        let kind = self.kind(record, out);
        let from = self.day(record, Field::From, out);
        let until = self.day(record, Field::Until, out);
        let (Some(urn), Some((name, slug)), Some(kind), Ok(Some(from)), Ok(until)) =
            (urn, district, kind, from, until)
        else {
            return;
        };
        if let Some(until) = until
            && until < from
        {
            out.issues.push(record.issue(
                IssueCode::InvalidPeriod,
                self.found.position(Field::Until),
                format!(
                    "The period ends on {until}, before it starts on {from}. Correct one of the \
                     two dates."
                ),
            ));
            return;
        }
        let hash = content_hash(&(&name, kind, until));
        if self.is_new(record, urn, from, until, hash, out) {
            out.rows.push(Row::District {
                line: record.line,
                urn,
                name,
                slug,
                kind,
                from,
                until,
            });
        }
    }
}

impl Rows {
    pub(super) const fn new(found: Found<Field>) -> Self {
        Self {
            found,
            periods: BTreeMap::new(),
        }
    }

    /// Whether the period is neither a duplicate nor in conflict; says so if it is.
    fn is_new(
        &mut self,
        record: Record<'_>,
        urn: Urn,
        from: NaiveDate,
        until: Option<NaiveDate>,
        hash: u64,
        out: &mut Batch,
    ) -> bool {
        let position = self.found.position(Field::From);
        if let Some(known) = self.periods.get(&(urn, from)) {
            let line = known.line;
            let issue = if known.hash == hash {
                record.issue(
                    IssueCode::IdenticalDuplicate,
                    position,
                    format!("The same as line {line}; counted once."),
                )
            } else {
                record.issue(
                    IssueCode::ContradictingDuplicate,
                    position,
                    format!(
                        "School {urn} has another line from {from} (line {line}) that says \
                         something else. Keep one of the two."
                    ),
                )
            };
            out.issues.push(issue);
            return false;
        }
        let before = self
            .periods
            .range((urn, NaiveDate::MIN)..(urn, from))
            .next_back();
        let after = self
            .periods
            .range((urn, from)..=(urn, NaiveDate::MAX))
            .next();
        let overlapped = before
            .filter(|(_, known)| known.until.is_none_or(|end| end >= from))
            .or_else(|| after.filter(|((_, start), _)| until.is_none_or(|end| end >= *start)))
            .map(|(_, known)| known.line);
        if let Some(line) = overlapped {
            out.issues.push(record.issue(
                IssueCode::OverlappingPeriods,
                position,
                format!(
                    "School {urn} is already in a district at that time (line {line}). Fill in \
                     Until for the earlier period, or correct the dates: a school is in one \
                     district at a time."
                ),
            ));
        }
        let line = record.line;
        self.periods
            .insert((urn, from), Known { until, line, hash });
        overlapped.is_none()
    }

    fn urn(&self, record: Record<'_>, out: &mut Batch) -> Option<Urn> {
        let position = self.found.position(Field::Urn);
        let urn = record.cell(position).parse().ok();
        if urn.is_none() {
            out.issues.push(record.issue(
                IssueCode::InvalidUrn,
                position,
                "A URN has six digits, such as 900001. Look the school up in Get Information \
                 About Schools and correct the cell.",
            ));
        }
        urn
    }

    fn district(&self, record: Record<'_>, out: &mut Batch) -> Option<(String, DistrictSlug)> {
        let position = self.found.position(Field::District);
        let name = record.cell(position);
        if let Ok(slug) = DistrictSlug::from_name(name) {
            return Some((name.to_owned(), slug));
        }
        out.issues.push(record.issue(
            IssueCode::InvalidValue,
            position,
            "A district needs a name that starts with a letter and has at most 63 letters, digits \
             and spaces. Fill it in.",
        ));
        None
    }

    fn kind(&self, record: Record<'_>, out: &mut Batch) -> Option<DistrictKind> {
        let position = self.found.position(Field::Kind);
        let text = record.cell(position);
        if text.is_empty() {
            return Some(DistrictKind::Improvement);
        }
        let kind = DistrictKind::parse(&text.to_lowercase());
        if kind.is_none() {
            out.issues.push(record.issue(
                IssueCode::InvalidValue,
                position,
                "The kind is improvement or traded; leave the cell empty for improvement.",
            ));
        }
        kind
    }

    /// A day, `Ok(None)` if the cell is empty and may be, `Err` if an issue was told.
    fn day(
        &self,
        record: Record<'_>,
        field: Field,
        out: &mut Batch,
    ) -> Result<Option<NaiveDate>, ()> {
        let position = self.found.position(field);
        let text = record.cell(position);
        if text.is_empty() && field != Field::From {
            return Ok(None);
        }
        let day = date(text);
        if day.is_none() {
            out.issues.push(record.issue(
                IssueCode::InvalidDate,
                position,
                format!("This is not a date. Write it as {DATE_FORMS}."),
            ));
            return Err(());
        }
        Ok(day)
    }
}
