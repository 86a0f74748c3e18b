//! A line chart as SVG. It repeats what the table beside it says, for those who like to see it:
//! lines differ in their dashes and marks too, and a year without results is a gap, not a zero.

use std::fmt::Write;

use llpr_client::v1::Unit;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 34.0;

/// Half the size of a mark.
const MARK: f64 = 5.0;

/// A year's figures.
pub(super) struct Point {
    pub(super) year: String,
    pub(super) school: Option<f64>,
    pub(super) authority: Option<f64>,
    pub(super) england: Option<f64>,
}

/// What the template draws.
pub(super) struct Chart {
    /// The chart in a sentence, for those who can't see it.
    pub(super) summary: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) grid: Vec<Rule>,
    pub(super) years: Vec<Label>,
    pub(super) lines: Vec<Line>,
}

/// A line of the grid, with its value.
pub(super) struct Rule {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) y: f64,
    pub(super) value: String,
}

pub(super) struct Label {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) text: String,
}

/// One place's figures.
pub(super) struct Line {
    /// Its class in the style sheet, which says colour and dashes.
    pub(super) class: &'static str,
    /// The path, broken where a year is missing.
    pub(super) path: String,
    pub(super) marks: Vec<Mark>,
}

/// The middle of a mark; the template draws a circle, a square or a diamond by class.
pub(super) struct Mark {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Mark {
    pub(super) fn square(&self) -> (f64, f64, f64) {
        (self.x - MARK, self.y - MARK, 2.0 * MARK)
    }

    pub(super) fn diamond(&self) -> String {
        let Self { x, y } = self;
        let side = MARK * 1.3;
        format!(
            "M{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}Z",
            y - side,
            x + side,
            y + side,
            x - side
        )
    }
}

impl Chart {
    /// Draws the points, oldest first; nothing where the school has fewer than two numbers.
    pub(super) fn draw(measure: &str, unit: Unit, points: &[Point]) -> Option<Self> {
        let numbers: Vec<(&str, f64)> = points
            .iter()
            .filter_map(|point| Some((point.year.as_str(), point.school?)))
            .collect();
        let [(first, start), .., (last, end)] = numbers.as_slice() else {
            return None;
        };
        // Years stand where they belong, so that those without results leave room.
        let year = |text: &str| text.get(..4).and_then(|year| year.parse::<f64>().ok());
        let from = points.iter().find_map(|point| year(&point.year))?;
        let to = points.iter().rev().find_map(|point| year(&point.year))?;
        let (low, high) = bounds(unit, points);
        let x = |text: &str| {
            let part = (year(text).unwrap_or(from) - from) / (to - from).max(1.0);
            // Half a mark's room on both sides.
            LEFT + 12.0 + part * (WIDTH - LEFT - RIGHT - 24.0)
        };
        let y = |value: f64| {
            let part = (value - low) / (high - low);
            HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
        };
        let line = |class, value: fn(&Point) -> Option<f64>| {
            let mut path = String::new();
            let mut marks = Vec::new();
            let mut before: Option<f64> = None;
            for point in points {
                let here = year(&point.year);
                let Some(value) = value(point) else {
                    before = None;
                    continue;
                };
                let mark = Mark {
                    x: x(&point.year),
                    y: y(value),
                };
                let goes_on = before
                    .zip(here)
                    .is_some_and(|(before, here)| here - before < 1.5);
                let command = if goes_on { 'L' } else { 'M' };
                // Writing to a text can't fail.
                write!(path, "{command}{:.1} {:.1}", mark.x, mark.y).ok();
                marks.push(mark);
                before = here;
            }
            Line { class, path, marks }
        };
        let lines = [
            line("england", |point| point.england),
            line("authority", |point| point.authority),
            line("school", |point| point.school),
        ];
        Some(Self {
            summary: format!(
                "{measure}: {} in {first}, {} in {last}. The table below has every year.",
                crate::words::value(*start, unit),
                crate::words::value(*end, unit)
            ),
            width: WIDTH,
            height: HEIGHT,
            grid: (0..=4)
                .map(|step| low + f64::from(step) * (high - low) / 4.0)
                .map(|value| Rule {
                    from: LEFT,
                    to: WIDTH - RIGHT,
                    y: y(value),
                    value: crate::words::value((value * 10.0).round() / 10.0, unit),
                })
                .collect(),
            years: points
                .iter()
                .map(|point| Label {
                    x: x(&point.year),
                    y: HEIGHT - BOTTOM + 22.0,
                    text: point.year.clone(),
                })
                .collect(),
            lines: lines
                .into_iter()
                .filter(|line| !line.marks.is_empty())
                .collect(),
        })
    }
}

/// The scale: all of it for percentages, so that a point or two does not look like a fall.
fn bounds(unit: Unit, points: &[Point]) -> (f64, f64) {
    match unit {
        Unit::PercentOfPupils => (0.0, 100.0),
        Unit::ScaledScore => (80.0, 120.0),
        Unit::ProgressPoints
        | Unit::Pupils
        | Unit::PercentOfSessions
        | Unit::RatePer100Pupils
        | Unit::Cases
        | Unit::Hours
        | Unit::Unspecified => {
            let all = points
                .iter()
                .flat_map(|point| [point.school, point.authority, point.england])
                .flatten();
            let low = all.clone().fold(0.0, f64::min).floor();
            let high = all.fold(low + 1.0, f64::max).ceil();
            (low, high)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(year: &str, school: Option<f64>) -> Point {
        Point {
            year: year.into(),
            school,
            authority: None,
            england: Some(61.0),
        }
    }

    #[test]
    fn a_missing_year_breaks_the_line() {
        let points = [
            point("2017/18", Some(50.0)),
            point("2018/19", Some(60.0)),
            // 2020 and 2021 don't exist.
            point("2021/22", Some(55.0)),
            point("2022/23", None),
            point("2023/24", Some(70.0)),
        ];
        let chart = Chart::draw("RWM", Unit::PercentOfPupils, &points).unwrap();
        let school = chart
            .lines
            .iter()
            .find(|line| line.class == "school")
            .unwrap();
        assert_eq!(school.path.matches('M').count(), 3, "{}", school.path);
        assert_eq!(school.path.matches('L').count(), 1, "{}", school.path);
        assert_eq!(school.marks.len(), 4);
        assert_eq!(chart.lines.len(), 2, "nothing is drawn of the authority");
        assert!(chart.summary.contains("50% in 2017/18, 70% in 2023/24"));
    }

    #[test]
    fn one_number_is_no_line() {
        let points = [point("2022/23", None), point("2023/24", Some(70.0))];
        assert!(Chart::draw("RWM", Unit::PercentOfPupils, &points).is_none());
    }

    #[test]
    fn what_goes_below_zero_stays_within_the_picture() {
        let points = [point("2022/23", Some(-3.5)), point("2023/24", Some(2.0))];
        let chart = Chart::draw("Progress", Unit::ProgressPoints, &points).unwrap();
        for mark in chart.lines.iter().flat_map(|line| &line.marks) {
            assert!(mark.y >= TOP && mark.y <= HEIGHT - BOTTOM, "{}", mark.y);
        }
    }
}
