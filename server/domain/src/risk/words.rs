//! A finding in two sentences that anybody can check with the table beside them.

use chrono::NaiveDate;

use super::suggestion::{AbsenceRate, CaseKind, Cases, Evidence, Intake, Topic};
use super::trial::{Finding, Outcome, Span, Worse};
use crate::figure::{Period, PupilGroup};
use crate::inspection::standing::{Reading, reading};
use crate::inspection::{Findings, Inspection, Standard};
use crate::support::Support;

/// Any evidence in two plain sentences; what stands beside it (intake) is not among them.
pub fn evidence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Count {
            topic,
            group,
            finding: found,
            intake: _,
        } => finding(*topic, *group, found),
        Evidence::Absence(rate) => absence(rate),
        Evidence::Cases { cases: told, limit } => {
            format!("{} The county looks closer from {limit} on.", cases(told))
        }
        Evidence::Inspection(inspected) => inspection(inspected.start, &inspected.found),
        Evidence::Support(told) => support(told),
    }
}

/// Cases of a year or a term.
pub fn cases(cases: &Cases) -> String {
    let pupils = if cases.count == 1 {
        "1 pupil was".to_owned()
    } else {
        format!("{} pupils were", cases.count)
    };
    let when = match cases.period {
        Period::Year => format!("In {}", cases.year),
        period => format!("In {} ({})", cases.year, period.label().to_lowercase()),
    };
    match cases.kind {
        CaseKind::Exclusion => format!("{when} {pupils} permanently excluded."),
        CaseKind::ReducedHours => format!("{when} {pupils} on reduced hours for long."),
    }
}

/// An inspection and what it found.
pub fn inspection(start: NaiveDate, found: &str) -> String {
    format!(
        "Ofsted's inspection that began on {} found: {found}.",
        day(start)
    )
}

/// What an inspection found, in the terms of its own time: the grade, or what lies below good.
pub fn found(inspection: &Inspection) -> String {
    let mut told = Vec::new();
    match &inspection.findings {
        Findings::OverallGrade { overall, .. } => {
            told.extend(overall.map(|grade| format!("{} overall", grade.label())));
        }
        Findings::KeyJudgements { areas, .. } => {
            let below = areas.iter().filter(|(_, grade)| !grade.is_good());
            told.extend(below.map(|(area, grade)| format!("{}: {}", area.label(), grade.label())));
        }
        Findings::ReportCard { areas, .. } => {
            let below = areas.iter().filter(|(_, standard)| match standard {
                Standard::NeedsAttention | Standard::UrgentImprovement => true,
                Standard::Exceptional | Standard::Strong | Standard::Expected => false,
            });
            told.extend(below.map(|(area, found)| format!("{}: {}", area.label(), found.label())));
        }
        Findings::Ungraded(outcome) => told.push(outcome.label().to_owned()),
    }
    if let Some(unsound) = inspection.safeguarding().filter(|said| !said.is_sound()) {
        told.push(format!("safeguarding: {}", unsound.label().to_lowercase()));
    }
    if let Some(concern) = inspection.concern {
        told.push(format!(
            "category of concern: {}",
            concern.label().to_lowercase()
        ));
    }
    if told.is_empty() {
        return match reading(inspection) {
            Reading::GoodOrBetter => "good or better in all that was judged".to_owned(),
            Reading::BelowGood | Reading::AsLastGraded | Reading::Open => {
                "nothing that can be read either way".to_owned()
            }
        };
    }
    told.join("; ")
}

/// Support after which little lasted.
pub fn support(support: &Support) -> String {
    let until = support.until.map_or_else(
        || "and goes on".to_owned(),
        |until| format!("and ended on {}", day(until)),
    );
    format!(
        "{} began on {} {until}. The county notes: {}.",
        support.kind.label(),
        day(support.from),
        support.outcome.label().to_lowercase(),
    )
}

/// A day as people write it.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Two sentences: what was found and what England's rate would give, then what would clear it.
pub fn finding(topic: Topic, group: PupilGroup, finding: &Finding) -> String {
    let when = match finding.span {
        Span::CurrentYear => String::new(),
        Span::OverTime => format!("Over {}, ", listed(finding)),
    };
    let rate = match finding.span {
        Span::CurrentYear => "rate",
        Span::OverTime => "rates",
    };
    let of = if when.is_empty() { "Of" } else { "of" };
    let first = format!(
        "{when}{of} {} {} {} {}; the England {rate} would give {:.0}.",
        finding.count.of(),
        children(group),
        finding.count.met(),
        did(topic, finding.count.met()),
        finding.expected,
    );
    let more = match finding.worse {
        Worse::Low => "more",
        Worse::High => "fewer",
    };
    format!(
        "{first} {} {more} would clear this.",
        number(finding.clears_with)
    )
}

/// How the result stands beside the school's own intake.
pub fn intake(intake: &Intake) -> String {
    let expected = format!(
        "Among as many disadvantaged and other pupils, England's rates would give {:.0}",
        intake.expected
    );
    if intake.raised_too {
        format!("{expected}: this result is further from that too than chance explains.")
    } else {
        format!("{expected}: this result is not further from that than chance explains.")
    }
}

/// Absence beside England's.
pub fn absence(rate: &AbsenceRate) -> String {
    let percent = |hundredths: i64| format!("{}.{}", hundredths / 100, hundredths % 100 / 10);
    format!(
        "In {} pupils missed {} % of sessions; in England's primary schools it was {} %.",
        rate.year,
        percent(rate.school),
        percent(rate.england),
    )
}

/// Why nothing is suggested, where nothing is.
pub fn outcome(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::NoResult => Some("No results."),
        Outcome::TooFew => Some("Too few children to judge."),
        Outcome::WithinTolerance => Some("No further from England than chance explains."),
        Outcome::Raised(_) => None,
    }
}

fn listed(finding: &Finding) -> String {
    let years: Vec<String> = finding
        .years
        .iter()
        .map(|year| year.year.to_string())
        .collect();
    match years.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => years.concat(),
    }
}

/// The group as it stands in the middle of a sentence, in counts of children.
fn children(group: PupilGroup) -> String {
    if group == PupilGroup::All {
        return "children".to_owned();
    }
    let label = group.label();
    let mut letters = label.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

fn did(topic: Topic, count: u32) -> &'static str {
    match (topic, count) {
        (Topic::Ks2, _) => "met the standard",
        (Topic::Phonics, _) => "met the phonics standard",
        (Topic::PersistentAbsence, 1) => "was persistently absent",
        (Topic::PersistentAbsence, _) => "were persistently absent",
        (Topic::Suspension, 1) => "was suspended",
        (Topic::Suspension, _) => "were suspended",
    }
}

/// A number at the beginning of a sentence.
fn number(count: u32) -> String {
    const WORDS: [&str; 11] = [
        "None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
    ];
    let word = usize::try_from(count)
        .ok()
        .and_then(|count| WORDS.get(count));
    word.map_or_else(|| count.to_string(), |&word| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::count::Count;
    use super::super::suggestion::Rules;
    use super::super::trial::{YearCount, current_year, over_time};
    use super::*;
    use crate::figure::Release;
    use crate::programme::Settings;
    use crate::year::AcademicYear;

    fn rules() -> Rules {
        Rules::from(&Settings::default())
    }

    fn year(start: u16, met: u32, of: u32, benchmark: f64) -> YearCount {
        YearCount {
            year: AcademicYear::from_start(start).unwrap(),
            release: Release::Final,
            count: Count::new(met, of).unwrap(),
            benchmark,
        }
    }

    fn raised(outcome: Outcome) -> Finding {
        match outcome {
            Outcome::Raised(finding) => finding,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn p12_a_finding_is_said_in_two_plain_sentences() {
        let now = current_year(&[year(2023, 8, 24, 0.61)], Worse::Low, &rules().attainment);
        assert_eq!(
            finding(Topic::Ks2, PupilGroup::All, &raised(now)),
            "Of 24 children 8 met the standard; the England rate would give 15. One more would clear this."
        );
        let years = [year(2022, 5, 12, 0.44), year(2023, 0, 12, 0.46)];
        let pooled = over_time(&years, Worse::Low, &rules().groups);
        assert_eq!(
            finding(Topic::Ks2, PupilGroup::Disadvantaged, &raised(pooled)),
            "Over 2022/23 and 2023/24, of 24 disadvantaged pupils 5 met the standard; the England rates would \
             give 11. One more would clear this."
        );
    }

    #[test]
    fn p12c_more_is_said_as_fewer() {
        let now = current_year(
            &[year(2023, 60, 200, 0.112)],
            Worse::High,
            &rules().persistent_absence,
        );
        let told = finding(Topic::PersistentAbsence, PupilGroup::All, &raised(now));
        assert!(
            told.starts_with(
                "Of 200 children 60 were persistently absent; the England rate would give 22."
            ),
            "{told}"
        );
        assert!(told.ends_with("fewer would clear this."), "{told}");
    }

    #[test]
    fn p19_intake_is_said_both_ways() {
        let told = |raised_too| {
            intake(&Intake {
                expected: 12.4,
                raised_too,
            })
        };
        assert!(told(true).contains("would give 12: this result is further"));
        assert!(told(false).contains("is not further"));
    }
}
