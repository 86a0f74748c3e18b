//! `llpr district figures`: the figures of a district's schools taken together.

use clap::Args;
use futures::TryStreamExt;
use llpr_client::v1::{
    Comparator, ComparatorKind, DistrictFigure, ListDistrictFiguresRequest, Marker, Period,
    PupilGroup, Release, Unit,
};
use llpr_client::{Error, Session, items};

use super::{Only, Units, told, units, when};
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{Column, Record, json, time};
use crate::words::word_of;

/// List the figures of a district's schools taken together, newest year first
///
/// A year counts the schools that were in the district on its last day. Schools whose figure can't
/// be counted are named as left out, never taken for zero.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district figures north-marl
  llpr district figures north-marl --year 2023/24 --group disadvantaged
  llpr district figures north-marl --measure ks2-rwm-expected --output csv")]
pub(crate) struct DistrictFigures {
    /// The district
    district: String,
    #[command(flatten)]
    only: Only,
}

impl DistrictFigures {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let units = units(&session).await?;
        let request = ListDistrictFiguresRequest {
            parent: full("districts", &self.district),
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

fn figures(
    session: &Session,
    request: ListDistrictFiguresRequest,
) -> impl futures::Stream<Item = Result<DistrictFigure, Error>> {
    items(move |page_token| {
        let mut client = session.performance();
        let request = ListDistrictFiguresRequest {
            page_token,
            ..request.clone()
        };
        async move { client.list_district_figures(request).await }
    })
}

/// A figure with the unit of its measure.
struct Row {
    figure: DistrictFigure,
    unit: Unit,
}

impl Row {
    fn new(figure: DistrictFigure, units: &Units) -> Self {
        let unit = units.get(&figure.measure).copied().unwrap_or_default();
        Self { figure, unit }
    }

    fn when(&self) -> String {
        when(&self.figure.academic_year, self.figure.period())
    }

    fn for_people(&self) -> String {
        told(self.figure.value, "", self.figure.marker(), self.unit)
    }

    /// The numerator and the denominator, and whether the former is worked out.
    fn counts(&self) -> String {
        match (self.figure.numerator, self.figure.denominator) {
            (Some(numerator), Some(denominator)) => {
                let about = if self.figure.numerator_estimated {
                    "about "
                } else {
                    ""
                };
                format!("{about}{numerator} of {denominator}")
            }
            (None, Some(denominator)) => format!("{denominator} pupils"),
            _ => String::new(),
        }
    }

    fn schools(&self) -> String {
        match self.figure.left_out_count {
            0 => self.figure.school_count.to_string(),
            left_out => format!("{}, {left_out} left out", self.figure.school_count),
        }
    }

    fn comparator(&self, kinds: &[ComparatorKind]) -> Option<&Comparator> {
        let found = |kind: &ComparatorKind| {
            let mut comparators = self.figure.comparators.iter();
            comparators.find(|comparator| comparator.kind() == *kind)
        };
        kinds.iter().find_map(found)
    }

    /// A comparator for people: the number with its unit, or why there is none.
    fn beside(&self, kinds: &[ComparatorKind]) -> String {
        self.comparator(kinds).map_or(String::new(), |comparator| {
            told(comparator.value, "", comparator.marker(), self.unit)
        })
    }

    /// A comparator for programs: the bare number.
    fn beside_value(&self, kinds: &[ComparatorKind]) -> String {
        let value = self
            .comparator(kinds)
            .and_then(|comparator| comparator.value);
        value.map(|value| value.to_string()).unwrap_or_default()
    }

    fn datasets(&self) -> String {
        let names: Vec<_> = self.figure.datasets.iter().map(|name| bare(name)).collect();
        names.join(" ")
    }
}

const AUTHORITY: &[ComparatorKind] = &[ComparatorKind::Authority, ComparatorKind::AuthorityPrimary];
const ENGLAND: &[ComparatorKind] = &[
    ComparatorKind::EnglandStateFunded,
    ComparatorKind::EnglandPrimary,
    ComparatorKind::EnglandAllSchools,
];

impl Record for Row {
    const TABLE: &'static [Column<Self>] = &[
        column("Year", Row::when),
        column("Measure", |row| bare(&row.figure.measure).to_owned()),
        column("Pupils", |row| word_of::<PupilGroup>(row.figure.group)),
        column("Figure", Row::for_people),
        column("Counts", Row::counts),
        column("Schools", Row::schools),
        column("Authority", |row| row.beside(AUTHORITY)),
        column("England", |row| row.beside(ENGLAND)),
        column("Data set", Row::datasets),
        column("Release", |row| word_of::<Release>(row.figure.release)),
    ];

    const ALL: &'static [Column<Self>] = &[
        column("District", |row| bare(&row.figure.district).to_owned()),
        column("Year", |row| row.figure.academic_year.clone()),
        column("Period", |row| word_of::<Period>(row.figure.period)),
        column("Measure", |row| bare(&row.figure.measure).to_owned()),
        column("Group", |row| word_of::<PupilGroup>(row.figure.group)),
        column("Value", |row| {
            let value = row.figure.value;
            value.map(|value| value.to_string()).unwrap_or_default()
        }),
        column("Marker", |row| word_of::<Marker>(row.figure.marker)),
        column("Numerator", |row| super::number(row.figure.numerator)),
        column("Denominator", |row| super::number(row.figure.denominator)),
        column("Numerator estimated", |row| {
            row.figure.numerator_estimated.to_string()
        }),
        column("Schools", |row| row.figure.school_count.to_string()),
        column("Left out", |row| row.figure.left_out_count.to_string()),
        column("Authority", |row| row.beside_value(AUTHORITY)),
        column("England", |row| row.beside_value(ENGLAND)),
        column("Release", |row| word_of::<Release>(row.figure.release)),
        column("Data set", Row::datasets),
        column("Loaded", |row| time(row.figure.apply_time)),
        column("Embargo until", |row| row.figure.embargo_date.clone()),
    ];

    fn json(&self) -> Result<serde_json::Value, Failure> {
        json("DistrictFigure", &self.figure)
    }
}

const fn column(heading: &'static str, cell: fn(&Row) -> String) -> Column<Row> {
    Column { heading, cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_stays_a_zero_and_what_is_worked_out_says_so() {
        let row = Row {
            figure: DistrictFigure {
                value: Some(0.0),
                numerator: Some(0),
                denominator: Some(210),
                numerator_estimated: true,
                school_count: 7,
                left_out_count: 2,
                ..DistrictFigure::default()
            },
            unit: Unit::PercentOfPupils,
        };
        assert_eq!(row.for_people(), "0%");
        assert_eq!(row.counts(), "about 0 of 210");
        assert_eq!(row.schools(), "7, 2 left out");
        let cells: Vec<String> = Row::ALL.iter().map(|column| (column.cell)(&row)).collect();
        assert_eq!(cells[5..9], ["0", "", "0", "210"]);
    }
}
