//! Confirming a suggestion, or dismissing it with a reason, from whichever page shows it.

use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;

use super::card::id;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::Problem;
use crate::pages::form::{self, Hidden};
use crate::words::risk;

/// The form as a page shows it.
pub(crate) struct Form {
    /// Where it is sent, with the filters of the list.
    pub(crate) action: String,
    pub(crate) hidden: Hidden,
    pub(crate) name: String,
    pub(crate) etag: String,
    /// The `id` of the suggestion to go on with.
    pub(crate) next: String,
    pub(crate) reason: String,
    pub(crate) note: String,
    /// Whether somebody has decided already.
    pub(crate) is_decided: bool,
    /// Whether what was typed could not be kept, because another thing stands here now.
    pub(crate) is_stale: bool,
    pub(crate) problems: Vec<Problem>,
}

impl Form {
    /// An empty one.
    pub(crate) fn new(signed_in: &SignedIn, suggestion: &v1::Suggestion, action: &str) -> Self {
        Self {
            action: action.to_owned(),
            hidden: Hidden::new(&signed_in.browser),
            name: suggestion.name.clone(),
            etag: suggestion.etag.clone(),
            next: String::new(),
            reason: String::new(),
            note: String::new(),
            is_decided: !super::card::is_open(suggestion),
            is_stale: false,
            problems: Vec::new(),
        }
    }

    /// With what was typed into it before.
    pub(crate) fn again(mut self, refused: &Refused) -> Self {
        let form = id(&self.name);
        self.reason.clone_from(&refused.typed.reason);
        self.note.clone_from(&refused.typed.note);
        self.is_stale = refused.is_stale;
        let problems = refused.problems.iter().cloned();
        self.problems = problems.map(|problem| problem.within(&form)).collect();
        self
    }

    /// Whether the fields are shown at once: something in them was typed or is to be mended.
    pub(crate) fn is_open(&self) -> bool {
        self.is_stale || !self.problems.is_empty()
    }

    /// What stands beside a field of this form.
    pub(crate) fn problem(&self, field: &str) -> Option<&str> {
        Problem::at(&self.problems, &format!("{field}-{}", id(&self.name)))
    }
}

/// What the form sends.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) etag: String,
    /// `confirm` or `dismiss`, from the button.
    #[serde(default)]
    pub(crate) decision: String,
    #[serde(default)]
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) note: String,
    #[serde(default)]
    pub(crate) next: String,
    #[serde(default)]
    pub(crate) request_id: String,
}

/// Why nothing was decided, and what was typed.
pub(crate) struct Refused {
    pub(crate) typed: Fields,
    pub(crate) problems: Vec<Problem>,
    /// Whether figures or decisions are others than those that were seen.
    pub(crate) is_stale: bool,
    /// Whether data no longer suggests it, and nobody has decided about it.
    pub(crate) is_gone: bool,
}

impl Refused {
    pub(crate) fn status(&self) -> StatusCode {
        if self.is_stale || self.is_gone {
            StatusCode::CONFLICT
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }

    /// What the head of the page says where the form itself is not on it.
    pub(crate) fn summary(&self, is_shown: bool) -> Vec<Problem> {
        let form = id(&self.typed.name);
        let problems = self.problems.iter().cloned();
        if is_shown {
            problems.map(|problem| problem.within(&form)).collect()
        } else {
            problems
                .map(|problem| Problem::new("", problem.text))
                .collect()
        }
    }
}

/// Decides. What was done, in a sentence, or why nothing was.
pub(crate) async fn decide(
    signed_in: &SignedIn,
    mut fields: Fields,
) -> Result<Result<String, Refused>, Failure> {
    fields.note = fields.note.trim().replace("\r\n", "\n");
    let typed = fields.clone();
    let (said, answer) = match fields.decision.as_str() {
        "confirm" => {
            let request = v1::ConfirmSuggestionRequest {
                name: fields.name,
                etag: fields.etag,
                note: fields.note,
                request_id: fields.request_id,
            };
            let answer = read!(signed_in, risk().confirm_suggestion(request)).await;
            ("Confirmed", answer.map(|answer| answer.suggestion))
        }
        "dismiss" => {
            let request = v1::DismissSuggestionRequest {
                name: fields.name,
                etag: fields.etag,
                reason: risk::read_reason(&fields.reason).into(),
                note: fields.note,
                request_id: fields.request_id,
            };
            let answer = read!(signed_in, risk().dismiss_suggestion(request)).await;
            ("Dismissed", answer.map(|answer| answer.suggestion))
        }
        _ => return Err(Failure::Unreadable(StatusCode::BAD_REQUEST)),
    };
    let refused = |problems, is_stale, is_gone| {
        Ok(Err(Refused {
            typed,
            problems,
            is_stale,
            is_gone,
        }))
    };
    match answer {
        Ok(suggestion) => {
            let suggestion = suggestion.unwrap_or_default();
            Ok(Ok(format!(
                "{said}: {}. {}, {}",
                suggestion.criterion, suggestion.criterion_title, suggestion.school_display_name
            )))
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            let text = "Nothing was kept: figures or decisions are others now than when you opened the page. \
                        What stands now is shown, and what you typed is kept";
            refused(vec![Problem::new("", text)], true, false)
        }
        Err(error) if error.reason() == Some(ErrorReason::ResourceNotFound) => {
            let text =
                "Nothing was kept: data no longer suggests this, and nobody had decided about it";
            refused(vec![Problem::new("", text)], false, true)
        }
        Err(error) => {
            let problems = form::problems(error, &[("reason", "reason"), ("note", "note")])?;
            refused(problems, false, false)
        }
    }
}

/// Whether this is the `id` of a suggestion in a page, `900001-a`.
pub(crate) fn is_id(text: &str) -> bool {
    let Some((urn, letter)) = text.split_once('-') else {
        return false;
    };
    urn.len() == 6
        && urn.bytes().all(|byte| byte.is_ascii_digit())
        && letter.len() == 1
        && letter.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
impl Form {
    pub(crate) fn sample(suggestion: &v1::Suggestion) -> Self {
        Self {
            action: "/districts/north/suggestions?show=all".into(),
            hidden: Hidden::sample(),
            name: suggestion.name.clone(),
            etag: suggestion.etag.clone(),
            next: "900002-a".into(),
            reason: String::new(),
            note: String::new(),
            is_decided: !super::card::is_open(suggestion),
            is_stale: false,
            problems: Vec::new(),
        }
    }
}

#[cfg(test)]
impl Refused {
    pub(crate) fn sample(name: &str, is_stale: bool) -> Self {
        Self {
            typed: Fields {
                name: name.into(),
                reason: "other".into(),
                note: "Moved site <b>Byron</b>".into(),
                ..Fields::default()
            },
            problems: if is_stale {
                vec![Problem::new("", "Nothing was kept")]
            } else {
                vec![
                    Problem::new("reason", "Choose a reason"),
                    Problem::new("note", "Say what"),
                ]
            },
            is_stale,
            is_gone: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::risk::card::sample_suggestion;

    #[test]
    fn what_was_typed_stays_and_problems_find_their_fields() {
        let suggestion = sample_suggestion("a", v1::SuggestionState::Open);
        let refused = Refused::sample(&suggestion.name, false);
        let form = Form::sample(&suggestion).again(&refused);
        assert_eq!(form.reason, "other");
        assert_eq!(form.note, "Moved site <b>Byron</b>");
        assert_eq!(form.problem("reason"), Some("Choose a reason"));
        assert_eq!(form.problem("note"), Some("Say what"));
        assert!(refused.summary(true)[0].is_at("reason-900001-a"));
        assert!(refused.summary(false)[0].is_at(""));
        let stale = Refused::sample(&suggestion.name, true);
        assert!(stale.summary(true)[0].is_at("900001-a"));
        assert_eq!(stale.status(), StatusCode::CONFLICT);
    }

    #[test]
    fn only_a_place_of_the_page_is_gone_on_with() {
        assert!(is_id("900001-a"));
        for wrong in [
            "",
            "900001",
            "900001-",
            "900001-ab",
            "900001-A",
            "/evil",
            "x-a",
        ] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
