//! Which of a school's figures the questions are asked of, and what they are compared with.
//!
//! A programme year looks at the latest results that stand, up to its own. England's figures say
//! which years have results at all, so that a school's old result is never taken for a new one.

use std::collections::{BTreeMap, BTreeSet};

use super::count::Count;
use super::suggestion::{AbsenceRate, CaseKind, Cases, SchoolData, Series, Topic};
use super::trial::YearCount;
use crate::figure::{
    AuthorityScope, EnglandScope, Marker, Period, Place, PupilGroup, Release, Value, compares,
};
use crate::measure::Measure;
use crate::school::Phase;
use crate::urn::{AuthorityCode, Urn};
use crate::year::AcademicYear;

/// A figure as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whose.
    pub place: Place,
    /// Of which year.
    pub year: AcademicYear,
    /// Of which part of it.
    pub period: Period,
    /// What is measured.
    pub measure: Measure,
    /// Among which pupils.
    pub group: PupilGroup,
    /// The number in hundredths of the unit, or why there is none.
    pub value: Value,
    /// What was counted, where the file tells it.
    pub numerator: Option<i64>,
    /// Out of what, where the file tells it.
    pub denominator: Option<i64>,
    /// Pupils that it speaks of.
    pub cohort: Option<u32>,
    /// How final it is.
    pub release: Release,
}

/// What a figure is found by: measure, group, year.
pub type Key = (Measure, PupilGroup, AcademicYear);

/// The measures that the questions need.
pub const MEASURES: [Measure; 8] = [
    Measure::Ks2RwmExpected,
    Measure::PhonicsMet,
    Measure::PersistentAbsence,
    Measure::SuspendedPupils,
    Measure::AbsenceOverall,
    Measure::ExclusionRate,
    Measure::PupilsOnRoll,
    Measure::ReducedHoursLong,
];

impl Topic {
    /// All topics, in the order in which they are asked about.
    pub const ALL: [Self; 4] = [
        Self::Ks2,
        Self::Phonics,
        Self::PersistentAbsence,
        Self::Suspension,
    ];

    /// The measure that says it.
    pub const fn measure(self) -> Measure {
        match self {
            Self::Ks2 => Measure::Ks2RwmExpected,
            Self::Phonics => Measure::PhonicsMet,
            Self::PersistentAbsence => Measure::PersistentAbsence,
            Self::Suspension => Measure::SuspendedPupils,
        }
    }

    /// The last digit that is published, in hundredths of a percent: whole percents of results,
    /// tenths of absence.
    const fn rounding(self) -> u64 {
        match self {
            Self::Ks2 | Self::Phonics => 100,
            Self::PersistentAbsence | Self::Suspension => 10,
        }
    }
}

/// England's schools that a measure is compared with, the best fit first.
const fn scopes(measure: Measure) -> &'static [EnglandScope] {
    match measure {
        Measure::Ks2RwmExpected
        | Measure::Ks2RwmHigher
        | Measure::Ks2ReadingExpected
        | Measure::Ks2WritingExpected
        | Measure::Ks2MathsExpected => &[EnglandScope::StateFunded],
        Measure::PhonicsMet => &[EnglandScope::StateFunded, EnglandScope::Primary],
        _ => &[EnglandScope::Primary],
    }
}

/// A figure of a larger place, as a share of 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Benchmark {
    /// The share.
    pub share: f64,
    /// The number in hundredths of a percent.
    pub hundredths: i64,
    /// How final it is.
    pub release: Release,
}

/// What England's and the authorities' figures say, for all schools of a page.
#[derive(Clone, Debug, Default)]
pub struct Benchmarks {
    england: BTreeMap<Key, Benchmark>,
    authorities: BTreeMap<(AuthorityCode, Key), Benchmark>,
}

impl Benchmarks {
    /// Picks from the figures of larger places those that schools are compared with.
    pub fn new(told: &[Told]) -> Self {
        let mut england: BTreeMap<Key, (usize, Benchmark)> = BTreeMap::new();
        let mut authorities = BTreeMap::new();
        for one in told.iter().filter(|one| one.period == Period::Year) {
            let key = (one.measure, one.group, one.year);
            let Some(benchmark) = benchmark(one) else {
                continue;
            };
            match one.place {
                Place::England(scope) => {
                    let wanted = scopes(one.measure);
                    if let Some(rank) = wanted.iter().position(|&each| each == scope) {
                        let kept = england.entry(key).or_insert((rank, benchmark));
                        if rank < kept.0 {
                            *kept = (rank, benchmark);
                        }
                    }
                }
                Place::Authority(code, AuthorityScope::Primary) => {
                    authorities.insert((code, key), benchmark);
                }
                Place::Authority(code, AuthorityScope::All) => {
                    authorities.entry((code, key)).or_insert(benchmark);
                }
                Place::Authority(..) | Place::School(_) => {}
            }
        }
        Self {
            england: england
                .into_iter()
                .map(|(key, (_, best))| (key, best))
                .collect(),
            authorities,
        }
    }

    /// England's figure.
    pub fn england(&self, key: Key) -> Option<Benchmark> {
        self.england.get(&key).copied()
    }

    /// An authority's figure: shown, and never tested.
    pub fn authority(&self, code: AuthorityCode, key: Key) -> Option<Benchmark> {
        self.authorities.get(&(code, key)).copied()
    }

    /// The latest years with results of all pupils, newest first.
    pub fn years(&self, measure: Measure, until: AcademicYear, most: u32) -> Vec<AcademicYear> {
        let all = self.england.keys().filter(|(of, group, year)| {
            *of == measure && *group == PupilGroup::All && *year <= until
        });
        let years: BTreeSet<AcademicYear> = all.map(|(_, _, year)| *year).collect();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        years.into_iter().rev().take(most).collect()
    }
}

fn benchmark(told: &Told) -> Option<Benchmark> {
    let hundredths = told.value.number()?;
    #[expect(clippy::cast_precision_loss, reason = "shares of a country's pupils")]
    let share = match (told.numerator, told.denominator) {
        (Some(met), Some(of)) if of > 0 => met as f64 / of as f64,
        _ => hundredths as f64 / 10_000.0,
    };
    Some(Benchmark {
        share,
        hundredths,
        release: told.release,
    })
}

/// A school as the questions need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The school.
    pub urn: Urn,
    /// Its phase: a special school is not compared with mainstream ones.
    pub phase: Phase,
}

impl Subject {
    /// Whether schools of a phase are compared with England's mainstream ones. Where the register
    /// names no phase the school is a special one, or stands apart otherwise.
    pub const fn is_compared(phase: Phase) -> bool {
        compares(phase, Place::England(EnglandScope::Primary))
    }
}

/// A school's data, and whose each of its figures is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assembled {
    /// What the questions are asked of.
    pub data: SchoolData,
    /// The figures that are a predecessor's.
    pub earlier: BTreeMap<Key, Urn>,
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// The programme year: no later results are looked at.
    pub until: AcademicYear,
    /// How many years are looked at together.
    pub years: u32,
    /// Groups beside all pupils whose results are judged.
    pub groups: &'a [PupilGroup],
}

/// Gathers a school's data from its own figures and its predecessors'.
pub fn assemble(
    subject: Subject,
    told: &[Told],
    benchmarks: &Benchmarks,
    window: Window<'_>,
) -> Assembled {
    let mut assembled = Assembled::default();
    let figures = Figures { subject, told };
    if Subject::is_compared(subject.phase) {
        for topic in Topic::ALL {
            let groups = std::iter::once(PupilGroup::All).chain(match topic {
                Topic::Ks2 | Topic::Phonics => window.groups.iter().copied(),
                Topic::PersistentAbsence | Topic::Suspension => [].iter().copied(),
            });
            for group in groups {
                let series = figures.series(topic, group, benchmarks, window, &mut assembled);
                assembled.data.series.extend(series);
            }
        }
        assembled
            .data
            .absence
            .extend(figures.absence(benchmarks, window));
    }
    assembled.data.cases = figures.cases(window.until);
    assembled
}

struct Figures<'a> {
    subject: Subject,
    told: &'a [Told],
}

impl Figures<'_> {
    /// The school's own figure or, where it has none of that year, its only predecessor's. What
    /// several predecessors say apart is nobody's result.
    fn of_year(&self, key: Key) -> Option<&Told> {
        let (measure, group, year) = key;
        let mut earlier = None;
        for told in self.told {
            let fits = (told.measure, told.group, told.year) == (measure, group, year);
            if !fits || told.period != Period::Year {
                continue;
            }
            let is_new = told.value == Value::Marker(Marker::NewSchool);
            match told.place {
                Place::School(urn) if urn == self.subject.urn && !is_new => return Some(told),
                Place::School(urn) if urn != self.subject.urn => match earlier {
                    None => earlier = Some(told),
                    Some(_) => return self.own(key),
                },
                Place::School(_) | Place::Authority(..) | Place::England(_) => {}
            }
        }
        earlier
    }

    fn own(&self, (measure, group, year): Key) -> Option<&Told> {
        self.told.iter().find(|told| {
            (told.measure, told.group, told.year) == (measure, group, year)
                && told.period == Period::Year
                && told.place == Place::School(self.subject.urn)
        })
    }

    fn series(
        &self,
        topic: Topic,
        group: PupilGroup,
        benchmarks: &Benchmarks,
        window: Window<'_>,
        out: &mut Assembled,
    ) -> Option<Series> {
        let measure = topic.measure();
        let years = benchmarks.years(measure, window.until, window.years);
        let mut series = Series {
            topic,
            group,
            current: years.first().copied(),
            years: Vec::new(),
            intake: Vec::new(),
        };
        let mut known = false;
        for year in years {
            let key = (measure, group, year);
            let Some(england) = benchmarks.england(key) else {
                continue;
            };
            known = true;
            let Some(told) = self.of_year(key) else {
                continue;
            };
            let Some(count) = self.count(told, topic) else {
                continue;
            };
            if told.place != Place::School(self.subject.urn)
                && let Place::School(urn) = told.place
            {
                out.earlier.insert(key, urn);
            }
            let counted = YearCount {
                year,
                release: told.release,
                count,
                benchmark: england.share,
            };
            series.years.push(counted);
            let share = self.intake(told, count, benchmarks);
            series.intake.extend(share.map(|benchmark| YearCount {
                benchmark,
                ..counted
            }));
        }
        // Without a benchmark of England's there is nothing to ask, so nothing is said.
        known.then_some(series)
    }

    fn count(&self, told: &Told, topic: Topic) -> Option<Count> {
        if let (Some(met), Some(of)) = (told.numerator, told.denominator) {
            let met = u32::try_from(met).ok()?;
            return Count::new(met, u32::try_from(of).ok()?);
        }
        let of = told.cohort.or_else(|| self.roll(told, topic))?;
        Count::from_percentage(told.value.number()?, topic.rounding(), of, topic.worse())
    }

    /// The pupils on roll in the same year, for shares of the roll that come without a cohort.
    fn roll(&self, told: &Told, topic: Topic) -> Option<u32> {
        match topic {
            Topic::Ks2 | Topic::Phonics => None,
            Topic::PersistentAbsence | Topic::Suspension => {
                let key = (Measure::PupilsOnRoll, PupilGroup::All, told.year);
                let roll = self.of_year(key).filter(|roll| roll.place == told.place)?;
                u32::try_from(roll.value.number()? / 100).ok()
            }
        }
    }

    /// England's share for the school's own mix of disadvantaged and other pupils.
    fn intake(&self, told: &Told, count: Count, benchmarks: &Benchmarks) -> Option<f64> {
        if told.group != PupilGroup::All || count.of() == 0 {
            return None;
        }
        let of = |group| (told.measure, group, told.year);
        let some = self.of_year(of(PupilGroup::Disadvantaged));
        let some = some.filter(|some| some.place == told.place)?.cohort?;
        if some > count.of() {
            return None;
        }
        let poor = benchmarks.england(of(PupilGroup::Disadvantaged))?.share;
        let rest = benchmarks.england(of(PupilGroup::NotDisadvantaged))?.share;
        let (some, all) = (f64::from(some), f64::from(count.of()));
        Some((some * poor + (all - some) * rest) / all)
    }

    fn absence(&self, benchmarks: &Benchmarks, window: Window<'_>) -> Option<AbsenceRate> {
        let measure = Measure::AbsenceOverall;
        let year = benchmarks.years(measure, window.until, 1).pop()?;
        let key = (measure, PupilGroup::All, year);
        let told = self.of_year(key)?;
        Some(AbsenceRate {
            year,
            release: told.release,
            school: told.value.number()?,
            england: benchmarks.england(key)?.hundredths,
        })
    }

    /// Exclusions of the latest year that tells them, and the largest number of pupils on reduced
    /// hours for long in a term of the latest year that tells them.
    fn cases(&self, until: AcademicYear) -> Vec<Cases> {
        let latest = |measure, kind, count: fn(&Told) -> Option<i64>| {
            let counted = self.told.iter().filter(|told| {
                told.measure == measure
                    && told.group == PupilGroup::All
                    && told.year <= until
                    && told.place == Place::School(self.subject.urn)
                    && (measure != Measure::ExclusionRate || told.period == Period::Year)
            });
            let counted = counted.filter_map(|told| {
                let count = u32::try_from(count(told)?).ok()?;
                Some(Cases {
                    kind,
                    year: told.year,
                    period: told.period,
                    release: told.release,
                    count,
                })
            });
            counted.max_by_key(|cases| (cases.year, cases.count))
        };
        let exclusions = latest(Measure::ExclusionRate, CaseKind::Exclusion, |told| {
            told.numerator
        });
        let reduced = latest(Measure::ReducedHoursLong, CaseKind::ReducedHours, |told| {
            told.value.number().map(|hundredths| hundredths / 100)
        });
        exclusions.into_iter().chain(reduced).collect()
    }
}

#[cfg(test)]
mod tests;
