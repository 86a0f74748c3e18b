//! The performance tables of key stage 2 as the Department publishes them for
//! one authority: schools, then the authority's row and England's two.
//!
//! UTF-8 with a byte order mark, CRLF, no line end after the last row, and rows
//! of different lengths, all on purpose: the real tables are so, and an importer
//! that has only met tidy files is not ready for them.

mod cohort;
mod figures;
mod identity;
mod pupil;

use std::collections::BTreeMap;

use crate::{
    schools::{self, School},
    text::plain,
};
pub(crate) use cohort::Character;
use cohort::{Cohort, ENGLAND_SAMPLE, ENGLAND_SCALE, ENGLAND_STATE_FUNDED};
use figures::{Figures, Place};
use identity::Identity;
use pupil::Pupil;

/// The publications, in the order of years.
pub(crate) const EDITIONS: [Edition; 4] = [
    Edition {
        year: "2018/19",
        summer: 2019,
        release: "final",
    },
    Edition {
        year: "2022/23",
        summer: 2023,
        release: "final",
    },
    Edition {
        year: "2023/24",
        summer: 2024,
        release: "final",
    },
    Edition {
        year: "2024/25",
        summer: 2025,
        release: "revised",
    },
];

/// One year's file.
#[derive(Clone, Copy)]
pub(crate) struct Edition {
    pub(crate) year: &'static str,
    pub(crate) summer: u16,
    pub(crate) release: &'static str,
}

impl Edition {
    pub(crate) fn file_name(self) -> String {
        format!(
            "{}-{}_990_ks2{}.csv",
            self.summer - 1,
            self.summer,
            self.release
        )
    }

    /// The cohorts of this summer and the two before it, where there are any.
    fn cohorts<'a>(self, of: impl Fn(u16) -> Option<Cohort<'a>>) -> Cohorts<'a> {
        (self.summer - 2..=self.summer)
            .filter_map(|year| Some((year, of(year)?)))
            .collect()
    }

    /// The columns. Those of 2023/24 serve the years around it, with the years
    /// in their names moved along.
    fn columns(self) -> Vec<String> {
        if self.summer == 2019 {
            return include_str!("../layouts/ks2-2018-2019.txt")
                .lines()
                .map(str::to_owned)
                .collect();
        }
        let back = |years: u16| format!("_{}", (self.summer - years) % 100);
        include_str!("../layouts/ks2-2023-2024.txt")
            .lines()
            .map(
                |column| match (column.strip_suffix("_23"), column.strip_suffix("_22")) {
                    (Some(stem), _) => stem.to_owned() + &back(1),
                    (_, Some(stem)) => stem.to_owned() + &back(2),
                    (None, None) => column.to_owned(),
                },
            )
            .collect()
    }

    /// How many fields a full row has: from 2022/23 on, those of the year
    /// before last and all after them were left off.
    fn width(self, columns: &[String]) -> usize {
        let left_off = format!("TELIG_{}", (self.summer - 2) % 100);
        match columns.iter().position(|column| *column == left_off) {
            Some(at) if self.summer != 2019 => at,
            _ => columns.len(),
        }
    }
}

/// Every pupil of every summer, invented once.
pub(crate) struct World {
    schools: Vec<School>,
    pupils: BTreeMap<(u32, u16), Vec<Pupil>>,
    england: BTreeMap<u16, Vec<Pupil>>,
}

impl World {
    pub(crate) fn new(register: &[School]) -> Self {
        let mut schools: Vec<School> = register
            .iter()
            .filter(|school| school.la == 990)
            .cloned()
            .collect();
        schools.push(schools::pending());
        schools.sort_by_key(|school| (school.estab, school.urn));
        let summers = [2017, 2018, 2019, 2022, 2023, 2024, 2025];
        let mut pupils = BTreeMap::new();
        for (school, year) in schools
            .iter()
            .flat_map(|school| summers.map(|year| (school, year)))
        {
            if let Some(cohort) = cohort::of_school(school, year) {
                pupils.insert((school.urn, year), cohort);
            }
        }
        let england = summers
            .into_iter()
            .map(|year| (year, cohort::of_england(year)))
            .collect();
        Self {
            schools,
            pupils,
            england,
        }
    }

    fn of_school(&self, school: &School, year: u16) -> Option<Cohort<'_>> {
        self.pupils
            .get(&(school.urn, year))
            .map(|pupils| Cohort::of_school(year, pupils))
    }

    fn of_county(&self, year: u16) -> Cohort<'_> {
        let of_year = self
            .pupils
            .iter()
            .filter(|((_, summer), _)| *summer == year);
        Cohort {
            year,
            pupils: of_year.flat_map(|(_, pupils)| pupils).collect(),
            scale: 1,
        }
    }

    /// All of England, or its state-funded schools.
    fn of_england(&self, year: u16, state_funded_only: bool) -> Cohort<'_> {
        let pupils = self.england.get(&year).into_iter().flatten();
        let taken = if state_funded_only {
            ENGLAND_STATE_FUNDED
        } else {
            ENGLAND_SAMPLE
        };
        Cohort {
            year,
            pupils: pupils.take(taken).collect(),
            scale: ENGLAND_SCALE,
        }
    }

    /// One year's file.
    pub(crate) fn file(&self, edition: Edition) -> Vec<u8> {
        let columns = edition.columns();
        let width = edition.width(&columns);
        let mut lines = vec![columns.join(",")];
        let england = edition.cohorts(|year| Some(self.of_england(year, false)));
        let mut push = |identity: Identity<'_>, cohorts: Cohorts<'_>| {
            let last = identity
                .last
                .and_then(|last| columns.iter().position(|column| column == last));
            let row = Row {
                edition,
                identity,
                cohorts,
                england: &england,
            };
            let columns = columns.iter().take(last.map_or(width, |last| last + 1));
            lines.push(
                columns
                    .map(|column| plain(&row.cell(column)))
                    .collect::<Vec<_>>()
                    .join(","),
            );
        };
        for school in &self.schools {
            if let Some(identity) = Identity::of_school(school, &self.schools, edition.summer) {
                push(
                    identity,
                    edition.cohorts(|year| self.of_school(school, year)),
                );
            }
        }
        let county = Identity::of_county(&self.schools, edition.summer);
        push(county, edition.cohorts(|year| Some(self.of_county(year))));
        for (record_type, roll, state_funded_only) in
            [("4", 4_654_000, false), ("5", 4_607_500, true)]
        {
            let cohorts = edition.cohorts(|year| Some(self.of_england(year, state_funded_only)));
            push(Identity::of_england(record_type, roll), cohorts);
        }
        let mut bytes = b"\xef\xbb\xbf".to_vec();
        bytes.extend(lines.join("\r\n").into_bytes());
        bytes
    }
}

/// The summers that a row tells of, those it had pupils in.
type Cohorts<'a> = BTreeMap<u16, Cohort<'a>>;

/// One row, before it is written down.
struct Row<'a> {
    edition: Edition,
    identity: Identity<'a>,
    cohorts: Cohorts<'a>,
    england: &'a Cohorts<'a>,
}

impl Row<'_> {
    fn cell(&self, column: &str) -> String {
        let name = column.to_ascii_uppercase();
        let summer = self.edition.summer;
        if let Some(text) = self.identity.cell(&name) {
            return self.spaced(text);
        }
        if let Some(name) = name.strip_suffix("_3YR") {
            return self.three_years(name);
        }
        match earlier(&name) {
            Some((name, year)) => self
                .cohorts
                .get(&year)
                .map(|cohort| self.figure(name, cohort))
                .unwrap_or_default(),
            None => self.spaced(
                self.cohorts
                    .get(&summer)
                    .map(|cohort| self.figure(&name, cohort))
                    .unwrap_or_default(),
            ),
        }
    }

    fn figure(&self, name: &str, cohort: &Cohort<'_>) -> String {
        let england = self.england.get(&cohort.year).unwrap_or(cohort);
        Figures {
            place: self.identity.place,
            cohort,
            england,
        }
        .cell(name)
    }

    /// A blank of a summary row was a space in 2018/19.
    fn spaced(&self, text: String) -> String {
        if text.is_empty() && self.identity.place != Place::School && self.edition.summer == 2019 {
            " ".to_owned()
        } else {
            text
        }
    }

    /// Three years taken together; a school without one of them has none.
    fn three_years(&self, name: &str) -> String {
        /// Fewer than this in three years are not shown.
        const FEW: usize = 11;
        let year = self.edition.summer;
        let missing = if name == "TELIG" { "" } else { "NA" };
        if self.cohorts.len() < 3 {
            return missing.to_owned();
        }
        let scale = self
            .cohorts
            .values()
            .map(|cohort| cohort.scale)
            .max()
            .unwrap_or(1);
        let pupils: Vec<&Pupil> = self
            .cohorts
            .values()
            .flat_map(|cohort| cohort.pupils.iter().copied())
            .collect();
        if name != "TELIG" && pupils.len() < FEW {
            return String::new();
        }
        self.figure(
            name,
            &Cohort {
                year,
                pupils,
                scale,
            },
        )
    }
}

/// `READPROG_18` is `READPROG` of the summer of 2018.
fn earlier(name: &str) -> Option<(&str, u16)> {
    let (stem, digits) = name.rsplit_once('_')?;
    Some((stem, 2000 + digits.parse::<u16>().ok()?))
}
