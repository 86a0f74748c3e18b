//! `llpr school figures`: published figures with the authority's and England's beside them.

mod district;

use std::collections::HashMap;

use clap::Args;
use futures::TryStreamExt;
use llpr_client::v1::{
    Comparator, ComparatorKind, Figure, ListMeasuresRequest, ListSchoolFiguresRequest, Marker,
    Period, PupilGroup, Release, Unit,
};
use llpr_client::{Error, Retry, Session, items, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{Column, Record, json, time};
use crate::words::{parser, word_of};

pub(crate) use district::DistrictFigures;

/// The measure that a school is shown with.
const HEADLINE: &str = "measures/ks2-rwm-expected";

/// List a school's figures, newest year first
///
/// A marker such as "suppressed" stands where the publisher gives no number. It is never zero.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school figures 900001
  llpr school figures 900001 --year 2018/19 --group disadvantaged
  llpr school figures 900001 --measure ks2-rwm-expected --output csv")]
pub(crate) struct Figures {
    /// The school's URN
    urn: String,
    #[command(flatten)]
    only: Only,
}

/// Which figures.
#[derive(Args)]
struct Only {
    /// Only this academic year, such as 2018/19
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// Only these measures, such as ks2-rwm-expected
    #[arg(long, value_delimiter = ',', value_name = "MEASURE")]
    measure: Vec<String>,
    /// Only these groups of pupils
    #[arg(long, value_parser = parser::<PupilGroup>(), value_delimiter = ',', value_name = "GROUP")]
    group: Vec<PupilGroup>,
}

impl Only {
    fn measures(&self) -> Vec<String> {
        let measures = self.measure.iter();
        measures.map(|measure| full("measures", measure)).collect()
    }

    fn groups(&self) -> Vec<i32> {
        self.group.iter().copied().map(i32::from).collect()
    }
}

impl Figures {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let units = units(&session).await?;
        let request = ListSchoolFiguresRequest {
            parent: full("schools", &self.urn),
            measures: self.only.measures(),
            groups: self.only.groups(),
            academic_year: self.only.year.unwrap_or_default(),
            page_size: 1000,
            page_token: String::new(),
        };
        let rows = figures(&session, request).map_ok(|figure| Row::new(figure, &units));
        context.list(rows, None, "No figures fit.").await
    }
}

/// The figures that a school is shown with: all pupils and the disadvantaged, year by year.
pub(crate) async fn headline(session: &Session, school: &str) -> Result<Vec<Row>, Error> {
    let units = units(session).await?;
    let request = ListSchoolFiguresRequest {
        parent: school.to_owned(),
        measures: vec![HEADLINE.to_owned()],
        groups: vec![PupilGroup::All.into(), PupilGroup::Disadvantaged.into()],
        page_size: 1000,
        ..ListSchoolFiguresRequest::default()
    };
    figures(session, request)
        .map_ok(|figure| Row::new(figure, &units))
        .try_collect()
        .await
}

fn figures(
    session: &Session,
    request: ListSchoolFiguresRequest,
) -> impl futures::Stream<Item = Result<Figure, Error>> {
    items(move |page_token| {
        let mut client = session.performance();
        let request = ListSchoolFiguresRequest {
            page_token,
            ..request.clone()
        };
        async move { client.list_school_figures(request).await }
    })
}

type Units = HashMap<String, Unit>;

async fn units(session: &Session) -> Result<Units, Error> {
    let answer = retry(Retry::default(), || {
        let mut client = session.performance();
        async move { client.list_measures(ListMeasuresRequest {}).await }
    })
    .await?;
    Ok(answer
        .measures
        .into_iter()
        .map(|measure| {
            let unit = measure.unit();
            (measure.name, unit)
        })
        .collect())
}

/// A figure with the unit of its measure.
pub(crate) struct Row {
    figure: Figure,
    unit: Unit,
}

impl Row {
    fn new(figure: Figure, units: &Units) -> Self {
        let unit = units.get(&figure.measure).copied().unwrap_or_default();
        Self { figure, unit }
    }

    fn comparator(&self, kind: ComparatorKind) -> Option<&Comparator> {
        let mut comparators = self.figure.comparators.iter();
        comparators.find(|comparator| comparator.kind() == kind)
    }

    /// The authority's figure, of the phase where the source has it by phase.
    fn authority(&self) -> String {
        self.first_beside(&[
            ComparatorKind::Authority,
            ComparatorKind::AuthorityPrimary,
            ComparatorKind::AuthoritySecondary,
            ComparatorKind::AuthoritySpecial,
        ])
    }

    /// England's figure, of state-funded schools or of the phase.
    fn england(&self) -> String {
        self.first_beside(&[
            ComparatorKind::EnglandStateFunded,
            ComparatorKind::EnglandPrimary,
            ComparatorKind::EnglandSecondary,
            ComparatorKind::EnglandSpecial,
        ])
    }

    fn first_beside(&self, kinds: &[ComparatorKind]) -> String {
        let mut found = kinds.iter().map(|kind| self.beside(*kind));
        found.find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn when(&self) -> String {
        when(&self.figure.academic_year, self.figure.period())
    }

    /// The numerator and the denominator, where the source has both.
    fn counts(&self) -> String {
        match (self.figure.numerator, self.figure.denominator) {
            (Some(numerator), Some(denominator)) => format!("{numerator} of {denominator}"),
            _ => String::new(),
        }
    }

    /// How final it is, whether it is under embargo, and whose it is where not the school's own.
    fn source(&self) -> String {
        let mut words = word_of::<Release>(self.figure.release);
        if !self.figure.embargo_date.is_empty() {
            words = format!("{words}, embargo until {}", self.figure.embargo_date);
        }
        if !self.figure.predecessor_display_name.is_empty() {
            let (name, urn) = (
                &self.figure.predecessor_display_name,
                bare(&self.figure.school),
            );
            words = format!("{words}, of the predecessor {name} ({urn})");
        }
        words
    }

    /// A comparator for people: the number with its unit, or why there is none.
    fn beside(&self, kind: ComparatorKind) -> String {
        self.comparator(kind).map_or(String::new(), |comparator| {
            told(comparator.value, "", comparator.marker(), self.unit)
        })
    }

    /// A comparator for programs: the bare number.
    fn beside_value(&self, kind: ComparatorKind) -> String {
        self.comparator(kind)
            .and_then(|comparator| comparator.value)
            .map(|value| value.to_string())
            .unwrap_or_default()
    }

    fn for_people(&self) -> String {
        let Figure {
            value,
            marker_meaning,
            ..
        } = &self.figure;
        told(*value, marker_meaning, self.figure.marker(), self.unit)
    }
}

/// The year, with the part of it where a figure isn't of the whole.
pub(crate) fn when(academic_year: &str, period: Period) -> String {
    match period {
        Period::Year | Period::Unspecified => academic_year.to_owned(),
        _ => format!("{academic_year} {}", word_of::<Period>(period.into())),
    }
}

/// A number with its unit, or why there is none: in the server's words where it has any.
fn told(value: Option<f64>, meaning: &str, marker: Marker, unit: Unit) -> String {
    match (value, meaning) {
        (Some(value), _) => with_unit(value, unit),
        (None, "") => marker_words(marker).to_owned(),
        (None, meaning) => meaning.to_owned(),
    }
}

pub(crate) fn with_unit(value: f64, unit: Unit) -> String {
    match unit {
        Unit::PercentOfPupils | Unit::PercentOfSessions => format!("{value}%"),
        Unit::RatePer100Pupils => format!("{value} in 100"),
        Unit::ProgressPoints => format!("{value:+}"),
        Unit::Hours => format!("{value} hours"),
        Unit::ScaledScore | Unit::Pupils | Unit::Cases | Unit::Unspecified => value.to_string(),
    }
}

/// Why there is no number, where the server does not say it in words.
fn marker_words(marker: Marker) -> &'static str {
    match marker {
        Marker::Unspecified => "",
        Marker::Suppressed => "suppressed: too few pupils to publish",
        Marker::NotApplicable => "does not apply",
        Marker::NotAvailable => "not available",
        Marker::NotPublished => "not published",
        Marker::LowCoverage => "too few pupils covered",
        Marker::NewSchool => "new school, no results yet",
        Marker::NoEligiblePupils => "no eligible pupils",
        Marker::RoundsToZero => "rounds to zero",
        Marker::Unreliable => "unreliable: rests on too little",
        Marker::Hidden => "hidden because too few pupils",
    }
}

impl Record for Row {
    const TABLE: &'static [Column<Self>] = &[
        column("Year", Row::when),
        column("Measure", |row| bare(&row.figure.measure).to_owned()),
        column("Pupils", |row| word_of::<PupilGroup>(row.figure.group)),
        column("Figure", Row::for_people),
        column("Counts", Row::counts),
        column("Cohort", |row| {
            row.figure
                .cohort
                .map(|cohort| cohort.to_string())
                .unwrap_or_default()
        }),
        column("Authority", Row::authority),
        column("England (state-funded)", Row::england),
        column("Data set", |row| bare(&row.figure.dataset).to_owned()),
        column("Release", Row::source),
    ];

    const ALL: &'static [Column<Self>] = &[
        column("School", |row| bare(&row.figure.school).to_owned()),
        column("Year", |row| row.figure.academic_year.clone()),
        column("Measure", |row| bare(&row.figure.measure).to_owned()),
        column("Group", |row| word_of::<PupilGroup>(row.figure.group)),
        column("Value", |row| {
            row.figure
                .value
                .map(|value| value.to_string())
                .unwrap_or_default()
        }),
        column("Marker", |row| word_of::<Marker>(row.figure.marker)),
        column("Cohort", |row| {
            row.figure
                .cohort
                .map(|cohort| cohort.to_string())
                .unwrap_or_default()
        }),
        column("Authority", |row| {
            row.beside_value(ComparatorKind::Authority)
        }),
        column("England state funded", |row| {
            row.beside_value(ComparatorKind::EnglandStateFunded)
        }),
        column("England all schools", |row| {
            row.beside_value(ComparatorKind::EnglandAllSchools)
        }),
        column("England primary", |row| {
            row.beside_value(ComparatorKind::EnglandPrimary)
        }),
        column("Authority primary", |row| {
            row.beside_value(ComparatorKind::AuthorityPrimary)
        }),
        column("Release", |row| word_of::<Release>(row.figure.release)),
        column("Import", |row| row.figure.import.clone()),
        column("Data set", |row| bare(&row.figure.dataset).to_owned()),
        column("Period", |row| word_of::<Period>(row.figure.period)),
        column("Numerator", |row| number(row.figure.numerator)),
        column("Denominator", |row| number(row.figure.denominator)),
        column("Predecessor", |row| {
            row.figure.predecessor_display_name.clone()
        }),
        column("Embargo until", |row| row.figure.embargo_date.clone()),
        column("Loaded", |row| time(row.figure.apply_time)),
    ];

    fn json(&self) -> Result<serde_json::Value, Failure> {
        json("Figure", &self.figure)
    }
}

fn number(count: Option<i64>) -> String {
    count.map(|count| count.to_string()).unwrap_or_default()
}

const fn column(heading: &'static str, cell: fn(&Row) -> String) -> Column<Row> {
    Column { heading, cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: Option<f64>, marker: Marker, unit: Unit) -> Row {
        let figure = Figure {
            value,
            marker: marker.into(),
            comparators: vec![Comparator {
                kind: ComparatorKind::EnglandStateFunded.into(),
                value: Some(65.0),
                ..Comparator::default()
            }],
            ..Figure::default()
        };
        Row { figure, unit }
    }

    #[test]
    fn a_figure_has_its_unit_and_a_marker_its_words_and_neither_is_ever_zero_for_nothing() {
        let percent = Unit::PercentOfPupils;
        assert_eq!(
            row(Some(63.0), Marker::Unspecified, percent).for_people(),
            "63%"
        );
        assert_eq!(
            row(Some(0.0), Marker::Unspecified, percent).for_people(),
            "0%"
        );
        assert_eq!(
            row(Some(1.25), Marker::Unspecified, Unit::ProgressPoints).for_people(),
            "+1.25"
        );
        assert_eq!(
            row(None, Marker::Suppressed, percent).for_people(),
            "suppressed: too few pupils to publish"
        );
        let row = row(None, Marker::Suppressed, percent);
        assert_eq!(row.beside(ComparatorKind::EnglandStateFunded), "65%");
        assert_eq!(row.beside(ComparatorKind::Authority), "");
    }
}
