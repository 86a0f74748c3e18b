//! Inviting somebody: a name, an address and a role.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use super::roles::give::{self, DISTRICT, EMAIL, FROM, SCHOOL, UNTIL};
use super::roles::{ROLE, role_of};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::form::{self, Hidden};
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::Choice;

const NAME: &str = "name";

/// The form: that of a role, and a name.
#[derive(Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    role: give::Fields,
}

#[derive(Template)]
#[template(path = "invite.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    roles: Vec<Choice>,
    districts: Vec<Choice>,
    name: String,
    fields: give::Fields,
    problems: Vec<Problem>,
}

/// Shows the form.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(mut fields): Query<Fields>,
) -> Result<Response, Failure> {
    fields.role.prefill(&signed_in.caller);
    let page = page(&signed_in, fields, Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

async fn page(
    signed_in: &SignedIn,
    fields: Fields,
    problems: Vec<Problem>,
) -> Result<Page, Failure> {
    let roles = give::offered(&signed_in.caller);
    if roles.is_empty() {
        return Err(Failure::NoSuchPage);
    }
    Ok(Page {
        layout: Layout::new(&signed_in.browser).below("/invitations", "Invitations"),
        hidden: Hidden::new(&signed_in.browser),
        districts: give::districts(signed_in, &roles).await?,
        roles: give::choices(&roles),
        name: fields.name,
        fields: fields.role,
        problems,
    })
}

/// Invites and leads to the list of invitations.
pub(crate) async fn submit(
    signed_in: SignedIn,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.name = fields.name.trim().to_owned();
    fields.role.trim();
    let role = role_of(&fields.role.role);
    let (node, mut problems) = give::node(role, &fields.role);
    if fields.role.email.is_empty() {
        problems.insert(0, Problem::new(EMAIL, "Enter the person's e-mail address"));
    }
    if fields.name.is_empty() {
        problems.insert(0, Problem::new(NAME, "Enter the person's name"));
    }
    if !problems.is_empty() {
        return Ok(form::again(&page(&signed_in, fields, problems).await?));
    }
    let request = v1::CreateInvitationRequest {
        invitation: Some(v1::Invitation {
            email: fields.role.email.clone(),
            display_name: fields.name.clone(),
            role: role.unwrap_or_default().into(),
            node: node.clone(),
            from_date: fields.role.from.clone(),
            until_date: fields.role.until.clone(),
            ..Default::default()
        }),
        request_id: std::mem::take(&mut fields.role.request_id),
    };
    match read!(signed_in, users().create_invitation(request)).await {
        Ok(answer) => {
            let made = answer.invitation.unwrap_or_default();
            signed_in.browser.say_done(match made.state() {
                v1::InvitationState::Accepted => format!(
                    "{} has an account already, has the role now, and is told by e-mail.",
                    made.display_name
                ),
                _ => format!("{} is invited.", made.display_name),
            });
            Ok(Redirect::to("/invitations").into_response())
        }
        Err(error) => {
            let place = if node.starts_with("districts/") {
                DISTRICT
            } else {
                SCHOOL
            };
            let inputs = [
                ("email", EMAIL),
                ("display_name", NAME),
                ("role", ROLE),
                ("node", place),
                ("from_date", FROM),
                ("until_date", UNTIL),
                // A school or district that is not there.
                ("parent", place),
            ];
            let problems = form::problems(error, &inputs)?;
            Ok(form::again(&page(&signed_in, fields, problems).await?))
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |districts, problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            roles: give::choices(&[llpr_client::Role::Governor]),
            districts,
            name: "Ada <b>Byron</b>".into(),
            fields: give::Fields {
                email: "ada\"@example.org".into(),
                role: "governor".into(),
                school: "900001".into(),
                ..give::Fields::default()
            },
            problems,
        };
        vec![
            page(Vec::new(), Vec::new()),
            page(
                vec![Choice::new("north", "North <b>Byron</b>")],
                vec![
                    Problem::new(NAME, "Enter it"),
                    Problem::new(EMAIL, "Enter it"),
                    Problem::new(ROLE, "Choose it"),
                    Problem::new(SCHOOL, "Enter it"),
                    Problem::new(DISTRICT, "Choose it"),
                    Problem::new(FROM, "Must be a date"),
                    Problem::new(UNTIL, "Must be a date"),
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
