//! One invented pupil of year 6, from whom every figure of a row is counted:
//! so groups add up and percentages fit their counts by construction.
//!
//! Attainment is in thousandths of a deviation around England's mean.

use crate::rng::Rng;

/// What the school and year bring to each of their pupils.
pub(crate) struct Intake {
    /// The school's own level.
    pub(crate) level: i64,
    /// How hard the year was, the same for all of England.
    pub(crate) year: i64,
    /// How far disadvantaged pupils are behind others.
    pub(crate) gap: i64,
    /// Per mille of disadvantaged pupils, and of those who speak another language.
    pub(crate) disadvantaged: i64,
    pub(crate) other_language: i64,
    /// Per mille without a key stage 1 result.
    pub(crate) no_prior: i64,
    /// Per mille with an education, health and care plan.
    pub(crate) plan: i64,
}

/// A pupil's first language.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Other,
    Unclassified,
}

/// Special educational needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    None,
    Support,
    Plan,
}

/// The teacher's judgement of writing and science.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Judgement {
    /// Absent or disapplied.
    Missing,
    Below,
    WorkingTowards,
    Expected,
    GreaterDepth,
}

/// The test in one subject, in tenths of a scaled score.
#[derive(Clone, Copy)]
pub(crate) struct Test {
    pub(crate) tenths: i64,
    /// False if absent, or working below the test.
    pub(crate) sat: bool,
}

impl Test {
    /// The scaled score, 80 to 120.
    pub(crate) fn score(self) -> Option<i64> {
        self.sat.then(|| ((self.tenths + 5) / 10).clamp(80, 120))
    }
}

pub(crate) struct Pupil {
    pub(crate) boy: bool,
    pub(crate) disadvantaged: bool,
    pub(crate) settled: bool,
    pub(crate) language: Language,
    pub(crate) needs: Needs,
    /// Key stage 1 average points, in tenths.
    pub(crate) prior: Option<i64>,
    pub(crate) reading: Test,
    pub(crate) maths: Test,
    pub(crate) gps: Test,
    pub(crate) writing: Judgement,
    /// Writing on the scale of the tests, which the progress measure needs.
    pub(crate) writing_tenths: i64,
    pub(crate) science: Judgement,
}

impl Pupil {
    pub(crate) fn invent(rng: &mut Rng, intake: &Intake) -> Self {
        let boy = rng.happens(511);
        let disadvantaged = rng.happens(intake.disadvantaged);
        let needs = match rng.between(0, 999) {
            n if n < intake.plan => Needs::Plan,
            n if n < intake.plan + 140 => Needs::Support,
            _ => Needs::None,
        };
        let language = match rng.between(0, 999) {
            n if n < intake.other_language => Language::Other,
            n if n < intake.other_language + 9 => Language::Unclassified,
            _ => Language::English,
        };
        let settled = rng.happens(925);
        let ability = intake.level + intake.year + if boy { -80 } else { 80 }
            - if disadvantaged { intake.gap } else { 0 }
            - match needs {
                Needs::None => 0,
                Needs::Support => 900,
                Needs::Plan => 1700,
            }
            + rng.normal() * 85 / 100;
        let mut subject = |tilt: i64| (ability * 9 + rng.normal() * 5) / 10 + tilt;
        let (reading, maths, gps) = (subject(0), subject(30), subject(80));
        let (writing, science) = (subject(0), subject(200));
        let half_the_school = (ability - intake.level / 2) * 8 / 10;
        let prior = (half_the_school + rng.normal() / 2) * 36 / 1000;
        Self {
            boy,
            disadvantaged,
            settled,
            language,
            needs,
            prior: (!rng.happens(intake.no_prior)).then(|| (162 + prior).clamp(0, 270)),
            reading: test(rng, reading),
            maths: test(rng, maths),
            gps: test(rng, gps),
            writing: judgement(rng, writing),
            writing_tenths: scaled(writing),
            science: judgement(rng, science),
        }
    }

    /// Reading and mathematics at 100 and more, writing at the expected standard.
    pub(crate) fn expected(&self) -> bool {
        let reached = |test: Test| test.score().is_some_and(|score| score >= 100);
        reached(self.reading) && reached(self.maths) && self.writing >= Judgement::Expected
    }

    /// Reading and mathematics at 110 and more, writing at greater depth.
    pub(crate) fn higher(&self) -> bool {
        let reached = |test: Test| test.score().is_some_and(|score| score >= 110);
        reached(self.reading) && reached(self.maths) && self.writing == Judgement::GreaterDepth
    }
}

fn scaled(attainment: i64) -> i64 {
    1045 + attainment * 65 / 1000
}

fn test(rng: &mut Rng, attainment: i64) -> Test {
    Test {
        tenths: scaled(attainment),
        sat: attainment > -3300 && !rng.happens(4),
    }
}

fn judgement(rng: &mut Rng, attainment: i64) -> Judgement {
    match attainment {
        _ if rng.happens(3) => Judgement::Missing,
        i64::MIN..-2600 => Judgement::Below,
        -2600..-760 => Judgement::WorkingTowards,
        -760..1050 => Judgement::Expected,
        _ => Judgement::GreaterDepth,
    }
}
