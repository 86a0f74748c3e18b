//! Whose figures a data set should have for a year, and why some may be missing: what an officer
//! looks at before anybody judges by them (¶11: the most recent data of all schools).

use chrono::{Datelike as _, NaiveDate};

use crate::import::Dataset;
use crate::names::named;
use crate::school::{Phase, SchoolStatus};
use crate::year::AcademicYear;

named! {
    /// Why a school is not expected in a data set.
    pub enum NotExpected {
        /// The data set speaks of no schools, or only of those that the county chose to write about.
        NobodyIs => "nobody-is", "No school is expected in this data set";
        /// Its phase is another.
        OtherPhase => "other-phase", "Its phase is not in this data set";
        /// It has no pupils of the year group that is tested, such as an infant school in key stage 2.
        OtherAges => "other-ages", "It has no pupils of that age";
        /// It was not open in that summer.
        NotOpen => "not-open", "It was not open in that year";
    }
}

named! {
    /// Why an expected school may have no figures.
    pub enum Missing {
        /// Nothing was loaded for its authority and the year.
        NoFile => "no-file", "No file has been loaded for its authority and this year";
        /// Every figure is suppressed, because there are too few pupils.
        Suppressed => "suppressed", "Every figure is suppressed: too few pupils";
        /// The file has the school, and markers where numbers would be.
        NoNumbers => "no-numbers", "The file has the school, with markers and no number";
        /// It opened so late that it may not have had pupils of that age, or a whole year.
        NewSchool => "new-school", "It is new: it may not have had these pupils yet";
        /// The file does not have it.
        NotInFile => "not-in-file", "The file does not have the school";
    }
}

/// What is known of a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Phase of education.
    pub phase: Phase,
    /// Whether it is open now.
    pub status: SchoolStatus,
    /// Lowest statutory age in years.
    pub low_age: Option<u8>,
    /// Highest statutory age in years.
    pub high_age: Option<u8>,
    /// The day it opened; none where that is lost.
    pub opened: Option<NaiveDate>,
    /// The day it closed.
    pub closed: Option<NaiveDate>,
}

/// What stands of a school in a data set and year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Figures with a number.
    pub numbers: i64,
    /// Figures with a marker.
    pub markers: i64,
    /// Of those, suppressed ones.
    pub suppressed: i64,
}

/// The age in the year of the tests in which pupils turn it: year 6, year 1.
fn tested_age(dataset: Dataset) -> Option<u8> {
    match dataset {
        Dataset::Ks2 => Some(11),
        Dataset::Phonics => Some(6),
        _ => None,
    }
}

/// Whether a school should have figures in a data set for a year.
///
/// # Errors
/// Why not.
pub fn expected(dataset: Dataset, year: AcademicYear, school: &Known) -> Result<(), NotExpected> {
    match dataset {
        Dataset::Ks2
        | Dataset::Phonics
        | Dataset::Absence
        | Dataset::SuspensionsExclusions
        | Dataset::Census => {}
        Dataset::Attendance
        | Dataset::CountyFigures
        | Dataset::ReducedHours
        | Dataset::Benchmarks
        | Dataset::Districts
        | Dataset::GiasEstablishments
        | Dataset::GiasLinks
        | Dataset::GiasGroups
        | Dataset::GiasGroupLinks
        | Dataset::Ofsted
        | Dataset::SupportHistory
        | Dataset::LastYear
        | Dataset::People => return Err(NotExpected::NobodyIs),
    }
    if !open_in(year, school) {
        return Err(NotExpected::NotOpen);
    }
    match school.phase {
        Phase::Primary | Phase::MiddleDeemedPrimary | Phase::AllThrough | Phase::NotApplicable => {}
        Phase::Nursery | Phase::MiddleDeemedSecondary | Phase::Secondary | Phase::SixteenPlus => {
            return Err(NotExpected::OtherPhase);
        }
    }
    let (low, high) = (school.low_age, school.high_age);
    match tested_age(dataset) {
        Some(age) if high.is_some_and(|high| high < age) || low.is_some_and(|low| low >= age) => {
            Err(NotExpected::OtherAges)
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether a school was open in the summer of a year, when tests are taken and most counts end.
fn open_in(year: AcademicYear, school: &Known) -> bool {
    let summer = NaiveDate::from_ymd_opt(i32::from(year.end()), 5, 1);
    let before = |day: Option<NaiveDate>| day.zip(summer).is_some_and(|(day, may)| day < may);
    let opened = match school.status {
        SchoolStatus::ProposedToOpen => false,
        SchoolStatus::Open | SchoolStatus::OpenProposedToClose | SchoolStatus::Closed => {
            school.opened.is_none() || before(school.opened)
        }
    };
    let closed = match school.status {
        SchoolStatus::Closed => school.closed.is_none() || before(school.closed),
        SchoolStatus::Open | SchoolStatus::OpenProposedToClose | SchoolStatus::ProposedToOpen => {
            false
        }
    };
    opened && !closed
}

/// Why an expected school has no number; none where it has one.
///
/// `loaded` says whether a file stands for its authority and the year.
pub fn missing(
    dataset: Dataset,
    year: AcademicYear,
    school: &Known,
    standing: Standing,
    loaded: bool,
) -> Option<Missing> {
    if standing.numbers > 0 {
        return None;
    }
    Some(
        if standing.markers > 0 && standing.suppressed == standing.markers {
            Missing::Suppressed
        } else if standing.markers > 0 {
            Missing::NoNumbers
        } else if !loaded {
            Missing::NoFile
        } else if is_new(dataset, year, school) {
            Missing::NewSchool
        } else {
            Missing::NotInFile
        },
    )
}

/// Whether a school that opened with its youngest pupils has none of the tested age yet, or opened
/// after the year began.
fn is_new(dataset: Dataset, year: AcademicYear, school: &Known) -> bool {
    let Some(opened) = school.opened else {
        return false;
    };
    let grows = match (tested_age(dataset), school.low_age) {
        (Some(age), Some(low)) => i32::from(age.saturating_sub(low)) - 1,
        _ => 0,
    };
    let first = NaiveDate::from_ymd_opt(i32::from(year.start()) - grows, 9, 1);
    first.is_some_and(|first| opened > first) && opened.year() <= i32::from(year.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(text: &str) -> AcademicYear {
        text.parse().unwrap()
    }

    fn primary() -> Known {
        Known {
            phase: Phase::Primary,
            status: SchoolStatus::Open,
            low_age: Some(4),
            high_age: Some(11),
            opened: None,
            closed: None,
        }
    }

    #[test]
    fn an_infant_school_is_expected_in_phonics_and_not_in_key_stage_2() {
        let infant = Known {
            high_age: Some(7),
            ..primary()
        };
        let junior = Known {
            low_age: Some(7),
            ..primary()
        };
        let now = year("2023/24");
        assert_eq!(
            expected(Dataset::Ks2, now, &infant),
            Err(NotExpected::OtherAges)
        );
        assert_eq!(expected(Dataset::Phonics, now, &infant), Ok(()));
        assert_eq!(expected(Dataset::Ks2, now, &junior), Ok(()));
        assert_eq!(
            expected(Dataset::Phonics, now, &junior),
            Err(NotExpected::OtherAges)
        );
        assert_eq!(expected(Dataset::Absence, now, &infant), Ok(()));
        assert_eq!(
            expected(Dataset::Attendance, now, &infant),
            Err(NotExpected::NobodyIs)
        );
        let secondary = Known {
            phase: Phase::Secondary,
            ..primary()
        };
        assert_eq!(
            expected(Dataset::Absence, now, &secondary),
            Err(NotExpected::OtherPhase)
        );
    }

    #[test]
    fn a_school_counts_where_it_was_open_in_the_summer() {
        let day = |text: &str| Some(text.parse().unwrap());
        let closed = Known {
            status: SchoolStatus::Closed,
            closed: day("2023-08-31"),
            ..primary()
        };
        assert_eq!(expected(Dataset::Ks2, year("2022/23"), &closed), Ok(()));
        assert_eq!(
            expected(Dataset::Ks2, year("2023/24"), &closed),
            Err(NotExpected::NotOpen)
        );
        let successor = Known {
            opened: day("2023-09-01"),
            ..primary()
        };
        assert_eq!(
            expected(Dataset::Ks2, year("2022/23"), &successor),
            Err(NotExpected::NotOpen)
        );
        assert_eq!(expected(Dataset::Ks2, year("2023/24"), &successor), Ok(()));
    }

    #[test]
    fn the_reason_is_the_most_telling_one() {
        let school = primary();
        let why =
            |standing, loaded| missing(Dataset::Ks2, year("2023/24"), &school, standing, loaded);
        let standing = |numbers, markers, suppressed| Standing {
            numbers,
            markers,
            suppressed,
        };
        assert_eq!(why(standing(1, 9, 9), true), None);
        assert_eq!(why(standing(0, 9, 9), true), Some(Missing::Suppressed));
        assert_eq!(why(standing(0, 9, 8), true), Some(Missing::NoNumbers));
        assert_eq!(why(standing(0, 0, 0), false), Some(Missing::NoFile));
        assert_eq!(why(standing(0, 0, 0), true), Some(Missing::NotInFile));
    }

    #[test]
    fn a_school_that_grows_from_reception_has_no_year_6_for_six_years() {
        let free = Known {
            opened: Some("2019-09-01".parse().unwrap()),
            ..primary()
        };
        let none = Standing::default();
        let why = |dataset, text| missing(dataset, year(text), &free, none, true);
        assert_eq!(why(Dataset::Ks2, "2023/24"), Some(Missing::NewSchool));
        assert_eq!(why(Dataset::Ks2, "2025/26"), Some(Missing::NotInFile));
        assert_eq!(why(Dataset::Phonics, "2019/20"), Some(Missing::NewSchool));
        assert_eq!(why(Dataset::Phonics, "2020/21"), Some(Missing::NotInFile));
        assert_eq!(why(Dataset::Census, "2019/20"), Some(Missing::NotInFile));
        let midyear = Known {
            opened: Some("2024-01-01".parse().unwrap()),
            ..primary()
        };
        assert_eq!(
            missing(Dataset::Absence, year("2023/24"), &midyear, none, true),
            Some(Missing::NewSchool)
        );
    }
}
