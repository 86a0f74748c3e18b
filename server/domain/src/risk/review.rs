//! Everything that data says of one school: suggestions from figures, inspections and support, the
//! questions that had no answer, and facts that raise nothing (¶11, ¶12).

use chrono::{Months, NaiveDate};

use super::suggestion::{Asked, CaseKind, Evidence, Rules, SchoolData, Suggestion, ask, suggest};
use super::words;
use crate::inspection::Inspection;
use crate::inspection::standing::{Standing, standing};
use crate::programme::{Settings, Signal};
use crate::support::{Support, SupportOutcome};

/// An inspection as evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Ofsted's number.
    pub number: String,
    /// Its first day.
    pub start: NaiveDate,
    /// What it found, in the terms of its time.
    pub found: String,
}

/// Something to know beside the suggestions. It raises nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The rule that it stands beside.
    pub signal: Signal,
    /// The fact in a sentence or two.
    pub words: String,
}

/// What data says of a school.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// At most one for each criterion, in the order of the signals.
    pub suggestions: Vec<Suggestion>,
    /// What was asked of its results, and the answers.
    pub asked: Vec<Asked>,
    /// What raises nothing.
    pub facts: Vec<Fact>,
}

/// Reviews a school as it stands on a day. `inspections` and `support` may be in any order.
pub fn review(
    data: &SchoolData,
    inspections: &[Inspection],
    support: &[Support],
    settings: &Settings,
    today: NaiveDate,
) -> Review {
    let rules = Rules::from(settings);
    let mut suggestions = suggest(data, &rules);
    let mut facts = cases(data, &rules);
    if let Some(standing) = standing(inspections) {
        if standing.raises_j() {
            let inspected = Inspected {
                number: standing.basis.number.clone(),
                start: standing.basis.start,
                found: words::found(standing.basis),
            };
            suggestions.push(of_one(
                Signal::InspectionOutcome,
                Evidence::Inspection(inspected),
            ));
        }
        facts.extend(predecessor(&standing));
        facts.extend(ahead(&standing, settings, today));
    }
    suggestions.extend(little_lasted(support, settings, today));
    suggestions.sort_by_key(|suggestion| suggestion.signal);
    Review {
        suggestions,
        asked: ask(data, &rules),
        facts,
    }
}

fn of_one(signal: Signal, evidence: Evidence) -> Suggestion {
    Suggestion {
        signal,
        severity: None,
        evidence: vec![evidence],
    }
}

/// Cases below what the county has set, or where it has set nothing: shown, and people judge.
fn cases(data: &SchoolData, rules: &Rules) -> Vec<Fact> {
    let shown = data.cases.iter().filter(|cases| {
        let limit = match cases.kind {
            CaseKind::Exclusion => rules.exclusions,
            CaseKind::ReducedHours => rules.reduced_hours,
        };
        cases.count > 0 && (limit == 0 || cases.count < limit)
    });
    shown
        .map(|cases| Fact {
            signal: Signal::Inclusion,
            words: words::cases(cases),
        })
        .collect()
}

/// A predecessor's outcome is named as such, and raises nothing in silence.
fn predecessor(standing: &Standing<'_>) -> Option<Fact> {
    let before = standing.basis.predecessor.as_ref()?;
    let name = match before.name.as_str() {
        "" => String::new(),
        name => format!(", {name}"),
    };
    Some(Fact {
        signal: Signal::InspectionOutcome,
        words: format!(
            "{} It was of the school before this one{name}, and so raises nothing here: judge \
             whether it still says something.",
            words::inspection(standing.basis.start, &words::found(standing.basis)),
        ),
    })
}

/// When the next inspection may come. Being due is no risk.
fn ahead(standing: &Standing<'_>, settings: &Settings, today: NaiveDate) -> Option<Fact> {
    let last = standing.latest.start;
    let next = last.checked_add_months(Months::new(settings.inspection_interval_months))?;
    let horizon = today.checked_add_months(Months::new(settings.inspection_ahead_months))?;
    (next <= horizon).then(|| Fact {
        signal: Signal::Priorities,
        words: format!(
            "The last inspection began on {}, so the next may be expected from {} on. Being due is \
             no risk by itself.",
            words::day(last),
            words::day(next),
        ),
    })
}

/// Support with little lasting improvement that goes on or ended within the years looked back on.
fn little_lasted(support: &[Support], settings: &Settings, today: NaiveDate) -> Option<Suggestion> {
    let since = today.checked_sub_months(Months::new(12 * settings.support_lookback_years))?;
    let mut little: Vec<&Support> = support
        .iter()
        .filter(|one| one.outcome == SupportOutcome::Little)
        .filter(|one| one.from <= today && one.until.is_none_or(|until| until >= since))
        .collect();
    little.sort_by_key(|one| std::cmp::Reverse(one.from));
    if little.is_empty() {
        return None;
    }
    Some(Suggestion {
        signal: Signal::SupportHistory,
        severity: None,
        evidence: little.into_iter().cloned().map(Evidence::Support).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::{Findings, Grade, Predecessor};
    use crate::support::SupportKind;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn inspection(start: &str, grade: Grade) -> Inspection {
        Inspection {
            number: "10200001".into(),
            kind: String::new(),
            start: day(start),
            published: None,
            predecessor: None,
            concern: None,
            findings: Findings::OverallGrade {
                overall: Some(grade),
                areas: Vec::new(),
                safeguarding: None,
            },
        }
    }

    fn of(inspections: &[Inspection], support: &[Support], today: &str) -> Review {
        let data = SchoolData::default();
        review(
            &data,
            inspections,
            support,
            &Settings::default(),
            day(today),
        )
    }

    fn support(until: Option<&str>, outcome: SupportOutcome) -> Support {
        Support {
            urn: "900001".parse().unwrap(),
            kind: SupportKind::Targeted,
            from: day("2021-09-01"),
            until: until.map(day),
            outcome,
        }
    }

    #[test]
    fn p12j_an_outcome_below_good_is_suggested_with_its_words() {
        let found = of(
            &[inspection("2024-05-10", Grade::RequiresImprovement)],
            &[],
            "2024-09-10",
        );
        let [suggestion] = &found.suggestions[..] else {
            panic!("{found:?}")
        };
        assert_eq!(suggestion.signal, Signal::InspectionOutcome);
        let Evidence::Inspection(inspected) = &suggestion.evidence[0] else {
            panic!("{suggestion:?}")
        };
        assert_eq!(inspected.found, "Requires improvement overall");
        assert_eq!(found.facts, []);
    }

    #[test]
    fn p12j_a_predecessors_outcome_is_a_fact_that_names_it() {
        let mut old = inspection("2024-05-10", Grade::Inadequate);
        old.predecessor = Some(Predecessor {
            urn: None,
            name: "Elm Infants".into(),
        });
        let found = of(&[old], &[], "2024-09-10");
        assert_eq!(found.suggestions, []);
        assert!(found.facts[0].words.contains("Elm Infants"), "{found:?}");
    }

    #[test]
    fn p12d_being_due_is_shown_and_raises_nothing() {
        let found = of(&[inspection("2021-05-10", Grade::Good)], &[], "2024-09-10");
        assert_eq!(found.suggestions, []);
        assert_eq!(
            found.facts[0].words,
            "The last inspection began on 10 May 2021, so the next may be expected from 10 May 2025 \
             on. Being due is no risk by itself."
        );
        assert_eq!(
            of(&[inspection("2022-05-10", Grade::Good)], &[], "2024-09-10").facts,
            []
        );
    }

    #[test]
    fn p12g_support_counts_while_it_is_looked_back_on() {
        let told = |until, outcome| {
            of(&[], &[support(until, outcome)], "2024-09-10")
                .suggestions
                .len()
        };
        assert_eq!(told(Some("2022-07-31"), SupportOutcome::Little), 1);
        assert_eq!(told(None, SupportOutcome::Little), 1);
        assert_eq!(told(Some("2021-09-09"), SupportOutcome::Little), 0);
        assert_eq!(told(Some("2022-07-31"), SupportOutcome::Some), 0);
    }
}
