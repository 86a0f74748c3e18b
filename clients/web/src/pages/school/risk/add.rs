//! The form to add a criterion by judgement, which a partner proposes.

use axum::extract::Path;
use axum::response::Response;
use llpr_client::v1;
use llpr_client::v1::RiskCriterionState;
use serde::Deserialize;

use super::{Read, Typed, page, programme_year, to};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::Problem;
use crate::pages::form::{self, Hidden};
use crate::pages::school::school_name;
use crate::words::Choice;

pub(super) const CRITERION: &str = "criterion";
pub(super) const NOTE: &str = "note";

/// The form to add a criterion by judgement.
pub(super) struct Add {
    pub(super) hidden: Hidden,
    pub(super) programme_year: String,
    /// Whether it is proposed, by a partner.
    pub(super) is_proposal: bool,
    pub(super) criteria: Vec<Choice>,
    pub(super) fields: New,
}

/// What that form sends.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct New {
    #[serde(default)]
    programme_year: String,
    #[serde(default)]
    pub(super) criterion: String,
    #[serde(default)]
    pub(super) note: String,
    #[serde(default)]
    request_id: String,
}

/// Why nothing was added, and what was typed.
pub(super) struct Refused {
    pub(super) typed: New,
    pub(super) problems: Vec<Problem>,
}

impl Add {
    pub(super) fn new(signed_in: &SignedIn, may_decide: bool, read: &Read, typed: &Typed) -> Self {
        Self::filled(Hidden::new(&signed_in.browser), may_decide, read, typed)
    }

    pub(super) fn filled(hidden: Hidden, may_decide: bool, read: &Read, typed: &Typed) -> Self {
        let criteria = read.criteria.iter().map(|criterion| {
            let restricted = if criterion.restricted {
                " (restricted)"
            } else {
                ""
            };
            let text = format!("{}. {}{restricted}", criterion.letter, criterion.title);
            Choice::new(criterion.letter.as_str(), text)
        });
        Self {
            hidden,
            programme_year: programme_year(&read.assessment.name),
            is_proposal: !may_decide,
            criteria: std::iter::once(Choice::new("", "Choose a criterion"))
                .chain(criteria)
                .collect(),
            fields: if let Typed::New(refused) = typed {
                refused.typed.clone()
            } else {
                New::default()
            },
        }
    }
}

/// Adds a criterion by judgement, or proposes it.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    form: CsrfForm<New>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.note = fields.note.trim().replace("\r\n", "\n");
    let parent = school_name(&urn)?;
    let problems = if fields.criterion.is_empty() {
        let mut problems = vec![Problem::new(CRITERION, "Choose the criterion")];
        if fields.note.is_empty() {
            let text = "Say what the evidence is: a judgement needs a note (¶12)";
            problems.push(Problem::new(NOTE, text));
        }
        problems
    } else {
        let request = v1::AddRiskCriterionRequest {
            parent,
            programme_year: fields.programme_year.clone(),
            criterion: fields.criterion.clone(),
            note: fields.note.clone(),
            request_id: fields.request_id.clone(),
        };
        match read!(signed_in, risk().add_risk_criterion(request)).await {
            Ok(answer) => {
                let added = answer.risk_criterion.unwrap_or_default();
                let letter = added.criterion.clone();
                signed_in
                    .browser
                    .say_done(if added.state() == RiskCriterionState::Proposed {
                        format!(
                            "Criterion {letter} is proposed. The school improvement manager decides about it."
                        )
                    } else {
                        format!("Criterion {letter} is in evidence.")
                    });
                return Ok(to(&urn));
            }
            Err(error) => {
                let fields = [("criterion", CRITERION), ("note", NOTE)];
                form::problems(error, &fields)?
            }
        }
    };
    let typed = Typed::New(Refused {
        typed: fields,
        problems,
    });
    Ok(form::again(&page(&signed_in, &urn, "", &typed).await?))
}
