//! A funnel plot as SVG. It repeats what the table beside it says: where a school lies is told by
//! the shape of its mark and not by colour alone, and suggested schools are named.

use std::fmt::Write;

use llpr_client::v1;
use llpr_client::v1::FunnelZone;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 44.0;

/// Half the size of a mark.
const MARK: f64 = 5.5;

/// A line of words needs so much room.
const LINE: f64 = 15.0;

/// What the template draws.
pub(super) struct Plot {
    /// The plot in a sentence or two, for those who can't see it.
    pub(super) summary: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
    pub(super) rules: Vec<Rule>,
    pub(super) cohorts: Vec<Label>,
    /// England's share, as a height; none where none stands.
    pub(super) england: Option<f64>,
    pub(super) curves: Vec<Curve>,
    pub(super) marks: Vec<Mark>,
    pub(super) names: Vec<Label>,
}

/// A line of the grid, with its percentage.
pub(super) struct Rule {
    pub(super) y: f64,
    pub(super) text: String,
}

pub(super) struct Label {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) anchor: &'static str,
    pub(super) text: String,
}

/// A limit, from the smallest cohort to the largest.
pub(super) struct Curve {
    /// Its class in the style sheet, which says width and dashes.
    pub(super) class: &'static str,
    pub(super) path: String,
}

/// A school.
pub(super) struct Mark {
    pub(super) class: &'static str,
    pub(super) path: String,
}

impl Plot {
    /// Draws it; nothing where no school is in it.
    pub(super) fn draw(funnel: &v1::GetDistrictFunnelResponse) -> Option<Self> {
        let largest = funnel.points.iter().map(|point| point.cohort).max()?;
        let lines = funnel.lines.iter().map(|line| line.cohort).max();
        let most = f64::from(largest.max(lines.unwrap_or_default()).max(10));
        let x = |cohort: i32| LEFT + f64::from(cohort) / most * (WIDTH - LEFT - RIGHT);
        let y = |value: f64| {
            let value = value.clamp(0.0, 100.0);
            HEIGHT - BOTTOM - value / 100.0 * (HEIGHT - TOP - BOTTOM)
        };
        let curve = |class, value: fn(&v1::FunnelLimits) -> f64| {
            let mut path = String::new();
            for (place, line) in funnel.lines.iter().enumerate() {
                let command = if place == 0 { 'M' } else { 'L' };
                // Writing to a text can't fail.
                write!(path, "{command}{:.1} {:.1}", x(line.cohort), y(value(line))).ok();
            }
            Curve { class, path }
        };
        let curves = vec![
            curve("limit998", |line| line.lower998),
            curve("limit998", |line| line.upper998),
            curve("limit95", |line| line.lower95),
            curve("limit95", |line| line.upper95),
            curve("chance", |line| line.chance_lower95),
            curve("chance", |line| line.chance_upper95),
        ];
        let marks = funnel.points.iter().map(|point| {
            let (x, y) = (x(point.cohort), y(point.value));
            Mark {
                class: if point.suggested_criteria.is_empty() {
                    "school"
                } else {
                    "suggested"
                },
                path: shape(point.zone(), x, y),
            }
        });
        let suggested = funnel
            .points
            .iter()
            .filter(|point| !point.suggested_criteria.is_empty())
            .map(|point| {
                (
                    point.school_display_name.as_str(),
                    x(point.cohort),
                    y(point.value),
                )
            });
        Some(Self {
            summary: summary(funnel),
            width: WIDTH,
            height: HEIGHT,
            left: LEFT,
            right: WIDTH - RIGHT,
            bottom: HEIGHT - BOTTOM,
            rules: (0..=5)
                .map(|step| f64::from(step) * 20.0)
                .map(|value| Rule {
                    y: y(value),
                    text: format!("{value}%"),
                })
                .collect(),
            cohorts: cohorts(most)
                .into_iter()
                .map(|cohort| Label {
                    x: x(cohort),
                    y: HEIGHT - BOTTOM + 20.0,
                    anchor: "middle",
                    text: cohort.to_string(),
                })
                .collect(),
            england: funnel.england.map(y),
            curves: if funnel.lines.is_empty() {
                Vec::new()
            } else {
                curves
            },
            marks: marks.collect(),
            names: names(suggested.collect()),
        })
    }
}

/// A circle within the inner limits, a triangle that points to where the school lies beyond them,
/// and a larger one beyond the outer limits.
fn shape(zone: FunnelZone, x: f64, y: f64) -> String {
    let triangle = |size: f64, down: f64| {
        format!(
            "M{:.1} {:.1}L{:.1} {:.1}L{x:.1} {:.1}Z",
            x - size,
            y - down * size,
            x + size,
            y - down * size,
            y + down * size
        )
    };
    match zone {
        FunnelZone::FarBelow => triangle(MARK * 1.6, 1.0),
        FunnelZone::Below => triangle(MARK, 1.0),
        FunnelZone::Above => triangle(MARK, -1.0),
        FunnelZone::FarAbove => triangle(MARK * 1.6, -1.0),
        FunnelZone::Within | FunnelZone::Unspecified => {
            let (r, d) = (MARK * 0.8, MARK * 1.6);
            format!(
                "M{:.1} {y:.1}a{r:.1} {r:.1} 0 1 0 {d:.1} 0a{r:.1} {r:.1} 0 1 0 -{d:.1} 0Z",
                x - r
            )
        }
    }
}

/// Names beside their marks, moved down where one would stand on another.
fn names(mut schools: Vec<(&str, f64, f64)>) -> Vec<Label> {
    schools.sort_by(|one, other| one.2.total_cmp(&other.2));
    let mut taken: Vec<f64> = Vec::new();
    let mut labels = Vec::new();
    for (name, x, y) in schools {
        let mut y = y + 4.0;
        while let Some(above) = taken.iter().copied().find(|other| (other - y).abs() < LINE) {
            y = above + LINE;
        }
        taken.push(y);
        let (anchor, x) = if x > WIDTH * 0.6 {
            ("end", x - 11.0)
        } else {
            ("start", x + 11.0)
        };
        labels.push(Label {
            x,
            y,
            anchor,
            text: name.to_owned(),
        });
    }
    labels
}

/// About five round numbers of children.
fn cohorts(most: f64) -> Vec<i32> {
    let step = [10, 20, 25, 50, 100, 200, 250, 500, 1000]
        .into_iter()
        .find(|step| most / f64::from(*step) <= 6.0)
        .unwrap_or(2000);
    (0..=6)
        .map(|count| count * step)
        .filter(|cohort| f64::from(*cohort) <= most)
        .collect()
}

fn summary(funnel: &v1::GetDistrictFunnelResponse) -> String {
    let many = |zones: &[FunnelZone]| {
        let points = funnel.points.iter();
        points.filter(|point| zones.contains(&point.zone())).count()
    };
    let england = funnel.england.map_or_else(String::new, |england| {
        format!(" around England's {england:.1}%")
    });
    format!(
        "{}, {}: {} schools by the number of children counted{england}. {} within the inner limits, {} below, {} above. \
         The table has every school.",
        funnel.measure_display_name,
        funnel.academic_year,
        funnel.points.len(),
        many(&[FunnelZone::Within]),
        many(&[FunnelZone::Below, FunnelZone::FarBelow]),
        many(&[FunnelZone::Above, FunnelZone::FarAbove]),
    )
}

#[cfg(test)]
pub(super) fn sample_funnel() -> v1::GetDistrictFunnelResponse {
    let limits = |cohort, spread: f64| v1::FunnelLimits {
        cohort,
        lower95: 60.0 - spread,
        upper95: 60.0 + spread,
        lower998: 60.0 - 1.6 * spread,
        upper998: 60.0 + 1.6 * spread,
        chance_lower95: 60.0 - 0.8 * spread,
        chance_upper95: 60.0 + 0.8 * spread,
        ..Default::default()
    };
    let point = |urn: &str, cohort, value, zone: FunnelZone, suggested: &[&str]| v1::FunnelPoint {
        school: format!("schools/{urn}"),
        school_display_name: "St Mary's <Infant> School".into(),
        cohort,
        met: 8,
        value,
        limits: Some(limits(cohort, 20.0)),
        zone: zone.into(),
        is_strength: zone == FunnelZone::FarAbove,
        suggested_criteria: suggested.iter().map(|&letter| letter.to_owned()).collect(),
        predecessor: if urn == "900002" {
            "schools/900009".into()
        } else {
            String::new()
        },
    };
    v1::GetDistrictFunnelResponse {
        measure: "measures/ks2-rwm-expected".into(),
        measure_display_name: "Reading <b>Byron</b>".into(),
        group: v1::PupilGroup::All.into(),
        academic_year: "2023/24".into(),
        academic_years: vec!["2023/24".into(), "2022/23".into()],
        england: Some(60.0),
        points: vec![
            point("900001", 24, 20.0, FunnelZone::FarBelow, &["a"]),
            point("900002", 30, 40.0, FunnelZone::Below, &[]),
            point("900003", 60, 61.0, FunnelZone::Within, &["a"]),
            point("900004", 90, 75.0, FunnelZone::Above, &[]),
            point("900005", 12, 100.0, FunnelZone::FarAbove, &[]),
        ],
        lines: vec![limits(10, 40.0), limits(90, 12.0)],
        left_out_count: 3,
        programme_year: "programmeYears/2024-2025".into(),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_school_lies_is_told_by_its_shape() {
        let plot = Plot::draw(&sample_funnel()).unwrap();
        let shapes: Vec<&str> = plot.marks.iter().map(|mark| mark.path.as_str()).collect();
        // Triangles downward, a circle, triangles upward; all of them inside the plot.
        assert!(shapes[2].contains('a') && !shapes[0].contains('a'));
        assert_ne!(shapes[0].len(), 0);
        assert_eq!(plot.marks[0].class, "suggested");
        assert_eq!(plot.marks[1].class, "school");
        assert_eq!(plot.names.len(), 2);
        assert!(
            plot.summary
                .contains("1 within the inner limits, 2 below, 2 above"),
            "{}",
            plot.summary
        );
        assert_eq!(plot.curves.len(), 6);
    }

    #[test]
    fn names_do_not_stand_on_each_other() {
        let labels = names(vec![
            ("a", 100.0, 50.0),
            ("b", 700.0, 51.0),
            ("c", 90.0, 52.0),
        ]);
        let heights: Vec<f64> = labels.iter().map(|label| label.y).collect();
        for pair in heights.windows(2) {
            assert!(pair[1] - pair[0] >= LINE, "{heights:?}");
        }
        assert_eq!(labels[1].anchor, "end");
    }

    #[test]
    fn nothing_is_drawn_of_no_school() {
        let none = v1::GetDistrictFunnelResponse::default();
        assert!(Plot::draw(&none).is_none());
        assert_eq!(cohorts(90.0), [0, 20, 40, 60, 80]);
        assert_eq!(cohorts(10.0), [0, 10]);
    }
}
