//! The assessment of a school that holds, those before it, and the form for the next.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1::RiskState;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::{Typed, page, to};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::Problem;
use crate::pages::form::{self, Hidden};
use crate::pages::school::school_name;
use crate::words::{Choice, date, day, moment, risk};

pub(super) const STATE: &str = "state";
pub(super) const URGENCY: &str = "urgency";
pub(super) const REASON: &str = "reason";
pub(super) const EFFECTIVE: &str = "effective-date";

/// Where the school stands now.
pub(super) struct Standing {
    pub(super) state: &'static str,
    pub(super) state_tag: &'static str,
    pub(super) urgency: &'static str,
    pub(super) direction: &'static str,
    pub(super) reason: String,
    /// Criteria of the assessment that holds, as letters with titles.
    pub(super) criteria: Vec<String>,
    pub(super) from: String,
    pub(super) by: String,
    pub(super) shared: String,
    /// Whether there is an assessment to speak of.
    pub(super) is_assessed: bool,
    /// Whether criteria in evidence are others than when it was assessed.
    pub(super) is_outdated: bool,
    /// Letters in evidence now.
    pub(super) confirmed: String,
    /// Letters that wait for a decision.
    pub(super) undecided: String,
}

impl Standing {
    pub(super) fn of(assessment: &v1::RiskAssessment, criteria: &[v1::ProgrammeCriterion]) -> Self {
        let latest = assessment.latest.clone().unwrap_or_default();
        let title = |letter: &String| {
            let known = criteria.iter().find(|known| known.letter == *letter);
            known.map_or_else(
                || letter.clone(),
                |known| format!("{letter}. {}", known.title),
            )
        };
        Self {
            state: risk::state(assessment.state()),
            state_tag: risk::state_tag(assessment.state()),
            urgency: risk::urgency(latest.urgency()),
            direction: risk::direction(latest.direction()),
            criteria: latest.criteria.iter().map(title).collect(),
            from: date(&latest.effective_date),
            by: latest.assessor_display_name,
            shared: latest.share_time.as_ref().map_or_else(String::new, day),
            reason: latest.reason,
            is_assessed: assessment.latest.is_some(),
            is_outdated: assessment.outdated,
            confirmed: assessment.confirmed_criteria.join(", "),
            undecided: assessment.undecided_criteria.join(", "),
        }
    }
}

/// A version of the history.
pub(super) struct Version {
    pub(super) number: i32,
    pub(super) state: &'static str,
    pub(super) urgency: &'static str,
    pub(super) direction: &'static str,
    pub(super) reason: String,
    pub(super) letters: String,
    pub(super) from: String,
    /// Who made it and when, and whether with others.
    pub(super) made: String,
    pub(super) shared: String,
}

impl Version {
    pub(super) fn of(version: &v1::RiskAssessmentVersion) -> Self {
        let time = version
            .assess_time
            .as_ref()
            .map_or_else(String::new, moment);
        let together = if version.in_bulk {
            ", together with others"
        } else {
            ""
        };
        Self {
            number: version.number,
            state: risk::state(version.state()),
            urgency: risk::urgency(version.urgency()),
            direction: risk::direction(version.direction()),
            reason: version.reason.clone(),
            letters: version.criteria.join(", "),
            from: date(&version.effective_date),
            made: format!("{}, {time}{together}", version.assessor_display_name),
            shared: version
                .share_time
                .as_ref()
                .map_or_else(|| "not shared".to_owned(), day),
        }
    }
}

/// The form.
pub(super) struct Assess {
    pub(super) hidden: Hidden,
    pub(super) name: String,
    pub(super) etag: String,
    pub(super) fields: Fields,
    /// Whether somebody changed what it rests on since the page was opened.
    pub(super) is_stale: bool,
    /// Whether there is an assessment before it.
    pub(super) is_next: bool,
}

/// What the form sends.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) urgency: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) direction: String,
    #[serde(default, rename = "effective-date")]
    pub(super) effective_date: String,
    /// Of the assessment, with its year.
    #[serde(default)]
    name: String,
    #[serde(default)]
    etag: String,
    #[serde(default)]
    request_id: String,
}

/// Why nothing was kept, and what was typed.
pub(super) struct Refused {
    pub(super) typed: Fields,
    pub(super) problems: Vec<Problem>,
    pub(super) is_stale: bool,
}

impl Assess {
    /// With what was typed, or what the assessment that holds says, so that nobody types it twice.
    pub(super) fn new(
        signed_in: &SignedIn,
        assessment: &v1::RiskAssessment,
        typed: &Typed,
    ) -> Self {
        Self::filled(Hidden::new(&signed_in.browser), assessment, typed)
    }

    pub(super) fn filled(hidden: Hidden, assessment: &v1::RiskAssessment, typed: &Typed) -> Self {
        let (fields, is_stale) = if let Typed::Assessment(refused) = typed {
            (refused.typed.clone(), refused.is_stale)
        } else {
            let latest = assessment.latest.as_ref();
            (latest.map_or_else(Fields::default, before), false)
        };
        Self {
            hidden,
            name: assessment.name.clone(),
            etag: assessment.etag.clone(),
            fields,
            is_stale,
            is_next: assessment.latest.is_some(),
        }
    }

    pub(super) fn states(&self) -> [(Choice, bool); 2] {
        [RiskState::AtRisk, RiskState::NoConcern].map(|state| {
            let word = risk::state_word(state);
            let is_chosen = self.fields.state == word;
            (Choice::new(word, risk::state(state)), is_chosen)
        })
    }

    pub(super) fn urgencies(&self) -> Vec<(Choice, bool)> {
        risk::urgencies()
            .into_iter()
            .map(|choice| {
                let is_chosen = self.fields.urgency == choice.value;
                (choice, is_chosen)
            })
            .collect()
    }

    pub(super) fn directions(&self) -> Vec<(Choice, bool)> {
        let choices = risk::directions().into_iter().map(|choice| {
            let is_chosen = self.fields.direction == choice.value;
            (choice, is_chosen)
        });
        choices.collect()
    }
}

/// The form as the assessment that holds fills it in.
fn before(latest: &v1::RiskAssessmentVersion) -> Fields {
    let is_urgent = latest.urgency() != v1::RiskUrgency::Unspecified;
    Fields {
        state: risk::state_word(latest.state()),
        urgency: if is_urgent {
            risk::urgency_word(latest.urgency())
        } else {
            String::new()
        },
        reason: latest.reason.clone(),
        direction: risk::direction_word(latest.direction()),
        ..Fields::default()
    }
}

/// Makes the next version.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.reason = fields.reason.trim().replace("\r\n", "\n");
    fields.effective_date = fields.effective_date.trim().to_owned();
    let school = school_name(&urn)?;
    if !fields.name.starts_with(&format!("{school}/")) {
        return Err(Failure::NoSuchPage);
    }
    let state = risk::read_state(&fields.state);
    // Radios can't be cleared, and the form says what is left out where there is no concern.
    let is_at_risk = state == RiskState::AtRisk;
    let request = v1::AssessSchoolRequest {
        name: fields.name.clone(),
        etag: fields.etag.clone(),
        state: state.into(),
        direction: risk::read_direction(&fields.direction).into(),
        urgency: if is_at_risk {
            risk::read_urgency(&fields.urgency).into()
        } else {
            v1::RiskUrgency::Unspecified.into()
        },
        reason: if is_at_risk {
            fields.reason.clone()
        } else {
            String::new()
        },
        effective_date: fields.effective_date.clone(),
        request_id: fields.request_id.clone(),
    };
    let (problems, is_stale) = match read!(signed_in, risk().assess_school(request)).await {
        Ok(answer) => {
            let assessment = answer.risk_assessment.unwrap_or_default();
            signed_in.browser.say_done(format!(
                "{}: {}",
                assessment.school_display_name,
                risk::state(assessment.state()).to_lowercase()
            ));
            return Ok(to(&urn));
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let text = "Nothing was kept: criteria or assessment are others now than when you opened the page. \
                        What stands now is beside what you typed, which is kept";
            (vec![Problem::new("assess", text)], true)
        }
        Err(error) => {
            let fields = [
                ("state", STATE),
                ("urgency", URGENCY),
                ("reason", REASON),
                ("effective_date", EFFECTIVE),
            ];
            (form::problems(error, &fields)?, false)
        }
    };
    let status = if is_stale {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let refused = Refused {
        typed: fields,
        problems,
        is_stale,
    };
    let page = page(&signed_in, &urn, "", &Typed::Assessment(refused)).await?;
    Ok(crate::pages::render(status, &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessment(reason: &str) -> v1::RiskAssessment {
        v1::RiskAssessment {
            latest: Some(v1::RiskAssessmentVersion {
                number: 2,
                state: RiskState::AtRisk.into(),
                urgency: v1::RiskUrgency::Pupils.into(),
                reason: reason.into(),
                criteria: vec!["a".into(), "z".into()],
                effective_date: "2024-10-01".into(),
                in_bulk: true,
                assessor_display_name: "Ada".into(),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    #[test]
    fn nobody_types_twice_what_the_last_assessment_says() {
        let form = Assess::filled(Hidden::sample(), &assessment("Decline"), &Typed::Nothing);
        assert_eq!(form.fields.state, "at-risk");
        assert_eq!(form.fields.urgency, "pupils");
        assert_eq!(form.fields.reason, "Decline");
        assert!(form.states()[0].1 && !form.states()[1].1);
    }

    #[test]
    fn a_stale_form_keeps_what_was_typed() {
        let refused = Refused {
            typed: Fields {
                state: "no-concern".into(),
                reason: "Mine".into(),
                etag: "old".into(),
                ..Fields::default()
            },
            problems: Vec::new(),
            is_stale: true,
        };
        let mut now = assessment("Theirs");
        now.etag = "new".into();
        let form = Assess::filled(Hidden::sample(), &now, &Typed::Assessment(refused));
        assert!(form.is_stale);
        assert_eq!(
            (form.fields.reason.as_str(), form.etag.as_str()),
            ("Mine", "new")
        );
    }

    #[test]
    fn letters_stand_with_their_titles_and_versions_say_who_made_them() {
        let criteria = [v1::ProgrammeCriterion {
            letter: "a".into(),
            title: "Results".into(),
            ..Default::default()
        }];
        let standing = Standing::of(&assessment(""), &criteria);
        assert_eq!(standing.criteria, ["a. Results", "z"]);
        assert_eq!(standing.from, "1 October 2024");
        let latest = assessment("").latest.unwrap();
        let version = Version::of(&latest);
        assert!(
            version.made.ends_with("together with others"),
            "{}",
            version.made
        );
        assert_eq!(version.shared, "not shared");
    }
}
