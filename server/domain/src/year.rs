//! The academic year: 1 September to 31 August.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

/// Why a text or number is no academic year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAcademicYear {
    /// Not written as a year.
    #[error("\"{0}\" is not an academic year: write it like 2018/19")]
    NotAYear(String),
    /// The two parts are not consecutive years.
    #[error(
        "\"{text}\" does not name consecutive years: write {start}/{next:02} for the year that starts in September {start}"
    )]
    NotConsecutive {
        /// The text as given.
        text: String,
        /// Its first year.
        start: u16,
        /// The last two digits of the year that should follow.
        next: u16,
    },
    /// Outside 2000/01 to 2098/99.
    #[error("the academic year that starts in {0} is out of range: use 2000/01 to 2098/99")]
    OutOfRange(i32),
}

/// An academic year, 2000/01 to 2098/99, known by the calendar year in which it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcademicYear(u16);

impl AcademicYear {
    /// The year that starts in September of `start` (2000 to 2098).
    pub fn from_start(start: u16) -> Result<Self, InvalidAcademicYear> {
        match start {
            2000..=2098 => Ok(Self(start)),
            _ => Err(InvalidAcademicYear::OutOfRange(i32::from(start))),
        }
    }

    /// The academic year in which a day lies.
    pub fn of_date(date: NaiveDate) -> Result<Self, InvalidAcademicYear> {
        let start = if date.month() >= 9 {
            date.year()
        } else {
            date.year() - 1
        };
        u16::try_from(start)
            .map_err(|_| InvalidAcademicYear::OutOfRange(start))
            .and_then(Self::from_start)
    }

    /// The calendar year of its September.
    pub const fn start(self) -> u16 {
        self.0
    }

    /// The calendar year of its August: the year by which tests are usually called.
    pub const fn end(self) -> u16 {
        self.0 + 1
    }

    /// 1 September.
    pub fn first_day(self) -> NaiveDate {
        // Exists in every year; the default is never reached.
        NaiveDate::from_ymd_opt(i32::from(self.start()), 9, 1).unwrap_or_default()
    }

    /// 31 August.
    pub fn last_day(self) -> NaiveDate {
        // Exists in every year; the default is never reached.
        NaiveDate::from_ymd_opt(i32::from(self.end()), 8, 31).unwrap_or_default()
    }

    /// The form for names and addresses: `2018-2019`.
    pub fn slug(self) -> String {
        format!("{}-{}", self.start(), self.end())
    }
}

impl FromStr for AcademicYear {
    type Err = InvalidAcademicYear;

    /// Reads `2018/19`, `2018-19`, `2018/2019`, `2018-2019` and `201819`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not_a_year = || InvalidAcademicYear::NotAYear(text.chars().take(40).collect());
        let (first, second) = match text.split_once(['/', '-']) {
            Some(parts) => parts,
            None if text.len() == 6 && text.is_ascii() => text.split_at(4),
            None => return Err(not_a_year()),
        };
        let number = |part: &str| match part.len() {
            2 | 4 if part.bytes().all(|byte| byte.is_ascii_digit()) => part.parse::<u16>().ok(),
            _ => None,
        };
        let start = number(first).filter(|_| first.len() == 4);
        let (Some(start), Some(end)) = (start, number(second)) else {
            return Err(not_a_year());
        };
        let year = Self::from_start(start)?;
        let follows = match second.len() {
            2 => end == year.end() % 100,
            _ => end == year.end(),
        };
        if !follows {
            return Err(InvalidAcademicYear::NotConsecutive {
                text: text.to_owned(),
                start,
                next: year.end() % 100,
            });
        }
        Ok(year)
    }
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.start(), self.end() % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_the_same_year() {
        for text in ["2018/19", "2018-19", "2018/2019", "2018-2019", "201819"] {
            let year: AcademicYear = text.parse().unwrap();
            assert_eq!(year.to_string(), "2018/19", "{text}");
            assert_eq!(year.slug(), "2018-2019");
            assert_eq!(year.slug().parse(), Ok(year));
        }
    }

    #[test]
    fn a_wrong_year_is_told_what_is_wrong() {
        let told = |text: &str| text.parse::<AcademicYear>().unwrap_err().to_string();
        assert_eq!(
            told("2014/2016"),
            "\"2014/2016\" does not name consecutive years: write 2014/15 for the year that \
             starts in September 2014"
        );
        assert_eq!(
            told("2018"),
            "\"2018\" is not an academic year: write it like 2018/19"
        );
        assert_eq!(
            told("1999/2000"),
            "the academic year that starts in 1999 is out of range: use 2000/01 to 2098/99"
        );
        for wrong in [
            "",
            "18/19",
            "2018/1",
            "2018/019",
            "2018/19/20",
            "2018 19",
            "20é19",
        ] {
            assert!(wrong.parse::<AcademicYear>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_year_runs_from_september_to_august() {
        let year = AcademicYear::from_start(2025).unwrap();
        assert_eq!(AcademicYear::of_date(year.first_day()), Ok(year));
        assert_eq!(AcademicYear::of_date(year.last_day()), Ok(year));
        let next = year.last_day().succ_opt().unwrap();
        assert_eq!(AcademicYear::of_date(next).unwrap().start(), 2026);
        assert!(AcademicYear::of_date(NaiveDate::MIN).is_err());
        assert_eq!("2000/01".parse::<AcademicYear>().unwrap().end(), 2001);
    }
}
