//! The numbers that the programme leaves open. One table declares each with its meaning, default
//! and allowed range, and makes of it a typed field, so that a rule reads `settings.below_points`
//! and never a text key.
//!
//! A setting is never renamed or removed, and its range never narrowed: approved documents of
//! earlier years must stay readable. A document from before a setting was added has its default.

use std::fmt;

use crate::names::named;

named! {
    /// What a setting is about: the heading under which people read it.
    pub enum Topic {
        /// When results raise a suggestion.
        Results => "results", "Results (¶12a, ¶12b)";
        /// When absence, suspensions and reduced hours raise a suggestion.
        Inclusion => "inclusion", "Inclusion (¶12c)";
        /// Inspection, support and what follows for the number of visits.
        Support => "support", "Inspection and support (¶7, ¶12d, ¶12g)";
        /// Who works with a school.
        People => "people", "People (¶6, ¶20)";
        /// Deadlines and sizes around a visit.
        Visit => "visit", "The visit (¶20 to ¶30)";
        /// Deadlines and sizes around a report.
        Report => "report", "The report (¶31, ¶32)";
        /// What protects individual children.
        Privacy => "privacy", "Small groups";
    }
}

/// What a setting's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Percentage points.
    Points,
    /// A share between 0 and 1, without a word of its own.
    Share,
    /// Pupils.
    Pupils,
    /// Years.
    Years,
    /// Months.
    Months,
    /// Weeks.
    Weeks,
    /// Days of the calendar.
    Days,
    /// Minutes.
    Minutes,
    /// Words.
    Words,
    /// Visits.
    Visits,
    /// People.
    People,
    /// Exclusions.
    Exclusions,
    /// Yes or no.
    YesNo,
}

impl Unit {
    /// The word for one and for several; empty where the number stands alone.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Points => ("percentage point", "percentage points"),
            Self::Share | Self::YesNo => ("", ""),
            Self::Pupils => ("pupil", "pupils"),
            Self::Years => ("year", "years"),
            Self::Months => ("month", "months"),
            Self::Weeks => ("week", "weeks"),
            Self::Days => ("day", "days"),
            Self::Minutes => ("minute", "minutes"),
            Self::Words => ("word", "words"),
            Self::Visits => ("visit", "visits"),
            Self::People => ("person", "people"),
            Self::Exclusions => ("exclusion", "exclusions"),
        }
    }
}

/// A setting's value.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Value {
    /// A number that may have decimals.
    Decimal(f64),
    /// A whole number.
    Whole(u32),
    /// Yes or no.
    Switch(bool),
}

impl Value {
    /// The value as a number; yes is 1.
    pub fn number(self) -> f64 {
        match self {
            Self::Decimal(number) => number,
            Self::Whole(number) => f64::from(number),
            Self::Switch(on) => f64::from(u8::from(on)),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal(number) => number.fmt(f),
            Self::Whole(number) => number.fmt(f),
            Self::Switch(on) => f.write_str(if *on { "yes" } else { "no" }),
        }
    }
}

/// The Rust types that a setting may have.
trait Kind: Copy {
    fn value(self) -> Value;
    fn of(value: Value) -> Option<Self>;
}

impl Kind for f64 {
    fn value(self) -> Value {
        Value::Decimal(self)
    }
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Decimal(_) | Value::Whole(_) => Some(value.number()),
            Value::Switch(_) => None,
        }
    }
}

impl Kind for u32 {
    fn value(self) -> Value {
        Value::Whole(self)
    }
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Whole(number) => Some(number),
            Value::Decimal(_) | Value::Switch(_) => None,
        }
    }
}

impl Kind for bool {
    fn value(self) -> Value {
        Value::Switch(self)
    }
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Switch(on) => Some(on),
            Value::Decimal(_) | Value::Whole(_) => None,
        }
    }
}

/// What a setting is, before it has a value.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its name in the document and the contract.
    pub key: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// A few words for a table.
    pub label: &'static str,
    /// What the number does, for the person who decides it.
    pub meaning: &'static str,
    /// The paragraph that leaves it open; empty where the county adds it.
    pub paragraph: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// Its value where the document says nothing.
    pub default: Value,
    /// The smallest value allowed.
    pub least: Value,
    /// The largest value allowed.
    pub most: Value,
}

impl Definition {
    /// The setting of a key.
    pub fn of(key: &str) -> Option<&'static Self> {
        DEFINITIONS.iter().find(|definition| definition.key == key)
    }

    /// A value of it in words: `5 percentage points`.
    pub fn told(&self, value: Value) -> String {
        let (one, many) = self.unit.words();
        let word = if value == Value::Whole(1) || value == Value::Decimal(1.0) {
            one
        } else {
            many
        };
        format!("{value} {word}").trim_end().to_owned()
    }

    /// What is allowed, in words.
    pub fn allowed(&self) -> String {
        match self.default {
            Value::Switch(_) => "true or false".to_owned(),
            Value::Whole(_) => format!("a whole number from {} to {}", self.least, self.most),
            Value::Decimal(_) => format!("a number from {} to {}", self.least, self.most),
        }
    }
}

/// Declares the settings: field, type, default, range, unit, paragraph, label, meaning.
macro_rules! settings {
    ($( $topic:ident { $(
        $key:ident: $kind:ident = $default:literal, $least:literal..=$most:literal, $unit:ident,
        $paragraph:literal, $label:literal, $meaning:literal;
    )+ } )+) => {
        /// The open numbers of a programme year, each within its range.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Settings {
            $($( #[doc = $meaning] pub $key: $kind, )+)+
        }

        /// Every setting, in the order in which people read them.
        pub const DEFINITIONS: &[Definition] = &[
            $($( Definition {
                key: stringify!($key),
                topic: Topic::$topic,
                label: $label,
                meaning: $meaning,
                paragraph: $paragraph,
                unit: Unit::$unit,
                default: settings!(@value $kind, $default),
                least: settings!(@value $kind, $least),
                most: settings!(@value $kind, $most),
            }, )+)+
        ];

        impl Default for Settings {
            fn default() -> Self {
                Self { $($( $key: $default, )+)+ }
            }
        }

        impl Settings {
            /// The value of a setting.
            pub fn value(&self, definition: &Definition) -> Value {
                match definition.key {
                    $($( stringify!($key) => self.$key.value(), )+)+
                    _ => definition.default,
                }
            }

            /// Sets a value; `false` where it is not allowed, which changes nothing.
            pub(super) fn set(&mut self, definition: &Definition, value: Value) -> bool {
                let within = (definition.least.number()..=definition.most.number())
                    .contains(&value.number());
                match definition.key {
                    $($( stringify!($key) => match <$kind as Kind>::of(value) {
                        Some(value) if within => self.$key = value,
                        _ => return false,
                    }, )+)+
                    _ => return false,
                }
                true
            }
        }
    };
    (@value f64, $value:literal) => { Value::Decimal($value) };
    (@value u32, $value:literal) => { Value::Whole($value) };
    (@value bool, $value:literal) => { Value::Switch($value) };
}

settings! {
    Results {
        below_points: f64 = 5.0, 0.5..=20.0, Points, "12a", "Below England",
            "A result is suggested as below when the school is at least this far under England, beyond what chance explains.";
        well_below_points: f64 = 10.0, 1.0..=40.0, Points, "12a", "Well below England",
            "A result is called well below when the school is at least this far under England, beyond what chance explains.";
        cohort_variation: f64 = 0.0085, 0.0001..=0.1, Share, "12a", "Variation between cohorts",
            "How much a school's own year groups differ from one year to the next. A larger number makes suggestions rarer.";
        chance_limit: f64 = 0.05, 0.001..=0.2, Share, "12a", "Room for chance",
            "A suggestion is made only when a result this low would come about by chance no more often than this. A smaller number makes suggestions rarer.";
        current_year_pupils: u32 = 11, 6..=50, Pupils, "12a", "Smallest cohort of one year",
            "With fewer pupils in the latest year, that year by itself is too small to judge.";
        pooled_pupils: u32 = 30, 11..=200, Pupils, "12a", "Smallest cohort over several years",
            "With fewer pupils in the years together, the results over time are too few to judge.";
        pooled_years: u32 = 3, 2..=5, Years, "12a", "Years looked at together",
            "Over time means this many of the latest years with results, taken together.";
        pooled_years_present: u32 = 2, 2..=5, Years, "12a", "Years that must have results",
            "With results for fewer of those years, the results over time are too few to judge.";
        pooled_years_below: u32 = 2, 1..=5, Years, "12a", "Years that must be below England",
            "Over time a suggestion is made only when at least this many of those years are below England.";
        group_pupils: u32 = 15, 6..=100, Pupils, "12b", "Smallest pupil group over several years",
            "With fewer pupils of a group in the years together, the group is too small to judge. A group is never judged on one year.";
    }
    Inclusion {
        absence_points: f64 = 1.0, 0.1..=10.0, Points, "12c", "Absence above England",
            "Absence is suggested when the school's share of sessions missed is at least this far above England's primary schools.";
        persistent_absence_points: f64 = 2.0, 0.5..=20.0, Points, "12c", "Persistent absence above England",
            "Persistent absence is suggested when the school's share of pupils is at least this far above England, beyond what chance explains.";
        persistent_absence_variation: f64 = 0.005, 0.0001..=0.1, Share, "12c", "Variation of persistent absence",
            "How much a school's own persistent absence differs from one year to the next. A larger number makes suggestions rarer.";
        suspension_points: f64 = 2.0, 0.5..=20.0, Points, "12c", "Suspensions above England",
            "Suspensions are suggested when the share of pupils with at least one is this far above England, beyond what chance explains.";
        exclusions: u32 = 0, 0..=20, Exclusions, "12c", "Permanent exclusions in a year",
            "This many permanent exclusions in a year raise a suggestion. With 0 they are shown and people judge.";
        reduced_hours_pupils: u32 = 0, 0..=100, Pupils, "12c", "Pupils on reduced hours",
            "This many pupils on reduced hours for a long period raise a suggestion. With 0 they are shown and people judge.";
        reduced_hours_weeks: u32 = 6, 1..=39, Weeks, "12c", "Long period of reduced hours",
            "From this many weeks on, reduced hours count as a long period.";
    }
    Support {
        inspection_ahead_months: u32 = 12, 3..=24, Months, "12d", "Inspection expected within",
            "How far ahead an expected inspection is shown beside a school. Being due is no risk by itself.";
        inspection_interval_months: u32 = 48, 12..=84, Months, "12d", "Time between inspections",
            "How long after its last inspection a school may expect the next; only shown, never a reason for a suggestion.";
        support_lookback_years: u32 = 3, 1..=10, Years, "12g", "Support looked back on",
            "Support that ended longer ago than this no longer counts for the criterion about support without lasting improvement.";
        successful_support_years: u32 = 2, 2..=5, Years, "7", "Successful support, at least",
            "A school whose support went well for at least this long, and which needs it no longer, gets the visits of recent support.";
        recent_support_years: u32 = 1, 1..=5, Years, "7", "Support counts as recent for",
            "How long after its support ended a school counts as recently supported.";
        recent_outcome_years: u32 = 3, 1..=6, Years, "7", "Outcome below good counts as recent for",
            "How long after an inspection that found less than good a school is likely to need significant support.";
        visits_after_support: u32 = 2, 2..=4, Visits, "7", "Visits after successful support",
            "How many visits a recently supported school has in the year; one of them is the review.";
        visits_otherwise: u32 = 1, 1..=4, Visits, "7", "Visits to other schools",
            "How many visits a school has that is not and was not recently supported.";
    }
    People {
        years_before_partner: u32 = 3, 0..=10, Years, "6a", "Years before staff become partner",
            "Who governed, led or worked at a school can't be its partner until this long afterwards.";
        large_school_pupils: u32 = 420, 100..=2000, Pupils, "20", "Large school",
            "From this many pupils on roll a second inspector is proposed.";
        second_inspector_days: u32 = 28, 7..=120, Days, "20", "Second inspector agreed before the visit",
            "How long before the visit a second inspector should be agreed with the headteacher; later is allowed with a reason.";
    }
    Visit {
        documents_days: u32 = 14, 3..=60, Days, "21", "School's documents before the visit",
            "How long before the visit the school is asked to share its documents. A visit never waits for them.";
        plan_agreed_days: u32 = 7, 7..=28, Days, "25", "Plan agreed before the visit",
            "Full days between the agreement on the plan and the day of the visit. Later is allowed with a reason.";
        plan_reminder_days: u32 = 7, 1..=28, Days, "25", "Reminder of the plan",
            "How long before that deadline both sides are reminded of a plan that is not agreed.";
        on_site_minutes: u32 = 300, 300..=600, Minutes, "25", "Time on site",
            "Shorter days go on with a reason. Two people's hours are not added up.";
        inspection_followed_up_years: u32 = 3, 1..=6, Years, "26", "Inspection followed up",
            "Areas for improvement from an inspection are a prompt of the leadership discussion if it was within this time.";
        classroom_visits: u32 = 1, 1..=20, Visits, "27", "Visits to classrooms",
            "At least this many classrooms are seen before the visit is complete.";
        governors_expected: u32 = 1, 1..=5, People, "28", "Governors expected",
            "With fewer governors present, minutes and the headteacher's reports to governors are read instead and the reason is kept.";
    }
    Report {
        draft_days: u32 = 14, 3..=60, Days, "31", "Draft report after the visit",
            "A draft is overdue when more days than this have passed since the visit.";
        accuracy_check_days: u32 = 10, 3..=30, Days, "", "School's accuracy check",
            "How long the headteacher has for facts in the draft, where the author asks for a check.";
        report_words: u32 = 1500, 300..=5000, Words, "31", "Length of a report",
            "Guidance for the commentary: longer is allowed, and the author is told.";
        governors_discussion_days: u32 = 120, 30..=365, Days, "32", "Governors' discussion after publication",
            "When this long has passed without a governing body's discussion, the clerk and the governors are reminded.";
        report_to_county_manager: bool = false, false..=true, YesNo, "32", "County manager reads reports",
            "Whether the county education manager may read published reports. The programme's list of readers leaves the role out.";
        report_to_advisers: bool = true, false..=true, YesNo, "32", "Supporting advisers read reports",
            "Whether advisers who support a school may read its published reports.";
    }
    Privacy {
        disclosure_minimum: u32 = 6, 6..=20, Pupils, "", "Smallest group shown",
            "Governors, and every published report, see no figure about fewer pupils than this.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_within_its_range_and_explained() {
        let mut settings = Settings::default();
        for definition in DEFINITIONS {
            assert!(
                settings.set(definition, definition.default),
                "{}",
                definition.key
            );
            assert_eq!(settings.value(definition), definition.default);
            assert!(definition.meaning.ends_with('.'), "{}", definition.key);
            assert!(
                definition.label.chars().count() <= 40,
                "{}",
                definition.label
            );
            assert!(definition.least <= definition.most, "{}", definition.key);
        }
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn a_value_out_of_range_or_of_another_kind_is_refused() {
        let mut settings = Settings::default();
        let days = Definition::of("plan_agreed_days").unwrap();
        assert!(!settings.set(days, Value::Whole(6)));
        assert!(!settings.set(days, Value::Decimal(7.5)));
        assert!(!settings.set(days, Value::Switch(true)));
        let points = Definition::of("below_points").unwrap();
        assert!(settings.set(points, Value::Whole(6)));
        assert_eq!(settings.value(points), Value::Decimal(6.0));
        assert!(!settings.set(points, Value::Decimal(f64::NAN)));
    }

    #[test]
    fn the_numbers_of_the_design_are_the_defaults() {
        let settings = Settings::default();
        let told = |key: &str| {
            let definition = Definition::of(key).unwrap();
            definition.told(settings.value(definition))
        };
        assert_eq!(told("below_points"), "5 percentage points");
        assert_eq!(told("absence_points"), "1 percentage point");
        assert_eq!(told("cohort_variation"), "0.0085");
        assert_eq!(told("plan_agreed_days"), "7 days");
        assert_eq!(told("governors_expected"), "1 person");
        assert_eq!(told("report_to_county_manager"), "no");
    }
}
