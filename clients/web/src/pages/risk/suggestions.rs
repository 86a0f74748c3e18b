//! What data suggests of a district's schools, as a list to work through: each is confirmed, or
//! dismissed with a reason, without leaving it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1::SuggestionChange;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::card::{Card, Measures, id, is_open, measures};
use super::decide::{Fields, Form, Refused, decide, is_id};
use super::{ANALYSIS, Heading, Standings, View, below, district, spoken};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::Choice;

const SHOW: &str = "show";
const CRITERION: &str = "criterion";

/// Schools of a page: an improvement district has fewer.
const PAGE_SIZE: i32 = 200;

/// Which suggestions, and where the person is in the list.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Wanted {
    /// Empty for those that nobody has decided about; `changed`, `decided` or `all`.
    #[serde(default)]
    show: String,
    /// A criterion's letter.
    #[serde(default)]
    criterion: String,
    #[serde(default)]
    page_token: String,
    /// Before which suggestion it is said what was done.
    #[serde(default)]
    at: String,
}

#[derive(Template)]
#[template(path = "suggestions.html")]
struct Page {
    layout: Layout,
    heading: Heading,
    tabs: Tabs,
    /// Where the filters are sent.
    path: String,
    wanted: Wanted,
    shows: Vec<Choice>,
    criteria: Vec<Choice>,
    numbers: Numbers,
    /// Whether the district has more schools than this page.
    is_part: bool,
    cards: Vec<Card>,
    /// What was done, and before which suggestion that is said.
    done: Option<(String, String)>,
    /// Schools where a partner's proposal waits: URN, name and letters.
    proposals: Vec<(String, String, String)>,
    problems: Vec<Problem>,
    /// What was typed about a suggestion that is no more.
    lost: Option<String>,
    first: Option<String>,
    next: Option<String>,
}

/// How far the list is worked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Numbers {
    to_decide: usize,
    decided: usize,
    /// Schools about which data suggests nothing, and nobody decided anything.
    quiet: usize,
    /// Those of them where some results are too few to judge.
    few: usize,
}

impl Wanted {
    fn is_set(&self) -> bool {
        !self.show.is_empty() || !self.criterion.is_empty()
    }

    /// Whether the filters let it through. What is open is always there to be decided.
    fn lets(&self, suggestion: &v1::Suggestion) -> bool {
        let shown = match self.show.as_str() {
            "all" => true,
            "decided" => !is_open(suggestion),
            "changed" => suggestion.change() != SuggestionChange::Unspecified,
            _ => is_open(suggestion),
        };
        shown && (self.criterion.is_empty() || suggestion.criterion == self.criterion)
    }

    fn link(&self, path: &str, page_token: &str, at: &str) -> String {
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

/// Shows the list.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    page(&signed_in, slug, wanted, None).await
}

/// Decides about one, and leads back to the next in the list.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let fields = form.into_inner();
    let next = if is_id(&fields.next) {
        fields.next.clone()
    } else {
        String::new()
    };
    match decide(&signed_in, fields).await? {
        Ok(said) => {
            signed_in.browser.say_done(said);
            let path = path(&slug);
            let mut to = wanted.link(&path, &wanted.page_token, &next);
            if !next.is_empty() {
                to.push('#');
                to.push_str(&next);
            }
            Ok(Redirect::to(&to).into_response())
        }
        Err(refused) => page(&signed_in, slug, wanted, Some(refused)).await,
    }
}

fn path(slug: &str) -> String {
    format!("/districts/{slug}/suggestions")
}

async fn page(
    signed_in: &SignedIn,
    slug: String,
    wanted: Wanted,
    refused: Option<Refused>,
) -> Result<Response, Failure> {
    let name = district(signed_in, &slug, ANALYSIS).await?;
    let path = path(&slug);
    let (answer, standings, measures) = tokio::join!(
        read!(
            signed_in,
            risk().list_suggestions(v1::ListSuggestionsRequest {
                parent: format!("districts/{slug}"),
                page_size: PAGE_SIZE,
                page_token: wanted.page_token.clone(),
                ..Default::default()
            })
        ),
        Standings::read(signed_in, &slug),
        measures(signed_in),
    );
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) if error.reason() == Some(ErrorReason::PageTokenInvalid) => {
            return Ok(Redirect::to(&wanted.link(&path, "", "")).into_response());
        }
        Err(error) => return Err(Failure::hidden(error)),
    };
    let action = wanted.link(&path, &wanted.page_token, "");
    let form = |suggestion: &v1::Suggestion| {
        let form = Form::new(signed_in, suggestion, &action);
        match &refused {
            Some(refused) if refused.typed.name == suggestion.name => form.again(refused),
            Some(_) | None => form,
        }
    };
    let typed = refused.as_ref().map(|refused| refused.typed.name.as_str());
    let cards = cards(&answer.schools, &wanted, typed, &measures?, form);
    let is_shown = cards
        .iter()
        .any(|card| typed.is_some_and(|name| id(name) == card.id));
    let mut layout = below(signed_in, &slug, &name);
    let done = match &layout.done {
        Some(said) if cards.iter().any(|card| card.id == wanted.at) => {
            Some((said.clone(), wanted.at.clone()))
        }
        Some(_) | None => None,
    };
    if done.is_some() {
        layout.done = None;
    }
    let page = Page {
        tabs: View::Suggestions.tabs(&signed_in.caller, &slug),
        shows: shows(&answer.schools),
        criteria: criteria(&answer.schools),
        numbers: Numbers::of(&answer.schools),
        is_part: !wanted.page_token.is_empty() || !answer.next_page_token.is_empty(),
        proposals: proposals(standings?.as_ref(), &answer.schools),
        problems: refused
            .as_ref()
            .map_or_else(Vec::new, |refused| refused.summary(is_shown)),
        lost: refused
            .as_ref()
            .filter(|refused| !is_shown && !refused.typed.note.is_empty())
            .map(|refused| refused.typed.note.clone()),
        first: (!wanted.page_token.is_empty()).then(|| wanted.link(&path, "", "")),
        next: (!answer.next_page_token.is_empty())
            .then(|| wanted.link(&path, &answer.next_page_token, "")),
        heading: Heading {
            slug,
            name,
            year: spoken(&answer.programme_year),
        },
        layout,
        path,
        wanted,
        cards,
        done,
    };
    let status = refused.map_or(StatusCode::OK, |refused| refused.status());
    Ok(render(status, &page))
}

/// Those that the filters let through, and the one that was typed about, each knowing which is to
/// be gone on with.
fn cards(
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
    fn of(schools: &[v1::SchoolSuggestions]) -> Self {
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
fn shows(schools: &[v1::SchoolSuggestions]) -> Vec<Choice> {
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
fn criteria(schools: &[v1::SchoolSuggestions]) -> Vec<Choice> {
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
fn proposals(
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
fn sample_schools() -> Vec<v1::SchoolSuggestions> {
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
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let schools = sample_schools();
        let page = |show: &str, refused: Option<&Refused>| {
            let wanted = Wanted {
                show: show.into(),
                ..Wanted::default()
            };
            let form = |one: &v1::Suggestion| match refused {
                Some(refused) if refused.typed.name == one.name => Form::sample(one).again(refused),
                Some(_) | None => Form::sample(one),
            };
            let typed = refused.map(|refused| refused.typed.name.as_str());
            Self {
                layout: Layout::sample(),
                heading: Heading::sample(),
                tabs: View::Suggestions.sample(),
                path: path("north"),
                shows: shows(&schools),
                criteria: criteria(&schools),
                numbers: Numbers::of(&schools),
                is_part: false,
                cards: cards(&schools, &wanted, typed, &Measures::new(), form),
                done: None,
                proposals: Vec::new(),
                problems: refused.map_or_else(Vec::new, |refused| refused.summary(true)),
                lost: None,
                first: None,
                next: None,
                wanted,
            }
        };
        let refused = |letter: &str, is_stale| {
            let name = format!("schools/900001/suggestions/2024-2025-{letter}");
            Refused::sample(&name, is_stale)
        };
        vec![
            page("", None),
            page("changed", None),
            Self {
                done: Some(("Confirmed <b>Byron</b>".into(), "900001-j".into())),
                is_part: true,
                first: Some(path("north")),
                next: Some(format!("{}?page_token=x", path("north"))),
                proposals: vec![(
                    "900001".into(),
                    "St Mary's <Infant> School".into(),
                    "h, k".into(),
                )],
                ..page("all", None)
            },
            page("", Some(&refused("a", false))),
            page("", Some(&refused("c", true))),
            Self {
                cards: Vec::new(),
                lost: Some("Moved <b>Byron</b>".into()),
                problems: refused("a", true).summary(false),
                ..page("", None)
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
    }

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
