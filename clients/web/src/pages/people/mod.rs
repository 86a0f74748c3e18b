//! People and their accounts, for administrators.

pub(crate) mod create;
pub(crate) mod invitations;
pub(crate) mod invite;
pub(crate) mod mails;
pub(crate) mod person;
pub(crate) mod roles;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, v1};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, Problem, form, render};

const QUERY: &str = "q";
const PAGE_SIZE: i32 = 50;

/// Who is looked for, and which page.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    layout: Layout,
    query: String,
    problems: Vec<Problem>,
    total: i32,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    id: String,
    name: String,
    email: String,
    disabled: bool,
}

/// Lists them.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let query = wanted.q.trim().to_owned();
    let request = v1::ListUsersRequest {
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
        query: query.clone(),
    };
    let answer = read!(signed_in, users().list_users(request)).await;
    let layout = Layout::new(&signed_in.browser);
    let page = Page {
        layout,
        first: (!wanted.page_token.is_empty()).then(|| link(&query, "")),
        query,
        problems: Vec::new(),
        total: 0,
        rows: Vec::new(),
        next: None,
    };
    match answer {
        Ok(answer) => {
            let page = Page {
                total: answer.total_size,
                next: (!answer.next_page_token.is_empty())
                    .then(|| link(&page.query, &answer.next_page_token)),
                rows: answer.users.into_iter().map(Row::from).collect(),
                ..page
            };
            Ok(render(StatusCode::OK, &page))
        }
        Err(error)
            if page.first.is_some() && error.reason() == Some(ErrorReason::PageTokenInvalid) =>
        {
            Ok(Redirect::to(&link(&page.query, "")).into_response())
        }
        Err(error) => {
            let problems = form::problems(error, &[("query", QUERY)])?;
            Ok(form::again(&Page { problems, ..page }))
        }
    }
}

fn link(query: &str, page_token: &str) -> String {
    let mut pairs = Serializer::new(String::new());
    for (name, value) in [(QUERY, query), ("page_token", page_token)] {
        if !value.is_empty() {
            pairs.append_pair(name, value);
        }
    }
    format!("/people?{}", pairs.finish())
}

impl From<v1::User> for Row {
    fn from(user: v1::User) -> Self {
        Self {
            id: user
                .name
                .strip_prefix("users/")
                .unwrap_or_default()
                .to_owned(),
            name: user.display_name,
            email: user.email,
            disabled: user.disabled,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |query: &str, rows| Self {
            layout: Layout::sample(),
            query: query.into(),
            problems: Vec::new(),
            total: 2,
            rows,
            first: None,
            next: None,
        };
        let row = |disabled| {
            Row::from(v1::User {
                name: "users/1".into(),
                display_name: "Ada <b>Byron</b>".into(),
                email: "ada@example.org".into(),
                disabled,
                ..Default::default()
            })
        };
        vec![
            page("oak & \"ash\"", Vec::new()),
            Self {
                next: Some(link("a", "b")),
                first: Some(link("", "")),
                ..page("", vec![row(true), row(false)])
            },
            Self {
                problems: vec![Problem::new(QUERY, "Must be shorter")],
                ..page("x", Vec::new())
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<super::Page>();
    }
}
