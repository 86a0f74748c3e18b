//! What can be measured. Each measure has a stable code, a stable name and a unit.

/// What a measure's numbers count. Values are stored in hundredths of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Percent of the pupils in the cohort, 0 to 100.
    PercentOfPupils,
    /// Average scaled score, 80 to 120; 100 is the expected standard.
    ScaledScore,
    /// Progress since key stage 1 in scaled-score points; 0 is England's average.
    ProgressPoints,
    /// A count of pupils.
    Pupils,
}

impl Unit {
    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PercentOfPupils => "percent-of-pupils",
            Self::ScaledScore => "scaled-score",
            Self::ProgressPoints => "progress-points",
            Self::Pupils => "pupils",
        }
    }
}

/// Declares the measures: code, stored name, unit, label, description.
macro_rules! measures {
    ($( $variant:ident = $code:literal, $text:literal, $unit:ident, $label:literal, $description:literal; )+) => {
        /// A measure of the yearly figures.
        ///
        /// Codes are stable and stored: 100s are key stage 2, its tens the subject.
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
        assert_eq!(codes.len(), 18);
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
