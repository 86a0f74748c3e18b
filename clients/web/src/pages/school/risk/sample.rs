//! The page in each of its shapes, for the test that renders them all.

use llpr_client::v1;
use llpr_client::v1::{RiskCriterionState, RiskState, SuggestionState};

use super::add::{self, Add};
use super::assess::{Assess, Standing, Version};
use super::criteria;
use super::earlier::Earlier;
use super::wordings::{Release, Wording};
use super::{Page, Read, Typed, assess, wordings};
use crate::pages::form::Hidden;
use crate::pages::risk::card::{Measures, sample_suggestion};
use crate::pages::risk::decide;
use crate::pages::school::Heading;
use crate::pages::school::switch::Switcher;
use crate::pages::school::views::View;
use crate::pages::{Layout, Problem, Sample};

const YEAR: &str = "programmeYears/2024-2025";

pub(super) fn wordings() -> Vec<Wording> {
    let wording = v1::RiskWording {
        programme_year: YEAR.into(),
        wording: "Attendance <b>Byron</b>\nis looked at.".into(),
        told_to: "the headteacher <b>Byron</b>".into(),
        told_date: "2024-10-01".into(),
        teller_display_name: "Ada <b>Byron</b>".into(),
        ..Default::default()
    };
    vec![wording.into()]
}

fn read(state: RiskState) -> Read {
    let criterion = |letter: &str, restricted| v1::ProgrammeCriterion {
        letter: letter.into(),
        title: "Results <b>Byron</b>".into(),
        text: "What it means <b>Byron</b>".into(),
        restricted,
        ..Default::default()
    };
    let judged = |id: &str, letter: &str, state: RiskCriterionState| v1::RiskCriterion {
        name: format!("schools/900001/riskCriteria/{id}"),
        criterion: letter.into(),
        state: state.into(),
        note: "Seen on a visit <b>Byron</b>".into(),
        author_display_name: "Ada <b>Byron</b>".into(),
        proposed_by_partner: state == RiskCriterionState::Proposed,
        decider: if state == RiskCriterionState::Proposed {
            String::new()
        } else {
            "users/2".into()
        },
        answer: "Because <b>Byron</b>".into(),
        ..Default::default()
    };
    let version = |number| v1::RiskAssessmentVersion {
        number,
        state: RiskState::AtRisk.into(),
        urgency: v1::RiskUrgency::Pupils.into(),
        reason: "Decline <b>Byron</b>".into(),
        direction: v1::RiskDirection::Declining.into(),
        criteria: vec!["a".into(), "e".into()],
        effective_date: "2024-10-01".into(),
        ..Default::default()
    };
    let versions: Vec<_> = if state == RiskState::AtRisk {
        vec![version(2), version(1)]
    } else {
        Vec::new()
    };
    Read {
        school: v1::School {
            name: "schools/900001".into(),
            ..Default::default()
        },
        assessment: v1::RiskAssessment {
            name: "schools/900001/riskAssessments/2024-2025".into(),
            state: state.into(),
            latest: versions.first().cloned(),
            versions,
            confirmed_criteria: vec!["a".into(), "e".into()],
            undecided_criteria: vec!["h".into()],
            outdated: state == RiskState::AtRisk,
            criteria: vec![
                judged("1", "e", RiskCriterionState::Confirmed),
                judged("2", "h", RiskCriterionState::Proposed),
                judged("3", "h", RiskCriterionState::Dismissed),
            ],
            ..Default::default()
        },
        criteria: vec![
            criterion("a", false),
            criterion("c", false),
            criterion("e", true),
            criterion("h", false),
            criterion("k", false),
        ],
        suggestions: v1::SchoolSuggestions {
            suggestions: vec![
                sample_suggestion("a", SuggestionState::Confirmed),
                sample_suggestion("c", SuggestionState::Open),
            ],
            ..Default::default()
        },
        wordings: None,
        years: Vec::new(),
    }
}

/// Whose page it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Sim,
    Llp,
    County,
}

fn page(reader: Reader, state: RiskState, typed: &Typed) -> Page {
    let mut read = read(state);
    if reader == Reader::County {
        read.suggestions = v1::SchoolSuggestions::default();
        read.assessment.criteria.clear();
    }
    let is_sim = reader == Reader::Sim;
    let may_add = reader != Reader::County;
    let form = |one: &v1::Suggestion| {
        let form = decide::Form::sample(one);
        let form = match typed {
            Typed::Suggestion(refused) if refused.typed.name == one.name => form.again(refused),
            _ => form,
        };
        is_sim.then_some(form)
    };
    let hidden = || is_sim.then(Hidden::sample);
    let (entries, quiet) = criteria::sorted(&read, &Measures::new(), form, hidden, typed);
    Page {
        layout: Layout::sample(),
        switcher: (reader == Reader::Llp).then(Switcher::sample),
        school: Heading::sample(),
        tabs: View::Risk.sample(),
        year: "2024/25".into(),
        years: vec![("2023-2024".into(), "2023/24".into())],
        letters_only: !may_add,
        standing: Standing::of(&read.assessment, &read.criteria),
        entries,
        quiet,
        facts: vec![("j".into(), "An inspection <b>Byron</b>".into())],
        answers: vec![("Phonics <b>Byron</b>".into(), "Too few".into())],
        earlier: vec![Earlier::sample()],
        versions: read.assessment.versions.iter().map(Version::of).collect(),
        assess: is_sim.then(|| Assess::filled(Hidden::sample(), &read.assessment, typed)),
        add: may_add.then(|| Add::filled(Hidden::sample(), is_sim, &read, typed)),
        told: may_add.then(wordings),
        release: may_add.then(|| Release::filled(Hidden::sample(), YEAR, typed)),
        problems: typed.summary(true),
    }
}

impl Sample for Page {
    fn samples() -> Vec<Self> {
        let problem = |field: &str| Problem::new(field.to_owned(), "Mend <b>Byron</b>");
        let assessment = |is_stale, fields: &[&str]| {
            Typed::Assessment(assess::Refused {
                typed: assess::Fields::default(),
                problems: fields.iter().map(|field| problem(field)).collect(),
                is_stale,
            })
        };
        let suggested = "schools/900001/suggestions/2024-2025-c";
        let all = [
            Typed::Nothing,
            assessment(
                false,
                &[
                    assess::STATE,
                    assess::URGENCY,
                    assess::REASON,
                    assess::EFFECTIVE,
                ],
            ),
            assessment(true, &["assess"]),
            Typed::Suggestion(decide::Refused::sample(suggested, false)),
            Typed::Suggestion(decide::Refused::sample(suggested, true)),
            Typed::New(add::Refused {
                typed: add::New::default(),
                problems: vec![problem(add::CRITERION), problem(add::NOTE)],
            }),
            Typed::Criterion(criteria::Refused {
                id: "2".into(),
                typed: criteria::Fields::default(),
                problems: vec![problem("answer-2")],
                is_stale: true,
            }),
            Typed::Wording(wordings::Refused {
                typed: wordings::Fields::default(),
                problems: vec![
                    problem(wordings::WORDING),
                    problem(wordings::TOLD_TO),
                    problem(wordings::TOLD_DATE),
                ],
            }),
        ];
        let mut pages: Vec<Self> = all
            .iter()
            .map(|typed| page(Reader::Sim, RiskState::AtRisk, typed))
            .collect();
        for reader in [Reader::Sim, Reader::Llp, Reader::County] {
            pages.push(page(reader, RiskState::Unreviewed, &Typed::Nothing));
        }
        pages.push(Self {
            told: Some(Vec::new()),
            years: Vec::new(),
            facts: Vec::new(),
            answers: Vec::new(),
            earlier: Vec::new(),
            ..page(Reader::Llp, RiskState::AtRisk, &Typed::Nothing)
        });
        pages.push(page(Reader::County, RiskState::AtRisk, &Typed::Nothing));
        pages
    }
}
