//! Figures as they are printed.

use std::collections::{BTreeMap, BTreeSet};

use llpr_domain::figure::{Period, PupilGroup, Release};
use llpr_domain::measure::{Measure, Unit};
use llpr_domain::risk::YearCount;
use llpr_domain::risk::assemble::Assembled;
use llpr_domain::risk::pooled;
use llpr_domain::risk::suggestion::AbsenceRate;
use llpr_domain::year::AcademicYear;
use llpr_paper::{FigureLine, YearCell, YearRow, YearTable};
use llpr_store::risk::{PooledYear, ReviewFigures, Series};

/// The data sets that figures are from: title, year and release, each once.
#[derive(Default)]
struct Sources(BTreeSet<(String, AcademicYear, Release)>);

impl Sources {
    fn add(&mut self, measure: Measure, year: AcademicYear, release: Release) {
        let title = pooled::dataset(measure).map_or(measure.label(), |dataset| dataset.title());
        self.0.insert((title.to_owned(), year, release));
    }

    /// A line for each data set: `Key stage 2: 2022/23 (final), 2023/24 (revised)`.
    fn into_lines(self) -> Vec<String> {
        let mut titles: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (title, year, release) in self.0 {
            let told = format!("{year} ({})", release.label().to_lowercase());
            titles.entry(title).or_default().push(told);
        }
        let line = |(title, years): (String, Vec<String>)| format!("{title}: {}", years.join(", "));
        titles.into_iter().map(line).collect()
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

/// The figures of a school that were asked, and their sources. Cases are facts beside them.
pub(super) fn of_school(results: &Assembled) -> (YearTable, Vec<String>) {
    let mut sources = Sources::default();
    let mut rows: Vec<(Measure, PupilGroup, BTreeMap<AcademicYear, YearCell>)> = Vec::new();
    for series in &results.data.series {
        let measure = series.topic.measure();
        let cell = |year: &YearCount| {
            let (met, of) = (year.count.met(), year.count.of());
            let cell = YearCell {
                value: format!("{:.0} %", 100.0 * f64::from(met) / f64::from(of.max(1))),
                cohort: format!("{met} of {of}"),
                england: format!("{:.0} %", 100.0 * year.benchmark),
            };
            (year.year, cell)
        };
        for year in &series.years {
            sources.add(measure, year.year, year.release);
        }
        rows.push((
            measure,
            series.group,
            series.years.iter().map(cell).collect(),
        ));
    }
    let absence = |rate: &AbsenceRate| {
        let cell = YearCell {
            value: number(rate.school, Unit::PercentOfSessions),
            cohort: String::new(),
            england: number(rate.england, Unit::PercentOfSessions),
        };
        (rate.year, cell)
    };
    for rate in &results.data.absence {
        sources.add(Measure::AbsenceOverall, rate.year, rate.release);
    }
    let absence = results.data.absence.iter().map(absence).collect();
    rows.push((Measure::AbsenceOverall, PupilGroup::All, absence));
    rows.retain(|(_, _, years)| !years.is_empty());
    let years: BTreeSet<AcademicYear> = rows
        .iter()
        .flat_map(|(_, _, years)| years.keys().copied())
        .collect();
    let row = |(measure, group, mut cells): (_, _, BTreeMap<AcademicYear, YearCell>)| YearRow {
        what: what(measure, group, Period::Year),
        note: predecessors(results, measure, group),
        cells: years
            .iter()
            .map(|year| cells.remove(year).unwrap_or_default())
            .collect(),
    };
    let table = YearTable {
        rows: rows.into_iter().map(row).collect(),
        years: years.iter().map(AcademicYear::to_string).collect(),
    };
    (table, sources.into_lines())
}

/// The years of a measure and group that are a predecessor's.
fn predecessors(results: &Assembled, measure: Measure, group: PupilGroup) -> String {
    let theirs = results
        .earlier
        .iter()
        .filter(|((of, among, _), _)| *of == measure && *among == group)
        .map(|((_, _, year), urn)| format!("{year} of the predecessor, URN {urn}"));
    theirs.collect::<Vec<_>>().join("; ")
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
