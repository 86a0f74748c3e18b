//! A suggestion with what stands behind it, what was decided, and the form to decide.

use std::collections::BTreeMap;

use llpr_client::v1;
use llpr_client::v1::{EvidenceKind, SuggestionState};

use super::decide::Form;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::words::{self, day, given, risk};

/// Names of measures by their resource names.
pub(crate) type Measures = BTreeMap<String, String>;

/// What all measures are called.
pub(crate) async fn measures(signed_in: &SignedIn) -> Result<Measures, Failure> {
    let request = v1::ListMeasuresRequest {};
    let answer = read!(signed_in, performance().list_measures(request)).await?;
    let named = answer
        .measures
        .into_iter()
        .map(|measure| (measure.name, measure.display_name));
    Ok(named.collect())
}

/// A suggestion as a page shows it.
pub(crate) struct Card {
    /// `900001-a`, the `id` of its place in the page.
    pub(crate) id: String,
    pub(crate) urn: String,
    pub(crate) school: String,
    pub(crate) letter: String,
    pub(crate) title: String,
    pub(crate) state: &'static str,
    pub(crate) state_tag: &'static str,
    pub(crate) change: Option<&'static str>,
    pub(crate) evidence: Vec<Evidence>,
    /// The last first.
    pub(crate) decisions: Vec<Decision>,
    /// None for who may not decide.
    pub(crate) form: Option<Form>,
}

/// One thing that stands behind a suggestion.
pub(crate) struct Evidence {
    /// Two plain sentences.
    pub(crate) words: String,
    /// How it stands beside the school's intake.
    pub(crate) intake: Option<String>,
    /// What the table is about; empty where there is none.
    pub(crate) caption: String,
    pub(crate) rows: Vec<Row>,
    /// What follows from the table.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Whether the school's inspections tell more.
    pub(crate) is_inspection: bool,
}

/// A year's figure beside England's.
pub(crate) struct Row {
    pub(crate) year: String,
    pub(crate) figure: String,
    pub(crate) percent: String,
    pub(crate) release: &'static str,
    pub(crate) england: String,
    pub(crate) england_release: &'static str,
    pub(crate) authority: String,
    /// URN of the predecessor whose figure it is.
    pub(crate) predecessor: String,
}

/// What somebody decided, and on what.
pub(crate) struct Decision {
    /// `Dismissed by Ada Byron on 1 October 2024: One unusual year group`.
    pub(crate) words: String,
    pub(crate) note: String,
    /// The sentences as they were; empty where they are those of now.
    pub(crate) then: Vec<String>,
}

impl Card {
    pub(crate) fn of(suggestion: v1::Suggestion, measures: &Measures, form: Option<Form>) -> Self {
        let state = suggestion.state();
        let change = risk::change(suggestion.change());
        let urn = urn(&suggestion.name).to_owned();
        let now: Vec<&str> = sentences(&suggestion.evidence);
        let decisions = suggestion
            .decisions
            .iter()
            .map(|decision| Decision::of(decision, &now))
            .collect();
        Self {
            id: id(&suggestion.name),
            urn,
            school: suggestion.school_display_name,
            letter: suggestion.criterion,
            title: suggestion.criterion_title,
            state: risk::suggestion(state),
            state_tag: risk::suggestion_tag(state),
            change,
            decisions,
            evidence: suggestion
                .evidence
                .iter()
                .map(|one| Evidence::of(one, measures))
                .collect(),
            form,
        }
    }
}

impl Card {
    /// Whether there are figures to look at.
    pub(crate) fn has_tables(&self) -> bool {
        self.evidence
            .iter()
            .any(|one| !one.rows.is_empty() || !one.facts.is_empty())
    }
}

/// The URN in `schools/900001/suggestions/2024-2025-a`.
fn urn(name: &str) -> &str {
    name.split('/').nth(1).unwrap_or_default()
}

/// `900001-a` of `schools/900001/suggestions/2024-2025-a`.
pub(crate) fn id(name: &str) -> String {
    let letter = name.rsplit('-').next().unwrap_or_default();
    format!("{}-{letter}", urn(name))
}

/// Whether nobody has decided about it.
pub(crate) fn is_open(suggestion: &v1::Suggestion) -> bool {
    suggestion.state() == SuggestionState::Open
}

fn sentences(evidence: &[v1::Evidence]) -> Vec<&str> {
    evidence.iter().map(|one| one.words.as_str()).collect()
}

impl Evidence {
    fn of(evidence: &v1::Evidence, measures: &Measures) -> Self {
        let caption = match evidence.measure.as_str() {
            "" => String::new(),
            name => {
                let measure = measures.get(name).map_or(name, String::as_str);
                match risk::pupils(evidence.group()) {
                    None => measure.to_owned(),
                    Some(pupils) => format!("{measure}: {pupils}"),
                }
            }
        };
        let rows = evidence.years.iter().map(|year| Row::of(year, evidence));
        Self {
            words: evidence.words.clone(),
            intake: evidence.intake.as_ref().map(|intake| intake.words.clone()),
            rows: rows.collect(),
            facts: facts(evidence),
            is_inspection: evidence.kind() == EvidenceKind::Inspection,
            caption,
        }
    }
}

/// What follows from the table, each with its name.
fn facts(evidence: &v1::Evidence) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if evidence.years.len() > 1 && evidence.of > 0 {
        let share = percent(100.0 * f64::from(evidence.met) / f64::from(evidence.of));
        let all = format!("{} of {} ({share})", evidence.met, evidence.of);
        facts.push(("All years together", all));
    }
    if let Some(expected) = evidence.expected {
        facts.push(("England's rates would give", format!("{expected:.1}")));
    }
    if let Some(fewer) = evidence.clears_with {
        facts.push(("Children who would clear this", fewer.to_string()));
    }
    if let Some(probability) = evidence.probability {
        facts.push((
            "Chance of such a result or a worse one, at a school no further from England than the county tolerates",
            chance(probability),
        ));
    }
    if let Some(severity) = risk::severity(evidence.severity()) {
        facts.push(("So it is", severity.to_owned()));
    }
    facts
}

/// A chance in percent. One that rounds to nothing is not nothing.
fn chance(probability: f64) -> String {
    if probability < 0.001 {
        "less than 0.1%".into()
    } else {
        percent(100.0 * probability)
    }
}

/// To one decimal.
fn percent(value: f64) -> String {
    format!("{value:.1}%")
}

impl Row {
    fn of(year: &v1::EvidenceYear, evidence: &v1::Evidence) -> Self {
        let (figure, share) = match evidence.absence {
            Some(absence) => ("of sessions".to_owned(), percent(absence)),
            None if year.of > 0 => (
                format!("{} of {}", year.met, year.of),
                percent(100.0 * f64::from(year.met) / f64::from(year.of)),
            ),
            None => (year.met.to_string(), String::new()),
        };
        // Cases are counted, and compared with nothing.
        let is_compared = evidence.kind() != EvidenceKind::Cases;
        Self {
            year: year.academic_year.clone(),
            figure,
            percent: share,
            release: words::release(year.release()),
            england: if is_compared {
                percent(year.england)
            } else {
                String::new()
            },
            england_release: words::release(year.england_release()),
            authority: year
                .authority
                .filter(|_| is_compared)
                .map_or_else(String::new, percent),
            predecessor: super::urn(&year.predecessor).to_owned(),
        }
    }
}

impl Decision {
    fn of(decision: &v1::SuggestionDecision, now: &[&str]) -> Self {
        let mut told = format!(
            "{} by {}",
            risk::suggestion(decision.state()),
            given(decision.decider_display_name.clone(), "somebody"),
        );
        if let Some(time) = &decision.decide_time {
            told = format!("{told} on {}", day(time));
        }
        let reason = risk::reason(decision.reason());
        if !reason.is_empty() {
            told = format!("{told}: {reason}");
        }
        let then = sentences(&decision.evidence);
        Self {
            words: told,
            note: decision.note.clone(),
            then: if then == now {
                Vec::new()
            } else {
                then.into_iter().map(str::to_owned).collect()
            },
        }
    }
}

#[cfg(test)]
pub(crate) fn sample_suggestion(letter: &str, state: SuggestionState) -> v1::Suggestion {
    let year = |year: &str, predecessor: &str| v1::EvidenceYear {
        academic_year: year.into(),
        release: v1::Release::Final.into(),
        met: 8,
        of: 24,
        england: 61.0,
        england_release: v1::Release::Final.into(),
        authority: Some(63.25),
        predecessor: predecessor.into(),
    };
    let counted = v1::Evidence {
        kind: EvidenceKind::OverTime.into(),
        measure: "measures/ks2-rwm-expected".into(),
        group: v1::PupilGroup::Disadvantaged.into(),
        years: vec![year("2022/23", "schools/900009"), year("2023/24", "")],
        met: 16,
        of: 48,
        expected: Some(29.28),
        probability: Some(0.0004),
        clears_with: Some(3),
        severity: v1::SuggestionSeverity::WellBelow.into(),
        words: "Of 48 children 16 met the standard; England's would give <b>Byron</b> 29. Three more would clear this.".into(),
        intake: Some(v1::EvidenceIntake {
            expected: 25.0,
            raised_too: true,
            words: "Among as many disadvantaged and other pupils, England's rates would give 25.".into(),
        }),
        ..Default::default()
    };
    let inspected = v1::Evidence {
        kind: EvidenceKind::Inspection.into(),
        inspection: "schools/900001/inspections/1".into(),
        words: "Ofsted's inspection found: requires improvement.".into(),
        ..Default::default()
    };
    let decisions = match state {
        SuggestionState::Unspecified | SuggestionState::Open => Vec::new(),
        SuggestionState::Confirmed | SuggestionState::Dismissed => {
            vec![v1::SuggestionDecision {
                number: 1,
                state: state.into(),
                reason: v1::DismissReason::Other.into(),
                note: "Moved site <b>Byron</b>".into(),
                evidence: vec![v1::Evidence {
                    words: "Of 20 children 4 met the standard.".into(),
                    ..Default::default()
                }],
                decider_display_name: "Ada <b>Byron</b>".into(),
                ..Default::default()
            }]
        }
    };
    v1::Suggestion {
        name: format!("schools/900001/suggestions/2024-2025-{letter}"),
        criterion: letter.into(),
        criterion_title: "Results <b>Byron</b>".into(),
        severity: v1::SuggestionSeverity::WellBelow.into(),
        change: if decisions.is_empty() {
            v1::SuggestionChange::Unspecified
        } else {
            v1::SuggestionChange::Changed
        }
        .into(),
        state: state.into(),
        evidence: vec![counted, inspected],
        decisions,
        etag: "0-1234".into(),
        school_display_name: "St Mary's <Infant> School".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_shown_with_figures_cohort_years_benchmark_and_probability() {
        let measures = [(
            "measures/ks2-rwm-expected".to_owned(),
            "Reading, writing and mathematics".to_owned(),
        )];
        let open = sample_suggestion("b", SuggestionState::Open);
        let card = Card::of(open, &measures.into(), None);
        assert_eq!(
            (card.id.as_str(), card.urn.as_str()),
            ("900001-b", "900001")
        );
        let counted = &card.evidence[0];
        assert_eq!(
            counted.caption,
            "Reading, writing and mathematics: Disadvantaged pupils"
        );
        let row = &counted.rows[0];
        assert_eq!(
            (
                row.figure.as_str(),
                row.percent.as_str(),
                row.england.as_str()
            ),
            ("8 of 24", "33.3%", "61.0%")
        );
        assert_eq!((row.release, row.predecessor.as_str()), ("Final", "900009"));
        let facts: Vec<&str> = counted
            .facts
            .iter()
            .map(|(_, fact)| fact.as_str())
            .collect();
        assert_eq!(
            facts[..4],
            ["16 of 48 (33.3%)", "29.3", "3", "less than 0.1%"]
        );
        assert!(card.evidence[1].is_inspection && card.evidence[1].rows.is_empty());
    }

    #[test]
    fn a_decision_shows_what_it_was_about_where_that_is_another_thing_now() {
        let decided = sample_suggestion("a", SuggestionState::Dismissed);
        let card = Card::of(decided, &Measures::new(), None);
        let [decision] = card.decisions.as_slice() else {
            panic!("one decision, not {}", card.decisions.len());
        };
        assert_eq!(
            decision.words,
            "Dismissed by Ada <b>Byron</b>: Another reason, which the note says"
        );
        assert_eq!(decision.then, ["Of 20 children 4 met the standard."]);
        assert!(card.change.is_some());
    }

    #[test]
    fn cases_are_counted_and_compared_with_nothing() {
        let evidence = v1::Evidence {
            kind: EvidenceKind::Cases.into(),
            years: vec![v1::EvidenceYear {
                met: 3,
                ..Default::default()
            }],
            ..Default::default()
        };
        let row = &Evidence::of(&evidence, &Measures::new()).rows[0];
        assert_eq!(
            (
                row.figure.as_str(),
                row.percent.as_str(),
                row.england.as_str()
            ),
            ("3", "", "")
        );
    }
}
