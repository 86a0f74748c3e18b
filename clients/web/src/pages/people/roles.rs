//! Who holds which role where, giving a role, and ending one.

pub(crate) mod end;
pub(crate) mod give;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::{ErrorReason, Role, v1};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::{FOOTER, Layout, render};
use crate::words::{self, Choice, date};

pub(super) const ROLE: &str = "role";
const WHEN: &str = "when";
const PAGE_SIZE: i32 = 50;

/// Which roles are looked for, and which page.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    role: String,
    /// `county`, `districts/…` or `schools/…`.
    #[serde(default)]
    node: String,
    /// `all`, or today's and later ones.
    #[serde(default)]
    when: String,
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "roles.html")]
struct Page {
    layout: Layout,
    wanted: Wanted,
    roles: Vec<Choice>,
    whens: Vec<Choice>,
    total: i32,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

/// A role that somebody holds, held or will hold.
pub(super) struct Row {
    pub(super) person: String,
    pub(super) role: &'static str,
    pub(super) place: String,
    /// Where the place has a page.
    pub(super) place_path: Option<String>,
    pub(super) from: String,
    pub(super) until: String,
    /// The path of the page that ends it; none where it has an end already.
    pub(super) end_path: Option<String>,
}

/// Lists the roles at the places where the person may give some.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let request = v1::ListRoleAssignmentsRequest {
        parent: "users/-".into(),
        page_size: PAGE_SIZE,
        page_token: wanted.page_token.clone(),
        role: role_of(&wanted.role).unwrap_or_default().into(),
        node: wanted.node.clone(),
        current_only: wanted.when != "all",
    };
    let answer = match read!(signed_in, users().list_role_assignments(request)).await {
        Ok(answer) => answer,
        Err(error)
            if !wanted.page_token.is_empty()
                && error.reason() == Some(ErrorReason::PageTokenInvalid) =>
        {
            return Ok(Redirect::to(&wanted.link("")).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let page = Page {
        layout: Layout::new(&signed_in.browser),
        roles: std::iter::once(Choice::new("", "All roles"))
            .chain(words::all().map(role_choice))
            .collect(),
        whens: vec![
            Choice::new("", "Leave out those that have ended"),
            Choice::new("all", "Past roles too"),
        ],
        total: answer.total_size,
        rows: answer.role_assignments.into_iter().map(Row::from).collect(),
        first: (!wanted.page_token.is_empty()).then(|| wanted.link("")),
        next: (!answer.next_page_token.is_empty()).then(|| wanted.link(&answer.next_page_token)),
        wanted,
    };
    Ok(render(StatusCode::OK, &page))
}

impl Page {
    fn role_rows(&self) -> &[Row] {
        &self.rows
    }

    fn found(&self) -> String {
        words::count(self.total.into(), "role")
    }
}

impl Wanted {
    fn link(&self, page_token: &str) -> String {
        let mut pairs = Serializer::new(String::new());
        for (name, value) in [
            (ROLE, self.role.as_str()),
            ("node", &self.node),
            (WHEN, &self.when),
            ("page_token", page_token),
        ] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        format!("/roles?{}", pairs.finish())
    }
}

/// The word of a role in addresses and forms.
fn role_word(role: Role) -> String {
    let name = role.as_str_name();
    let name = name.strip_prefix("ROLE_").unwrap_or(name);
    name.to_ascii_lowercase().replace('_', "-")
}

pub(super) fn role_of(word: &str) -> Option<Role> {
    words::all().find(|role| role_word(*role) == word)
}

fn role_choice(role: Role) -> Choice {
    Choice::new(role_word(role), words::role(role))
}

impl From<v1::RoleAssignment> for Row {
    fn from(given: v1::RoleAssignment) -> Self {
        Self {
            role: words::role(given.role()),
            person: given.user_display_name,
            place_path: given.node.contains('/').then(|| format!("/{}", given.node)),
            place: given.node_display_name,
            from: date(&given.from_date),
            end_path: given
                .until_date
                .is_empty()
                .then(|| given.name.strip_prefix("users/").map(end_path))
                .flatten(),
            until: date(&given.until_date),
        }
    }
}

/// `{user}/roleAssignments/{id}` as the path of its page.
fn end_path(name: &str) -> String {
    format!("/roles/{}/end", name.replace("/roleAssignments/", "/"))
}

#[cfg(test)]
impl Row {
    pub(super) fn sample(until: &str) -> Self {
        Self::from(v1::RoleAssignment {
            name: "users/1/roleAssignments/2".into(),
            user_display_name: "Ada <b>Byron</b>".into(),
            role: Role::Governor.into(),
            node: "schools/900001".into(),
            node_display_name: "St Mary's <Infant> School".into(),
            from_date: "2024-09-01".into(),
            until_date: until.into(),
            ..Default::default()
        })
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |node: &str, rows| Self {
            layout: Layout::sample(),
            wanted: Wanted {
                node: node.into(),
                ..Wanted::default()
            },
            roles: words::all().map(role_choice).collect(),
            whens: vec![Choice::new("", "Today's")],
            total: 1,
            rows,
            first: None,
            next: None,
        };
        vec![
            page("", Vec::new()),
            Self {
                first: Some("/roles".into()),
                next: Some("/roles?page_token=x".into()),
                ..page(
                    "schools/900001",
                    vec![Row::sample(""), Row::sample("2025-09-01")],
                )
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
    fn a_role_that_has_an_end_is_not_ended_again() {
        assert_eq!(Row::sample("").end_path.unwrap(), "/roles/1/2/end");
        assert!(Row::sample("2025-09-01").end_path.is_none());
    }
}
