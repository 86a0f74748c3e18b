//! `llpr risk export`: a district's assessments and suggestions with their reasons, as CSV.

use std::path::PathBuf;

use clap::Args;
use futures::TryStreamExt as _;
use llpr_client::items;
use llpr_client::v1::{
    DismissReason, ListRiskAssessmentsRequest, RiskAssessment, RiskAssessmentVersion,
    RiskDirection, RiskState, RiskUrgency, Suggestion, SuggestionChange, SuggestionDecision,
    SuggestionSeverity, SuggestionState,
};

use super::year_name;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full};
use crate::output::{count, harmless, time, write_csv};
use crate::words::{word, word_of};

/// Write a district's assessments and suggestions with their reasons as CSV
///
/// A line for each school and criterion that is suggested, decided about or in evidence, and one for
/// each school without any. Notes on criteria by judgement are left out: `llpr risk show` has them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk export north-marl
  llpr risk export north-marl --year 2024/25 --file north-marl.csv")]
pub(crate) struct Export {
    /// The district's slug
    district: String,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
    /// Write to this file [default: the standard output]
    #[arg(long, value_name = "OUT.csv")]
    file: Option<PathBuf>,
}

impl Export {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let parent = full("districts", &self.district);
        let year = year_name(self.year.as_deref())?;
        let schools = items(|page_token| {
            let mut client = session.risk();
            let request = ListRiskAssessmentsRequest {
                parent: parent.clone(),
                programme_year: year.clone(),
                page_size: 200,
                page_token,
            };
            async move { client.list_risk_assessments(request).await }
        });
        let schools: Vec<RiskAssessment> = schools.try_collect().await?;
        let suggested = super::suggestions::schools(&session, &parent, &year).await?;
        // A district is small enough to hold, and no half-written file stays behind.
        let mut text = Vec::new();
        write_csv(&mut text, HEADINGS.map(str::to_owned))?;
        for school in &schools {
            let found = suggested.iter().find(|one| one.school == school.school);
            let suggestions = found.map_or(&[][..], |one| &one.suggestions);
            for cells in lines(school, suggestions) {
                write_csv(&mut text, cells.map(harmless))?;
            }
        }
        match &self.file {
            None => Ok(std::io::Write::write_all(&mut context.io.out, &text)?),
            Some(path) => {
                std::fs::write(path, text).map_err(|source| Failure::File {
                    path: path.display().to_string(),
                    source,
                })?;
                let schools = i64::try_from(schools.len()).unwrap_or(i64::MAX);
                context.note(&format!(
                    "{}: {}.",
                    path.display(),
                    count(schools, "school")
                ))
            }
        }
    }
}

const HEADINGS: [&str; 22] = [
    "urn",
    "school",
    "state",
    "urgency",
    "urgency_reason",
    "direction",
    "criteria_when_assessed",
    "effective_date",
    "assessed_by",
    "assessed",
    "shared",
    "criterion",
    "title",
    "in_evidence",
    "severity",
    "evidence",
    "decision",
    "change",
    "reason",
    "note",
    "decided_by",
    "decided",
];

/// The lines of a school: one for each criterion, or one without.
fn lines(school: &RiskAssessment, suggestions: &[Suggestion]) -> Vec<[String; 22]> {
    let letters = suggestions.iter().map(|one| &one.criterion);
    let mut letters: Vec<&String> = letters
        .chain(&school.confirmed_criteria)
        .chain(&school.undecided_criteria)
        .collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.is_empty() {
        return vec![cells(school, "", None)];
    }
    let of = |letter: &String| {
        let suggestion = suggestions.iter().find(|one| one.criterion == *letter);
        cells(school, letter, suggestion)
    };
    letters.into_iter().map(of).collect()
}

fn cells(school: &RiskAssessment, letter: &str, suggestion: Option<&Suggestion>) -> [String; 22] {
    let assessed = |told: fn(&RiskAssessmentVersion) -> String| {
        school.latest.as_ref().map(told).unwrap_or_default()
    };
    let suggested = |told: fn(&Suggestion) -> String| suggestion.map(told).unwrap_or_default();
    let decided = |told: fn(&SuggestionDecision) -> String| {
        let last = suggestion.and_then(|one| one.decisions.first());
        last.map(told).unwrap_or_default()
    };
    let in_evidence = match letter {
        "" => String::new(),
        letter => {
            let mut confirmed = school.confirmed_criteria.iter();
            confirmed.any(|one| one == letter).to_string()
        }
    };
    [
        bare(&school.school).to_owned(),
        school.school_display_name.clone(),
        word_of::<RiskState>(school.state),
        assessed(|latest| word_of::<RiskUrgency>(latest.urgency)),
        assessed(|latest| latest.reason.clone()),
        assessed(|latest| word_of::<RiskDirection>(latest.direction)),
        assessed(|latest| latest.criteria.join(" ")),
        assessed(|latest| latest.effective_date.clone()),
        assessed(|latest| latest.assessor_display_name.clone()),
        assessed(|latest| time(latest.assess_time)),
        assessed(|latest| time(latest.share_time)),
        letter.to_owned(),
        suggested(|one| one.criterion_title.clone()),
        in_evidence,
        suggested(|one| word_of::<SuggestionSeverity>(one.severity)),
        suggested(evidence),
        suggested(|one| word_of::<SuggestionState>(one.state)),
        suggested(|one| word::<SuggestionChange>(one.change())),
        decided(|last| word_of::<DismissReason>(last.reason)),
        decided(|last| last.note.clone()),
        decided(|last| last.decider_display_name.clone()),
        decided(|last| time(last.decide_time)),
    ]
}

fn evidence(suggestion: &Suggestion) -> String {
    let words = suggestion.evidence.iter().map(|one| one.words.as_str());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_without_anything_has_a_line_and_one_by_judgement_its_letter() {
        let bare = RiskAssessment {
            school: "schools/900001".into(),
            ..RiskAssessment::default()
        };
        let [line] = &lines(&bare, &[])[..] else {
            panic!("one line");
        };
        assert_eq!(
            (line[0].as_str(), line[11].as_str(), line[13].as_str()),
            ("900001", "", "")
        );
        let judged = RiskAssessment {
            confirmed_criteria: vec!["f".into()],
            undecided_criteria: vec!["h".into()],
            ..bare
        };
        let told: Vec<_> = lines(&judged, &[])
            .into_iter()
            .map(|line| (line[11].clone(), line[13].clone()))
            .collect();
        assert_eq!(
            told,
            [
                ("f".into(), "true".to_owned()),
                ("h".into(), "false".to_owned())
            ]
        );
    }
}
