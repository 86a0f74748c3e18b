//! The form for a new action.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use super::fields::{DUE, KIND, NOTE, OWNER, TITLE};
use super::{is_academy, is_id, owners, prose};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::follow_up::list::address;
use crate::pages::form::{self, Hidden};
use crate::pages::school::{school, school_name};
use crate::pages::{FOOTER, Layout, Problem, render};
use crate::words::{Choice, follow_up};

const MAKES: &str = "FollowUpService/CreateFollowUpAction";

#[derive(Template)]
#[template(path = "action_new.html")]
struct Page {
    layout: Layout,
    hidden: Hidden,
    urn: i32,
    school: String,
    kinds: Vec<Choice>,
    owners: Vec<Choice>,
    fields: Fields,
    problems: Vec<Problem>,
}

/// What the form sends, and what the address prefills.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    owner: String,
    #[serde(default, rename = "due-date")]
    due: String,
    #[serde(default)]
    note: String,
    /// Id of the contact from which it comes.
    #[serde(default)]
    contact: String,
    #[serde(default)]
    request_id: String,
}

/// Shows the form. Who may make no action here finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    Query(mut fields): Query<Fields>,
) -> Result<Response, Failure> {
    if !is_id(&fields.contact) {
        fields.contact.clear();
    }
    let page = page(&signed_in, &urn, fields, Vec::new()).await?;
    Ok(render(StatusCode::OK, &page))
}

async fn page(
    signed_in: &SignedIn,
    urn: &str,
    fields: Fields,
    problems: Vec<Problem>,
) -> Result<Page, Failure> {
    let school = school(signed_in, &school_name(urn)?).await?;
    if !signed_in.caller.can_at(MAKES, &school) {
        return Err(Failure::NoSuchPage);
    }
    Ok(Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name)
            .below(format!("/schools/{urn}/actions"), "Actions"),
        hidden: Hidden::new(&signed_in.browser),
        urn: school.urn,
        kinds: follow_up::kinds(is_academy(&school)),
        owners: owners::read(signed_in, &school, None).await?,
        school: school.display_name,
        fields,
        problems,
    })
}

/// Makes it, and leads to its page.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.title = fields.title.trim().to_owned();
    fields.note = prose(&fields.note);
    fields.due = fields.due.trim().to_owned();
    let parent = school_name(&urn)?;
    let request = v1::CreateFollowUpActionRequest {
        follow_up_action: Some(v1::FollowUpAction {
            kind: follow_up::read_kind(&fields.kind).into(),
            title: fields.title.clone(),
            note: fields.note.clone(),
            owner: fields.owner.clone(),
            due_date: fields.due.clone(),
            contact: if fields.contact.is_empty() {
                String::new()
            } else {
                format!("{parent}/contacts/{}", fields.contact)
            },
            ..Default::default()
        }),
        parent,
        request_id: fields.request_id.clone(),
    };
    match read!(signed_in, follow_up().create_follow_up_action(request)).await {
        Ok(answer) => {
            let action = answer.follow_up_action.unwrap_or_default();
            signed_in.browser.say_done("The action is kept.");
            Ok(Redirect::to(&address(&action.name)).into_response())
        }
        Err(error) => {
            let inputs = [
                ("kind", KIND),
                ("title", TITLE),
                ("owner", OWNER),
                ("due_date", DUE),
                ("note", NOTE),
            ];
            let problems = form::problems(error, &inputs)?;
            let page = page(&signed_in, &urn, fields, problems).await?;
            Ok(form::again(&page))
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |fields, problems| Self {
            layout: Layout::sample(),
            hidden: Hidden::sample(),
            urn: 900_001,
            school: "St Mary's <Infant> School".into(),
            kinds: follow_up::kinds(true),
            owners: vec![Choice::new("users/1", "Ada <b>Byron</b>")],
            fields,
            problems,
        };
        let typed = Fields {
            kind: "visit".into(),
            title: "Reading <b>Byron</b>".into(),
            owner: "users/1".into(),
            note: "More <b>Byron</b>".into(),
            contact: "0198f0c8-0000-7000-8000-000000000001".into(),
            ..Fields::default()
        };
        let problems = [KIND, TITLE, OWNER, DUE, NOTE].map(|field| Problem::new(field, "Say it"));
        vec![
            page(Fields::default(), Vec::new()),
            page(typed, problems.into()),
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
