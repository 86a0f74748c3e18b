//! One person: the account, its roles, and what can be changed.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use super::roles::Row;
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words;

const NAME: &str = "name";
const EMAIL: &str = "email";
const PASSWORD: &str = "new-password";

/// More roles than anybody holds; a partner has one for each school.
const ROLES: i32 = 500;

#[derive(Template)]
#[template(path = "person.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    id: String,
    user: v1::User,
    created: String,
    roles: Vec<Row>,
    /// What stands in the form, which may differ from what is stored.
    name: String,
    email: String,
    /// A link that was just made.
    link: Option<Handed>,
    problems: Vec<Problem>,
}

/// A link to hand over.
struct Handed {
    uri: String,
    until: String,
}

impl Page {
    fn role_rows(&self) -> &[Row] {
        &self.roles
    }
}

/// Shows the person.
pub(crate) async fn show(signed_in: SignedIn, Path(id): Path<String>) -> Result<Response, Failure> {
    let page = page(&signed_in, &id).await?;
    Ok(render(StatusCode::OK, &page))
}

async fn page(signed_in: &SignedIn, id: &str) -> Result<Page, Failure> {
    let name = format!("users/{id}");
    let (user, roles) = tokio::join!(
        read!(
            signed_in,
            users().get_user(v1::GetUserRequest { name: name.clone() })
        ),
        read!(
            signed_in,
            users().list_role_assignments(v1::ListRoleAssignmentsRequest {
                parent: name.clone(),
                page_size: ROLES,
                ..Default::default()
            })
        ),
    );
    let user = user
        .map_err(Failure::hidden)?
        .user
        .ok_or(Failure::NoSuchPage)?;
    Ok(Page {
        layout: Layout::new(&signed_in.browser).below("/people", "People"),
        hidden: Hidden::new(&signed_in.browser),
        id: id.to_owned(),
        created: user
            .create_time
            .as_ref()
            .map_or_else(String::new, words::day),
        roles: roles?.role_assignments.into_iter().map(Row::from).collect(),
        name: user.display_name.clone(),
        email: user.email.clone(),
        user,
        link: None,
        problems: Vec::new(),
    })
}

/// Name and e-mail address.
#[derive(Deserialize)]
pub(crate) struct Details {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    etag: String,
    #[serde(default)]
    request_id: String,
}

/// Changes name and e-mail address.
pub(crate) async fn change(
    signed_in: SignedIn,
    Path(id): Path<String>,
    form: CsrfForm<Details>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.name = fields.name.trim().to_owned();
    fields.email = fields.email.trim().to_owned();
    let mut problems = Vec::new();
    if fields.name.is_empty() {
        problems.push(Problem::new(NAME, "Enter the person's name"));
    }
    if fields.email.is_empty() {
        problems.push(Problem::new(EMAIL, "Enter the person's e-mail address"));
    }
    if problems.is_empty() {
        let user = v1::User {
            name: format!("users/{id}"),
            email: fields.email.clone(),
            display_name: fields.name.clone(),
            etag: fields.etag.clone(),
            ..Default::default()
        };
        match update(
            &signed_in,
            user,
            &["email", "display_name"],
            fields.request_id,
        )
        .await
        {
            Ok(()) => {
                signed_in
                    .browser
                    .say_done("Name and e-mail address are saved.");
                return Ok(to(&id));
            }
            Err(error) => {
                problems = form::problems(error, &[("email", EMAIL), ("display_name", NAME)])?;
            }
        }
    }
    let page = Page {
        name: fields.name,
        email: fields.email,
        problems,
        ..page(&signed_in, &id).await?
    };
    Ok(form::again(&page))
}

/// Whether the account can be used.
#[derive(Deserialize)]
pub(crate) struct Switch {
    disabled: bool,
    #[serde(default)]
    etag: String,
    #[serde(default)]
    request_id: String,
}

/// Disables the account, which ends its sessions, or opens it again.
pub(crate) async fn switch(
    signed_in: SignedIn,
    Path(id): Path<String>,
    form: CsrfForm<Switch>,
) -> Result<Response, Failure> {
    let fields = form.into_inner();
    let user = v1::User {
        name: format!("users/{id}"),
        disabled: fields.disabled,
        etag: fields.etag,
        ..Default::default()
    };
    update(&signed_in, user, &["disabled"], fields.request_id).await?;
    signed_in.browser.say_done(if fields.disabled {
        "The account is disabled, and its sessions have ended."
    } else {
        "The account can be used again."
    });
    Ok(to(&id))
}

async fn update(
    signed_in: &SignedIn,
    user: v1::User,
    paths: &[&str],
    request_id: String,
) -> Result<(), llpr_client::Error> {
    let request = v1::UpdateUserRequest {
        user: Some(user),
        update_mask: Some(prost_types::FieldMask {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        }),
        request_id,
    };
    read!(signed_in, users().update_user(request))
        .await
        .map(drop)
}

/// A new password. No `Debug`.
#[derive(Deserialize)]
pub(crate) struct Password {
    #[serde(default, rename = "new-password")]
    password: String,
    #[serde(default)]
    request_id: String,
}

/// Sets the password, which ends the person's sessions.
pub(crate) async fn set_password(
    signed_in: SignedIn,
    Path(id): Path<String>,
    form: CsrfForm<Password>,
) -> Result<Response, Failure> {
    let fields = form.into_inner();
    let request = v1::SetUserPasswordRequest {
        name: format!("users/{id}"),
        password: fields.password,
        request_id: fields.request_id,
    };
    match read!(signed_in, users().set_user_password(request)).await {
        Ok(_) => {
            signed_in
                .browser
                .say_done("The password is set, and the person's sessions have ended.");
            Ok(to(&id))
        }
        Err(error) => {
            let problems = form::problems(error, &[("password", PASSWORD)])?;
            let page = Page {
                problems,
                ..page(&signed_in, &id).await?
            };
            Ok(form::again(&page))
        }
    }
}

/// The button sends no more than this.
#[derive(Deserialize)]
pub(crate) struct Button {
    #[serde(default)]
    request_id: String,
}

/// Makes a link with which the person chooses a password, and shows it to be copied.
pub(crate) async fn make_link(
    signed_in: SignedIn,
    Path(id): Path<String>,
    form: CsrfForm<Button>,
) -> Result<Response, Failure> {
    let request = v1::CreateUserLinkRequest {
        parent: format!("users/{id}"),
        request_id: form.into_inner().request_id,
    };
    let answer = read!(signed_in, users().create_user_link(request)).await?;
    let page = Page {
        link: Some(Handed {
            uri: answer.uri,
            until: answer
                .expire_time
                .as_ref()
                .map_or_else(String::new, words::moment),
        }),
        ..page(&signed_in, &id).await?
    };
    // Not after a redirect: the link stands nowhere else.
    Ok(render(StatusCode::OK, &page))
}

fn to(id: &str) -> Response {
    Redirect::to(&format!("/people/{id}")).into_response()
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |disabled, roles, problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            id: "1".into(),
            user: v1::User {
                display_name: "Ada <b>Byron</b>".into(),
                email: "ada\"@example.org".into(),
                disabled,
                ..Default::default()
            },
            created: "1 September 2024".into(),
            roles,
            name: "Ada <b>Byron</b>".into(),
            email: "ada\"@example.org".into(),
            link: None,
            problems,
        };
        vec![
            page(false, Vec::new(), Vec::new()),
            Self {
                link: Some(Handed {
                    uri: "https://review.example.org/link?secret=ash\"\"".into(),
                    until: "1 July 2025, 00:00".into(),
                }),
                ..page(false, Vec::new(), Vec::new())
            },
            page(
                true,
                vec![Row::sample("")],
                vec![
                    Problem::new(EMAIL, "Is taken"),
                    Problem::new(PASSWORD, "Is too short"),
                ],
            ),
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
