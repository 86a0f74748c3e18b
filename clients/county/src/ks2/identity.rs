//! The columns before the figures: who the row is about.

use super::figures::Place;
use crate::{
    names,
    rng::Rng,
    schools::{Kind, School},
};

/// Who a row is about, and how far it goes.
pub(crate) struct Identity<'a> {
    pub(crate) place: Place,
    /// The last column of a row that ends early.
    pub(crate) last: Option<&'static str>,
    record_type: &'static str,
    name: &'a str,
    roll: String,
    school: Option<OfSchool<'a>>,
}

struct OfSchool<'a> {
    school: &'a School,
    /// The academy that had opened by the time of publication.
    academy: Option<&'a School>,
    /// Place in the alphabet of schools.
    rank: usize,
}

impl<'a> Identity<'a> {
    /// `None` for a school without a row in this year's file.
    pub(crate) fn of_school(school: &'a School, all: &'a [School], summer: u16) -> Option<Self> {
        let tests = format!("{summer}-05-15");
        let before = format!("{}-09-01", summer - 1);
        let published = format!("{summer}-12-31");
        if !school.has_year6() {
            return None;
        }
        let last = if school.stood_on(&tests) {
            match summer < school.first_year6 {
                true if *school.opened >= *before => Some("TOTPUPS"),
                true => Some("TPUPYEAR"),
                false => None,
            }
        } else if *school.opened > *tests && *school.opened <= *published {
            // Opened after the tests: announced as new, without results.
            Some("TOTPUPS")
        } else {
            return None;
        };
        let academy = school
            .successor
            .and_then(|urn| all.iter().find(|academy| academy.urn == urn))
            .filter(|academy| *academy.opened <= *published);
        let grown = if school.first_year6 > 0 {
            // A school that grows from Reception fills a year group each year.
            (i64::from(summer) - i64::from(school.first_year6) + 7).clamp(1, 7)
        } else {
            school.year_groups()
        };
        Some(Self {
            place: Place::School,
            last,
            record_type: if school.kind == Kind::Special {
                "2"
            } else {
                "1"
            },
            name: school.name,
            roll: if last == Some("TOTPUPS") {
                "NEW".to_owned()
            } else {
                (school.cohort * grown).to_string()
            },
            school: Some(OfSchool {
                school,
                academy,
                rank: all.iter().filter(|other| other.name < school.name).count(),
            }),
        })
    }

    pub(crate) fn of_county(all: &[School], summer: u16) -> Self {
        let rolls = all.iter().filter_map(|school| {
            Identity::of_school(school, all, summer)?
                .roll
                .parse::<i64>()
                .ok()
        });
        Self {
            place: Place::County,
            last: None,
            record_type: "3",
            name: "Marlshire",
            roll: rolls.sum::<i64>().to_string(),
            school: None,
        }
    }

    pub(crate) fn of_england(record_type: &'static str, roll: u32) -> Self {
        Self {
            place: Place::England,
            last: None,
            record_type,
            name: "",
            roll: roll.to_string(),
            school: None,
        }
    }

    /// The cell under a column of identity; `None` under any other.
    pub(crate) fn cell(&self, column: &str) -> Option<String> {
        Some(match column {
            "RECTYPE" => self.record_type.to_owned(),
            "LEA" if self.place == Place::England => String::new(),
            "LEA" => "990".to_owned(),
            "SCHNAME" => self.name.to_owned(),
            "TOTPUPS" => self.roll.clone(),
            // Nobody is old enough yet, and the row ends.
            "TPUPYEAR" if self.last.is_some() => "0".to_owned(),
            "ALPHAIND" | "ESTAB" | "URN" | "ADDRESS1" | "ADDRESS2" | "ADDRESS3" | "TOWN"
            | "PCODE" | "TELNUM" | "PCON_CODE" | "PCON_NAME" | "URN_AC" | "SCHNAME_AC"
            | "OPEN_AC" | "NFTYPE" | "ICLOSE" | "RELDENOM" | "AGERANGE" | "CONFEXAM" | "TAB15"
            | "TAB1618" => self
                .school
                .as_ref()
                .map(|school| school.cell(column))
                .unwrap_or_default(),
            _ => return None,
        })
    }
}

impl OfSchool<'_> {
    fn cell(&self, column: &str) -> String {
        let school = self.school;
        let town = names::town(school.district);
        match column {
            "ALPHAIND" => (22 * self.rank + 1010).to_string(),
            "ESTAB" => school.estab.to_string(),
            "URN" => school.urn.to_string(),
            "ADDRESS1" => names::street(school).to_owned(),
            "ADDRESS2" if school.place != town => school.place.to_owned(),
            "TOWN" => town.to_owned(),
            "PCODE" => names::postcode(school),
            "PCON_CODE" => names::constituency(school.district).0.to_owned(),
            "PCON_NAME" => names::constituency(school.district).1.to_owned(),
            "URN_AC" => self.academy.map_or(0, |academy| academy.urn).to_string(),
            "SCHNAME_AC" => self.academy.map_or("", |academy| academy.name).to_owned(),
            "OPEN_AC" => self
                .academy
                .map_or("", |academy| academy.opened)
                .replace('-', ""),
            "NFTYPE" => school_type(school.kind).to_owned(),
            "ICLOSE" => u8::from(self.academy.is_some()).to_string(),
            "RELDENOM" => school.religion().1.to_owned(),
            "AGERANGE" => format!("{}-{}", school.ages.0, school.ages.1),
            "CONFEXAM" if Rng::of(school.urn, 7).happens(300) => "R".to_owned(),
            "TAB15" | "TAB1618" => "0".to_owned(),
            _ => String::new(),
        }
    }
}

/// The tables' own letters for types of school.
fn school_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Community => "CY",
        Kind::Controlled => "VC",
        Kind::Aided => "VA",
        Kind::Foundation => "FD",
        Kind::Special => "CYS",
        Kind::Converter => "ACC",
        Kind::Sponsored => "AC",
        Kind::Free => "F",
    }
}
