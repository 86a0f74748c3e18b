//! What can be measured. Each measure has a stable code, a stable name and a unit.

use crate::names::named;

named! {
    /// What a measure's numbers count. Values are stored in hundredths of it.
    pub enum Unit {
        /// Percent of the pupils in the cohort; a census may pass 100 by a little.
        PercentOfPupils => "percent-of-pupils", "% of pupils";
        /// Percent of the sessions (half days) that pupils could have attended, 0 to 100.
        PercentOfSessions => "percent-of-sessions", "% of sessions";
        /// So many in a hundred pupils; may pass 100.
        RatePer100Pupils => "rate-per-100-pupils", "in 100 pupils";
        /// Average scaled score, 80 to 120; 100 is the expected standard.
        ScaledScore => "scaled-score", "scaled score";
        /// Progress since key stage 1 in scaled-score points; 0 is England's average.
        ProgressPoints => "progress-points", "progress points";
        /// A count of pupils.
        Pupils => "pupils", "pupils";
        /// A count of things that happened, such as exclusions.
        Cases => "cases", "cases";
        /// Hours.
        Hours => "hours", "hours";
    }
}

impl Unit {
    /// Whether a value is a share: a hundred times the numerator over the denominator.
    pub const fn is_share(self) -> bool {
        match self {
            Self::PercentOfPupils | Self::PercentOfSessions | Self::RatePer100Pupils => true,
            Self::ScaledScore | Self::ProgressPoints | Self::Pupils | Self::Cases | Self::Hours => {
                false
            }
        }
    }
}

/// Declares the measures: code, stored name, unit, label, description.
macro_rules! measures {
    ($( $variant:ident = $code:literal, $text:literal, $unit:ident, $label:literal, $description:literal; )+) => {
        /// A measure of the yearly figures.
        ///
        /// Codes are stable and stored: 100s are key stage 2, its tens the subject; 200s absence;
        /// 300s suspensions and exclusions; 400s the school census; 500s phonics; 600s reduced
        /// hours.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Measure {
            $( #[doc = $description] $variant, )+
        }

        impl Measure {
            /// Every measure, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The stored number.
            pub const fn code(self) -> i16 {
                match self { $( Self::$variant => $code, )+ }
            }

            /// Reads the stored number.
            pub const fn from_code(code: i16) -> Option<Self> {
                match code { $( $code => Some(Self::$variant), )+ _ => None }
            }

            /// The name in addresses, files and the contract, such as `ks2-rwm-expected`.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }

            /// Reads the name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $( $text => Some(Self::$variant), )+ _ => None }
            }

            /// The short words of a table heading.
            pub const fn label(self) -> &'static str {
                match self { $( Self::$variant => $label, )+ }
            }

            /// A sentence that says what is counted.
            pub const fn description(self) -> &'static str {
                match self { $( Self::$variant => $description, )+ }
            }

            /// The unit of its numbers.
            pub const fn unit(self) -> Unit {
                match self { $( Self::$variant => Unit::$unit, )+ }
            }
        }
    };
}

measures! {
    Ks2RwmExpected = 101, "ks2-rwm-expected", PercentOfPupils,
        "Reading, writing and maths: expected standard",
        "Pupils who reached the expected standard in reading, writing and maths, all three, at the end of key stage 2.";
    Ks2RwmHigher = 102, "ks2-rwm-higher", PercentOfPupils,
        "Reading, writing and maths: higher standard",
        "Pupils who reached the higher standard in reading and maths and greater depth in writing at the end of key stage 2.";
    Ks2ReadingExpected = 111, "ks2-reading-expected", PercentOfPupils,
        "Reading: expected standard",
        "Pupils who reached the expected standard (a scaled score of 100 or more) in the key stage 2 reading test.";
    Ks2ReadingHigher = 112, "ks2-reading-higher", PercentOfPupils,
        "Reading: higher standard",
        "Pupils who reached a high score (a scaled score of 110 or more) in the key stage 2 reading test.";
    Ks2ReadingScaledScore = 113, "ks2-reading-scaled-score", ScaledScore,
        "Reading: average scaled score",
        "Average scaled score in the key stage 2 reading test.";
    Ks2ReadingProgress = 114, "ks2-reading-progress", ProgressPoints,
        "Reading: progress",
        "Progress in reading from key stage 1 to key stage 2; not published for 2023/24 and 2024/25.";
    Ks2WritingExpected = 121, "ks2-writing-expected", PercentOfPupils,
        "Writing: expected standard",
        "Pupils who reached the expected standard in writing by teacher assessment at the end of key stage 2.";
    Ks2WritingGreaterDepth = 122, "ks2-writing-greater-depth", PercentOfPupils,
        "Writing: greater depth",
        "Pupils working at greater depth in writing by teacher assessment at the end of key stage 2.";
    Ks2WritingWorkingTowards = 123, "ks2-writing-working-towards", PercentOfPupils,
        "Writing: working towards",
        "Pupils working towards the expected standard in writing by teacher assessment at the end of key stage 2.";
    Ks2WritingProgress = 124, "ks2-writing-progress", ProgressPoints,
        "Writing: progress",
        "Progress in writing from key stage 1 to key stage 2; not published for 2023/24 and 2024/25.";
    Ks2MathsExpected = 131, "ks2-maths-expected", PercentOfPupils,
        "Maths: expected standard",
        "Pupils who reached the expected standard (a scaled score of 100 or more) in the key stage 2 maths test.";
    Ks2MathsHigher = 132, "ks2-maths-higher", PercentOfPupils,
        "Maths: higher standard",
        "Pupils who reached a high score (a scaled score of 110 or more) in the key stage 2 maths test.";
    Ks2MathsScaledScore = 133, "ks2-maths-scaled-score", ScaledScore,
        "Maths: average scaled score",
        "Average scaled score in the key stage 2 maths test.";
    Ks2MathsProgress = 134, "ks2-maths-progress", ProgressPoints,
        "Maths: progress",
        "Progress in maths from key stage 1 to key stage 2; not published for 2023/24 and 2024/25.";
    Ks2GpsExpected = 141, "ks2-gps-expected", PercentOfPupils,
        "Grammar, punctuation and spelling: expected standard",
        "Pupils who reached the expected standard (a scaled score of 100 or more) in the key stage 2 grammar, punctuation and spelling test.";
    Ks2GpsHigher = 142, "ks2-gps-higher", PercentOfPupils,
        "Grammar, punctuation and spelling: higher standard",
        "Pupils who reached a high score (a scaled score of 110 or more) in the key stage 2 grammar, punctuation and spelling test.";
    Ks2GpsScaledScore = 143, "ks2-gps-scaled-score", ScaledScore,
        "Grammar, punctuation and spelling: average scaled score",
        "Average scaled score in the key stage 2 grammar, punctuation and spelling test.";
    Ks2ScienceExpected = 151, "ks2-science-expected", PercentOfPupils,
        "Science: expected standard",
        "Pupils who reached the expected standard in science by teacher assessment at the end of key stage 2.";
    AbsenceOverall = 201, "absence-overall", PercentOfSessions,
        "Absence",
        "Sessions missed, authorised or not, as a percentage of the sessions that pupils could have attended.";
    AbsenceAuthorised = 202, "absence-authorised", PercentOfSessions,
        "Authorised absence",
        "Sessions missed with the school's leave, as a percentage of possible sessions.";
    AbsenceUnauthorised = 203, "absence-unauthorised", PercentOfSessions,
        "Unauthorised absence",
        "Sessions missed without the school's leave, as a percentage of possible sessions.";
    PersistentAbsence = 211, "persistent-absence", PercentOfPupils,
        "Persistent absence (10% or more)",
        "Pupils who missed 10 % or more of their possible sessions: the definition since 2015/16, not comparable with earlier years.";
    PersistentAbsence15 = 212, "persistent-absence-15", PercentOfPupils,
        "Persistent absence (15% or more, until 2014/15)",
        "Pupils who missed about 15 % or more of possible sessions: the definition until 2014/15, not comparable with later years.";
    PersistentAbsence20 = 213, "persistent-absence-20", PercentOfPupils,
        "Persistent absence (20% or more, until 2010/11)",
        "Pupils who missed about 20 % or more of possible sessions: the definition published until 2010/11.";
    SevereAbsence = 214, "severe-absence", PercentOfPupils,
        "Severe absence (50% or more)",
        "Pupils who missed half or more of their possible sessions.";
    SuspensionRate = 301, "suspension-rate", RatePer100Pupils,
        "Suspensions",
        "Suspensions (called fixed-period exclusions until 2018/19) for each hundred pupils on roll; a pupil may be suspended more than once.";
    SuspendedPupils = 302, "suspended-pupils", RatePer100Pupils,
        "Pupils suspended at least once",
        "Pupils with one or more suspensions for each hundred pupils on roll.";
    ExclusionRate = 303, "permanent-exclusion-rate", RatePer100Pupils,
        "Permanent exclusions",
        "Permanent exclusions for each hundred pupils on roll.";
    ExclusionsPhysicalAssaultPupil = 321, "permanent-exclusions-physical-pupils", Cases,
        "Permanent exclusions: physical assault against a pupil",
        "Permanent exclusions for physical assault against a pupil, as published for authorities and England until 2015/16.";
    ExclusionsPhysicalAssaultAdult = 322, "permanent-exclusions-physical-adult", Cases,
        "Permanent exclusions: physical assault against an adult",
        "Permanent exclusions for physical assault against an adult, as published for authorities and England until 2015/16.";
    ExclusionsVerbalAbusePupil = 323, "permanent-exclusions-verbal-pupil", Cases,
        "Permanent exclusions: verbal abuse or threats against a pupil",
        "Permanent exclusions for verbal abuse or threats against a pupil, as published for authorities and England until 2015/16.";
    ExclusionsVerbalAbuseAdult = 324, "permanent-exclusions-verbal-adult", Cases,
        "Permanent exclusions: verbal abuse or threats against an adult",
        "Permanent exclusions for verbal abuse or threats against an adult, as published for authorities and England until 2015/16.";
    ExclusionsBullying = 325, "permanent-exclusions-bullying", Cases,
        "Permanent exclusions: bullying",
        "Permanent exclusions for bullying, as published for authorities and England until 2015/16.";
    ExclusionsRacistAbuse = 326, "permanent-exclusions-racist-abuse", Cases,
        "Permanent exclusions: racist abuse",
        "Permanent exclusions for racist abuse, as published for authorities and England until 2015/16.";
    ExclusionsSexualMisconduct = 327, "permanent-exclusions-sexual-misconduct", Cases,
        "Permanent exclusions: sexual misconduct",
        "Permanent exclusions for sexual misconduct, as published for authorities and England until 2015/16.";
    ExclusionsDrugAlcohol = 328, "permanent-exclusions-drug-alcohol", Cases,
        "Permanent exclusions: drugs or alcohol",
        "Permanent exclusions for drugs or alcohol, as published for authorities and England until 2015/16.";
    ExclusionsDamage = 329, "permanent-exclusions-damage", Cases,
        "Permanent exclusions: damage",
        "Permanent exclusions for damage, as published for authorities and England until 2015/16.";
    ExclusionsTheft = 330, "permanent-exclusions-theft", Cases,
        "Permanent exclusions: theft",
        "Permanent exclusions for theft, as published for authorities and England until 2015/16.";
    ExclusionsDisruption = 331, "permanent-exclusions-disruption", Cases,
        "Permanent exclusions: persistent disruptive behaviour",
        "Permanent exclusions for persistent disruptive behaviour, as published for authorities and England until 2015/16.";
    ExclusionsOtherReason = 332, "permanent-exclusions-other", Cases,
        "Permanent exclusions: other reasons",
        "Permanent exclusions for other reasons, as published for authorities and England until 2015/16.";
    SuspensionsPhysicalAssaultPupil = 341, "suspensions-physical-pupils", Cases,
        "Suspensions: physical assault against a pupil",
        "Suspensions (then fixed-period exclusions) for physical assault against a pupil, as published for authorities and England until 2015/16.";
    SuspensionsPhysicalAssaultAdult = 342, "suspensions-physical-adult", Cases,
        "Suspensions: physical assault against an adult",
        "Suspensions (then fixed-period exclusions) for physical assault against an adult, as published for authorities and England until 2015/16.";
    SuspensionsVerbalAbusePupil = 343, "suspensions-verbal-pupil", Cases,
        "Suspensions: verbal abuse or threats against a pupil",
        "Suspensions (then fixed-period exclusions) for verbal abuse or threats against a pupil, as published for authorities and England until 2015/16.";
    SuspensionsVerbalAbuseAdult = 344, "suspensions-verbal-adult", Cases,
        "Suspensions: verbal abuse or threats against an adult",
        "Suspensions (then fixed-period exclusions) for verbal abuse or threats against an adult, as published for authorities and England until 2015/16.";
    SuspensionsBullying = 345, "suspensions-bullying", Cases,
        "Suspensions: bullying",
        "Suspensions (then fixed-period exclusions) for bullying, as published for authorities and England until 2015/16.";
    SuspensionsRacistAbuse = 346, "suspensions-racist-abuse", Cases,
        "Suspensions: racist abuse",
        "Suspensions (then fixed-period exclusions) for racist abuse, as published for authorities and England until 2015/16.";
    SuspensionsSexualMisconduct = 347, "suspensions-sexual-misconduct", Cases,
        "Suspensions: sexual misconduct",
        "Suspensions (then fixed-period exclusions) for sexual misconduct, as published for authorities and England until 2015/16.";
    SuspensionsDrugAlcohol = 348, "suspensions-drug-alcohol", Cases,
        "Suspensions: drugs or alcohol",
        "Suspensions (then fixed-period exclusions) for drugs or alcohol, as published for authorities and England until 2015/16.";
    SuspensionsDamage = 349, "suspensions-damage", Cases,
        "Suspensions: damage",
        "Suspensions (then fixed-period exclusions) for damage, as published for authorities and England until 2015/16.";
    SuspensionsTheft = 350, "suspensions-theft", Cases,
        "Suspensions: theft",
        "Suspensions (then fixed-period exclusions) for theft, as published for authorities and England until 2015/16.";
    SuspensionsDisruption = 351, "suspensions-disruption", Cases,
        "Suspensions: persistent disruptive behaviour",
        "Suspensions (then fixed-period exclusions) for persistent disruptive behaviour, as published for authorities and England until 2015/16.";
    SuspensionsOtherReason = 352, "suspensions-other", Cases,
        "Suspensions: other reasons",
        "Suspensions (then fixed-period exclusions) for other reasons, as published for authorities and England until 2015/16.";
    PupilsOnRoll = 401, "pupils-on-roll", Pupils,
        "Pupils on roll",
        "Pupils on roll in the January school census, all or of a group.";
    ShareOfRoll = 402, "share-of-roll", PercentOfPupils,
        "Share of the pupils on roll",
        "Pupils of a group as a percentage of the pupils on roll in the January school census, as the Department computes it.";
    PhonicsMet = 501, "phonics-met", PercentOfPupils,
        "Phonics: met the standard in Year 1",
        "Pupils who met the expected standard of the phonics screening check in Year 1.";
    PhonicsMetByYear2 = 502, "phonics-met-by-year-2", PercentOfPupils,
        "Phonics: met the standard by the end of Year 2",
        "Pupils who met the expected standard of the phonics screening check by the end of Year 2.";
    ReducedHoursPupils = 601, "reduced-hours-pupils", Pupils,
        "Pupils on reduced hours",
        "Pupils who had a reduced timetable at some time in the period.";
    ReducedHoursLong = 602, "reduced-hours-long", Pupils,
        "Pupils on reduced hours for long",
        "Pupils whose reduced timetable lasted longer than the number of weeks that the county has set.";
    ReducedHoursLost = 603, "reduced-hours-lost", Hours,
        "Hours of education lost to reduced hours",
        "Hours that pupils on a reduced timetable did not attend, against full time, in the period.";
    ReducedTimetableSessions = 611, "reduced-timetable-sessions", PercentOfSessions,
        "Sessions on a reduced timetable (code C2)",
        "Sessions missed under a temporary reduced timetable (attendance code C2, since August 2024) as a percentage of possible sessions.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_lead_back() {
        for measure in Measure::ALL {
            assert_eq!(Measure::from_code(measure.code()), Some(*measure));
            assert_eq!(Measure::parse(measure.as_str()), Some(*measure));
            assert!(measure.description().ends_with('.'));
        }
        let mut codes: Vec<i16> = Measure::ALL.iter().map(|measure| measure.code()).collect();
        codes.dedup();
        assert_eq!(codes.len(), 18 + 7 + 3 + 24 + 2 + 2 + 4);
        assert!(codes.is_sorted());
        assert_eq!(Measure::from_code(0), None);
    }

    #[test]
    fn each_measure_has_its_unit() {
        assert_eq!(Measure::Ks2RwmExpected.unit(), Unit::PercentOfPupils);
        assert_eq!(Measure::Ks2GpsScaledScore.unit(), Unit::ScaledScore);
        assert_eq!(Measure::Ks2MathsProgress.unit(), Unit::ProgressPoints);
        assert_eq!(Unit::Pupils.as_str(), "pupils");
    }
}
