//! What Ofsted said of a school, each inspection inside its own era.
//!
//! Ofsted judged schools in three ways: an overall grade until 1 September 2024, key judgements
//! without one from 2 September 2024, and report cards from 10 November 2025. What one era says
//! is never turned into the words of another, and no overall grade is ever worked out from
//! parts. What each means for "good or better" and for criterion j (paragraph 12) is written
//! down once, in [`standing`].

pub mod standing;

use chrono::NaiveDate;

use crate::names::named;
use crate::urn::Urn;

named! {
    /// How Ofsted judged schools at the time.
    pub enum Era {
        /// One overall grade beside the key judgements, until 1 September 2024.
        OverallGrade => "overall-grade", "Overall grade";
        /// Key judgements and no overall grade, from 2 September 2024.
        KeyJudgements => "key-judgements", "Key judgements";
        /// A report card with a standard for each area, from 10 November 2025.
        ReportCard => "report-card", "Report card";
    }
}

impl Era {
    /// The era of an inspection that started on a day.
    pub fn of(start: NaiveDate) -> Self {
        let day = NaiveDate::from_ymd_opt;
        if day(2025, 11, 10).is_some_and(|first| start >= first) {
            Self::ReportCard
        } else if day(2024, 9, 2).is_some_and(|first| start >= first) {
            Self::KeyJudgements
        } else {
            Self::OverallGrade
        }
    }
}

named! {
    /// A grade of the first two eras.
    pub enum Grade {
        /// 1.
        Outstanding => "outstanding", "Outstanding";
        /// 2.
        Good => "good", "Good";
        /// 3.
        RequiresImprovement => "requires-improvement", "Requires improvement";
        /// 4.
        Inadequate => "inadequate", "Inadequate";
    }
}

impl Grade {
    /// Good or outstanding.
    pub const fn is_good(self) -> bool {
        match self {
            Self::Outstanding | Self::Good => true,
            Self::RequiresImprovement | Self::Inadequate => false,
        }
    }
}

named! {
    /// A standard of a report card.
    pub enum Standard {
        /// The highest.
        Exceptional => "exceptional", "Exceptional";
        /// Above what is expected.
        Strong => "strong", "Strong standard";
        /// What is expected.
        Expected => "expected", "Expected standard";
        /// Below what is expected.
        NeedsAttention => "needs-attention", "Needs attention";
        /// The lowest.
        UrgentImprovement => "urgent-improvement", "Urgent improvement";
    }
}

named! {
    /// What is judged. Areas with the same name in two frameworks are still two areas.
    pub enum Area {
        /// From September 2019.
        QualityOfEducation => "quality-of-education", "Quality of education";
        /// From September 2019.
        BehaviourAndAttitudes => "behaviour-and-attitudes", "Behaviour and attitudes";
        /// From September 2019.
        PersonalDevelopment => "personal-development", "Personal development";
        /// From September 2015.
        LeadershipAndManagement => "leadership-and-management", "Leadership and management";
        /// Early years provision, where there is any.
        EarlyYears => "early-years", "Early years";
        /// Sixth form provision, where there is any.
        SixthForm => "sixth-form", "Sixth form";
        /// September 2015 to August 2019.
        OutcomesForPupils => "outcomes-for-pupils", "Outcomes for pupils";
        /// September 2015 to August 2019.
        TeachingLearningAndAssessment =>
            "teaching-learning-and-assessment", "Quality of teaching, learning and assessment";
        /// September 2015 to August 2019.
        DevelopmentBehaviourAndWelfare =>
            "development-behaviour-and-welfare", "Personal development, behaviour and welfare";
        /// January 2012 to August 2015.
        AchievementOfPupils => "achievement-of-pupils", "Achievement of pupils";
        /// January 2012 to August 2015.
        QualityOfTeaching => "quality-of-teaching", "Quality of teaching";
        /// January 2012 to August 2015.
        BehaviourAndSafety => "behaviour-and-safety", "Behaviour and safety of pupils";
        /// Report cards.
        Inclusion => "inclusion", "Inclusion";
        /// Report cards.
        CurriculumAndTeaching => "curriculum-and-teaching", "Curriculum and teaching";
        /// Report cards.
        Achievement => "achievement", "Achievement";
        /// Report cards.
        AttendanceAndBehaviour => "attendance-and-behaviour", "Attendance and behaviour";
        /// Report cards.
        PersonalDevelopmentAndWellbeing =>
            "personal-development-and-wellbeing", "Personal development and wellbeing";
        /// Report cards: provision after 16, where there is any.
        PostSixteen => "post-16", "Post-16 provision";
        /// Report cards.
        LeadershipAndGovernance => "leadership-and-governance", "Leadership and governance";
    }
}

impl Area {
    /// Whether the area is about a part of the school, which not every school has, and not about
    /// the school as a whole.
    pub const fn is_provision(self) -> bool {
        matches!(self, Self::EarlyYears | Self::SixthForm | Self::PostSixteen)
    }
}

named! {
    /// What was said of safeguarding, which stands apart from every grade.
    pub enum Safeguarding {
        /// Effective (until November 2025).
        Effective => "effective", "Effective";
        /// Not effective (until November 2025).
        NotEffective => "not-effective", "Not effective";
        /// The standards are met (report cards).
        Met => "met", "Standards met";
        /// The standards are not met (report cards).
        NotMet => "not-met", "Standards not met";
    }
}

impl Safeguarding {
    /// Whether inspectors were satisfied.
    pub const fn is_sound(self) -> bool {
        match self {
            Self::Effective | Self::Met => true,
            Self::NotEffective | Self::NotMet => false,
        }
    }
}

named! {
    /// A category of concern, which stands apart from every grade.
    pub enum Concern {
        /// `SM`.
        SpecialMeasures => "special-measures", "Special measures";
        /// `SWK`.
        SeriousWeaknesses => "serious-weaknesses", "Serious weaknesses";
        /// `RSI`, from November 2025.
        SignificantImprovement =>
            "significant-improvement", "Requires significant improvement";
        /// `NTI`, until 2012.
        NoticeToImprove => "notice-to-improve", "Notice to improve";
    }
}

named! {
    /// What an ungraded inspection (a short or section 8 inspection) came to.
    pub enum UngradedOutcome {
        /// Until August 2024.
        RemainsOutstanding => "remains-outstanding", "School remains Outstanding";
        /// Until August 2024: the next inspection is graded, because it may be less.
        RemainsOutstandingConcerns =>
            "remains-outstanding-concerns", "School remains Outstanding (Concerns) - S5 Next";
        /// Until August 2024.
        RemainsGood => "remains-good", "School remains Good";
        /// Until August 2024: the next inspection is graded, because it may be more.
        RemainsGoodImproving =>
            "remains-good-improving", "School remains Good (Improving) - S5 Next";
        /// Until August 2024: the next inspection is graded, because it may be less.
        RemainsGoodConcerns =>
            "remains-good-concerns", "School remains Good (Concerns) - S5 Next";
        /// From September 2024.
        StandardsMaintained => "standards-maintained", "Standards maintained";
        /// From September 2024.
        ImprovedSignificantly => "improved-significantly", "Improved significantly";
        /// From September 2024: the next inspection is graded.
        SomeAspectsNotAsStrong =>
            "some-aspects-not-as-strong", "Some aspects not as strong";
    }
}

/// What an ungraded inspection came to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ungraded {
    /// One of the outcomes that are known.
    Known(UngradedOutcome),
    /// Other words, as the file has them. They count neither for nor against the school.
    Words(String),
}

impl Ungraded {
    /// Reads Ofsted's words, whatever the case and spacing.
    pub fn read(words: &str) -> Self {
        let plain = |text: &str| -> String {
            let kept = text.chars().filter(|letter| letter.is_alphanumeric());
            kept.flat_map(char::to_lowercase).collect()
        };
        let wanted = plain(words);
        UngradedOutcome::ALL
            .iter()
            .find(|outcome| {
                let label = plain(outcome.label());
                // "School remains Good" was also written "Remains Good".
                label == wanted || label.strip_prefix("school") == Some(&wanted)
            })
            .map_or_else(
                || Self::Words(words.to_owned()),
                |found| Self::Known(*found),
            )
    }

    /// The words for people.
    pub fn label(&self) -> &str {
        match self {
            Self::Known(outcome) => outcome.label(),
            Self::Words(words) => words,
        }
    }
}

/// What an inspection found, in the terms of its era.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Findings {
    /// A graded inspection until 1 September 2024.
    OverallGrade {
        /// The overall grade; a few early rows have none.
        overall: Option<Grade>,
        /// Its key judgements.
        areas: Vec<(Area, Grade)>,
        /// Safeguarding, where it was said.
        safeguarding: Option<Safeguarding>,
    },
    /// A graded inspection from 2 September 2024: no overall grade was given, and none is made.
    KeyJudgements {
        /// Its key judgements.
        areas: Vec<(Area, Grade)>,
        /// Safeguarding, where it was said.
        safeguarding: Option<Safeguarding>,
    },
    /// A report card from 10 November 2025.
    ReportCard {
        /// A standard for each area; areas that don't apply to the school are not listed.
        areas: Vec<(Area, Standard)>,
        /// Safeguarding, where it was said.
        safeguarding: Option<Safeguarding>,
    },
    /// An ungraded inspection, of whichever era it fell in.
    Ungraded(Ungraded),
}

/// One inspection of a school.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Inspection {
    /// Ofsted's number of the inspection.
    pub number: String,
    /// Its type in Ofsted's words, such as `S5 Inspection`; empty if the file doesn't say.
    pub kind: String,
    /// First day.
    pub start: NaiveDate,
    /// When the report was published.
    pub published: Option<NaiveDate>,
    /// The school that was inspected, where that was not this one but its predecessor.
    pub predecessor: Option<Predecessor>,
    /// A category of concern that the inspection put the school in.
    pub concern: Option<Concern>,
    /// What it found.
    pub findings: Findings,
}

/// The school that was inspected before this one took its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Predecessor {
    /// Its URN at the time, where the file tells it.
    pub urn: Option<Urn>,
    /// Its name at the time; empty if the file doesn't say.
    pub name: String,
}

impl Inspection {
    /// The era whose terms the findings are in.
    pub fn era(&self) -> Era {
        match self.findings {
            Findings::OverallGrade { .. } => Era::OverallGrade,
            Findings::KeyJudgements { .. } => Era::KeyJudgements,
            Findings::ReportCard { .. } => Era::ReportCard,
            Findings::Ungraded(_) => Era::of(self.start),
        }
    }

    /// Whether grades or standards were given.
    pub const fn is_graded(&self) -> bool {
        match self.findings {
            Findings::OverallGrade { .. }
            | Findings::KeyJudgements { .. }
            | Findings::ReportCard { .. } => true,
            Findings::Ungraded(_) => false,
        }
    }

    /// What was said of safeguarding.
    pub const fn safeguarding(&self) -> Option<Safeguarding> {
        match self.findings {
            Findings::OverallGrade { safeguarding, .. }
            | Findings::KeyJudgements { safeguarding, .. }
            | Findings::ReportCard { safeguarding, .. } => safeguarding,
            Findings::Ungraded(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_era_begins_on_its_day() {
        for (day, era) in [
            ("2019-09-01", Era::OverallGrade),
            ("2024-09-01", Era::OverallGrade),
            ("2024-09-02", Era::KeyJudgements),
            ("2025-11-09", Era::KeyJudgements),
            ("2025-11-10", Era::ReportCard),
        ] {
            assert_eq!(Era::of(day.parse().unwrap()), era, "{day}");
        }
    }

    #[test]
    fn ungraded_outcomes_read_ofsteds_words() {
        for outcome in UngradedOutcome::ALL {
            assert_eq!(Ungraded::read(outcome.label()), Ungraded::Known(*outcome));
        }
        assert_eq!(
            Ungraded::read("Remains good (improving) -  S5 next"),
            Ungraded::Known(UngradedOutcome::RemainsGoodImproving)
        );
        assert_eq!(
            Ungraded::read("Taking effective action"),
            Ungraded::Words("Taking effective action".into())
        );
    }
}
