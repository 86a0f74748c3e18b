//! The programme year as data: what is asked in the year, in whose words, and with which numbers.
//!
//! A programme year is a commented TOML document that people read, change and approve. [`parse`]
//! turns it into a [`Programme`] or tells every rule that it breaks; the rules of other modules
//! take the [`Programme`] or its [`Settings`] and know of no document. [`changes`] says what
//! differs between two documents, and [`for_year`] starts the next year's from the last.

mod content;
mod diff;
mod reader;
mod rules;
mod settings;

#[cfg(test)]
mod tests;

use crate::figure::PupilGroup;
use crate::names::named;
use crate::year::AcademicYear;

pub use content::{for_year, parse};
pub use diff::{Change, ChangeKind, changes};
pub use reader::Violation;
pub use settings::{DEFINITIONS, Definition, Settings, Topic, Unit, Value};

/// The programme that a new county starts with: 2024/25, primary, in our own words.
pub const SHIPPED: &str = include_str!("../../programme/2024-2025-primary.toml");

/// Largest document in bytes.
pub const MAX_BYTES: usize = 100_000;

/// A programme year.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// The academic year.
    pub year: AcademicYear,
    /// Its name for people.
    pub title: String,
    /// What the partnership with schools aims at (¶1).
    pub vision: Vec<String>,
    /// The principles of inclusion (¶2).
    pub principles: Vec<String>,
    /// What the relationship with schools rests on (¶3).
    pub relationship: Vec<String>,
    /// What the review is for, lettered from a (¶4).
    pub purposes: Vec<String>,
    /// What this year asks.
    pub focus: Focus,
    /// What is woven through the whole review, lettered from a (¶23).
    pub enquiry_areas: Vec<EnquiryArea>,
    /// When a school is at risk, by letter (¶12).
    pub criteria: Vec<Criterion>,
    /// The activities of the day, numbered from 1 (¶26 to ¶30).
    pub activities: Vec<Activity>,
    /// The sections of the report (¶31).
    pub sections: Vec<Section>,
    /// The pupil groups that data, plan, evidence and report name alike (¶2, ¶3).
    pub groups: Vec<Group>,
    /// The numbers.
    pub settings: Settings,
    /// Settings that the document leaves out, so that their default stands.
    pub implied: Vec<&'static str>,
}

/// What a year asks (¶5, ¶22).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// The question.
    pub question: String,
    /// How a school makes it its own.
    pub explanation: String,
    /// What of last year is followed up.
    pub follow_up: String,
    /// The paragraphs.
    pub paragraph: String,
}

/// An area of enquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnquiryArea {
    /// Its word in evidence and plans.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What belongs to it.
    pub text: String,
}

named! {
    /// How far data can raise a criterion as a suggestion.
    pub enum Reach {
        /// Figures are enough to suggest it.
        Fully => "fully", "data can suggest it";
        /// Figures show a part of it.
        Partly => "partly", "data shows a part of it";
        /// It is people's judgement only.
        Never => "never", "judgement only";
    }
}

named! {
    /// The software's rules that can raise a criterion from data. The document says which
    /// criterion each belongs to, so that letters may change from year to year.
    pub enum Signal {
        /// Key stage 2 and phonics, this year and over time.
        Results => "results", "results";
        /// The same of pupil groups.
        GroupResults => "group-results", "results of pupil groups";
        /// Absence, suspensions, exclusions and reduced hours.
        Inclusion => "inclusion", "absence, suspensions, exclusions and reduced hours";
        /// The inspection outcome.
        InspectionOutcome => "inspection-outcome", "the inspection outcome";
        /// Little progress on priorities; an expected inspection is only shown.
        Priorities => "priorities", "progress on priorities";
        /// The history of support.
        SupportHistory => "support-history", "the history of support";
    }
}

impl Signal {
    /// The most that data can do for it.
    pub const fn reach(self) -> Reach {
        match self {
            Self::Results | Self::GroupResults | Self::Inclusion | Self::InspectionOutcome => {
                Reach::Fully
            }
            Self::Priorities | Self::SupportHistory => Reach::Partly,
        }
    }
}

/// A sign that a school is at risk (¶12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Its letter.
    pub letter: char,
    /// A few words.
    pub title: String,
    /// What it means.
    pub text: String,
    /// How far data can raise it.
    pub reach: Reach,
    /// The rule that does; `None` where it is judgement only.
    pub signal: Option<Signal>,
    /// Whether what is written about it stays with SIM and LLP unless the SIM releases it.
    pub restricted: bool,
}

/// A part of the day (¶26 to ¶30).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its word in plans and evidence.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What it is for and who takes part.
    pub text: String,
    /// What is done where it can't take place as meant; `None` where the programme says nothing.
    pub fallback: Option<String>,
    /// The paragraph.
    pub paragraph: String,
    /// What is covered or asked.
    pub prompts: Vec<Prompt>,
}

named! {
    /// When a prompt applies.
    pub enum Condition {
        /// If the last inspection was within `inspection_followed_up_years`.
        RecentInspection => "recent-inspection", "if there was a recent inspection";
    }
}

/// Something to cover or to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Its word in evidence.
    pub id: String,
    /// What it says.
    pub text: String,
    /// When it applies; always if `None`.
    pub only_if: Option<Condition>,
}

/// A section of the report (¶31).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its word in reports.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What the author puts there.
    pub text: String,
    /// The strands that its prose must hold; empty but for the commentary.
    pub strands: Vec<Strand>,
}

named! {
    /// What may stand in place of a strand's prose.
    pub enum Answer {
        /// There is nothing of the kind.
        NoneIdentified => "none-identified", "none identified";
        /// It does not apply here, with a reason.
        NotRelevant => "not-relevant", "not relevant";
    }
}

/// A strand of the commentary (¶31 i to vi).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strand {
    /// Its word in reports.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What the author writes about.
    pub text: String,
    /// What may be said instead; `None` where prose is needed.
    pub may_say: Option<Answer>,
}

/// A group of pupils (¶2, ¶3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its word in data, plans and evidence.
    pub id: String,
    /// A few words.
    pub title: String,
    /// Who belongs to it.
    pub text: String,
    /// The published figures about it; `None` where there are none.
    pub figures: Option<PupilGroup>,
}

impl Programme {
    /// The criterion of a letter.
    pub fn criterion(&self, letter: char) -> Option<&Criterion> {
        self.criteria
            .iter()
            .find(|criterion| criterion.letter == letter)
    }

    /// The criterion that a rule of ours raises; `None` where this year has none for it.
    pub fn raised_by(&self, signal: Signal) -> Option<&Criterion> {
        self.criteria
            .iter()
            .find(|criterion| criterion.signal == Some(signal))
    }

    /// The activity of a word.
    pub fn activity(&self, id: &str) -> Option<&Activity> {
        self.activities.iter().find(|activity| activity.id == id)
    }

    /// The section of a word.
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }
}

/// The letter of a place in a lettered list: a for the first.
pub fn letter(index: usize) -> char {
    let offset = u8::try_from(index).unwrap_or(u8::MAX).min(25);
    char::from(b'a' + offset)
}

/// The numeral of a strand: i for the first, up to xii.
pub fn numeral(index: usize) -> &'static str {
    const NUMERALS: [&str; 12] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    NUMERALS.get(index).copied().unwrap_or("")
}
