//! Figures as they are printed.

use std::collections::BTreeSet;

use llpr_domain::figure::{Period, PupilGroup, Release};
use llpr_domain::measure::{Measure, Unit};
use llpr_domain::risk::assemble::Assembled;
use llpr_domain::risk::pooled;
use llpr_domain::risk::suggestion::Series as Counted;
use llpr_domain::risk::words;
use llpr_domain::year::AcademicYear;
use llpr_paper::FigureLine;
use llpr_store::risk::{PooledYear, ReviewFigures, Series};

/// The data sets that figures are from: title, year and release, each once.
#[derive(Default)]
struct Sources(BTreeSet<(String, AcademicYear, Release)>);

impl Sources {
    fn add(&mut self, measure: Measure, year: AcademicYear, release: Release) {
        let title = pooled::dataset(measure).map_or(measure.label(), |dataset| dataset.title());
        self.0.insert((title.to_owned(), year, release));
    }

    fn into_lines(self) -> Vec<String> {
        let line = |(title, year, release): (String, AcademicYear, Release)| {
            format!("{title} {year}, {}", release.label().to_lowercase())
        };
        self.0.into_iter().map(line).collect()
    }
}

/// A district's figures of the latest year of each measure, group and period, and their sources.
pub(super) fn of_district(figures: &ReviewFigures) -> (Vec<FigureLine>, Vec<String>) {
    let mut sources = Sources::default();
    let lines = figures.series.iter().filter_map(|series| {
        let latest = series.years.last()?;
        sources.add(series.measure, latest.year, latest.release);
        Some(of_year(series, latest))
    });
    (lines.collect(), sources.into_lines())
}

fn of_year(series: &Series, year: &PooledYear) -> FigureLine {
    let unit = series.measure.unit();
    let shown = |value: Option<i64>| value.map(|value| number(value, unit)).unwrap_or_default();
    FigureLine {
        what: what(series.measure, series.group, series.period),
        year: year.year.to_string(),
        value: shown(year.district.together.value),
        cohort: year.district.words.clone(),
        county: shown(
            year.county
                .as_ref()
                .and_then(|county| county.together.value),
        ),
        england: shown(year.england.map(|found| found.hundredths)),
        note: series
            .trend
            .as_ref()
            .map(pooled::Trend::words)
            .unwrap_or_default(),
    }
}

/// The figures of a school that were asked, and their sources.
pub(super) fn of_school(results: &Assembled) -> (Vec<FigureLine>, Vec<String>) {
    let mut sources = Sources::default();
    let mut lines = Vec::new();
    for series in &results.data.series {
        lines.extend(counted(series, results, &mut sources));
    }
    let mut absence = results.data.absence.clone();
    absence.sort_by_key(|rate| rate.year);
    for rate in absence {
        sources.add(Measure::AbsenceOverall, rate.year, rate.release);
        lines.push(FigureLine {
            what: Measure::AbsenceOverall.label().to_owned(),
            year: rate.year.to_string(),
            value: number(rate.school, Unit::PercentOfSessions),
            cohort: String::new(),
            county: String::new(),
            england: number(rate.england, Unit::PercentOfSessions),
            note: predecessor(results, Measure::AbsenceOverall, PupilGroup::All, rate.year),
        });
    }
    let cases = results.data.cases.iter().map(|cases| FigureLine {
        what: words::cases(cases),
        year: cases.year.to_string(),
        value: cases.count.to_string(),
        cohort: String::new(),
        county: String::new(),
        england: String::new(),
        note: String::new(),
    });
    lines.extend(cases);
    (lines, sources.into_lines())
}

fn counted(series: &Counted, results: &Assembled, sources: &mut Sources) -> Vec<FigureLine> {
    let measure = series.topic.measure();
    let mut years: Vec<_> = series.years.iter().collect();
    years.sort_by_key(|year| year.year);
    let line = |year: &&llpr_domain::risk::YearCount| {
        sources.add(measure, year.year, year.release);
        let (met, of) = (year.count.met(), year.count.of());
        FigureLine {
            what: what(measure, series.group, Period::Year),
            year: year.year.to_string(),
            value: format!("{:.0} %", 100.0 * f64::from(met) / f64::from(of.max(1))),
            cohort: format!("{met} of {of}"),
            county: String::new(),
            england: format!("{:.0} %", 100.0 * year.benchmark),
            note: predecessor(results, measure, series.group, year.year),
        }
    };
    years.iter().map(line).collect()
}

fn predecessor(
    results: &Assembled,
    measure: Measure,
    group: PupilGroup,
    year: AcademicYear,
) -> String {
    let earlier = results.earlier.get(&(measure, group, year));
    earlier.map_or(String::new(), |urn| {
        format!("of the predecessor, URN {urn}")
    })
}

fn what(measure: Measure, group: PupilGroup, period: Period) -> String {
    let mut parts = vec![measure.label().to_owned()];
    if group != PupilGroup::All {
        parts.push(group.label().to_lowercase());
    }
    if period != Period::Year {
        parts.push(period.label().to_lowercase());
    }
    parts.join(", ")
}

/// Hundredths of a unit as they are printed.
fn number(hundredths: i64, unit: Unit) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of people and percentages"
    )]
    let value = hundredths as f64 / 100.0;
    match unit {
        Unit::PercentOfPupils | Unit::PercentOfSessions => format!("{value:.1} %"),
        Unit::RatePer100Pupils => format!("{value:.2} per 100"),
        Unit::Pupils | Unit::Cases => format!("{value:.0}"),
        Unit::Hours | Unit::ScaledScore | Unit::ProgressPoints => format!("{value:.1}"),
    }
}
