//! What data suggests of a district's schools, as a list to work through: each is confirmed, or
//! dismissed with a reason, without leaving it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};

use super::card::{Card, id, measures};
use super::decide::{Fields, Form, Refused, decide, is_id};
use super::list::{CRITERION, Numbers, SHOW, Wanted, cards, criteria, proposals, shows};
use super::{ANALYSIS, Heading, Standings, View, below, district, spoken};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::Choice;

/// Schools of a page: an improvement district has fewer.
const PAGE_SIZE: i32 = 200;

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

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let schools = super::list::sample_schools();
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
                cards: cards(
                    &schools,
                    &wanted,
                    typed,
                    &super::card::Measures::new(),
                    form,
                ),
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
}
