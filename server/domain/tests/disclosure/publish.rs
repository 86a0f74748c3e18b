//! What is published of a school under a rule.

use llpr_domain::disclosure::{Hidden, Shown};
use llpr_domain::figure::{Marker, Period, PupilGroup, Value};
use llpr_domain::measure::Measure;
use llpr_domain::year::AcademicYear;

use crate::pupils::{GROUPS, MEASURES, Pupil, School};

/// Under which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The one that the server keeps.
    Ours,
    /// Planted: only what is small itself is hidden.
    OnlySmallGroups,
    /// Planted: breakdowns are hidden, and figures of none or all are shown.
    TellingShown,
    /// Planted: years together are shown wherever they have pupils enough.
    PooledBySize,
}

/// A figure that somebody sees: of how many pupils, and the least and most who reached it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// The year, or the number of years for all of them together.
    pub(crate) year: usize,
    pub(crate) measure: usize,
    pub(crate) group: PupilGroup,
    pub(crate) pupils: i64,
    pub(crate) reached: (i64, i64),
}

/// All that is published.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) shown: Vec<Seen>,
    /// Figures that there are, shown or not.
    pub(crate) all: usize,
}

/// Pupils of a group, and those who reached a step.
pub(crate) fn count(pupils: &[Pupil], group: PupilGroup, step: u8) -> (i64, i64) {
    let of = pupils.iter().filter(|pupil| pupil.is_in(group));
    let reached = of.clone().filter(|pupil| pupil.reached(step)).count();
    let number = |count: usize| i64::try_from(count).expect("a small school");
    (number(of.count()), number(reached))
}

fn year(number: usize) -> AcademicYear {
    let start = 2022 + u16::try_from(number).expect("a few years");
    AcademicYear::from_start(start).expect("a year")
}

/// A figure as the files have it.
fn figure(
    school: &School,
    number: usize,
    (measure, step): (Measure, u8),
    group: PupilGroup,
) -> Shown {
    let (pupils, reached) = count(&school.years[number], group, step);
    let value = match pupils {
        0 => Value::Marker(Marker::NoEligiblePupils),
        _ => Value::Number((reached * 200 + pupils) / (pupils * 2) * 100),
    };
    Shown {
        year: year(number),
        period: Period::Year,
        measure,
        group,
        value,
        numerator: school.counts.then_some(reached),
        denominator: school.counts.then_some(pupils),
        cohort: u32::try_from(pupils).ok(),
    }
}

/// What somebody sees of a figure that is shown.
fn seen(number: usize, measure: usize, figure: &Shown) -> Seen {
    let pupils = figure.cohort.map_or(0, i64::from);
    let rounded = figure.value.number().map_or((0, 0), |value| {
        let least = ((value - 50).max(0) * pupils + 9_999) / 10_000;
        (least, ((value + 50) * pupils / 10_000).min(pupils))
    });
    let reached = figure.numerator.map_or(rounded, |count| (count, count));
    Seen {
        year: number,
        measure,
        group: figure.group,
        pupils,
        reached,
    }
}

/// Publishes every figure of every year, and all years together.
pub(crate) fn publish(school: &School, rule: Rule, minimum: u32) -> Published {
    let mut figures = Vec::new();
    for number in 0..school.years.len() {
        for (index, measure) in MEASURES.iter().enumerate() {
            for group in GROUPS {
                figures.push((number, index, figure(school, number, *measure, group)));
            }
        }
    }
    let all: Vec<Shown> = figures.iter().map(|(_, _, figure)| *figure).collect();
    let hidden = match rule {
        Rule::Ours | Rule::PooledBySize | Rule::OnlySmallGroups => Hidden::decide(&all, minimum),
        // Half of everybody reached everything, so that nothing is telling.
        Rule::TellingShown => {
            let plain = all.iter().map(|figure| Shown {
                value: figure
                    .value
                    .number()
                    .map_or(figure.value, |_| Value::Number(5_000)),
                numerator: figure.cohort.map(|pupils| i64::from(pupils) / 2),
                ..*figure
            });
            Hidden::decide(&plain.collect::<Vec<_>>(), minimum)
        }
    };
    let hides = |figure: &Shown| match rule {
        Rule::OnlySmallGroups => figure
            .cohort
            .is_some_and(|pupils| pupils > 0 && pupils < minimum),
        _ => hidden.hides(figure.year, figure.measure, figure.group),
    };
    let shown = figures.iter().filter(|(_, _, figure)| !hides(figure));
    let mut shown: Vec<Seen> = shown
        .map(|(number, index, figure)| seen(*number, *index, figure))
        .collect();
    for (index, of_measure) in MEASURES.iter().enumerate() {
        for group in GROUPS {
            let of = figures
                .iter()
                .filter(|(_, measure, figure)| *measure == index && figure.group == group);
            let counts = of
                .clone()
                .map(|(number, _, _)| count(&school.years[*number], group, of_measure.1));
            let (pupils, reached) = counts.fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
            let together = match rule {
                Rule::PooledBySize => pupils >= i64::from(minimum),
                _ => !of.clone().any(|(_, _, figure)| hides(figure)),
            };
            if together {
                let reached = (reached, reached);
                shown.push(Seen {
                    year: school.years.len(),
                    measure: index,
                    group,
                    pupils,
                    reached,
                });
            }
        }
    }
    Published {
        shown,
        all: figures.len(),
    }
}
