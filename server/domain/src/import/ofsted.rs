//! Ofsted's management information on state-funded schools: the latest inspections of each
//! school, or one row for each inspection.
//!
//! A row is under the school's URN of today. Where the file says that an inspection was of the
//! school before it, the inspection is kept as the predecessor's.

use super::cells::{Cells, Differs, LeftOut, Told};
use super::issue::{Issue, IssueCode};
use super::layout::{Found, Header, Record};
use super::ofsted_columns::{Block, Field, Item, Scale, Variant, layout, variant};
use super::opening::{Candidate, RowReader};
use super::rows::{Batch, Row, Seen, content_hash, counted};
use super::statement::Statement;
use crate::inspection::{
    Area, Concern, Era, Findings, Grade, Inspection, Predecessor, Safeguarding, Standard, Ungraded,
};
use crate::urn::Urn;

/// What stands where there is nothing: `NULL` and a blank cell mean the same.
const NONE: [&str; 8] = [
    "",
    "NULL",
    "N/A",
    "NA",
    "-",
    "None",
    "Not applicable",
    "Not recorded",
];

fn is_none(text: &str) -> bool {
    NONE.iter().any(|none| none.eq_ignore_ascii_case(text))
}

/// Reads the rows of a management information file.
pub(super) struct Rows {
    found: Found<Field>,
    variant: &'static Variant,
    seen: Seen,
    monitoring: LeftOut,
    undated: LeftOut,
    /// Outcomes in words that are not known: how many, the first one's line and words.
    words: Option<(u64, u64, String)>,
}

/// How one inspection is read: its block in a row.
struct Source<'a> {
    cells: &'a Cells<'a, Field>,
    index: usize,
    block: &'static Block,
}

impl Source<'_> {
    const fn field(&self, item: Item) -> Field {
        Field::Of(self.index, item)
    }

    /// A cell's text, empty where it means nothing.
    fn text(&self, item: Item) -> &str {
        let text = self.cells.text(self.field(item));
        if is_none(text) { "" } else { text }
    }

    fn tell(&self, item: Item, message: &str, out: &mut Batch) -> Told {
        let code = IssueCode::UnknownMarker;
        self.cells.tell(self.field(item), code, message, out)
    }
}

pub(super) fn open(header: &Header) -> Candidate {
    let variant = variant(header);
    let found = layout(variant).find(header);
    Candidate::new(variant.name, found, |found| Rows::new(found, variant))
}

impl Rows {
    fn new(found: Found<Field>, variant: &'static Variant) -> Self {
        Self {
            found,
            variant,
            seen: Seen::default(),
            monitoring: LeftOut::default(),
            undated: LeftOut::default(),
            words: None,
        }
    }
}

impl RowReader for Rows {
    fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let cells = Cells {
            found: &self.found,
            record,
        };
        let Ok(urn) = cells.urn(Field::Urn, out) else {
            return;
        };
        let mut inspections: Vec<Inspection> = Vec::new();
        let mut whole = true;
        for (index, block) in self.variant.blocks.iter().enumerate() {
            let source = Source {
                cells: &cells,
                index,
                block,
            };
            if source.text(Item::Number).is_empty() {
                continue;
            }
            match inspection(&source, urn, out) {
                Ok(Read::Inspection(one)) => {
                    if let Findings::Ungraded(Ungraded::Words(words)) = &one.findings {
                        let first = || (0, record.line, words.clone());
                        self.words.get_or_insert_with(first).0 += 1;
                    }
                    // A short inspection that became a full one is told twice.
                    if inspections.iter().all(|other| other.number != one.number) {
                        inspections.push(one);
                    }
                }
                Ok(Read::Undated) => self.undated.row(record.line),
                Ok(Read::NothingJudged) => self.monitoring.row(record.line),
                Err(Told) => whole = false,
            }
        }
        if !whole {
            return;
        }
        let numbers: Vec<&str> = inspections.iter().map(|one| one.number.as_str()).collect();
        let key = content_hash(&(urn, numbers.first()));
        let field = Field::Urn;
        let differs = Differs::Contradicts;
        if cells.is_new(&mut self.seen, key, &inspections, field, differs, out) {
            out.rows.push(Row::Statement {
                line: record.line,
                statement: Statement::Inspections { urn, inspections },
            });
        }
    }

    fn finish(&self, out: &mut Batch) {
        self.monitoring.note(
            "inspection without any judgement, such as a monitoring visit, was",
            "inspections without any judgement, such as monitoring visits, were",
            out,
        );
        self.undated.note(
            "inspection without a first day was",
            "inspections without a first day were",
            out,
        );
        if let Some((count, line, words)) = &self.words {
            let outcomes = counted(*count, "ungraded outcome is", "ungraded outcomes are");
            let message = format!(
                "{outcomes} in words that are not known, the first on line {line}. They are shown \
                 as written, and count neither for nor against a school."
            );
            let issue = Issue::new(IssueCode::UnknownOutcome, message).at_line(*line);
            out.issues.push(issue.with_value(words));
        }
    }
}

/// What came of a block.
enum Read {
    Inspection(Inspection),
    /// It has a number and no first day.
    Undated,
    /// It judged nothing.
    NothingJudged,
}

fn inspection(source: &Source<'_>, urn: Urn, out: &mut Batch) -> Result<Read, Told> {
    let start = source.cells.day(source.field(Item::Start), out);
    let published = source.cells.day(source.field(Item::Published), out);
    let concern = concern(source, out);
    let safeguarding = safeguarding(source, out);
    let overall = grade(source, Item::Overall, out);
    let outcome = source.text(Item::Outcome);
    let grades = areas(source, grade, out);
    let standards = areas(source, standard, out);
    let predecessor = predecessor(source, urn, out);
    let Some(start) = start? else {
        return Ok(Read::Undated);
    };
    let (concern, safeguarding, overall) = (concern?, safeguarding?, overall?);
    let (grades, standards) = (grades?, standards?);
    let bare = concern.is_none() && safeguarding.is_none() && overall.is_none();
    let findings = match source.block.scale {
        Scale::Standards => Findings::ReportCard {
            areas: standards,
            safeguarding,
        },
        Scale::Ungraded if outcome.is_empty() => return Ok(Read::NothingJudged),
        Scale::Ungraded => Findings::Ungraded(Ungraded::read(outcome)),
        Scale::Grades if bare && grades.is_empty() && !outcome.is_empty() => {
            Findings::Ungraded(Ungraded::read(outcome))
        }
        Scale::Grades if bare && grades.is_empty() => return Ok(Read::NothingJudged),
        // The file decides: an overall grade was given or it was not. The day decides where the
        // file says neither.
        Scale::Grades if overall.is_none() && Era::of(start) != Era::OverallGrade => {
            Findings::KeyJudgements {
                areas: grades,
                safeguarding,
            }
        }
        Scale::Grades => Findings::OverallGrade {
            overall,
            areas: grades,
            safeguarding,
        },
    };
    Ok(Read::Inspection(Inspection {
        number: source.text(Item::Number).to_owned(),
        kind: source.text(Item::Kind).to_owned(),
        start,
        published: published?,
        predecessor: predecessor?,
        concern,
        findings,
    }))
}

/// The school that was inspected, if the file says that it was not this one.
fn predecessor(
    source: &Source<'_>,
    urn: Urn,
    out: &mut Batch,
) -> Result<Option<Predecessor>, Told> {
    let then = match source.text(Item::UrnThen) {
        "" => None,
        _ => Some(source.cells.urn(source.field(Item::UrnThen), out)?),
    };
    let same = then.is_none_or(|then| then == urn);
    let relates = source.text(Item::Relates);
    let other = relates.eq_ignore_ascii_case("No") || relates.eq_ignore_ascii_case("N");
    Ok((other || !same).then(|| Predecessor {
        urn: then.filter(|then| *then != urn),
        name: source.text(Item::NameThen).to_owned(),
    }))
}

fn concern(source: &Source<'_>, out: &mut Batch) -> Result<Option<Concern>, Told> {
    let text = source.text(Item::Concern);
    Ok(Some(match text.to_uppercase().as_str() {
        "" | "9" | "0" | "NO" => return Ok(None),
        "SM" | "SPECIAL MEASURES" => Concern::SpecialMeasures,
        "SWK" | "SW" | "SERIOUS WEAKNESSES" => Concern::SeriousWeaknesses,
        "RSI" | "REQUIRES SIGNIFICANT IMPROVEMENT" => Concern::SignificantImprovement,
        "NTI" | "NOTICE TO IMPROVE" => Concern::NoticeToImprove,
        _ => {
            let message = "A category of concern is SM, SWK, RSI or NTI. This one is not known, \
                           and can't be left out without being understood. Check the cell against \
                           Ofsted's file.";
            return Err(source.tell(Item::Concern, message, out));
        }
    }))
}

fn safeguarding(source: &Source<'_>, out: &mut Batch) -> Result<Option<Safeguarding>, Told> {
    let text = source.text(Item::Safeguarding);
    Ok(Some(match text.to_lowercase().as_str() {
        "" | "9" | "0" | "not judged" => return Ok(None),
        "yes" | "y" | "effective" => Safeguarding::Effective,
        "no" | "n" | "not effective" => Safeguarding::NotEffective,
        "met" => Safeguarding::Met,
        "not met" => Safeguarding::NotMet,
        _ => {
            let message = "Safeguarding is Yes or No, or on a report card Met or Not met. Check \
                           the cell against Ofsted's file.";
            return Err(source.tell(Item::Safeguarding, message, out));
        }
    }))
}

/// A grade from 1 to 4. 9, and 0 in older files, mean that it doesn't apply; `Not judged` that
/// none was given.
fn grade(source: &Source<'_>, item: Item, out: &mut Batch) -> Result<Option<Grade>, Told> {
    let text = source.text(item);
    let text = text.strip_suffix(".0").unwrap_or(text);
    Ok(Some(match text.to_lowercase().as_str() {
        "" | "9" | "0" | "not judged" => return Ok(None),
        "1" | "outstanding" => Grade::Outstanding,
        "2" | "good" => Grade::Good,
        "3" | "requires improvement" | "satisfactory" => Grade::RequiresImprovement,
        "4" | "inadequate" => Grade::Inadequate,
        _ => {
            let message = "A grade is 1 to 4, 9 or 0 (not applicable), Not judged, NULL or empty. \
                           Check the cell against Ofsted's file.";
            return Err(source.tell(item, message, out));
        }
    }))
}

/// A standard of a report card.
fn standard(source: &Source<'_>, item: Item, out: &mut Batch) -> Result<Option<Standard>, Told> {
    let text = source.text(item).to_lowercase();
    let text = text.as_str();
    if matches!(text, "" | "9" | "0" | "not judged") {
        return Ok(None);
    }
    let known = Standard::ALL.iter().copied().find(|standard| {
        let label = standard.label().to_lowercase();
        label == text || label.strip_suffix(" standard") == Some(text)
    });
    known.map(Some).ok_or_else(|| {
        let message = "A standard is Exceptional, Strong standard, Expected standard, Needs \
                       attention or Urgent improvement; or Not applicable, NULL or empty. Check \
                       the cell against Ofsted's file.";
        source.tell(item, message, out)
    })
}

/// The areas that were judged, in the order of [`Area`]; none where the block has another scale.
fn areas<T: OfScale>(
    source: &Source<'_>,
    read: impl Fn(&Source<'_>, Item, &mut Batch) -> Result<Option<T>, Told>,
    out: &mut Batch,
) -> Result<Vec<(Area, T)>, Told> {
    if source.block.scale != T::SCALE {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let mut told = None;
    for area in Area::ALL {
        match read(source, Item::Area(*area), out) {
            Ok(value) => found.extend(value.map(|value| (*area, value))),
            Err(error) => told = Some(error),
        }
    }
    told.map_or(Ok(found), Err)
}

/// Which scale a judgement is on.
trait OfScale {
    const SCALE: Scale;
}

impl OfScale for Grade {
    const SCALE: Scale = Scale::Grades;
}

impl OfScale for Standard {
    const SCALE: Scale = Scale::Standards;
}
