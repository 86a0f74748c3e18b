//! The assessment of a school: unreviewed, reviewed without concern, or at risk (¶12, ¶13).
//!
//! One criterion in evidence is enough to be at risk. Criteria are no points, and nothing is added
//! up.

use chrono::NaiveDate;

use crate::names::named;
use crate::programme::Criterion;
use crate::rule::Fault;

named! {
    /// What an assessment says. A school without one is unreviewed, which is a third thing.
    pub enum RiskState {
        /// Somebody has looked, and no criterion is in evidence.
        NoConcern => "no-concern", "Reviewed without concern";
        /// One criterion or more is in evidence.
        AtRisk => "at-risk", "At risk";
    }
}

named! {
    /// Why acceleration is urgent (¶12).
    pub enum Urgency {
        /// Decline has to be arrested.
        ArrestDecline => "arrest-decline", "To arrest decline";
        /// Pupils' well-being, inclusion or outcomes are of concern.
        Pupils => "pupils", "Pupils' well-being, inclusion or outcomes";
        /// An adverse inspection threatens.
        AdverseInspection => "adverse-inspection", "Threat of an adverse inspection";
    }
}

named! {
    /// Which way a school is going, where somebody wants to say so.
    pub enum Direction {
        /// It is getting better.
        Improving => "improving", "Improving";
        /// It stays as it is.
        Steady => "steady", "Steady";
        /// It is getting worse.
        Declining => "declining", "Declining";
    }
}

named! {
    /// Where a criterion by judgement stands.
    pub enum CriterionState {
        /// A partner proposes it.
        Proposed => "proposed", "Proposed";
        /// It is in evidence.
        Confirmed => "confirmed", "Confirmed";
        /// It is not, or no longer, for a reason.
        Dismissed => "dismissed", "Dismissed";
    }
}

/// An assessment as somebody asks for it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it says; `None` where that is missing.
    pub state: Option<RiskState>,
    /// Why it is urgent.
    pub urgency: Option<Urgency>,
    /// The reason for the urgency, in words.
    pub reason: String,
    /// The direction of travel, if it is wanted.
    pub direction: Option<Direction>,
    /// From which day.
    pub effective: NaiveDate,
}

/// What an assessment stands on.
#[derive(Clone, Debug)]
pub struct Basis<'a> {
    /// Letters of the criteria in evidence.
    pub confirmed: &'a [char],
    /// Letters of suggestions and proposals that nobody has decided about.
    pub undecided: &'a [char],
    /// From which day the assessment before it holds.
    pub before: Option<NaiveDate>,
    /// Today.
    pub today: NaiveDate,
}

/// Everything that is missing or wrong.
pub fn faults(wanted: &Wanted, basis: &Basis<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    match wanted.state {
        None => faults.push(Fault::new(
            "state",
            "12",
            "say whether the school is at risk or reviewed without concern",
        )),
        Some(RiskState::AtRisk) => {
            if basis.confirmed.is_empty() {
                faults.push(Fault::new(
                    "state",
                    "12",
                    "a school is at risk where a criterion is in evidence: confirm a suggestion or \
                     add a criterion first",
                ));
            }
            if wanted.urgency.is_none() {
                faults.push(Fault::new("urgency", "12", "say why it is urgent"));
            }
            if wanted.reason.trim().is_empty() {
                faults.push(Fault::new(
                    "reason",
                    "12",
                    "give the reason for the urgency",
                ));
            }
        }
        Some(RiskState::NoConcern) => {
            faults.extend(no_concern("state", basis));
            if wanted.urgency.is_some() {
                faults.push(Fault::new(
                    "urgency",
                    "12",
                    "leave the urgency out where there is no concern",
                ));
            }
        }
    }
    if wanted.effective > basis.today {
        faults.push(Fault::new("effective_date", "13", "is later than today"));
    }
    if basis.before.is_some_and(|before| wanted.effective < before) {
        faults.push(Fault::new(
            "effective_date",
            "13",
            "is earlier than the assessment before it",
        ));
    }
    faults
}

/// Why a school can't be said to be without concern.
pub fn no_concern(field: &str, basis: &Basis<'_>) -> Option<Fault> {
    let list = |letters: &[char]| {
        let letters: Vec<String> = letters.iter().map(char::to_string).collect();
        letters.join(", ")
    };
    if !basis.confirmed.is_empty() {
        return Some(Fault::new(
            field,
            "12",
            format!(
                "criteria in evidence ({}) mean at risk: assess the school as such, or dismiss them \
                 with a reason",
                list(basis.confirmed)
            ),
        ));
    }
    (!basis.undecided.is_empty()).then(|| {
        Fault::new(
            field,
            "12",
            format!(
                "nobody has decided about {}: confirm or dismiss it first",
                list(basis.undecided)
            ),
        )
    })
}

/// What is missing from a criterion by judgement.
pub fn judgement(criterion: Option<&Criterion>, note: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if criterion.is_none() {
        faults.push(Fault::new(
            "criterion",
            "12",
            "is no criterion of this programme year",
        ));
    }
    if note.trim().is_empty() {
        faults.push(Fault::new(
            "note",
            "12",
            "say what the evidence is: a judgement needs a note",
        ));
    }
    faults
}

/// What is missing from a decision about a criterion by judgement.
pub fn answer(state: Option<CriterionState>, note: &str) -> Vec<Fault> {
    match state {
        Some(CriterionState::Dismissed) if note.trim().is_empty() => {
            vec![Fault::new("answer", "12", "say why it is dismissed")]
        }
        Some(CriterionState::Confirmed | CriterionState::Dismissed) => Vec::new(),
        Some(CriterionState::Proposed) | None => {
            vec![Fault::new(
                "state",
                "12",
                "say whether it is confirmed or dismissed",
            )]
        }
    }
}

/// What is missing from a wording told to a school.
pub fn wording(text: &str, told_to: &str, told_on: NaiveDate, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    if text.trim().is_empty() {
        faults.push(Fault::new("wording", "", "write what the school is told"));
    }
    if told_to.trim().is_empty() {
        faults.push(Fault::new("told_to", "", "say who at the school was told"));
    }
    if told_on > today {
        faults.push(Fault::new("told_date", "", "is later than today"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn fields(
        state: Option<RiskState>,
        urgency: Option<Urgency>,
        confirmed: &[char],
        undecided: &[char],
    ) -> Vec<String> {
        let wanted = Wanted {
            state,
            urgency,
            reason: String::new(),
            direction: None,
            effective: day("2024-10-01"),
        };
        let basis = Basis {
            confirmed,
            undecided,
            before: Some(day("2024-09-10")),
            today: day("2024-10-01"),
        };
        let faults = faults(&wanted, &basis);
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn p12_one_criterion_is_enough_and_none_is_too_few() {
        let at_risk = Some(RiskState::AtRisk);
        assert_eq!(
            fields(at_risk, None, &[], &[]),
            ["state", "urgency", "reason"]
        );
        assert_eq!(
            fields(at_risk, Some(Urgency::ArrestDecline), &['k'], &['a']),
            ["reason"]
        );
        assert_eq!(fields(None, None, &[], &[]), ["state"]);
    }

    #[test]
    fn p12_no_concern_leaves_nothing_undecided() {
        let none = Some(RiskState::NoConcern);
        assert_eq!(fields(none, None, &[], &[]), [""; 0]);
        assert_eq!(fields(none, None, &['a'], &[]), ["state"]);
        assert_eq!(fields(none, None, &[], &['j']), ["state"]);
        assert_eq!(fields(none, Some(Urgency::Pupils), &[], &[]), ["urgency"]);
    }

    #[test]
    fn p13_an_assessment_holds_from_its_day_on() {
        let wanted = |effective: &str| Wanted {
            state: Some(RiskState::NoConcern),
            urgency: None,
            reason: String::new(),
            direction: None,
            effective: day(effective),
        };
        let basis = Basis {
            confirmed: &[],
            undecided: &[],
            before: Some(day("2024-09-10")),
            today: day("2024-10-01"),
        };
        assert_eq!(faults(&wanted("2024-10-02"), &basis).len(), 1);
        assert_eq!(faults(&wanted("2024-09-09"), &basis).len(), 1);
        assert_eq!(faults(&wanted("2024-09-10"), &basis), []);
    }

    #[test]
    fn p12_a_judgement_and_its_dismissal_need_words() {
        assert_eq!(judgement(None, "").len(), 2);
        assert_eq!(answer(Some(CriterionState::Dismissed), " ").len(), 1);
        assert_eq!(answer(Some(CriterionState::Confirmed), ""), []);
        assert_eq!(answer(None, "").len(), 1);
        let today = day("2024-10-01");
        assert_eq!(wording("", "", day("2024-10-02"), today).len(), 3);
    }
}
