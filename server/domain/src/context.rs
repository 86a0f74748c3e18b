//! The programme context of a school in a year (¶7): what its support and its inspections propose,
//! with the reason in words, and what somebody may decide about it.
//!
//! | Context | Proposed where |
//! |---|---|
//! | Significant support | support by the county goes on that is significant or in its second year, or Ofsted lately found less than good |
//! | Recent support | support by the county went well for at least two years, ended lately, and no longer goes on |
//! | Other | neither |
//!
//! The paragraph leaves schools between these, such as one in its first year of targeted support. They get
//! the nearest context, and [`Proposal::is_clear`] says that a person has to judge. A proposal stays the
//! same through the year as far as days alone go: what counts as lately is reckoned from 1 September.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::inspection::Inspection;
use crate::inspection::standing::{Reading, standing};
use crate::names::named;
use crate::programme::Settings;
use crate::risk::words;
use crate::rule::Fault;
use crate::support::{Support, SupportKind, SupportOutcome};
use crate::year::AcademicYear;

named! {
    /// The three contexts of paragraph 7.
    pub enum ProgrammeContext {
        /// A likely need for significant support: the review is part of a wider strategy.
        SignificantSupport => "significant-support", "Likely need for significant support";
        /// Support went well and is no longer needed: further visits embed what it did.
        RecentSupport => "recent-support", "Recent successful support";
        /// Neither: typically one visit with a focus.
        Other => "other", "Not currently or recently supported";
    }
}

impl ProgrammeContext {
    /// How many visits the year has for a school of this context. With significant support the strategy
    /// around the review brings its own, and the number is the review alone.
    pub const fn visits(self, settings: &Settings) -> u32 {
        match self {
            Self::SignificantSupport => REVIEWS,
            Self::RecentSupport => settings.visits_after_support,
            Self::Other => settings.visits_otherwise,
        }
    }
}

/// How many of a year's visits are the review, whatever the context.
pub const REVIEWS: u32 = 1;

/// What is proposed for a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The context.
    pub context: ProgrammeContext,
    /// Why, a plain sentence for each reason; never empty.
    pub reasons: Vec<String>,
    /// Whether the paragraph says so. Otherwise the context is the nearest one, and a person judges.
    pub is_clear: bool,
}

impl Proposal {
    /// All reasons in one text.
    pub fn words(&self) -> String {
        self.reasons.join(" ")
    }
}

/// What is proposed for a year, as things stand today; of a year that is over, as they stood on its last
/// day. `inspections` and `support` may be in any order.
pub fn propose(
    year: AcademicYear,
    inspections: &[Inspection],
    support: &[Support],
    settings: &Settings,
    today: NaiveDate,
) -> Proposal {
    let as_of = today.clamp(year.first_day(), year.last_day());
    let inspected = inspected(year, inspections, settings, as_of);
    let programmes = programmes(support, as_of);
    let supported = programmes.iter().filter_map(|one| one.now(as_of));
    let supported: Vec<Reason> = supported.collect();
    let ended = programmes.iter().filter(|one| one.goes_on().is_none());
    let lately = ended
        .filter(|one| one.until() >= years_before(year, settings.recent_support_years))
        .max_by_key(|one| one.until());
    let after = lately.map(|one| one.afterwards(settings));

    let mut reasons: Vec<Reason> = inspected.into_iter().chain(supported).collect();
    reasons.extend(after);
    // What the paragraph says outright goes before what is only near.
    let significant = |reason: &&Reason| reason.context == ProgrammeContext::SignificantSupport;
    let goes_on = programmes.iter().any(|one| one.goes_on().is_some());
    let context = if let Some(strongest) = reasons
        .iter()
        .filter(significant)
        .max_by_key(|one| one.is_clear)
    {
        (strongest.context, strongest.is_clear)
    } else if let Some(recent) = reasons
        .iter()
        .find(|one| one.context == ProgrammeContext::RecentSupport && !goes_on)
    {
        (recent.context, reasons.iter().all(|one| one.is_clear))
    } else {
        (ProgrammeContext::Other, reasons.is_empty())
    };
    let mut reasons: Vec<String> = reasons.into_iter().map(|one| one.words).collect();
    if reasons.is_empty() {
        reasons.push(
            "The county has noted no support now or lately, and no recent inspection found less than good."
                .to_owned(),
        );
    }
    Proposal {
        context: context.0,
        reasons,
        is_clear: context.1,
    }
}

/// What one thing says of the context.
struct Reason {
    context: ProgrammeContext,
    is_clear: bool,
    words: String,
}

impl Reason {
    fn clear(context: ProgrammeContext, words: String) -> Self {
        Self {
            context,
            is_clear: true,
            words,
        }
    }

    fn near(context: ProgrammeContext, words: String) -> Self {
        Self {
            context,
            is_clear: false,
            words,
        }
    }
}

fn years_before(year: AcademicYear, years: u32) -> NaiveDate {
    let first = year.first_day();
    first
        .checked_sub_months(Months::new(12 * years))
        .unwrap_or(first)
}

/// What the standing outcome says, if it is below good. A predecessor's is named as such, and proposes
/// nothing by itself.
fn inspected(
    year: AcademicYear,
    inspections: &[Inspection],
    settings: &Settings,
    as_of: NaiveDate,
) -> Option<Reason> {
    let until_then: Vec<Inspection> = inspections
        .iter()
        .filter(|one| one.start <= as_of)
        .cloned()
        .collect();
    let standing = standing(&until_then)?;
    if standing.reading != Reading::BelowGood {
        return None;
    }
    let told = words::inspection(standing.basis.start, &words::found(standing.basis));
    if standing.of_predecessor {
        return Some(Reason::near(
            ProgrammeContext::Other,
            format!(
                "{told} It was of the school before this one: judge whether it still says something."
            ),
        ));
    }
    if standing.basis.start < years_before(year, settings.recent_outcome_years) {
        return Some(Reason::near(
            ProgrammeContext::Other,
            format!("{told} That is some years ago: judge whether it still says something."),
        ));
    }
    Some(Reason::clear(ProgrammeContext::SignificantSupport, told))
}

/// Support by the county that went on without a gap, oldest first.
struct SupportProgramme<'a> {
    spells: Vec<&'a Support>,
    as_of: NaiveDate,
}

/// The last day of support for schools: what ends in July or August ends with the school year.
fn last_day(until: NaiveDate) -> NaiveDate {
    if matches!(until.month(), 7 | 8) {
        NaiveDate::from_ymd_opt(until.year(), 8, 31).unwrap_or(until)
    } else {
        until
    }
}

/// Support that began by a day, put together where one follows the other without a gap. What a school
/// buys for itself is not the county's support.
fn programmes(support: &[Support], as_of: NaiveDate) -> Vec<SupportProgramme<'_>> {
    let mut spells: Vec<&Support> = support
        .iter()
        .filter(|one| match one.kind {
            SupportKind::Significant | SupportKind::Targeted => true,
            SupportKind::Commissioned => false,
        })
        .filter(|one| one.from <= as_of)
        .collect();
    spells.sort_by_key(|one| (one.from, one.until, one.kind, one.outcome));
    let mut all: Vec<SupportProgramme<'_>> = Vec::new();
    for spell in spells {
        match all.last_mut() {
            Some(before) if before.reaches(spell.from) => before.spells.push(spell),
            Some(_) | None => all.push(SupportProgramme {
                spells: vec![spell],
                as_of,
            }),
        }
    }
    all
}

impl SupportProgramme<'_> {
    fn from(&self) -> NaiveDate {
        let first = self.spells.iter().map(|one| one.from).min();
        first.unwrap_or_default()
    }

    /// The last day of any of it; far away while it goes on.
    fn until(&self) -> NaiveDate {
        let ends = self
            .spells
            .iter()
            .map(|one| one.until.unwrap_or(NaiveDate::MAX));
        ends.max().unwrap_or_default()
    }

    /// Whether support that begins on a day follows without a gap.
    fn reaches(&self, day: NaiveDate) -> bool {
        let until = self.until();
        until == NaiveDate::MAX
            || last_day(until)
                .checked_add_days(Days::new(1))
                .is_none_or(|next| day <= next)
    }

    /// The support that goes on, the significant first.
    fn goes_on(&self) -> Option<&Support> {
        let going = self
            .spells
            .iter()
            .filter(|one| one.until.is_none_or(|until| until >= self.as_of));
        going.copied().min_by_key(|one| (one.kind, one.from))
    }

    /// What support that goes on says.
    fn now(&self, as_of: NaiveDate) -> Option<Reason> {
        let spell = self.goes_on()?;
        let began = words::day(self.from());
        let second_year = self
            .from()
            .checked_add_months(Months::new(12))
            .is_some_and(|day| day <= as_of);
        Some(match (spell.kind, second_year) {
            (SupportKind::Significant, _) => Reason::clear(
                ProgrammeContext::SignificantSupport,
                format!(
                    "Significant support by the county goes on since {}.",
                    words::day(spell.from)
                ),
            ),
            (_, true) => Reason::clear(
                ProgrammeContext::SignificantSupport,
                format!("Support by the county goes on since {began}: it is past its first year."),
            ),
            (_, false) => Reason::near(
                ProgrammeContext::Other,
                format!(
                    "Targeted support by the county goes on since {began}, in its first year: judge whether the \
                     need is significant."
                ),
            ),
        })
    }

    /// What support that has ended says.
    fn afterwards(&self, settings: &Settings) -> Reason {
        let until = self.until();
        let outcomes: Vec<SupportOutcome> = self
            .spells
            .iter()
            .filter(|one| one.until == Some(until))
            .map(|one| one.outcome)
            .collect();
        let told = format!(
            "Support by the county began on {} and ended on {}",
            words::day(self.from()),
            words::day(until)
        );
        if outcomes.contains(&SupportOutcome::Little) {
            return Reason::near(
                ProgrammeContext::SignificantSupport,
                format!(
                    "{told} with little sustained improvement: judge whether the need is still significant."
                ),
            );
        }
        let went_well = outcomes
            .iter()
            .all(|outcome| *outcome == SupportOutcome::Successful);
        let years = settings.successful_support_years;
        let long_enough = self
            .from()
            .checked_add_months(Months::new(12 * years))
            .zip(last_day(until).checked_add_days(Days::new(1)))
            .is_some_and(|(needed, ended)| needed <= ended);
        match (went_well, long_enough) {
            (true, true) => Reason::clear(
                ProgrammeContext::RecentSupport,
                format!("{told}: it went well for at least {years} years."),
            ),
            (true, false) => Reason::near(
                ProgrammeContext::Other,
                format!("{told}. It went well, for less than {years} years."),
            ),
            (false, _) => Reason::near(
                ProgrammeContext::Other,
                format!(
                    "{told}. Nobody has noted that it was successful: judge what is needed now."
                ),
            ),
        }
    }
}

/// What somebody wants to decide about a school's context.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The context; `None` where that is missing.
    pub context: Option<ProgrammeContext>,
    /// Why.
    pub reason: String,
}

/// What is missing from a decision; `field` begins the names of fields.
pub fn faults(field: &str, wanted: &Wanted, proposal: &Proposal) -> Vec<Fault> {
    let Some(context) = wanted.context else {
        return vec![Fault::new(
            format!("{field}kind"),
            "7",
            "say which of the three contexts the school is in",
        )];
    };
    if context != proposal.context && wanted.reason.trim().is_empty() {
        return vec![Fault::new(
            format!("{field}reason"),
            "7",
            format!(
                "say why: support and inspections propose \"{}\"",
                proposal.context.label().to_lowercase()
            ),
        )];
    }
    Vec::new()
}

#[cfg(test)]
mod tests;
