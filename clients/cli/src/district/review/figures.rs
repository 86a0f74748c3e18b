//! A district's figures together, beside the county's and England's.

use clap::Args;
use llpr_client::v1::{
    GetDistrictReviewFiguresRequest, Period, PooledFigure, PooledSeries, PooledYear, PupilGroup,
    Release, TrendDirection, Unit,
};
use llpr_client::{Retry, retry};

use super::Which;
use crate::context::Context;
use crate::exit::Failure;
use crate::figures::{when, with_unit};
use crate::names::bare;
use crate::output::{Column, Format, Record, json};
use crate::words::{parser, word_of};

/// Show a district's figures together, beside the county's and England's, and how they have changed
///
/// Pupils are added up; percentages are never averaged. A year counts the schools that were in the
/// district on its last day.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr district review figures north-marl
  llpr district review figures north-marl --measure ks2-rwm-expected --group all
  llpr district review figures north-marl --output csv")]
pub(crate) struct Figures {
    #[command(flatten)]
    which: Which,
    /// Only these measures, such as ks2-rwm-expected
    #[arg(long, value_delimiter = ',', value_name = "MEASURE")]
    measure: Vec<String>,
    /// Only these groups of pupils
    #[arg(long, value_parser = parser::<PupilGroup>(), value_delimiter = ',', value_name = "GROUP")]
    group: Vec<PupilGroup>,
}

impl Figures {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = self.which.name()?;
        let mut answer = retry(Retry::default(), || {
            let mut client = session.district_reviews();
            let request = GetDistrictReviewFiguresRequest { name: name.clone() };
            async move { client.get_district_review_figures(request).await }
        })
        .await?;
        answer.series.retain(|series| self.wants(series));
        if context.format == Format::Json {
            return context.object(&json("GetDistrictReviewFiguresResponse", &answer)?);
        }
        let rows = answer.series.iter().flat_map(|series| {
            let last = series.years.len();
            let years = (1..).zip(&series.years);
            years.map(move |(number, year)| Row {
                series: series.clone(),
                year: year.clone(),
                is_last: number == last,
            })
        });
        let rows: Vec<Row> = rows.collect();
        context.rows(&rows, "No figures stand yet.")
    }

    fn wants(&self, series: &PooledSeries) -> bool {
        let mut measures = self.measure.iter();
        (self.measure.is_empty() || measures.any(|one| bare(one) == bare(&series.measure)))
            && (self.group.is_empty() || self.group.contains(&series.group()))
    }
}

/// A year of a series.
struct Row {
    series: PooledSeries,
    year: PooledYear,
    is_last: bool,
}

impl Row {
    fn unit(&self) -> Unit {
        self.series.unit()
    }

    fn told(&self, value: Option<f64>) -> String {
        value.map_or(String::new(), |value| with_unit(value, self.unit()))
    }

    /// How it has changed, beside the last year.
    fn trend(&self) -> String {
        let trend = self.series.trend.as_ref().filter(|_| self.is_last);
        trend.map(|trend| trend.words.clone()).unwrap_or_default()
    }

    fn direction(&self) -> String {
        let trend = self.series.trend.as_ref().filter(|_| self.is_last);
        trend.map_or(String::new(), |trend| {
            word_of::<TrendDirection>(trend.direction)
        })
    }
}

fn value(of: Option<&PooledFigure>) -> Option<f64> {
    of.and_then(|figure| figure.value)
}

fn district<T: ToString>(row: &Row, told: fn(&PooledFigure) -> T) -> String {
    let figure = row.year.district.as_ref();
    figure
        .map(|figure| told(figure).to_string())
        .unwrap_or_default()
}

fn number<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

const fn column(heading: &'static str, cell: fn(&Row) -> String) -> Column<Row> {
    Column { heading, cell }
}

impl Record for Row {
    const TABLE: &'static [Column<Self>] = &[
        column("Measure", |row| row.series.measure_display_name.clone()),
        column("Pupils", |row| word_of::<PupilGroup>(row.series.group)),
        column("Year", |row| {
            when(&row.year.academic_year, row.series.period())
        }),
        column("District", |row| {
            row.told(value(row.year.district.as_ref()))
        }),
        column("County", |row| row.told(value(row.year.county.as_ref()))),
        column("England", |row| row.told(row.year.england)),
        column("Gap", |row| {
            let gap = row.year.england_gap;
            gap.map(|gap| format!("{gap:+.1}")).unwrap_or_default()
        }),
        column("From", |row| district(row, |figure| figure.words.clone())),
        column("Change", Row::trend),
    ];

    const ALL: &'static [Column<Self>] = &[
        column("Measure", |row| bare(&row.series.measure).to_owned()),
        column("Group", |row| word_of::<PupilGroup>(row.series.group)),
        column("Period", |row| word_of::<Period>(row.series.period)),
        column("Year", |row| row.year.academic_year.clone()),
        column("Value", |row| number(value(row.year.district.as_ref()))),
        column("Numerator", |row| {
            district(row, |figure| number(figure.numerator))
        }),
        column("Denominator", |row| {
            district(row, |figure| number(figure.denominator))
        }),
        column("Numerator estimated", |row| {
            district(row, |figure| figure.numerator_estimated)
        }),
        column("Schools", |row| district(row, |figure| figure.school_count)),
        column("Suppressed", |row| {
            district(row, |figure| figure.suppressed_count)
        }),
        column("Left out", |row| {
            district(row, |figure| figure.left_out_count)
        }),
        column("Missing", |row| {
            district(row, |figure| figure.missing_count)
        }),
        column("County", |row| number(value(row.year.county.as_ref()))),
        column("England", |row| number(row.year.england)),
        column("Authority", |row| number(row.year.authority)),
        column("England gap", |row| number(row.year.england_gap)),
        column("Release", |row| word_of::<Release>(row.year.release)),
        column("England release", |row| {
            word_of::<Release>(row.year.england_release)
        }),
        column("Trend", Row::direction),
        column("Change", Row::trend),
    ];

    fn json(&self) -> Result<serde_json::Value, Failure> {
        json("PooledSeries", &self.series)
    }
}
