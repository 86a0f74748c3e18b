//! The list of a district's suggestions: which of them are shown, in which order they are gone
//! through, and how far that is.

use std::collections::BTreeMap;

use llpr_client::v1;
use llpr_client::v1::SuggestionChange;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::Standings;
use super::card::{Card, Measures, id, is_open};
use super::decide::Form;
use crate::words::Choice;

pub(super) const SHOW: &str = "show";
pub(super) const CRITERION: &str = "criterion";

/// Which suggestions, and where the person is in the list.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Wanted {
    /// Empty for those that nobody has decided about; `changed`, `decided` or `all`.
    #[serde(default)]
    pub(super) show: String,
    /// A criterion's letter.
    #[serde(default)]
    pub(super) criterion: String,
    #[serde(default)]
    pub(super) page_token: String,
    /// Before which suggestion it is said what was done.
    #[serde(default)]
    pub(super) at: String,
}

/// How far the list is worked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) to_decide: usize,
    pub(super) decided: usize,
    /// Schools about which data suggests nothing, and nobody decided anything.
    pub(super) quiet: usize,
    /// Those of them where some results are too few to judge.
    pub(super) few: usize,
}

impl Wanted {
    pub(super) fn is_set(&self) -> bool {
        !self.show.is_empty() || !self.criterion.is_empty()
    }

    /// Whether the filters let it through.
    pub(super) fn lets(&self, suggestion: &v1::Suggestion) -> bool {
        let shown = match self.show.as_str() {
            "all" => true,
            "decided" => !is_open(suggestion),
            "changed" => suggestion.change() != SuggestionChange::Unspecified,
            _ => is_open(suggestion),
        };
        shown && (self.criterion.is_empty() || suggestion.criterion == self.criterion)
    }

    pub(super) fn link(&self, path: &str, page_token: &str, at: &str) -> String {
        let mut pairs = Serializer::new(String::new());
        for (name, value) in [
            (SHOW, self.show.as_str()),
            (CRITERION, &self.criterion),
            ("page_token", page_token),
            ("at", at),
        ] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        match pairs.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

/// Those that the filters let through, and the one that was typed about, each knowing which is to
/// be gone on with.
pub(super) fn cards(
    schools: &[v1::SchoolSuggestions],
    wanted: &Wanted,
    typed: Option<&str>,
    measures: &Measures,
    form: impl Fn(&v1::Suggestion) -> Form,
) -> Vec<Card> {
    let shown: Vec<&v1::Suggestion> = schools
        .iter()
        .flat_map(|school| &school.suggestions)
        .filter(|one| wanted.lets(one) || typed == Some(one.name.as_str()))
        .collect();
    let ids: Vec<String> = shown.iter().map(|one| id(&one.name)).collect();
    // After the last comes the first, so that what was passed over is not forgotten.
    let following = ids.iter().cycle().skip(1);
    shown
        .into_iter()
        .zip(following)
        .map(|(one, next)| {
            let form = Form {
                next: next.clone(),
                ..form(one)
            };
            Card::of(one.clone(), measures, Some(form))
        })
        .collect()
}

impl Numbers {
    pub(super) fn of(schools: &[v1::SchoolSuggestions]) -> Self {
        let all = || schools.iter().flat_map(|school| &school.suggestions);
        let quiet = || {
            schools
                .iter()
                .filter(|school| school.suggestions.is_empty())
        };
        let to_decide = all().filter(|one| is_open(one)).count();
        Self {
            to_decide,
            decided: all().count() - to_decide,
            quiet: quiet().count(),
            few: quiet()
                .filter(|school| school.answers.iter().any(|answer| answer.too_few))
                .count(),
        }
    }
}

/// What can be shown, with how many there are.
pub(super) fn shows(schools: &[v1::SchoolSuggestions]) -> Vec<Choice> {
    [
        ("", "To decide"),
        ("changed", "Figures changed since the decision"),
        ("decided", "Decided"),
        ("all", "All"),
    ]
    .map(|(show, text)| {
        let wanted = Wanted {
            show: show.into(),
            ..Wanted::default()
        };
        let all = schools.iter().flat_map(|school| &school.suggestions);
        let many = all.filter(|one| wanted.lets(one)).count();
        Choice::new(show, format!("{text} ({many})"))
    })
    .into()
}

/// The criteria that some suggestion is about.
pub(super) fn criteria(schools: &[v1::SchoolSuggestions]) -> Vec<Choice> {
    let all = schools.iter().flat_map(|school| &school.suggestions);
    let titles: BTreeMap<&str, &str> = all
        .map(|one| (one.criterion.as_str(), one.criterion_title.as_str()))
        .collect();
    std::iter::once(Choice::new("", "All criteria"))
        .chain(
            titles
                .into_iter()
                .map(|(letter, title)| Choice::new(letter, format!("{letter}. {title}"))),
        )
        .collect()
}

/// Schools of this page where letters wait that no open suggestion is about: partners propose
/// them.
pub(super) fn proposals(
    standings: Option<&Standings>,
    schools: &[v1::SchoolSuggestions],
) -> Vec<(String, String, String)> {
    let all = standings.map_or(&[][..], |standings| &standings.schools);
    let mut found = Vec::new();
    for school in schools {
        let open = |letter: &String| {
            let mut suggestions = school.suggestions.iter();
            suggestions.any(|one| is_open(one) && one.criterion == *letter)
        };
        let Some(standing) = all.iter().find(|one| one.school == school.school) else {
            continue;
        };
        let undecided = standing.undecided_criteria.iter();
        let letters: Vec<String> = undecided.filter(|letter| !open(letter)).cloned().collect();
        if !letters.is_empty() {
            found.push((
                super::urn(&school.school).to_owned(),
                school.school_display_name.clone(),
                letters.join(", "),
            ));
        }
    }
    found
}

#[cfg(test)]
pub(super) fn sample_schools() -> Vec<v1::SchoolSuggestions> {
    use super::card::sample_suggestion;
    use llpr_client::v1::SuggestionState;
    let too_few = v1::SuggestionAnswer {
        too_few: true,
        ..Default::default()
    };
    vec![
        v1::SchoolSuggestions {
            school: "schools/900001".into(),
            school_display_name: "St Mary's <Infant> School".into(),
            suggestions: vec![
                sample_suggestion("a", SuggestionState::Open),
                sample_suggestion("c", SuggestionState::Dismissed),
                sample_suggestion("j", SuggestionState::Open),
            ],
            ..Default::default()
        },
        v1::SchoolSuggestions {
            school: "schools/900003".into(),
            answers: vec![too_few],
            ..Default::default()
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_each_suggestion_comes_the_next_and_after_the_last_the_first() {
        let shown = |show: &str, typed: Option<&str>| {
            let wanted = Wanted {
                show: show.into(),
                ..Wanted::default()
            };
            let cards = cards(
                &sample_schools(),
                &wanted,
                typed,
                &Measures::new(),
                Form::sample,
            );
            cards
                .into_iter()
                .map(|card| (card.id, card.form.unwrap().next))
                .collect::<Vec<_>>()
        };
        let pair = |one: &str, next: &str| (one.to_owned(), next.to_owned());
        assert_eq!(
            shown("", None),
            [pair("900001-a", "900001-j"), pair("900001-j", "900001-a")]
        );
        // What was typed about stays, though somebody else has decided meanwhile.
        let typed = Some("schools/900001/suggestions/2024-2025-c");
        assert_eq!(shown("", typed).len(), 3);
        assert_eq!(shown("decided", None), [pair("900001-c", "900001-c")]);
    }

    #[test]
    fn the_list_is_counted_and_proposals_are_named() {
        let schools = sample_schools();
        let numbers = Numbers::of(&schools);
        assert_eq!(
            numbers,
            Numbers {
                to_decide: 2,
                decided: 1,
                quiet: 1,
                few: 1,
            }
        );
        let standings = Standings::sample();
        // 900001 waits for nothing; of 900003 a and c wait, which no suggestion is about.
        assert_eq!(
            proposals(Some(&standings), &schools),
            [("900003".to_owned(), String::new(), "a, c".to_owned())]
        );
        assert_eq!(shows(&schools)[0].text, "To decide (2)");
        assert_eq!(criteria(&schools).len(), 4);
    }
}
