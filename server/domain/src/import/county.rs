//! The county's own templates of figures: one row per figure, or a few, with the year in the row.

use chrono::NaiveDate;

use super::county_columns::{COLUMNS, Field, Kind, TABLES};
use super::fields::{DATE_FORMS, date, scaled};
use super::issue::IssueCode;
use super::layout::{Column, Found, Header, Layout, Record};
use super::opening::{Candidate, RowReader};
use super::reader::Request;
use super::rows::{Batch, FigureRow, Met, Row, Seen};
use super::wide::site_key;
use crate::figure::{AuthorityScope, EnglandScope, Period, Place, PupilGroup, Release, Value};
use crate::measure::{Measure, Unit};
use crate::urn::AuthorityCode;
use crate::year::AcademicYear;

/// A template as it fits a header.
pub(super) fn open(kind: Kind, request: &Request, header: &Header) -> Candidate {
    let year = request.year;
    Candidate::new(kind.layout(), layout(kind).find(header), |found| Rows {
        kind,
        found,
        year,
        seen: Seen::default(),
    })
}

fn layout(kind: Kind) -> Layout<Field> {
    let used = |field: Field| {
        TABLES
            .iter()
            .find(|(of, wanted, _)| *of == kind && *wanted == field)
    };
    let columns = COLUMNS.iter().filter_map(|(field, names)| {
        let (_, _, required) = used(*field)?;
        Some(Column {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            required: *required,
            field: *field,
        })
    });
    Layout {
        columns: columns.collect(),
        known: &[&["School", "School name", "Name"]],
    }
}

/// Reads the rows of a template.
struct Rows {
    kind: Kind,
    found: Found<Field>,
    /// Only this year is taken, where the import says one.
    year: Option<AcademicYear>,
    seen: Seen,
}

/// Marks that an issue was told and the row can't be used.
struct Told;

/// Reads the cells of a row and tells what is wrong with them, all at once.
struct Line<'a, 'b> {
    record: Record<'a>,
    found: &'a Found<Field>,
    out: &'b mut Batch,
    sound: bool,
}

impl Line<'_, '_> {
    fn text(&self, field: Field) -> &str {
        self.record.cell(self.found.position(field))
    }

    fn tell(&mut self, field: Field, code: IssueCode, message: impl Into<String>) {
        let position = self.found.position(field);
        self.out
            .issues
            .push(self.record.issue(code, position, message));
        self.sound = false;
    }

    /// A cell that is one of some words; the first word where the cell is empty and may be.
    fn word<T: Copy>(
        &mut self,
        field: Field,
        empty: Option<T>,
        read: impl FnOnce(&str) -> Option<T>,
        rule: impl FnOnce() -> String,
    ) -> Option<T> {
        let text = self.text(field).to_lowercase();
        let found = if text.is_empty() { empty } else { read(&text) };
        if found.is_none() {
            self.tell(field, IssueCode::InvalidValue, rule());
        }
        found
    }

    /// A count from 0, `None` if the cell is empty, in hundredths.
    fn count(&mut self, field: Field, whole: bool) -> Option<i64> {
        let text = self.text(field);
        if text.is_empty() {
            return None;
        }
        let number = scaled::<2>(text, 12).filter(|number| {
            *number >= 0 && !text.starts_with('-') && (!whole || number % 100 == 0)
        });
        if number.is_none() {
            let kind = if whole { "whole number" } else { "number" };
            self.tell(
                field,
                IssueCode::InvalidNumber,
                format!("This is no {kind} from 0. Write digits only, without a comma or a sign."),
            );
        }
        number
    }

    /// As [`Self::count`]; an empty cell is told.
    fn needed(&mut self, field: Field, whole: bool) -> Option<i64> {
        if self.text(field).is_empty() {
            self.tell(
                field,
                IssueCode::InvalidValue,
                "A number is needed here. Fill it in, or delete the line if nothing is known.",
            );
            return None;
        }
        self.count(field, whole)
    }
}

impl RowReader for Rows {
    fn record(&mut self, record: Record<'_>, out: &mut Batch) {
        let mut line = Line {
            record,
            found: &self.found,
            out: &mut *out,
            sound: true,
        };
        let place = place(self.kind, &mut line);
        let year = self.when(&mut line);
        let period = period(self.kind, &mut line);
        let group = line.word(
            Field::Group,
            Some(PupilGroup::All),
            PupilGroup::parse,
            || {
                let names: Vec<&str> = PupilGroup::ALL.iter().map(|group| group.as_str()).collect();
                format!(
                    "There is no such group. The groups are {}.",
                    names.join(", ")
                )
            },
        );
        let release = match line.text(Field::Release) {
            "" => None,
            _ => line.word(Field::Release, None, Release::parse, || {
                "The release is unvalidated, provisional, revised or final; leave the cell empty \
                 for the import's own."
                    .to_owned()
            }),
        };
        let embargo = embargo(&mut line);
        let figures = match self.kind {
            Kind::Figures | Kind::Benchmarks => one_figure(&mut line, group),
            Kind::Phonics => phonics(&mut line, group),
            Kind::ReducedHours => reduced_hours(&mut line, group),
        };
        let sound = line.sound;
        let (Some((place, authority)), Some(year), Some(period), true) =
            (place, year, period, sound)
        else {
            return;
        };
        let row = Row::Figures {
            line: record.line,
            place,
            authority,
            name: name(record, place),
            year,
            period,
            release,
            embargo,
            figures,
        };
        if self.is_new(record, &row, out).is_ok() {
            out.rows.push(row);
        }
    }
}

impl Rows {
    fn when(&self, line: &mut Line<'_, '_>) -> Option<AcademicYear> {
        let year: AcademicYear = match line.text(Field::Year).parse() {
            Ok(year) => year,
            Err(error) => {
                let error: crate::year::InvalidAcademicYear = error;
                line.tell(Field::Year, IssueCode::InvalidValue, format!("{error}."));
                return None;
            }
        };
        if let Some(wanted) = self.year
            && wanted != year
        {
            line.tell(
                Field::Year,
                IssueCode::YearMismatch,
                format!(
                    "This line is for {year}, but the import says {wanted}. Leave the year of the \
                     import out, since each line has its own, or correct the line."
                ),
            );
            return None;
        }
        Some(year)
    }

    /// Whether no figure of the row was given before; says so if one was.
    fn is_new(&mut self, record: Record<'_>, row: &Row, out: &mut Batch) -> Result<(), Told> {
        let Row::Figures {
            place,
            year,
            period,
            release,
            embargo,
            figures,
            ..
        } = row
        else {
            return Err(Told);
        };
        let position = self.found.position(match self.kind {
            Kind::Benchmarks => Field::Place,
            Kind::Figures | Kind::Phonics | Kind::ReducedHours => Field::Urn,
        });
        let mut same = None;
        let mut different = None;
        for figure in figures {
            let key = (
                site_key(*place, *year, *period),
                figure.measure.code(),
                figure.group.code(),
            );
            // The key of a row has 51 bits, so a figure's goes through a hash of its own.
            let key = super::rows::content_hash(&key);
            match self
                .seen
                .meet(key, record.line, &(figure, release, embargo))
            {
                Met::Never => {}
                Met::Same { line } => same = Some(line),
                Met::Different { line } => different = Some(line),
            }
        }
        let (code, message) = match (same, different) {
            (_, Some(line)) => (
                IssueCode::ContradictingDuplicate,
                format!("Line {line} has another number for the same figure. Keep one of the two."),
            ),
            (Some(line), None) => (
                IssueCode::IdenticalDuplicate,
                format!("The same as line {line}; counted once."),
            ),
            (None, None) => return Ok(()),
        };
        out.issues.push(record.issue(code, position, message));
        Err(Told)
    }
}

fn name(record: Record<'_>, place: Place) -> String {
    match place {
        Place::School(urn) => {
            let named = ["School", "School name", "Name"]
                .iter()
                .find_map(|name| record.header.position(name));
            match record.cell(named) {
                "" => format!("School {urn}"),
                name => name.to_owned(),
            }
        }
        Place::Authority(code, _) => format!("Local authority {code}"),
        Place::England(scope) => scope.label().to_owned(),
    }
}

fn place(kind: Kind, line: &mut Line<'_, '_>) -> Option<(Place, Option<AuthorityCode>)> {
    if kind != Kind::Benchmarks {
        let urn = line.text(Field::Urn).parse().ok();
        if urn.is_none() {
            line.tell(
                Field::Urn,
                IssueCode::InvalidUrn,
                "A URN has six digits, such as 900001. Look the school up in Get Information \
                 About Schools and correct the cell.",
            );
        }
        return Some((Place::School(urn?), None));
    }
    let text = line.text(Field::Place).to_lowercase();
    let (first, rest) = text.split_once(' ').unwrap_or((&text, ""));
    let found = if first == "england" {
        let scope = match rest {
            "" => Some(EnglandScope::StateFunded),
            rest => EnglandScope::parse(rest),
        };
        scope.map(|scope| (Place::England(scope), None))
    } else {
        let scope = match rest {
            "" => Some(AuthorityScope::All),
            rest => AuthorityScope::parse(rest),
        };
        let code = first.parse::<AuthorityCode>().ok();
        code.zip(scope)
            .map(|(code, scope)| (Place::Authority(code, scope), Some(code)))
    };
    if found.is_none() {
        line.tell(
            Field::Place,
            IssueCode::InvalidValue,
            "The place is England, England all-schools, England primary, England secondary, \
             England special, or an authority's three digits, alone or with primary, secondary or \
             special, such as 990 primary.",
        );
    }
    found
}

fn period(kind: Kind, line: &mut Line<'_, '_>) -> Option<Period> {
    let empty = match kind {
        Kind::ReducedHours => None,
        Kind::Figures | Kind::Phonics | Kind::Benchmarks => Some(Period::Year),
    };
    line.word(Field::Period, empty, Period::parse, || {
        let names: Vec<&str> = Period::ALL.iter().map(|period| period.as_str()).collect();
        format!("The period is one of {}.", names.join(", "))
    })
}

/// The last day on which the figure is under embargo.
fn embargo(line: &mut Line<'_, '_>) -> Option<NaiveDate> {
    let text = line.text(Field::Embargo);
    if text.is_empty() {
        return None;
    }
    let day = date(text);
    if day.is_none() {
        line.tell(
            Field::Embargo,
            IssueCode::InvalidDate,
            format!("This is not a date. Write it as {DATE_FORMS}, or leave it empty."),
        );
    }
    day
}

/// A figure of any measure: a share of two counts, an average of a sum, or a count.
fn one_figure(line: &mut Line<'_, '_>, group: Option<PupilGroup>) -> Vec<FigureRow> {
    let measure = line.word(Field::Measure, None, Measure::parse, || {
        "There is no such measure. ListMeasures names them (`llpr api PerformanceService/ListMeasures {}`), such as \
         ks2-rwm-expected."
            .to_owned()
    });
    let numerator = line.needed(Field::Numerator, false);
    let denominator = line.count(Field::Denominator, true);
    let (Some(measure), Some(group), Some(numerator)) = (measure, group, numerator) else {
        return Vec::new();
    };
    let counts = match measure.unit() {
        Unit::ProgressPoints => {
            line.tell(
                Field::Measure,
                IssueCode::InvalidValue,
                "Progress has no numerator and denominator, and can't be given here.",
            );
            return Vec::new();
        }
        Unit::Pupils | Unit::Cases | Unit::Hours => true,
        Unit::PercentOfPupils
        | Unit::PercentOfSessions
        | Unit::RatePer100Pupils
        | Unit::ScaledScore => false,
    };
    if counts {
        return vec![count_of(measure, group, numerator, denominator)];
    }
    let Some(denominator) = denominator else {
        if line.text(Field::Denominator).is_empty() {
            line.tell(
                Field::Denominator,
                IssueCode::InvalidValue,
                "This measure needs a denominator: the pupils or sessions that the numerator is of.",
            );
        }
        return Vec::new();
    };
    let figure = share(measure, group, numerator, denominator);
    let (least, most, rule) = match measure.unit() {
        Unit::ScaledScore => (
            8000,
            12_000,
            "An average scaled score lies between 80 and 120: the numerator is the sum of the \
             scores, the denominator the pupils.",
        ),
        Unit::RatePer100Pupils => (
            0,
            1_000_000,
            "A rate lies between 0 and 10000 in a hundred.",
        ),
        _ => (
            0,
            10_000,
            "The numerator is larger than the denominator. Correct one of the two.",
        ),
    };
    if let Some(number) = figure.value.number()
        && !(least..=most).contains(&number)
    {
        line.tell(Field::Numerator, IssueCode::InvalidNumber, rule);
    }
    vec![figure]
}

fn phonics(line: &mut Line<'_, '_>, group: Option<PupilGroup>) -> Vec<FigureRow> {
    let measure = line.word(
        Field::YearGroup,
        Some(Measure::PhonicsMet),
        |text| match text {
            "1" | "year 1" => Some(Measure::PhonicsMet),
            "2" | "year 2" => Some(Measure::PhonicsMetByYear2),
            _ => None,
        },
        || "The year group is 1, or 2 for pupils by the end of Year 2.".to_owned(),
    );
    let eligible = line.needed(Field::Eligible, true);
    let met = line.needed(Field::Met, true);
    let (Some(measure), Some(group), Some(eligible), Some(met)) = (measure, group, eligible, met)
    else {
        return Vec::new();
    };
    if met > eligible {
        line.tell(
            Field::Met,
            IssueCode::InvalidNumber,
            "More pupils met the standard than were eligible. Correct one of the two.",
        );
    }
    vec![share(measure, group, met, eligible)]
}

fn reduced_hours(line: &mut Line<'_, '_>, group: Option<PupilGroup>) -> Vec<FigureRow> {
    let pupils = line.needed(Field::Pupils, true);
    let hours = line.count(Field::HoursLost, false);
    let long = line.count(Field::LongPupils, true);
    let (Some(group), Some(pupils)) = (group, pupils) else {
        return Vec::new();
    };
    if long.is_some_and(|long| long > pupils) {
        line.tell(
            Field::LongPupils,
            IssueCode::InvalidNumber,
            "More pupils were on reduced hours for long than at all. Correct one of the two.",
        );
    }
    if pupils == 0 && hours.is_some_and(|hours| hours > 0) {
        line.tell(
            Field::HoursLost,
            IssueCode::InvalidNumber,
            "Hours were lost, but no pupil was on reduced hours. Correct one of the two.",
        );
    }
    let of = |measure, count: i64| count_of(measure, group, count, Some(pupils));
    let mut figures = vec![count_of(Measure::ReducedHoursPupils, group, pupils, None)];
    figures.extend(long.map(|long| of(Measure::ReducedHoursLong, long)));
    figures.extend(hours.map(|hours| of(Measure::ReducedHoursLost, hours)));
    figures
}

/// A count as a figure; the numbers are in hundredths.
fn count_of(measure: Measure, group: PupilGroup, count: i64, of: Option<i64>) -> FigureRow {
    FigureRow {
        measure,
        group,
        value: Value::Number(count),
        numerator: None,
        denominator: None,
        cohort: of.and_then(|of| u32::try_from(of / 100).ok()),
    }
}

/// A share or an average; the numbers are in hundredths. Of nobody there is none.
fn share(measure: Measure, group: PupilGroup, numerator: i64, denominator: i64) -> FigureRow {
    let times = if measure.unit().is_share() {
        10_000
    } else {
        100
    };
    let value = if denominator == 0 {
        Value::Marker(crate::figure::Marker::NoEligiblePupils)
    } else {
        // Half away from zero, as the other figures are rounded.
        let doubled = i128::from(numerator) * i128::from(times) * 2 + i128::from(denominator);
        let number = doubled / (i128::from(denominator) * 2);
        Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
    };
    let pupils = match measure.unit() {
        Unit::PercentOfSessions => None,
        _ => u32::try_from(denominator / 100).ok(),
    };
    FigureRow {
        measure,
        group,
        value,
        numerator: Some(numerator / 100),
        denominator: Some(denominator / 100),
        cohort: pupils,
    }
}
