//! The county's own list of last year's visits: dates, decision, actions, and the report's file.

use super::cells::{Cells, Differs, Entry, Told, layout as table};
use super::issue::IssueCode;
use super::layout::{Found, Header, Layout, Record};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Row, Seen, content_hash};
use super::statement::Statement;
use crate::past_visit::{LONGEST_ACTION, MOST_ACTIONS, PastDocument, PastVisit};

/// The file to fill in. Lines that start with `#` are left out when it is read.
pub(super) const TEMPLATE: &str = "\
# Last year's visits, one line for each, so that this year's can look back. What this file says of
# a school replaces all that was said of it before; schools that are not in it keep what they have.
# Lines that start with # are explanations and are left out. Keep the line with the column names.
#
# URN          six digits (from Get Information About Schools)
# School       the name for your own reading; not imported
# Visit        day of the visit: DD/MM/YYYY or YYYY-MM-DD
# Report       day of its report; empty if there is none
# Priority     yes or no: whether the school became a priority for support; empty if not said
# Actions      the actions agreed, with ; between them
# Report file  the name of the report's file, such as 900001-report.pdf
# SHA-256      of that file, 64 hexadecimal digits; may be empty, but only a file whose SHA-256 stands
#              here can be loaded afterwards (PDF, DOCX or ODT): llpr import reports FOLDER
#
# Who may read published reports of the school reads the actions. No names of pupils, please.
#
# Example (invented):
# 900001,Oakfield Primary School,12/11/2024,29/11/2024,no,Map the reading curriculum; Train new staff,900001-report.pdf,
URN,School,Visit,Report,Priority,Actions,Report file,SHA-256
";

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Urn,
    Visit,
    Report,
    Priority,
    Actions,
    Document,
    Hash,
}

const COLUMNS: [Entry<Field>; 7] = [
    (&["URN"], true, Field::Urn),
    (
        &["Visit", "Visit date", "Date of visit"],
        true,
        Field::Visit,
    ),
    (
        &["Report", "Report date", "Date of report"],
        false,
        Field::Report,
    ),
    (
        &["Priority", "Priority for support"],
        false,
        Field::Priority,
    ),
    (&["Actions", "Actions agreed"], false, Field::Actions),
    (&["Report file", "File"], false, Field::Document),
    (&["SHA-256", "SHA256"], false, Field::Hash),
];

/// Columns that are known and left out.
const KNOWN: &[&[&str]] = &[&["School", "School name", "Name"]];

/// Ends of the names of report files.
const ENDINGS: [&str; 4] = [".pdf", ".docx", ".doc", ".odt"];
/// Longest name of a file, in characters.
const FILE_NAME: usize = 150;

fn layout() -> Layout<Field> {
    table(&COLUMNS, KNOWN)
}

pub(super) fn open(header: &Header) -> Candidate {
    Candidate::new("last-year-template", layout().find(header), Rows::new)
}

/// Reads the rows of a list of visits.
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
        // Each cell is read, so that all that is wrong with a line is told at once.
        let urn = cells.urn(Field::Urn, out);
        let visited = cells.day(Field::Visit, out).and_then(|day| {
            day.ok_or_else(|| {
                let message = "A visit needs its day. Fill it in.";
                cells.tell(Field::Visit, IssueCode::InvalidDate, message, out)
            })
        });
        let reported = cells.day(Field::Report, out);
        let priority = priority(&cells, out);
        let actions = actions(&cells, out);
        let document = document(&cells, out);
        let (Ok(urn), Ok(visited), Ok(reported), Ok(priority), Ok(actions), Ok(document)) =
            (urn, visited, reported, priority, actions, document)
        else {
            return;
        };
        if let Some(reported) = reported
            && reported < visited
        {
            let message = format!(
                "The report of {reported} is earlier than the visit of {visited}. Correct one of \
                 the two dates."
            );
            cells.tell(Field::Report, IssueCode::InvalidPeriod, message, out);
            return;
        }
        let visit = PastVisit {
            urn,
            visited,
            reported,
            priority,
            actions,
            document,
        };
        let key = content_hash(&(urn, visited));
        let (field, differs) = (Field::Visit, Differs::Contradicts);
        if cells.is_new(&mut self.seen, key, &visit, field, differs, out) {
            out.rows.push(Row::Statement {
                line: record.line,
                statement: Statement::PastVisit(visit),
            });
        }
    }
}

fn priority(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<Option<bool>, Told> {
    match cells.text(Field::Priority).to_lowercase().as_str() {
        "" => Ok(None),
        "yes" | "y" => Ok(Some(true)),
        "no" | "n" => Ok(Some(false)),
        _ => {
            let message = "Priority is yes or no; leave the cell empty if it was not said.";
            Err(cells.tell(Field::Priority, IssueCode::InvalidValue, message, out))
        }
    }
}

fn actions(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<Vec<String>, Told> {
    let parts = cells.text(Field::Actions).split([';', '\n']);
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    let actions: Vec<String> = parts.map(str::to_owned).collect();
    let long = |action: &String| action.chars().count() > LONGEST_ACTION;
    if actions.len() <= MOST_ACTIONS && !actions.iter().any(long) {
        return Ok(actions);
    }
    let message = format!(
        "Give at most {MOST_ACTIONS} actions of at most {LONGEST_ACTION} characters each, with ; \
         between them."
    );
    Err(cells.tell(Field::Actions, IssueCode::InvalidValue, message, out))
}

fn document(cells: &Cells<'_, Field>, out: &mut Batch) -> Result<Option<PastDocument>, Told> {
    let name = cells.text(Field::Document);
    let hash = cells.text(Field::Hash).to_lowercase();
    if name.is_empty() && hash.is_empty() {
        return Ok(None);
    }
    let lower = name.to_lowercase();
    let sound = name.chars().count() <= FILE_NAME
        && !name.contains(['/', '\\', ':'])
        && !name.chars().any(char::is_control)
        && ENDINGS.iter().any(|ending| lower.ends_with(ending));
    if !sound {
        let message = format!(
            "This is not the name of a report's file. Give it without folders, ending in {}.",
            ENDINGS.join(", ")
        );
        return Err(cells.tell(Field::Document, IssueCode::InvalidValue, message, out));
    }
    let digits = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !hash.is_empty() && !digits {
        let message = "A SHA-256 has 64 hexadecimal digits. Copy it again, or empty the cell.";
        return Err(cells.tell(Field::Hash, IssueCode::InvalidValue, message, out));
    }
    Ok(Some(PastDocument {
        name: name.to_owned(),
        sha256: digits.then_some(hash),
    }))
}
