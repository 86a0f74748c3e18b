//! A school's context as the list of a district shows it, and what the list's form sends.

use llpr_client::v1;

use super::{Contexts, SCHOOLS};
use crate::pages::Problem;
use crate::pages::choose::Choose;
use crate::pages::form::sentence;
use crate::pages::risk::urn;
use crate::words::{context, day};

/// A school.
pub(super) struct Row {
    pub(super) urn: String,
    pub(super) school: String,
    pub(super) kind: &'static str,
    /// Whether something else is proposed since it was decided.
    pub(super) is_outdated: bool,
    pub(super) visits: String,
    /// Why it was decided.
    pub(super) reason: String,
    pub(super) by: String,
    pub(super) proposed: &'static str,
    pub(super) proposed_visits: String,
    pub(super) reasons: Vec<String>,
    /// Whether paragraph 7 says so outright.
    pub(super) is_clear: bool,
    /// What the checkbox sends: what was seen.
    pub(super) value: String,
    pub(super) is_chosen: bool,
}

impl Row {
    pub(super) fn of(school: &v1::ProgrammeContext, is_chosen: bool) -> Self {
        let proposal = school.proposal.clone().unwrap_or_default();
        let latest = school.latest.clone().unwrap_or_default();
        let urn = urn(&school.school);
        let by = latest
            .decide_time
            .as_ref()
            .map_or_else(String::new, |time| {
                format!("{}, {}", latest.decider_display_name, day(time))
            });
        Self {
            urn: urn.to_owned(),
            school: school.school_display_name.clone(),
            kind: context::kind(school.kind()),
            is_outdated: school.outdated,
            visits: context::visits(school.kind(), school.visit_count),
            by,
            proposed: context::kind(proposal.kind()),
            proposed_visits: context::visits(proposal.kind(), proposal.visit_count),
            is_clear: proposal.clear,
            value: format!(
                "{urn} {} {}",
                context::kind_word(proposal.kind()),
                school.etag
            ),
            reasons: proposal.reasons,
            reason: latest.reason,
            is_chosen,
        }
    }
}

/// What the form sends: for each chosen school what was proposed when it was seen.
pub(super) struct Chosen {
    pub(super) programme_year: String,
    pub(super) request_id: String,
    pub(super) choices: Vec<v1::ProgrammeContextChoice>,
    /// The button above the list, where that was pressed.
    pub(super) choose: Option<Choose>,
}

impl From<Vec<(String, String)>> for Chosen {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut chosen = Self {
            programme_year: String::new(),
            request_id: String::new(),
            choices: Vec::new(),
            choose: None,
        };
        for (name, value) in pairs {
            match name.as_str() {
                "programme_year" => chosen.programme_year = value,
                "request_id" => chosen.request_id = value,
                "choose" => chosen.choose = Choose::read(&value),
                "school" => chosen.choices.extend(choice(&value)),
                _ => {}
            }
        }
        chosen
    }
}

/// The choice that a checkbox sends; none where the form sends something else.
fn choice(value: &str) -> Option<v1::ProgrammeContextChoice> {
    let mut parts = value.splitn(3, ' ');
    let (urn, kind, etag) = (parts.next()?, parts.next()?, parts.next()?);
    Some(v1::ProgrammeContextChoice {
        school: format!("schools/{urn}"),
        etag: etag.to_owned(),
        kind: context::read_kind(kind).into(),
        // What is proposed says why.
        reason: String::new(),
    })
}

impl Chosen {
    pub(super) fn has(&self, school: &str) -> bool {
        self.choices.iter().any(|choice| choice.school == school)
    }

    /// The server names schools by their place in the request; people know them by name.
    pub(super) fn problems(&self, error: &llpr_client::Error, all: &Contexts) -> Vec<Problem> {
        let named = error.violations().iter().filter_map(|violation| {
            let rest = violation.field.strip_prefix("choices[")?;
            let (place, field) = rest.split_once(']')?;
            let choice = self.choices.get(place.parse::<usize>().ok()?)?;
            let mut known = all.schools.iter();
            let known = known.find(|school| school.school == choice.school);
            let name = known.map_or(&choice.school, |known| &known.school_display_name);
            let text = match field {
                ".etag" => "Something else is proposed or was decided since you opened the page. \
                            It is below: look again"
                    .to_owned(),
                _ => sentence(&violation.description),
            };
            Some(Problem::new(SCHOOLS, format!("{name}: {text}")))
        });
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Status;
    use tonic_types::{ErrorDetails, StatusExt};

    fn chosen() -> Chosen {
        let all = Contexts::sample();
        let pairs = all.schools.iter().map(|school| {
            let row = Row::of(school, true);
            ("school".to_owned(), row.value)
        });
        Chosen::from(pairs.collect::<Vec<_>>())
    }

    #[test]
    fn what_was_seen_is_what_is_decided() {
        let chosen = chosen();
        assert_eq!(chosen.choices.len(), 4);
        let first = &chosen.choices[0];
        assert_eq!(first.school, "schools/900001");
        assert_eq!(first.kind(), v1::ProgrammeContextKind::RecentSupport);
        assert_eq!(first.etag, "900001-1");
        assert!(chosen.has("schools/900002") && !chosen.has("schools/900009"));
        assert!(choice("nonsense").is_none());
    }

    #[test]
    fn a_school_whose_proposal_changed_meanwhile_is_named() {
        let mut details = ErrorDetails::with_error_info("INVALID_REQUEST", "llpr.v1", []);
        details
            .add_bad_request_violation("choices[1].etag", "the context was changed")
            .add_bad_request_violation("choices[0].reason", "say why (¶7)");
        let error =
            Status::with_error_details(tonic::Code::InvalidArgument, "Mend it.", details).into();
        let found = chosen().problems(&error, &Contexts::sample());
        assert_eq!(found.len(), 2);
        assert!(
            found[0]
                .text
                .starts_with("St Mary's <Infant> School: Something else")
        );
        assert_eq!(found[1].text, "St Mary's <Infant> School: Say why (¶7)");
    }
}
