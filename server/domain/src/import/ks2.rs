//! Key stage 2 performance tables: one row per school, and rows to compare with.

use super::fields::{hundredths, whole};
use super::issue::{Issue, IssueCode};
use super::ks2_columns::{Field, MARKERS};
use super::layout::{Found, Header, Record};
use super::rows::{Batch, FigureRow, Met, Row, Seen};
use crate::figure::{EnglandScope, Marker, Place, PupilGroup, Value};
use crate::measure::{Measure, Unit};
use crate::urn::AuthorityCode;
use crate::year::AcademicYear;

/// One column of figures.
struct FigureColumn {
    position: usize,
    measure: Measure,
    group: PupilGroup,
}

/// Reads the rows of a key stage 2 file.
pub(super) struct Rows {
    found: Found<Field>,
    figures: Vec<FigureColumn>,
    cohorts: Vec<(PupilGroup, usize)>,
    seen: Seen,
}

/// Marks that an issue was told and the row can't be used.
struct Told;

/// Why a cell can't be read.
#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    Text,
    Number(&'static str),
}

impl Rows {
    pub(super) fn new(found: Found<Field>) -> Self {
        let mut figures = Vec::new();
        let mut cohorts = Vec::new();
        for (field, position) in &found.fields {
            match field {
                Field::Figure(measure, group) => figures.push(FigureColumn {
                    position: *position,
                    measure: *measure,
                    group: *group,
                }),
                Field::Cohort(group) => cohorts.push((*group, *position)),
                Field::RecordType
                | Field::Authority
                | Field::Urn
                | Field::Name
                | Field::Roll
                | Field::OfAge => {}
            }
        }
        Self {
            found,
            figures,
            cohorts,
            seen: Seen::default(),
        }
    }

    pub(super) fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let place = self.place(record, out);
        let figures = self.figures(record, out);
        let (Ok((place, authority)), Ok(figures)) = (place, figures) else {
            return;
        };
        let name = self.name(record, place);
        // Kinds and codes are small positive numbers.
        let key =
            (u64::from(place.kind().unsigned_abs()) << 32) | u64::from(place.code().unsigned_abs());
        let position = self.found.position(match place {
            Place::School(_) => Field::Urn,
            Place::Authority(_) => Field::Authority,
            Place::England(_) => Field::RecordType,
        });
        match self
            .seen
            .meet(key, record.line, &(&name, authority, &figures))
        {
            Met::Never => out.rows.push(Row::Figures {
                line: record.line,
                place,
                authority,
                name,
                figures,
            }),
            Met::Same { line } => out.issues.push(record.issue(
                IssueCode::IdenticalDuplicate,
                position,
                format!("The same as line {line}; counted once."),
            )),
            Met::Different { line } => out.issues.push(record.issue(
                IssueCode::ContradictingDuplicate,
                position,
                format!(
                    "{name} is also on line {line}, with other figures. Download the file again, \
                     or keep one of the two lines."
                ),
            )),
        }
    }

    /// Whose figures the row has, and the authority it belongs to.
    fn place(
        &self,
        record: Record<'_>,
        out: &mut Batch,
    ) -> Result<(Place, Option<AuthorityCode>), Told> {
        let mut tell = |field, code, message: &str| {
            let position = self.found.position(field);
            out.issues.push(record.issue(code, position, message));
            Told
        };
        let mut authority = || {
            let text = record.cell(self.found.position(Field::Authority));
            text.parse::<AuthorityCode>().map_err(|_| {
                let message = "A local authority number has three digits, such as 990. Download \
                               the file again; if it was edited, a column may have moved.";
                tell(Field::Authority, IssueCode::InvalidValue, message)
            })
        };
        match record.cell(self.found.position(Field::RecordType)) {
            "1" | "2" => {
                let authority = authority();
                let text = record.cell(self.found.position(Field::Urn));
                let urn = text.parse().map_err(|_| {
                    let message = "A school's row needs a URN of six digits, from 100000 to \
                                   999999. Download the file again; if it was edited, a column \
                                   may have moved.";
                    tell(Field::Urn, IssueCode::InvalidUrn, message)
                });
                Ok((Place::School(urn?), Some(authority?)))
            }
            "3" => {
                let authority = authority()?;
                Ok((Place::Authority(authority), Some(authority)))
            }
            "4" => Ok((Place::England(EnglandScope::AllSchools), None)),
            "5" => Ok((Place::England(EnglandScope::StateFunded), None)),
            _ => Err(tell(
                Field::RecordType,
                IssueCode::InvalidValue,
                "The record type is 1 or 2 (school), 3 (local authority), 4 or 5 (England). \
                 Download the file again; if it was edited, a column may have moved.",
            )),
        }
    }

    fn name(&self, record: Record<'_>, place: Place) -> String {
        let name = record.cell(self.found.position(Field::Name));
        match place {
            Place::England(scope) if name.is_empty() => scope.label().to_owned(),
            Place::Authority(code) if name.is_empty() => format!("Local authority {code}"),
            Place::School(urn) if name.is_empty() => format!("School {urn}"),
            Place::School(_) | Place::Authority(_) | Place::England(_) => name.to_owned(),
        }
    }

    /// All figures of a row; every trouble of the row is told.
    fn figures(&self, record: Record<'_>, out: &mut Batch) -> Result<Vec<FigureRow>, Told> {
        let mut sound = true;
        let mut cell = |position: usize, unit: Unit| {
            let text = record.cell(Some(position));
            if text.is_empty() {
                return None;
            }
            match value(text, unit) {
                Ok(value) => Some(value),
                Err(wrong) => {
                    sound = false;
                    out.issues.push(cell_issue(record, position, text, &wrong));
                    None
                }
            }
        };
        let roll = self.found.position(Field::Roll);
        let roll = roll.and_then(|position| cell(position, Unit::Pupils));
        let of_age = self.found.position(Field::OfAge);
        let of_age = of_age.and_then(|position| cell(position, Unit::Pupils));
        let cohorts: Vec<(PupilGroup, u32)> = self
            .cohorts
            .iter()
            .filter_map(|(group, position)| {
                let pupils = cell(*position, Unit::Pupils)?.number()? / 100;
                Some((*group, u32::try_from(pupils).ok()?))
            })
            .collect();
        let mut figures: Vec<FigureRow> = Vec::new();
        for column in &self.figures {
            let Some(value) = cell(column.position, column.measure.unit()) else {
                continue;
            };
            let cohort = cohorts.iter().find(|(group, _)| *group == column.group);
            figures.push(FigureRow {
                measure: column.measure,
                group: column.group,
                value,
                cohort: cohort.map(|(_, pupils)| *pupils),
            });
        }
        if !sound {
            return Err(Told);
        }
        // Rows of new schools and of schools without pupils of the age end early: keep why.
        let reason = match (roll, of_age) {
            (Some(Value::Marker(Marker::NewSchool)), _) => Some(Marker::NewSchool),
            (_, Some(Value::Number(0))) => Some(Marker::NoEligiblePupils),
            _ => None,
        };
        if let (Some(reason), true) = (reason, figures.is_empty()) {
            figures.push(FigureRow {
                measure: Measure::Ks2RwmExpected,
                group: PupilGroup::All,
                value: Value::Marker(reason),
                cohort: None,
            });
        }
        Ok(figures)
    }
}

/// A number of a unit, or a marker.
fn value(text: &str, unit: Unit) -> Result<Value, Wrong> {
    if let Some((_, marker)) = MARKERS.iter().find(|(word, _)| *word == text) {
        return Ok(Value::Marker(*marker));
    }
    let number = match unit {
        Unit::PercentOfPupils => percent(text)?,
        Unit::ScaledScore => {
            let score = hundredths(text).ok_or(Wrong::Text)?;
            if !(8000..=12_000).contains(&score) {
                return Err(Wrong::Number("A scaled score lies between 80 and 120."));
            }
            score
        }
        Unit::ProgressPoints => {
            let points = hundredths(text).ok_or(Wrong::Text)?;
            if !(-10_000..=10_000).contains(&points) {
                return Err(Wrong::Number("Progress lies between -100 and 100 points."));
            }
            points
        }
        Unit::Pupils => {
            hundredths(text).ok_or(Wrong::Text)?;
            let pupils = whole(text).ok_or(Wrong::Number(
                "A number of pupils is a whole number from 0.",
            ))?;
            i64::from(pupils) * 100
        }
    };
    Ok(Value::Number(number))
}

/// `63%` or `63`, in hundredths of a percent.
fn percent(text: &str) -> Result<i64, Wrong> {
    let bare = text.strip_suffix('%').map(str::trim_end);
    let number = hundredths(bare.unwrap_or(text)).ok_or(Wrong::Text)?;
    if !(0..=10_000).contains(&number) {
        return Err(Wrong::Number("A percentage lies between 0 and 100."));
    }
    if bare.is_none() && (1..100).contains(&number) {
        // These columns have whole percentages: 0.63 is a spreadsheet's 63%.
        return Err(Wrong::Number(
            "This looks like a fraction, where the file should have a percentage such as 63%.",
        ));
    }
    Ok(number)
}

fn cell_issue(record: Record<'_>, position: usize, text: &str, wrong: &Wrong) -> Issue {
    match wrong {
        Wrong::Text => {
            let words: String = text.chars().take(40).collect();
            record.issue(
                IssueCode::UnknownMarker,
                Some(position),
                format!(
                    "\"{words}\" is neither a number nor one of the markers SUPP, NA, NE, NP, \
                     LOWCOV and NEW. Check the cell against the Department's file."
                ),
            )
        }
        Wrong::Number(rule) => record.issue(
            IssueCode::InvalidNumber,
            Some(position),
            format!("{rule} Check the cell against the Department's file."),
        ),
    }
}

/// Compares the year with the suffixes of earlier years' columns (`_18` in the file of 2018/19).
pub(super) fn check_year(header: &Header, year: AcademicYear, out: &mut Batch) {
    let suffix = |name: &str| -> Option<u16> {
        let (_, digits) = name.rsplit_once('_')?;
        let sound = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if sound { digits.parse().ok() } else { None }
    };
    let latest = header
        .names()
        .filter_map(|name| Some((suffix(name)?, name)))
        .max_by_key(|(year, _)| *year);
    let Some((latest, column)) = latest else {
        return;
    };
    let Ok(speaks_for) = AcademicYear::from_start(2000 + latest) else {
        return;
    };
    if speaks_for != year {
        out.issues.push(
            Issue::new(
                IssueCode::YearMismatch,
                format!(
                    "The columns of the year before end in _{latest:02}, so this is the file of \
                     {speaks_for}, but the import says {year}. Choose the right file, or import \
                     it as {speaks_for}."
                ),
            )
            .at_line(1)
            .in_column(column),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_two_spellings_and_no_fractions() {
        let read = |text| value(text, Unit::PercentOfPupils);
        assert_eq!(read("63%"), Ok(Value::Number(6300)));
        assert_eq!(read("63"), Ok(Value::Number(6300)));
        assert_eq!(read("0"), Ok(Value::Number(0)));
        assert_eq!(read("100%"), Ok(Value::Number(10_000)));
        assert_eq!(read("SUPP"), Ok(Value::Marker(Marker::Suppressed)));
        assert!(matches!(read("0.63"), Err(Wrong::Number(_))));
        assert!(matches!(read("101%"), Err(Wrong::Number(_))));
        assert!(matches!(read("-1"), Err(Wrong::Number(_))));
        assert_eq!(read("x"), Err(Wrong::Text));
        assert_eq!(read("%"), Err(Wrong::Text));
    }

    #[test]
    fn scores_and_progress_have_ranges() {
        assert_eq!(value("104", Unit::ScaledScore), Ok(Value::Number(10_400)));
        assert!(value("79", Unit::ScaledScore).is_err());
        assert_eq!(value("-1.5", Unit::ProgressPoints), Ok(Value::Number(-150)));
        assert_eq!(
            value("LOWCOV", Unit::ProgressPoints),
            Ok(Value::Marker(Marker::LowCoverage))
        );
        assert!(value("1.5", Unit::Pupils).is_err());
    }
}
