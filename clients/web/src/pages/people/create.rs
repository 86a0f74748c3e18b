//! A new account.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::{FOOTER, Layout, Problem, render};

const NAME: &str = "name";
const EMAIL: &str = "email";
const PASSWORD: &str = "new-password";

/// The form. No `Debug`, for it holds a password.
#[derive(Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default, rename = "new-password")]
    password: String,
    #[serde(default)]
    request_id: String,
}

#[derive(Template)]
#[template(path = "person_new.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    name: String,
    email: String,
    problems: Vec<Problem>,
}

fn page(signed_in: &SignedIn, fields: Fields, problems: Vec<Problem>) -> Page {
    Page {
        layout: Layout::new(&signed_in.browser).below("/people", "People"),
        hidden: Hidden::new(&signed_in.browser),
        name: fields.name,
        email: fields.email,
        problems,
    }
}

/// Shows the form.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Failure> {
    if !signed_in.caller.can("UserService/CreateUser") {
        return Err(Failure::NoSuchPage);
    }
    Ok(render(
        StatusCode::OK,
        &page(&signed_in, Fields::default(), Vec::new()),
    ))
}

/// Creates the account and leads to it.
pub(crate) async fn submit(
    signed_in: SignedIn,
    form: CsrfForm<Fields>,
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
    if !problems.is_empty() {
        return Ok(form::again(&page(&signed_in, fields, problems)));
    }
    let request = v1::CreateUserRequest {
        user: Some(v1::User {
            email: fields.email.clone(),
            display_name: fields.name.clone(),
            ..Default::default()
        }),
        password: std::mem::take(&mut fields.password),
        request_id: std::mem::take(&mut fields.request_id),
    };
    match read!(signed_in, users().create_user(request)).await {
        Ok(answer) => {
            let user = answer.user.unwrap_or_default();
            signed_in
                .browser
                .say_done(format!("{} has an account.", user.display_name));
            let id = user.name.strip_prefix("users/").unwrap_or_default();
            Ok(Redirect::to(&format!("/people/{id}")).into_response())
        }
        Err(error) => {
            let inputs = [
                ("email", EMAIL),
                ("display_name", NAME),
                ("password", PASSWORD),
            ];
            let problems = form::problems(error, &inputs)?;
            Ok(form::again(&page(&signed_in, fields, problems)))
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            name: "Ada <b>Byron</b>".into(),
            email: "ada\"@example.org".into(),
            problems,
        };
        vec![
            page(Vec::new()),
            page(vec![
                Problem::new(NAME, "Enter the person's name"),
                Problem::new(EMAIL, "Is taken"),
                Problem::new(PASSWORD, "Is too short"),
                Problem::new("", "Is odd"),
            ]),
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
