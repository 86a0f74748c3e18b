//! One suggestion for each school and criterion, with everything that stands behind it (¶12).
//!
//! Counted figures can raise underperformance of all pupils (a), of pupil groups (b), and attendance
//! and suspensions (c). It never decides: the SIM confirms, dismisses or adds by judgement.

use super::review::Inspected;
use super::trial::{
    Finding, Outcome, Severity, Span, Thresholds, Worse, YearCount, current_year, expected,
    over_time,
};
use crate::figure::{Period, PupilGroup, Release};
use crate::programme::{Settings, Signal};
use crate::support::Support;
use crate::year::AcademicYear;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Expected standard in reading, writing and mathematics, all three, at key stage 2.
    Ks2,
    /// The phonics check in Year 1.
    Phonics,
    /// Pupils who missed a tenth or more of their sessions.
    PersistentAbsence,
    /// Pupils suspended at least once.
    Suspension,
}

impl Topic {
    /// Which end is the worrying one.
    pub const fn worse(self) -> Worse {
        match self {
            Self::Ks2 | Self::Phonics => Worse::Low,
            Self::PersistentAbsence | Self::Suspension => Worse::High,
        }
    }
}

/// A school's results of one topic and group.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What is counted.
    pub topic: Topic,
    /// Among which pupils.
    pub group: PupilGroup,
    /// The latest year for which England's results stand: a school's own latest may be older, and
    /// is then no current one. `None` where the school's own latest is meant.
    pub current: Option<AcademicYear>,
    /// By year, in any order. Marked figures are not among them: a marker is no number.
    pub years: Vec<YearCount>,
    /// The same years as they would be for England's pupils of the school's own mix of
    /// disadvantaged and other pupils, where that is known: the benchmark differs, nothing else.
    pub intake: Vec<YearCount>,
}

/// A school's absence rate beside England's, in hundredths of a percent of sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbsenceRate {
    /// The year.
    pub year: AcademicYear,
    /// Which publication it is from.
    pub release: Release,
    /// Sessions missed at the school.
    pub school: i64,
    /// Sessions missed in England's state-funded primary schools.
    pub england: i64,
}

/// What is counted one by one, and judged by a number that the county sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseKind {
    /// Permanent exclusions in a year.
    Exclusion,
    /// Pupils on reduced hours for long in a term.
    ReducedHours,
}

/// Cases at a school. They are shown, and raised only where the county has set a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cases {
    /// What is counted.
    pub kind: CaseKind,
    /// The year.
    pub year: AcademicYear,
    /// The part of the year.
    pub period: Period,
    /// Which publication it is from.
    pub release: Release,
    /// How many.
    pub count: u32,
}

/// What is known of a school.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SchoolData {
    /// Counted results.
    pub series: Vec<Series>,
    /// Absence, in any order.
    pub absence: Vec<AbsenceRate>,
    /// Exclusions and reduced hours of the latest year that has them.
    pub cases: Vec<Cases>,
}

/// The numbers of all rules, from the programme year's settings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Results of all pupils.
    pub attainment: Thresholds,
    /// Results of pupil groups.
    pub groups: Thresholds,
    /// Persistent absence.
    pub persistent_absence: Thresholds,
    /// Suspensions.
    pub suspensions: Thresholds,
    /// Percentage points of sessions above England from which absence is raised. Absence is a
    /// percentage of sessions and not of pupils, so no chance is worked out.
    pub absence_points: f64,
    /// Permanent exclusions in a year from which they are raised; none is ever raised at 0.
    pub exclusions: u32,
    /// Pupils on reduced hours for long from which they are raised; none is ever raised at 0.
    pub reduced_hours: u32,
}

impl From<&Settings> for Rules {
    fn from(settings: &Settings) -> Self {
        let attainment = Thresholds {
            tolerated_points: settings.below_points,
            far_points: settings.well_below_points,
            rho: settings.cohort_variation,
            chance: settings.chance_limit,
            smallest_cohort: Some(settings.current_year_pupils),
            smallest_pooled: settings.pooled_pupils,
            years_together: settings.pooled_years,
            years_present: settings.pooled_years_present,
            years_on_the_wrong_side: settings.pooled_years_below,
        };
        // The settings name no second distance: twice as far is far.
        let of_the_roll = |points: f64| Thresholds {
            tolerated_points: points,
            far_points: 2.0 * points,
            rho: settings.persistent_absence_variation,
            ..attainment
        };
        Self {
            attainment,
            groups: Thresholds {
                smallest_cohort: None,
                smallest_pooled: settings.group_pupils,
                ..attainment
            },
            persistent_absence: of_the_roll(settings.persistent_absence_points),
            suspensions: of_the_roll(settings.suspension_points),
            absence_points: settings.absence_points,
            exclusions: settings.exclusions,
            reduced_hours: settings.reduced_hours_pupils,
        }
    }
}

/// How a result stands once the school's own intake is taken into account. It stands beside a
/// suggestion and never cancels it: every child is expected to do well (¶19).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intake {
    /// How many children England's rates for such an intake would give.
    pub expected: f64,
    /// Whether the result would be raised against that too.
    pub raised_too: bool,
}

/// One thing that stands behind a suggestion.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// A count that chance does not explain.
    Count {
        /// What is counted.
        topic: Topic,
        /// Among which pupils.
        group: PupilGroup,
        /// The result and what it was judged by.
        finding: Finding,
        /// The same beside the school's intake, where that is known.
        intake: Option<Intake>,
    },
    /// Absence above England's.
    Absence(AbsenceRate),
    /// As many cases as the county has set, or more.
    Cases {
        /// The cases.
        cases: Cases,
        /// The number that the county has set.
        limit: u32,
    },
    /// An inspection whose outcome is below good in the terms of its time (¶12 j).
    Inspection(Inspected),
    /// Support after which little sustained improvement was seen (¶12 g).
    Support(Support),
}

/// What the data suggests of one school and criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Which rule raises it; the programme year says to which criterion it belongs.
    pub signal: Signal,
    /// The most severe of its evidence; `None` where nothing was measured.
    pub severity: Option<Severity>,
    /// Everything that stands behind it; never empty.
    pub evidence: Vec<Evidence>,
}

/// What one question came to, for those who ask why nothing is suggested.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What is counted.
    pub topic: Topic,
    /// Among which pupils.
    pub group: PupilGroup,
    /// One year or several.
    pub span: Span,
    /// The answer.
    pub outcome: Outcome,
}

/// Everything that is asked of a school's results, with the answers.
pub fn ask(data: &SchoolData, rules: &Rules) -> Vec<Asked> {
    let asked = data.series.iter().flat_map(|series| ask_of(series, rules));
    asked.collect()
}

/// A group's single year is too small a thing to be asked about.
fn ask_of(series: &Series, rules: &Rules) -> impl Iterator<Item = Asked> {
    let numbers = thresholds(series, rules);
    let spans = [Span::CurrentYear, Span::OverTime].into_iter();
    spans
        .filter(move |span| *span == Span::OverTime || numbers.smallest_cohort.is_some())
        .map(move |span| Asked {
            topic: series.topic,
            group: series.group,
            span,
            outcome: put(
                span,
                &series.of_span(span, &series.years),
                series.topic.worse(),
                &numbers,
            ),
        })
}

impl Series {
    /// The years that a question is about.
    fn of_span(&self, span: Span, years: &[YearCount]) -> Vec<YearCount> {
        let asked = |year: &&YearCount| match (span, self.current) {
            (Span::CurrentYear, Some(current)) => year.year == current,
            (Span::CurrentYear, None) | (Span::OverTime, _) => true,
        };
        years.iter().filter(asked).copied().collect()
    }
}

fn put(span: Span, years: &[YearCount], worse: Worse, numbers: &Thresholds) -> Outcome {
    match span {
        Span::CurrentYear => current_year(years, worse, numbers),
        Span::OverTime => over_time(years, worse, numbers),
    }
}

fn thresholds(series: &Series, rules: &Rules) -> Thresholds {
    match (series.topic, series.group) {
        (Topic::PersistentAbsence, _) => rules.persistent_absence,
        (Topic::Suspension, _) => rules.suspensions,
        (Topic::Ks2 | Topic::Phonics, PupilGroup::All) => rules.attainment,
        (Topic::Ks2 | Topic::Phonics, _) => rules.groups,
    }
}

fn signal_of(series: &Series) -> Signal {
    match (series.topic, series.group) {
        (Topic::PersistentAbsence | Topic::Suspension, _) => Signal::Inclusion,
        (Topic::Ks2 | Topic::Phonics, PupilGroup::All) => Signal::Results,
        (Topic::Ks2 | Topic::Phonics, _) => Signal::GroupResults,
    }
}

/// The finding's years again, beside England's pupils of the same mix.
fn intake(series: &Series, finding: &Finding, numbers: &Thresholds) -> Option<Intake> {
    let same: Vec<YearCount> = finding
        .years
        .iter()
        .filter_map(|year| series.intake.iter().find(|intake| intake.year == year.year))
        .copied()
        .collect();
    // Half an intake would compare other children than the finding's.
    (same.len() == finding.years.len()).then(|| Intake {
        expected: expected(&same),
        raised_too: matches!(
            put(finding.span, &same, finding.worse, numbers),
            Outcome::Raised(_)
        ),
    })
}

/// What the data suggests, at most one suggestion for each criterion, in the order of the signals.
pub fn suggest(data: &SchoolData, rules: &Rules) -> Vec<Suggestion> {
    let mut suggestions: Vec<Suggestion> = Vec::new();
    let mut raise =
        |signal, severity, evidence| match suggestions.iter_mut().find(|s| s.signal == signal) {
            Some(suggestion) => {
                suggestion.severity = suggestion.severity.max(severity);
                suggestion.evidence.push(evidence);
            }
            None => suggestions.push(Suggestion {
                signal,
                severity,
                evidence: vec![evidence],
            }),
        };
    for series in &data.series {
        for asked in ask_of(series, rules) {
            let Outcome::Raised(finding) = asked.outcome else {
                continue;
            };
            let severity = finding.severity;
            let evidence = Evidence::Count {
                topic: series.topic,
                group: series.group,
                intake: intake(series, &finding, &thresholds(series, rules)),
                finding,
            };
            raise(signal_of(series), Some(severity), evidence);
        }
    }
    if let Some(rate) = data.absence.iter().max_by_key(|rate| rate.year) {
        #[expect(clippy::cast_precision_loss, reason = "hundredths of a percent")]
        let points = (rate.school - rate.england) as f64 / 100.0;
        if points >= rules.absence_points {
            let severity = if points >= 2.0 * rules.absence_points {
                Severity::WellBelow
            } else {
                Severity::Below
            };
            raise(Signal::Inclusion, Some(severity), Evidence::Absence(*rate));
        }
    }
    for cases in &data.cases {
        let limit = match cases.kind {
            CaseKind::Exclusion => rules.exclusions,
            CaseKind::ReducedHours => rules.reduced_hours,
        };
        if limit > 0 && cases.count >= limit {
            let cases = *cases;
            raise(Signal::Inclusion, None, Evidence::Cases { cases, limit });
        }
    }
    suggestions.sort_by_key(|suggestion| suggestion.signal);
    suggestions
}

#[cfg(test)]
mod tests;
