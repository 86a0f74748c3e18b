//! The pupils of one summer: of a school, of the county, or of England.

use super::pupil::{Intake, Language, Needs, Pupil};
use crate::{
    rng::Rng,
    schools::{School, Story},
    text::div_round,
};

/// Invented pupils who stand for England's 650,000, of whom the last ones are
/// not at state-funded schools.
pub(crate) const ENGLAND_SAMPLE: usize = 2000;
pub(crate) const ENGLAND_STATE_FUNDED: usize = 1980;
pub(crate) const ENGLAND_SCALE: i64 = 325;

/// Pupils of one summer.
pub(crate) struct Cohort<'a> {
    /// The year the summer is in: 2019 for 2018/19.
    pub(crate) year: u16,
    pub(crate) pupils: Vec<&'a Pupil>,
    /// How many children each of them stands for: 1, except in England's rows.
    pub(crate) scale: i64,
}

/// The groups that figures are broken down by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    All,
    Boys,
    Girls,
    LowPrior,
    MiddlePrior,
    HighPrior,
    NoPrior,
    Disadvantaged,
    NotDisadvantaged,
    English,
    OtherLanguage,
    Unclassified,
    Settled,
    Plan,
    Support,
    AnyNeeds,
}

impl Group {
    /// Those of the columns that end in `_B`, `_FSM6CLA1A` and so on.
    pub(crate) fn of_suffix(suffix: &str) -> Option<Self> {
        Some(match suffix {
            "" => Self::All,
            "B" => Self::Boys,
            "G" => Self::Girls,
            "L" => Self::LowPrior,
            "M" => Self::MiddlePrior,
            "H" => Self::HighPrior,
            "FSM6CLA1A" => Self::Disadvantaged,
            "NOTFSM6CLA1A" => Self::NotDisadvantaged,
            "EAL" => Self::OtherLanguage,
            "MOBN" => Self::Settled,
            _ => return None,
        })
    }

    /// The column stem of its count, without the leading `T`.
    pub(crate) fn of_count(stem: &str) -> Option<Self> {
        Some(match stem {
            "ELIG" => Self::All,
            "KS1GROUP_L" => Self::LowPrior,
            "KS1GROUP_M" => Self::MiddlePrior,
            "KS1GROUP_H" => Self::HighPrior,
            "KS1GROUP_NA" => Self::NoPrior,
            "FSM6CLA1A" => Self::Disadvantaged,
            "NOTFSM6CLA1A" => Self::NotDisadvantaged,
            "EALGRP1" => Self::English,
            "EALGRP2" => Self::OtherLanguage,
            "EALGRP3" => Self::Unclassified,
            "MOBN" => Self::Settled,
            "SENELE" => Self::Plan,
            "SENELK" => Self::Support,
            "SENELEK" => Self::AnyNeeds,
            _ => return None,
        })
    }

    pub(crate) fn needs_prior(self) -> bool {
        matches!(
            self,
            Self::LowPrior | Self::MiddlePrior | Self::HighPrior | Self::NoPrior
        )
    }

    fn holds(self, pupil: &Pupil) -> bool {
        match self {
            Self::All => true,
            Self::Boys => pupil.boy,
            Self::Girls => !pupil.boy,
            Self::LowPrior => pupil.prior.is_some_and(|points| points < 120),
            Self::MiddlePrior => pupil
                .prior
                .is_some_and(|points| (120..180).contains(&points)),
            Self::HighPrior => pupil.prior.is_some_and(|points| points >= 180),
            Self::NoPrior => pupil.prior.is_none(),
            Self::Disadvantaged => pupil.disadvantaged,
            Self::NotDisadvantaged => !pupil.disadvantaged,
            Self::English => pupil.language == Language::English,
            Self::OtherLanguage => pupil.language == Language::Other,
            Self::Unclassified => pupil.language == Language::Unclassified,
            Self::Settled => pupil.settled,
            Self::Plan => pupil.needs == Needs::Plan,
            Self::Support => pupil.needs == Needs::Support,
            Self::AnyNeeds => pupil.needs != Needs::None,
        }
    }
}

impl<'a> Cohort<'a> {
    pub(crate) fn of_school(year: u16, pupils: &'a [Pupil]) -> Self {
        Self {
            year,
            pupils: pupils.iter().collect(),
            scale: 1,
        }
    }

    pub(crate) fn members(&self, group: Group) -> impl Iterator<Item = &'a Pupil> {
        self.pupils
            .iter()
            .copied()
            .filter(move |pupil| group.holds(pupil))
    }

    /// How many children are in the group.
    pub(crate) fn size(&self, group: Group) -> i64 {
        self.count(group, |_| true)
    }

    /// How many children of the group the test is true of.
    pub(crate) fn count(&self, group: Group, test: impl Fn(&Pupil) -> bool) -> i64 {
        self.members(group)
            .filter(|pupil| test(pupil))
            .map(|_| self.scale)
            .sum()
    }

    /// The mean over those of the group who have the value.
    pub(crate) fn mean(&self, group: Group, value: impl Fn(&Pupil) -> Option<i64>) -> Option<i64> {
        let (sum, n) = self
            .members(group)
            .filter_map(value)
            .fold((0, 0), |(sum, n), x| (sum + x, n + 1));
        (n > 0).then(|| div_round(sum, n))
    }

    /// Progress was published while year 6 had been assessed at key stage 1.
    pub(crate) fn has_prior(&self) -> bool {
        self.year <= 2023
    }
}

/// The year 6 of a school in a summer; `None` if it had none.
pub(crate) fn of_school(school: &School, year: u16) -> Option<Vec<Pupil>> {
    let there = school.stood_on(&format!("{year}-05-15"))
        && school.has_year6()
        && year >= school.first_year6;
    if !there {
        return None;
    }
    let mut rng = Rng::of(school.lineage, year);
    let spread = (school.cohort / 12).max(2);
    let size = (school.cohort + rng.between(-spread, spread)).max(4);
    let intake = intake(school, year, &mut rng);
    Some(
        (0..size)
            .map(|_| Pupil::invent(&mut rng, &intake))
            .collect(),
    )
}

/// A sample of England's children.
pub(crate) fn of_england(year: u16) -> Vec<Pupil> {
    let intake = Intake {
        level: 0,
        year: difficulty(year),
        gap: 450,
        disadvantaged: 305,
        other_language: 215,
        no_prior: 50,
        plan: 40,
    };
    let mut rng = Rng::of(0, year);
    (0..ENGLAND_SAMPLE)
        .map(|_| Pupil::invent(&mut rng, &intake))
        .collect()
}

/// What does not change at a school from year to year.
#[derive(Clone, Copy)]
pub(crate) struct Character {
    /// Its level, in thousandths of a deviation.
    pub(crate) base: i64,
    /// Per mille of disadvantaged pupils, and of those who speak another language.
    pub(crate) disadvantaged: i64,
    pub(crate) other_language: i64,
}

impl Character {
    /// From a stream of its own.
    pub(crate) fn of(school: &School) -> Self {
        let mut rng = Rng::of(school.lineage, 0);
        let base = rng.between(-250, 300);
        let disadvantaged = rng.between(110, 380);
        let other_language = rng.between(10, 180);
        Self {
            base,
            disadvantaged: match school.story {
                Story::Gap => 470,
                Story::Strong => 130,
                _ => disadvantaged,
            },
            other_language: if school.newcomers {
                640
            } else {
                other_language
            },
        }
    }
}

fn intake(school: &School, year: u16, rng: &mut Rng) -> Intake {
    let Character {
        base,
        disadvantaged,
        other_language,
    } = Character::of(school);
    let wobble = rng.between(-150, 150);
    let since = i64::from(year) - 2017;
    let (level, gap) = match school.story {
        Story::Ordinary => (base + wobble, 450),
        Story::Strong => (650 + wobble, 300),
        Story::Low => (-600 + wobble, 450),
        Story::Declining => (500 - 190 * since + wobble / 3, 450),
        Story::Improving => (-900 + 210 * since + wobble / 3, 400),
        Story::Gap => (450 + wobble / 3, 1700),
        Story::Noisy => (rng.between(-1100, 1100), 450),
        Story::Special => (-1800 + wobble, 200),
    };
    Intake {
        level,
        year: difficulty(year),
        gap,
        disadvantaged,
        other_language,
        no_prior: if school.newcomers { 600 } else { 45 },
        plan: if school.story == Story::Special {
            1000
        } else {
            35
        },
    }
}

/// Set so that England's share at the expected standard comes out near what
/// such years have shown: 65 % before the pandemic, about 60 % after it.
fn difficulty(year: u16) -> i64 {
    match year {
        2018 => 300,
        2019 => 340,
        2020..=2022 => 150,
        2024 => 235,
        _ => 205,
    }
}
