//! The files that can be imported.

use super::county_columns::Kind;
use super::{districts, last_year, people, support_history};

/// Whether the academic year of a file must be given with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearRule {
    /// The file has no year.
    None,
    /// The file doesn't say its year, so it must be given.
    Given,
    /// Some of the known layouts say the year in each row. Where it is given too, only the rows of
    /// that year are taken.
    GivenOrInRows,
}

/// A kind of file that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dataset {
    /// The county's own list: which school belongs to which district, and when.
    Districts,
    /// Get Information About Schools: the national register's establishments.
    GiasEstablishments,
    /// The Department's key stage 2 performance tables, one file per academic year.
    Ks2,
    /// Pupil absence: performance tables or statistics.
    Absence,
    /// Suspensions and permanent exclusions.
    SuspensionsExclusions,
    /// The school census.
    Census,
    /// Attendance of the year to date, of authorities and England.
    Attendance,
    /// The county's own figures, such as unvalidated results.
    CountyFigures,
    /// The county's phonics results by school.
    Phonics,
    /// The county's counts of reduced hours by school.
    ReducedHours,
    /// Figures of England and of authorities to compare with.
    Benchmarks,
    /// Get Information About Schools: which school came before or after which.
    GiasLinks,
    /// Get Information About Schools: trusts, federations and sponsors.
    GiasGroups,
    /// Get Information About Schools: which school belongs to which group.
    GiasGroupLinks,
    /// Ofsted's management information: the inspections of each school.
    Ofsted,
    /// The county's own list of the support that schools have had.
    SupportHistory,
    /// The county's own list of last year's visits.
    LastYear,
    /// The county's own list of people and their roles, which an administrator loads.
    People,
}

/// A name that is no dataset's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no dataset \"{0}\"; known are {known}", known = known())]
pub struct UnknownDataset(pub String);

/// The names of all datasets, in one line.
fn known() -> String {
    let mut names: Vec<&str> = Dataset::ALL
        .iter()
        .map(|dataset| dataset.as_str())
        .collect();
    let last = names.pop().unwrap_or_default();
    format!("{} and {last}", names.join(", "))
}

impl Dataset {
    /// Every dataset, in the order in which a new county needs them.
    pub const ALL: &'static [Self] = &[
        Self::GiasEstablishments,
        Self::Districts,
        Self::GiasLinks,
        Self::GiasGroups,
        Self::GiasGroupLinks,
        Self::Ks2,
        Self::Absence,
        Self::SuspensionsExclusions,
        Self::Census,
        Self::Attendance,
        Self::CountyFigures,
        Self::Phonics,
        Self::ReducedHours,
        Self::Benchmarks,
        Self::Ofsted,
        Self::SupportHistory,
        Self::LastYear,
        Self::People,
    ];

    /// The name in commands, addresses and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Districts => "districts",
            Self::GiasEstablishments => "gias-establishments",
            Self::Ks2 => "ks2",
            Self::Absence => "absence",
            Self::SuspensionsExclusions => "suspensions-exclusions",
            Self::Census => "census",
            Self::Attendance => "attendance",
            Self::CountyFigures => "county-figures",
            Self::Phonics => "phonics",
            Self::ReducedHours => "reduced-hours",
            Self::Benchmarks => "benchmarks",
            Self::GiasLinks => "gias-links",
            Self::GiasGroups => "gias-groups",
            Self::GiasGroupLinks => "gias-group-links",
            Self::Ofsted => "ofsted",
            Self::SupportHistory => "support-history",
            Self::LastYear => "last-year",
            Self::People => "people",
        }
    }

    /// Reads the name; the error lists the known ones.
    pub fn parse(text: &str) -> Result<Self, UnknownDataset> {
        Self::ALL
            .iter()
            .copied()
            .find(|dataset| dataset.as_str() == text)
            .ok_or_else(|| UnknownDataset(text.chars().take(80).collect()))
    }

    /// A short title, fit for the middle of a sentence after "the".
    pub const fn title(self) -> &'static str {
        match self {
            Self::Districts => "districts list",
            Self::GiasEstablishments => "GIAS establishments file",
            Self::Ks2 => "key stage 2 file",
            Self::Absence => "school absence file",
            Self::SuspensionsExclusions => "suspensions and exclusions file",
            Self::Census => "school census file",
            Self::Attendance => "attendance file",
            Self::CountyFigures => "county figures list",
            Self::Phonics => "phonics list",
            Self::ReducedHours => "reduced hours list",
            Self::Benchmarks => "benchmarks list",
            Self::GiasLinks => "GIAS links file",
            Self::GiasGroups => "GIAS groups file",
            Self::GiasGroupLinks => "GIAS group links file",
            Self::Ofsted => "Ofsted management information file",
            Self::SupportHistory => "support history",
            Self::LastYear => "list of last year's visits",
            Self::People => "list of people",
        }
    }

    /// What the file is and where it comes from.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Districts => {
                "The county's own list of which school belongs to which district, with dates. \
                 Start from the template."
            }
            Self::GiasEstablishments => {
                "The national register of schools from get-information-schools.service.gov.uk: \
                 the full extract, or the download of a search with the columns you need."
            }
            Self::Ks2 => {
                "Key stage 2 results of one academic year, from the Department's school \
                 performance tables (find-school-performance-data.service.gov.uk)."
            }
            Self::Absence => {
                "Absence and persistent absence of pupils, from the Department's school \
                 performance tables, or the school-level file of \"Pupil absence in schools in \
                 England\" (explore-education-statistics.service.gov.uk)."
            }
            Self::SuspensionsExclusions => {
                "Suspensions and permanent exclusions, from \"Suspensions and permanent exclusions \
                 in England\" (explore-education-statistics.service.gov.uk): the school-level \
                 file, or the earlier file of authorities by reason."
            }
            Self::Census => {
                "The January school census of one academic year, pupils on roll and shares of \
                 groups, from the Department's school performance tables."
            }
            Self::Attendance => {
                "Attendance of the year to date for authorities and England, from \"Pupil \
                 attendance in schools\" (explore-education-statistics.service.gov.uk). It has no \
                 figures of schools."
            }
            Self::CountyFigures => {
                "The county's own figures of schools by year, measure, group and period, such as \
                 unvalidated results in September. Start from the template."
            }
            Self::Phonics => {
                "Phonics screening check: eligible pupils and those who met the standard, by \
                 school, year and group. Start from the template."
            }
            Self::ReducedHours => {
                "Pupils on reduced hours and hours lost, by school and term. Start from the \
                 template."
            }
            Self::GiasLinks => {
                "Which school came before or after which, from \
                 get-information-schools.service.gov.uk: all establishment links."
            }
            Self::GiasGroups => {
                "Trusts, federations and sponsors, from \
                 get-information-schools.service.gov.uk: all groups. The names of heads of \
                 groups are never read."
            }
            Self::GiasGroupLinks => {
                "Which school belongs to which trust, federation or sponsor, and since when, from \
                 get-information-schools.service.gov.uk: group links."
            }
            Self::Ofsted => {
                "Ofsted's management information on state-funded schools, latest or all \
                 inspections, of any year from 2015 (gov.uk, monthly). Each outcome is kept in \
                 the terms of its own time."
            }
            Self::SupportHistory => {
                "The county's own list of the support that schools have had, with dates and what \
                 came of it. Start from the template."
            }
            Self::LastYear => {
                "The county's own list of last year's visits: dates, whether the school became a \
                 priority, the actions agreed, and the report's file by name. Start from the \
                 template."
            }
            Self::People => {
                "The county's own list of people and their roles. An administrator loads it; it \
                 is never kept among the data files. Start from the template."
            }
            Self::Benchmarks => {
                "Figures of England and of authorities that the other files lack, such as phonics. \
                 Start from the template."
            }
        }
    }

    /// Whether the academic year must be given with the file.
    pub const fn year_rule(self) -> YearRule {
        match self {
            Self::Districts
            | Self::GiasEstablishments
            | Self::GiasLinks
            | Self::GiasGroups
            | Self::GiasGroupLinks
            | Self::Ofsted
            | Self::SupportHistory
            | Self::LastYear
            | Self::People => YearRule::None,
            Self::Ks2 | Self::Census => YearRule::Given,
            Self::Absence
            | Self::SuspensionsExclusions
            | Self::Attendance
            | Self::CountyFigures
            | Self::Phonics
            | Self::ReducedHours
            | Self::Benchmarks => YearRule::GivenOrInRows,
        }
    }

    /// Whether the file has figures, which replace earlier ones by year and authority; the others
    /// are registers.
    pub fn has_figures(self) -> bool {
        self.year_rule() != YearRule::None
    }

    /// Whether it is loaded as a data file. The others have rules of their own for who loads them.
    pub fn is_data(self) -> bool {
        self != Self::People
    }

    /// The empty file to fill in, for the county's own datasets.
    pub fn template(self) -> Option<String> {
        match self {
            Self::Districts => Some(districts::TEMPLATE.to_owned()),
            Self::CountyFigures => Some(Kind::Figures.template().to_owned()),
            Self::Phonics => Some(Kind::Phonics.template().to_owned()),
            Self::ReducedHours => Some(Kind::ReducedHours.template().to_owned()),
            Self::Benchmarks => Some(Kind::Benchmarks.template().to_owned()),
            Self::SupportHistory => Some(support_history::TEMPLATE.to_owned()),
            Self::LastYear => Some(last_year::TEMPLATE.to_owned()),
            Self::People => Some(people::TEMPLATE.to_owned()),
            Self::GiasEstablishments
            | Self::GiasLinks
            | Self::GiasGroups
            | Self::GiasGroupLinks
            | Self::Ofsted
            | Self::Ks2
            | Self::Absence
            | Self::SuspensionsExclusions
            | Self::Census
            | Self::Attendance => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_dataset_is_told_the_known_ones() {
        for dataset in Dataset::ALL {
            assert_eq!(Dataset::parse(dataset.as_str()), Ok(*dataset));
        }
        assert_eq!(
            Dataset::parse("ks4").unwrap_err().to_string(),
            "there is no dataset \"ks4\"; known are gias-establishments, districts, gias-links, \
             gias-groups, gias-group-links, ks2, absence, suspensions-exclusions, census, \
             attendance, county-figures, phonics, reduced-hours, benchmarks, ofsted, \
             support-history, last-year and people"
        );
    }
}
