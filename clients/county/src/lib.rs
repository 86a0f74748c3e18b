//! Marlshire, a county that does not exist: its register, its districts, its
//! figures over four years, and the people who work with its schools.
//!
//! `llpr dev` and the tests live in it. The files have the layouts and the
//! traps of the real ones (code page, byte order mark, ragged rows, markers),
//! and nothing of their contents: authorities 990 and 991, URNs from 900001,
//! postcodes in ZZ and addresses at `.example` belong to nobody. The same call
//! always makes the same bytes.
//!
//! A short tour: `schools` is the table, with the story each school's figures
//! tell; `gias` and `districts` write it down; `ks2` invents pupils and counts
//! them, so that groups add up and percentages fit; `roll` counts whole
//! schools for `census` and `statistics`; `people` gives out roles.

#![deny(missing_docs)]

mod census;
mod circumstances;
mod districts;
mod gias;
mod ks2;
mod manifest;
mod names;
mod people;
mod rng;
mod roll;
mod schools;
mod statistics;
mod templates;
mod text;

use std::path::Path;

/// The whole county.
#[derive(Clone, Debug)]
pub struct County {
    /// In the order in which they may be imported: the register, the
    /// districts, key stage 2 from the oldest year to the latest, the other
    /// figures, then links, groups, inspections and support.
    pub files: Vec<CountyFile>,
    /// The first person listed with a role is a plain example of it.
    pub people: Vec<Person>,
}

impl County {
    /// The list of its files for `llpr import batch`.
    pub fn manifest(&self) -> String {
        manifest::text(&self.files)
    }

    /// Writes all files and `manifest.toml` into a folder, which is made where it is not there.
    ///
    /// # Errors
    /// Where the folder can't be written.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        for file in &self.files {
            std::fs::write(folder.join(&file.file_name), &file.content)?;
        }
        std::fs::write(folder.join("manifest.toml"), self.manifest())
    }
}

/// One file, as an officer would upload it.
#[derive(Clone, Debug)]
pub struct CountyFile {
    /// `gias-establishments`, `districts`, `ks2` and so on.
    pub dataset: &'static str,
    /// The academic year, `2018/19`, where the file doesn't say it itself.
    pub year: Option<&'static str>,
    /// `final`, `revised` or `provisional`.
    pub release: Option<&'static str>,
    /// As the Department (or the county) would have named it.
    pub file_name: String,
    /// The bytes, in the encoding of the dataset.
    pub content: Vec<u8>,
}

/// Somebody who signs in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// First name and surname.
    pub name: String,
    /// `first.last@marlshire.example`, one for each person.
    pub email: String,
    /// What they may do, where, and from when; never empty.
    pub assignments: Vec<Assignment>,
}

/// A dated role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// `SIM`, `LLP`, `HEADTEACHER`, `SCHOOL_LEADER`, `GOVERNOR`, `CLERK`,
    /// `COUNTY_MANAGER`, `ADVISER`, `DATA_OFFICER` or `ADMINISTRATOR`.
    pub role: &'static str,
    /// `county`, `districts/{slug}` or `schools/{urn}`.
    pub node: String,
    /// The first day, as an ISO date.
    pub from: &'static str,
    /// The last day, as an ISO date; `None` while it goes on.
    pub until: Option<&'static str>,
}

/// Makes the county: always the same, byte for byte.
pub fn generate() -> County {
    let schools = schools::all();
    let register = CountyFile {
        dataset: "gias-establishments",
        year: None,
        release: None,
        file_name: "edubasealldata20260901.csv".to_owned(),
        content: gias::file(&schools),
    };
    let districts = CountyFile {
        dataset: "districts",
        year: None,
        release: None,
        file_name: "districts.csv".to_owned(),
        content: districts::file(&schools),
    };
    let world = ks2::World::new(&schools);
    let results = ks2::EDITIONS.map(|edition| CountyFile {
        dataset: "ks2",
        year: Some(edition.year),
        release: Some(edition.release),
        file_name: edition.file_name(),
        content: world.file(edition),
    });
    let stating = |dataset, file_name: &str, content| CountyFile {
        dataset,
        year: None,
        release: None,
        file_name: file_name.to_owned(),
        content,
    };
    let mut files = vec![register, districts];
    files.extend(results);
    files.extend(figures(&schools));
    files.extend([
        stating(
            "gias-links",
            "alllinksdata20260901.csv",
            circumstances::links(&schools),
        ),
        stating(
            "gias-groups",
            "allgroupsdata20260901.csv",
            circumstances::groups(),
        ),
        stating(
            "gias-group-links",
            "grouplinks_edubaseallacademiesandfree20260901.csv",
            circumstances::group_links(&schools),
        ),
        stating(
            "ofsted",
            "Management_information_-_state-funded_schools_as_at_31_August_2026.csv",
            circumstances::inspections(&schools),
        ),
        stating(
            "support-history",
            "support.csv",
            circumstances::support(&schools),
        ),
    ]);
    County {
        files,
        people: people::all(&schools),
    }
}

/// The files of figures beside key stage 2.
fn figures(schools: &[schools::School]) -> Vec<CountyFile> {
    let of = |dataset, year, release, file_name: &str, content| CountyFile {
        dataset,
        year,
        release: Some(release),
        file_name: file_name.to_owned(),
        content,
    };
    let mut files = vec![
        of(
            "absence",
            Some("2018/19"),
            "final",
            "2018-2019_england_abs.csv",
            census::absence(schools),
        ),
        of(
            "absence",
            None,
            "final",
            "1a_absence_3term_school.csv",
            statistics::absence(schools),
        ),
        of(
            "suspensions-exclusions",
            None,
            "final",
            "exc_school.csv",
            statistics::suspensions(schools),
        ),
    ];
    files.extend(census::EDITIONS.map(|(year, summer)| {
        let name = format!("{}-{summer}_england_census.csv", summer - 1);
        let content = census::census(schools, summer);
        of("census", Some(year), "final", &name, content)
    }));
    files.extend([
        of(
            "phonics",
            None,
            "final",
            "phonics.csv",
            templates::phonics(schools),
        ),
        of(
            "reduced-hours",
            None,
            "final",
            "reduced-hours.csv",
            templates::reduced_hours(schools),
        ),
        of(
            "benchmarks",
            None,
            "final",
            "england.csv",
            templates::benchmarks(),
        ),
    ]);
    files
}

/// Whom an empty installation begins with: one administrator, one data officer.
pub fn first_people() -> Vec<Person> {
    vec![people::administrator(), people::data_officer()]
}

#[cfg(test)]
mod tests;
