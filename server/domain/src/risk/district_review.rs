//! What a SIM writes about a district: strengths and priorities in words (¶11).

use std::fmt;
use std::str::FromStr;

use crate::names::named;
use crate::programme::Programme;
use crate::rule::Fault;

named! {
    /// What a point of a review is.
    pub enum PointKind {
        /// What goes well.
        Strength => "strength", "Strength";
        /// What has to become better.
        Priority => "priority", "Priority";
    }
}

/// Most points of a kind: a review that names more has chosen nothing.
pub const MOST_POINTS: usize = 20;
/// Longest text of a point in characters.
pub const LONGEST: usize = 600;

/// What a point belongs to, so that the county's can be counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// An enquiry area by its word (¶23).
    Area(String),
    /// A criterion by its letter (¶12).
    Criterion(char),
}

/// The text is no tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not areas/{{id}} or criteria/{{letter}}")]
pub struct NoTag;

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Area(id) => write!(f, "areas/{id}"),
            Self::Criterion(letter) => write!(f, "criteria/{letter}"),
        }
    }
}

impl FromStr for Tag {
    type Err = NoTag;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some(("areas", id)) if !id.is_empty() && !id.contains('/') => {
                Ok(Self::Area(id.to_owned()))
            }
            Some(("criteria", letter)) => {
                let mut letters = letter.chars();
                match (letters.next(), letters.next()) {
                    (Some(letter @ 'a'..='z'), None) => Ok(Self::Criterion(letter)),
                    _ => Err(NoTag),
                }
            }
            _ => Err(NoTag),
        }
    }
}

impl Tag {
    /// Its title in a programme year; `None` where the year has no such thing.
    pub fn title<'p>(&self, programme: &'p Programme) -> Option<&'p str> {
        match self {
            Self::Area(id) => {
                let area = programme.enquiry_areas.iter().find(|area| area.id == *id);
                area.map(|area| area.title.as_str())
            }
            Self::Criterion(letter) => {
                let criterion = programme.criterion(*letter);
                criterion.map(|criterion| criterion.title.as_str())
            }
        }
    }
}

/// A strength or priority as somebody writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Which of the two.
    pub kind: PointKind,
    /// What it belongs to, as it was written; empty for none.
    pub tag: String,
    /// The words.
    pub text: String,
}

/// Everything that is missing or wrong, by the fields of the contract.
pub fn faults(points: &[Point], programme: &Programme) -> Vec<Fault> {
    let mut faults = Vec::new();
    if points.is_empty() {
        faults.push(Fault::new(
            "priorities",
            "11",
            "write at least one strength or priority of the district",
        ));
    }
    for (kind, field) in [
        (PointKind::Strength, "strengths"),
        (PointKind::Priority, "priorities"),
    ] {
        let points = points.iter().filter(|point| point.kind == kind);
        if points.clone().count() > MOST_POINTS {
            faults.push(Fault::new(
                field,
                "11",
                format!("are more than {MOST_POINTS}: choose"),
            ));
        }
        for (index, point) in points.enumerate() {
            faults.extend(of_point(&format!("{field}[{index}]"), point, programme));
        }
    }
    faults
}

fn of_point(field: &str, point: &Point, programme: &Programme) -> Vec<Fault> {
    let mut faults = Vec::new();
    let text = format!("{field}.text");
    if point.text.trim().is_empty() {
        faults.push(Fault::new(text, "11", "say what it is"));
    } else if point.text.chars().count() > LONGEST {
        faults.push(Fault::new(
            text,
            "11",
            format!("is longer than {LONGEST} characters: say it shorter"),
        ));
    }
    let tag = format!("{field}.tag");
    match (point.kind, point.tag.as_str()) {
        (PointKind::Strength, "") => {}
        (PointKind::Priority, "") => faults.push(Fault::new(
            tag,
            "11",
            "say to which enquiry area or criterion the priority belongs, so that the county's can \
             be counted",
        )),
        (PointKind::Strength | PointKind::Priority, written) => match written.parse::<Tag>() {
            Err(error) => faults.push(Fault::new(tag, "", error.to_string())),
            Ok(found) if found.title(programme).is_none() => faults.push(Fault::new(
                tag,
                "",
                "is no enquiry area or criterion of this programme year",
            )),
            Ok(_) => {}
        },
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::{SHIPPED, parse};

    fn point(kind: PointKind, tag: &str, text: &str) -> Point {
        Point {
            kind,
            tag: tag.into(),
            text: text.into(),
        }
    }

    #[test]
    fn p11_every_point_says_what_it_is_and_a_priority_where_it_belongs() {
        let programme = parse(SHIPPED).unwrap();
        let area = format!("areas/{}", programme.enquiry_areas[0].id);
        let fields = |points: &[Point]| -> Vec<String> {
            let faults = faults(points, &programme);
            faults.into_iter().map(|fault| fault.field).collect()
        };
        assert_eq!(fields(&[]), ["priorities"]);
        let sound = [
            point(PointKind::Strength, "", "Early reading."),
            point(PointKind::Priority, &area, "Writing."),
            point(PointKind::Priority, "criteria/c", "Attendance."),
        ];
        assert_eq!(fields(&sound), [""; 0]);
        let wrong = [
            point(PointKind::Strength, "areas/none-such", " "),
            point(PointKind::Priority, "", "x"),
            point(PointKind::Priority, "criteria/z", &"x".repeat(LONGEST + 1)),
            point(PointKind::Priority, "c", "x"),
        ];
        assert_eq!(
            fields(&wrong),
            [
                "strengths[0].text",
                "strengths[0].tag",
                "priorities[0].tag",
                "priorities[1].text",
                "priorities[1].tag",
                "priorities[2].tag",
            ]
        );
        let many = vec![point(PointKind::Strength, "", "x"); MOST_POINTS + 1];
        assert_eq!(fields(&many), ["strengths"]);
    }

    #[test]
    fn a_tag_leads_back() {
        for tag in ["areas/curriculum", "criteria/a"] {
            assert_eq!(tag.parse::<Tag>().unwrap().to_string(), tag);
        }
        for wrong in [
            "",
            "areas/",
            "areas/x/y",
            "criteria/",
            "criteria/ab",
            "criteria/A",
            "x/y",
        ] {
            assert_eq!(wrong.parse::<Tag>(), Err(NoTag), "{wrong}");
        }
    }
}
