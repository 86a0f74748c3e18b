//! The pupils of a whole school in a year, counted and never invented one by one: what the files of
//! census, absence and suspensions have in common, so that they agree.

use crate::{
    ks2::Character,
    rng::Rng,
    schools::{Kind, School, Story},
    text::div_round,
};

/// A school's pupils in the year that ends in a summer.
pub(crate) struct Roll<'a> {
    pub(crate) school: &'a School,
    /// All of them.
    pub(crate) pupils: i64,
    pub(crate) girls: i64,
    /// With an education, health and care plan; with support.
    pub(crate) plan: i64,
    pub(crate) support: i64,
    /// First language: another, and unclassified.
    pub(crate) other_language: i64,
    pub(crate) unclassified: i64,
    /// Free school meals: now, and in the last six years.
    pub(crate) meals: i64,
    pub(crate) meals_ever: i64,
    /// Per mille of the sessions missed.
    pub(crate) absence: i64,
    /// Who missed a tenth of their sessions or more, and half of them or more.
    pub(crate) persistent: i64,
    pub(crate) severe: i64,
    /// Suspensions, and how many pupils they were of.
    pub(crate) suspensions: i64,
    pub(crate) suspended: i64,
    pub(crate) excluded: i64,
}

/// Years from which the streams of this file are told apart from those of the pupils.
const STREAM: u16 = 10_000;

impl<'a> Roll<'a> {
    /// None where the school was not open in that summer.
    pub(crate) fn of(school: &'a School, summer: u16) -> Option<Self> {
        if !school.stood_on(&format!("{summer}-05-15")) {
            return None;
        }
        let mut rng = Rng::of(school.lineage, STREAM + summer);
        let character = Character::of(school);
        let grown = if school.first_year6 > summer {
            school.year_groups() - i64::from(school.first_year6 - summer)
        } else {
            school.year_groups()
        };
        let pupils = (school.cohort * grown.max(1) + rng.between(-4, 4)).max(6);
        let mut of = |per_mille: i64, spread: i64| {
            let share = (per_mille + rng.between(-spread, spread)).clamp(0, 1000);
            div_round(pupils * share, 1000)
        };
        let special = school.kind == Kind::Special;
        let meals_ever = of(character.disadvantaged, 15);
        let absence = absence(school, summer, character) + i64::from(summer % 3) - 1;
        let girls = of(if special { 300 } else { 490 }, 25);
        let plan = if special { pupils } else { of(30, 12) };
        let support = of(if special { 0 } else { 140 }, 35).min(pupils - plan);
        let other_language = of(character.other_language, 12);
        let unclassified = of(2, 2).min(pupils - other_language);
        let suspensions = suspensions(school, of(4, 4));
        Some(Self {
            school,
            pupils,
            girls,
            plan,
            support,
            other_language,
            unclassified,
            meals: meals_ever - meals_ever / 12,
            meals_ever,
            absence,
            persistent: div_round(pupils * (absence * 4 - 85).clamp(20, 600), 1000),
            severe: div_round(pupils * (absence - 40).clamp(0, 90), 4000),
            suspensions,
            suspended: suspensions - suspensions / 3,
            excluded: i64::from(suspensions > 12),
        })
    }
}

/// Per mille of sessions: more after the pandemic, and where more pupils are disadvantaged.
fn absence(school: &School, summer: u16, character: Character) -> i64 {
    let year = match summer {
        ..=2019 => 40,
        2020..=2023 => 59,
        2024 => 55,
        _ => 52,
    };
    let since = i64::from(summer.saturating_sub(2019));
    let story = match school.story {
        Story::Ordinary | Story::Noisy => 0,
        Story::Strong => -10,
        Story::Low => 14,
        Story::Declining => 3 * since,
        Story::Improving => 16 - 3 * since,
        Story::Gap => 6,
        Story::Special => 45,
    };
    (year + story + (character.disadvantaged - 245) / 20).max(20)
}

fn suspensions(school: &School, ordinary: i64) -> i64 {
    match school.story {
        Story::Ordinary | Story::Noisy | Story::Strong | Story::Improving => ordinary,
        Story::Low | Story::Gap => 3 * ordinary + 4,
        Story::Declining => 2 * ordinary + 9,
        Story::Special => ordinary + 3,
    }
}
