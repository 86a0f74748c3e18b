//! The county's own list of people and their roles. It is no data file: an administrator loads it,
//! by the rules of giving roles.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::cells::{Cells, Entry, Told, layout as table};
use super::issue::IssueCode;
use super::layout::{Found, Header, Layout, Record};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Met, Row, Seen, content_hash};
use crate::access::{Node, NodeKind, Role};
use crate::district::DistrictSlug;

/// The file to fill in. Lines that start with `#` are left out when it is read.
pub(super) const TEMPLATE: &str = "\
# The people who work with the programme, one line for each role that somebody holds. Who has no
# account gets one, without a password and without an e-mail being sent. Roles that stand already
# are left as they are; nobody loses a role by this list.
# Lines that start with # are explanations and are left out. Keep the line with the column names.
#
# Name    the person's name, as others read it
# E-mail  the address that they sign in with
# Role    sim, llp, headteacher, school-leader, governor, clerk, county-manager, adviser,
#         data-officer or administrator; empty for an account only
# At      the school's URN (six digits), the district's name, or county
# From    first day: DD/MM/YYYY or YYYY-MM-DD; empty means today
# To      last day; leave empty while it goes on
#
# Example (invented):
# Ida Fenwick,ida.fenwick@marlshire.example,governor,900001,01/09/2026,31/08/2030
Name,E-mail,Role,At,From,To
";

/// Longest name, in characters, and longest address.
const NAME: usize = 120;
const ADDRESS: usize = 254;

/// What a line says of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonLine {
    /// The name.
    pub name: String,
    /// The e-mail address in lower case.
    pub email: String,
    /// The role with its place; none for an account only.
    pub role: Option<RoleLine>,
}

/// A role in a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleLine {
    /// The role.
    pub role: Role,
    /// Where it is held.
    pub node: Node,
    /// First day; today if none.
    pub from: Option<NaiveDate>,
    /// First day on which it is no longer held.
    pub until: Option<NaiveDate>,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Email,
    Role,
    At,
    From,
    Until,
}

const COLUMNS: [Entry<Field>; 6] = [
    (&["Name"], true, Field::Name),
    (&["E-mail", "Email", "E-mail address"], true, Field::Email),
    (&["Role"], true, Field::Role),
    (&["At", "Place", "Node"], true, Field::At),
    (&["From", "Start", "Start date"], false, Field::From),
    (&["To", "Until", "End", "End date"], false, Field::Until),
];

/// Columns that are known and left out.
const KNOWN: &[&[&str]] = &[&["School", "School name", "District", "Note", "Notes"]];

fn layout() -> Layout<Field> {
    table(&COLUMNS, KNOWN)
}

pub(super) fn open(header: &Header) -> Candidate {
    Candidate::new("people-template", layout().find(header), Rows::new)
}

/// Reads the rows of a list of people.
pub(super) struct Rows {
    found: Found<Field>,
    seen: Seen,
    /// The name that an address had first, and on which line.
    names: HashMap<String, (String, u64)>,
}

impl Rows {
    fn new(found: Found<Field>) -> Self {
        Self {
            found,
            seen: Seen::default(),
            names: HashMap::new(),
        }
    }
}

impl RowReader for Rows {
    fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let cells = Cells {
            found: &self.found,
            record,
        };
        // Each cell is read, so that all that is wrong with a line is told at once.
        let name = name(&cells, out);
        let email = email(&cells, out);
        let role = role(&cells, out);
        let (Ok(name), Ok(email), Ok(role)) = (name, email, role) else {
            return;
        };
        match self.names.get(&email) {
            Some((known, line)) if *known != name => {
                let message = format!(
                    "Line {line} gives {known} this address. Correct one of the two lines."
                );
                let code = IssueCode::ContradictingDuplicate;
                cells.tell(Field::Name, code, message, out);
                return;
            }
            Some(_) => {}
            None => {
                let first = (name.clone(), record.line);
                self.names.insert(email.clone(), first);
            }
        }
        let person = PersonLine { name, email, role };
        let key = content_hash(&person);
        if let Met::Same { line } | Met::Different { line } =
            self.seen.meet(key, record.line, &person)
        {
            let message = format!("The same as line {line}; counted once.");
            let code = IssueCode::IdenticalDuplicate;
            cells.tell(Field::Role, code, message, out);
            return;
        }
        out.rows.push(Row::Person {
            line: record.line,
            person: Box::new(person),
        });
    }
}

fn name(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<String, Told> {
    let name = cells.text(Field::Name);
    if (1..=NAME).contains(&name.chars().count()) {
        return Ok(name.to_owned());
    }
    let message = format!("A person needs a name of at most {NAME} characters.");
    Err(cells.tell(Field::Name, IssueCode::InvalidValue, message, out))
}

fn email(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<String, Told> {
    let text = cells.text(Field::Email);
    let sound = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
    });
    let plain = |letter: char| letter.is_ascii_graphic() && !",;<>\"()".contains(letter);
    if sound && text.len() <= ADDRESS && text.chars().all(plain) {
        return Ok(text.to_lowercase());
    }
    let message = "This is not an e-mail address. Write it like ida.fenwick@school.example.";
    Err(cells.tell(Field::Email, IssueCode::InvalidValue, message, out))
}

fn role(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<Option<RoleLine>, Told> {
    let text = cells.text(Field::Role);
    let from = cells.day(Field::From, out);
    let last = cells.day(Field::Until, out);
    if text.is_empty() {
        if cells.text(Field::At).is_empty() {
            return Ok(None);
        }
        let message = "A place is given and no role. Fill in the role, or empty the place.";
        return Err(cells.tell(Field::Role, IssueCode::InvalidValue, message, out));
    }
    let word = text.to_uppercase().replace(['-', ' '], "_");
    let known = Role::ALL
        .into_iter()
        .find(|role| role.as_str() == word || role.label().eq_ignore_ascii_case(text));
    let Some(role) = known else {
        let words = Role::ALL.map(|role| role.as_str().to_lowercase().replace('_', "-"));
        let message = format!("The role is one of {}.", words.join(", "));
        return Err(cells.tell(Field::Role, IssueCode::InvalidValue, message, out));
    };
    let node = node(cells, role, out);
    let (from, last, node) = (from?, last?, node?);
    let until = last.and_then(|last| last.succ_opt());
    if let (Some(from), Some(last)) = (from, last)
        && last < from
    {
        let message = format!(
            "The role ends on {last}, before it begins on {from}. Correct one of the two dates."
        );
        return Err(cells.tell(Field::Until, IssueCode::InvalidPeriod, message, out));
    }
    Ok(Some(RoleLine {
        role,
        node,
        from,
        until,
    }))
}

fn node(cells: &Cells<'_, Field>, role: Role, out: &mut Batch) -> Result<Node, Told> {
    let text = cells.text(Field::At);
    let found = match role.node_kind() {
        NodeKind::County => {
            (text.is_empty() || text.eq_ignore_ascii_case("county")).then_some(Node::County)
        }
        NodeKind::District => (!text.is_empty() && !text.eq_ignore_ascii_case("county"))
            .then(|| DistrictSlug::from_name(text).ok())
            .flatten()
            .map(Node::District),
        NodeKind::School => text.parse().ok().map(Node::School),
    };
    found.ok_or_else(|| {
        let place = match role.node_kind() {
            NodeKind::County => "the county: write county, or leave it empty",
            NodeKind::District => "a district: write its name",
            NodeKind::School => "a school: write its URN of six digits",
        };
        let message = format!("The role {} is held at {place}.", role.label());
        cells.tell(Field::At, IssueCode::InvalidValue, message, out)
    })
}
