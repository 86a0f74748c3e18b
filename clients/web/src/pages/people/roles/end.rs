//! Ending a role.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use super::Row;
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::{FOOTER, Layout, Problem, render};

const UNTIL: &str = "until";

/// More roles than anybody holds.
const ROLES: i32 = 500;

/// The form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    until: String,
    #[serde(default)]
    etag: String,
    #[serde(default)]
    request_id: String,
}

#[derive(Template)]
#[template(path = "role_end.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    path: String,
    row: Row,
    etag: String,
    until: String,
    problems: Vec<Problem>,
}

/// Asks whether to end it, and when.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path((user, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let page = page(&signed_in, &user, &id).await?;
    Ok(render(StatusCode::OK, &page))
}

async fn page(signed_in: &SignedIn, user: &str, id: &str) -> Result<Page, Failure> {
    let request = v1::ListRoleAssignmentsRequest {
        parent: format!("users/{user}"),
        page_size: ROLES,
        ..Default::default()
    };
    let answer = read!(signed_in, users().list_role_assignments(request)).await;
    let name = format!("users/{user}/roleAssignments/{id}");
    let given = answer
        .map_err(Failure::hidden)?
        .role_assignments
        .into_iter()
        .find(|given| given.name == name)
        .ok_or(Failure::NoSuchPage)?;
    Ok(Page {
        layout: Layout::new(&signed_in.browser).below("/roles", "Roles"),
        hidden: Hidden::new(&signed_in.browser),
        path: format!("/roles/{user}/{id}/end"),
        etag: given.etag.clone(),
        until: String::new(),
        row: given.into(),
        problems: Vec::new(),
    })
}

/// Ends it, and leads to the list of roles.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path((user, id)): Path<(String, String)>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let fields = form.into_inner();
    let request = v1::EndRoleAssignmentRequest {
        name: format!("users/{user}/roleAssignments/{id}"),
        until_date: fields.until.clone(),
        etag: fields.etag,
        request_id: fields.request_id,
    };
    match read!(signed_in, users().end_role_assignment(request)).await {
        Ok(answer) => {
            let row = Row::from(answer.role_assignment.unwrap_or_default());
            signed_in.browser.say_done(format!(
                "{}: {}, {}, is no longer held from {}.",
                row.person, row.role, row.place, row.until
            ));
            Ok(Redirect::to("/roles").into_response())
        }
        Err(error) => {
            let problems = form::problems(error, &[("until_date", UNTIL)])?;
            let page = Page {
                until: fields.until,
                problems,
                ..page(&signed_in, &user, &id).await?
            };
            Ok(form::again(&page))
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            path: "/roles/1/2/end".into(),
            row: Row::sample(""),
            etag: "etag".into(),
            until: "2025-09-01".into(),
            problems,
        };
        vec![
            page(Vec::new()),
            page(vec![Problem::new(UNTIL, "Must be a date")]),
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
