//! The contacts of a school, whom paragraph 13e asks to contact about it, and the form to keep a
//! contact. Contacts are never changed.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use llpr_client::v1;
use llpr_client::v1::GroupKind;
use serde::Deserialize;

use super::{is_academy, prose};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::follow_up::contacts::{self, Contacts, SchoolDue};
use crate::pages::follow_up::{ACTIONS, MANAGES};
use crate::pages::form::{self, Hidden};
use crate::pages::school::switch::Switcher;
use crate::pages::school::views::View;
use crate::pages::school::{Heading, school, school_name};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, Problem, anew, render};
use crate::words::{Choice, follow_up};

const DATE: &str = "contact-date";
const PARTY: &str = "party";
const MEANS: &str = "means";
const PURPOSE: &str = "purpose";
const SPOKEN_TO: &str = "spoken-to";
const NOTE: &str = "note";

#[derive(Template)]
#[template(path = "contacts.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    /// None for schools that are no academy, and for who is not the school improvement manager.
    due: Option<SchoolDue>,
    contacts: Contacts,
    /// None for who may keep none.
    form: Option<Form>,
    problems: Vec<Problem>,
}

/// The form.
struct Form {
    hidden: Hidden,
    parties: Vec<Choice>,
    means: Vec<Choice>,
    purposes: Vec<Choice>,
    fields: Fields,
}

/// What it sends, and what the address prefills.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default, rename = "contact-date")]
    date: String,
    #[serde(default)]
    party: String,
    #[serde(default)]
    means: String,
    #[serde(default)]
    purpose: String,
    #[serde(default, rename = "spoken-to")]
    spoken_to: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    request_id: String,
    /// Of the list above it.
    #[serde(default)]
    page_token: String,
}

/// Shows them. Whose role here does not open them finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    Query(wanted): Query<Fields>,
) -> Result<Response, Failure> {
    page(&signed_in, &urn, wanted, Vec::new()).await
}

fn path(urn: &str) -> String {
    format!("/schools/{urn}/contacts")
}

async fn page(
    signed_in: &SignedIn,
    urn: &str,
    fields: Fields,
    problems: Vec<Problem>,
) -> Result<Response, Failure> {
    let name = school_name(urn)?;
    let path = path(urn);
    let school = school(signed_in, &name).await?;
    let can = |method: &str| signed_in.caller.can_at(method, &school);
    let due = async {
        if !is_academy(&school) || !can(MANAGES) {
            return Ok(None);
        }
        let due = contacts::due(signed_in, &name).await?;
        Ok::<_, Failure>(due.and_then(|schools| schools.into_iter().next()))
    };
    let (due, contacts) = tokio::join!(
        due,
        contacts::read(signed_in, &name, &path, &fields.page_token),
    );
    let contacts = match contacts {
        Ok(contacts) => contacts,
        Err(error) => return anew(error, &path),
    };
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name),
        switcher: Switcher::of(&signed_in.caller, urn),
        school: Heading::of(&school),
        tabs: View::Contacts.tabs(&signed_in.caller, &school),
        due: due?,
        contacts: Contacts {
            may_act: can(ACTIONS) && can("FollowUpService/CreateFollowUpAction"),
            ..contacts
        },
        form: can("FollowUpService/CreateContact")
            .then(|| Form::of(Hidden::new(&signed_in.browser), &school, fields)),
        problems,
    };
    let status = if page.problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(render(status, &page))
}

impl Form {
    fn of(hidden: Hidden, school: &v1::School, mut fields: Fields) -> Self {
        let is_academy = is_academy(school);
        let mut groups = school.groups.iter();
        let has_sponsor = groups.any(|group| group.kind() == GroupKind::Sponsor);
        // Whoever comes from the list of those to contact comes for that.
        let is_asked = !fields.party.is_empty() && fields.request_id.is_empty();
        if is_asked && is_academy && fields.purpose.is_empty() {
            fields.purpose = follow_up::purpose_word(v1::ContactPurpose::AcademyConcern);
        }
        Self {
            hidden,
            parties: follow_up::parties(is_academy, has_sponsor),
            means: follow_up::all_means(),
            purposes: follow_up::purposes(is_academy),
            fields,
        }
    }
}

/// Keeps a contact.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(urn): Path<String>,
    form: CsrfForm<Fields>,
) -> Result<Response, Failure> {
    let mut fields = form.into_inner();
    fields.note = prose(&fields.note);
    for line in [&mut fields.date, &mut fields.spoken_to] {
        *line = line.trim().to_owned();
    }
    let request = v1::CreateContactRequest {
        parent: school_name(&urn)?,
        contact: Some(v1::Contact {
            contact_date: fields.date.clone(),
            party: follow_up::read_party(&fields.party).into(),
            means: follow_up::read_means(&fields.means).into(),
            purpose: follow_up::read_purpose(&fields.purpose).into(),
            spoken_to: fields.spoken_to.clone(),
            note: fields.note.clone(),
            ..Default::default()
        }),
        request_id: fields.request_id.clone(),
    };
    match read!(signed_in, follow_up().create_contact(request)).await {
        Ok(_) => {
            signed_in.browser.say_done("The contact is kept.");
            Ok(Redirect::to(&path(&urn)).into_response())
        }
        Err(error) => {
            let inputs = [
                ("contact_date", DATE),
                ("party", PARTY),
                ("means", MEANS),
                ("purpose", PURPOSE),
                ("spoken_to", SPOKEN_TO),
                ("note", NOTE),
            ];
            let problems = form::problems(error, &inputs)?;
            page(&signed_in, &urn, fields, problems).await
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let academy = v1::School {
            funding_basis: v1::FundingBasis::Academy.into(),
            ..Default::default()
        };
        let form = |fields| Some(Form::of(Hidden::sample(), &academy, fields));
        let page = |contacts, form, problems| Self {
            layout: Layout::sample(),
            switcher: Some(Switcher::sample()),
            school: Heading::sample(),
            tabs: View::Contacts.sample(),
            due: None,
            contacts,
            form,
            problems,
        };
        let typed = Fields {
            party: "trust".into(),
            spoken_to: "the clerk <b>Byron</b>".into(),
            note: "Said <b>Byron</b>".into(),
            ..Fields::default()
        };
        let all = [DATE, PARTY, MEANS, PURPOSE, SPOKEN_TO, NOTE];
        let problems = all.map(|field| Problem::new(field, "Say it")).into();
        vec![
            page(Contacts::sample_empty(), None, Vec::new()),
            page(Contacts::sample(false), form(typed), problems),
            Self {
                due: Some(SchoolDue::sample()),
                ..page(Contacts::sample(false), form(Fields::default()), Vec::new())
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
    fn p13e_the_form_offers_what_the_school_can_have() {
        let group = |kind: GroupKind| v1::SchoolGroup {
            kind: kind.into(),
            ..Default::default()
        };
        let academy = v1::School {
            funding_basis: v1::FundingBasis::Academy.into(),
            groups: vec![group(GroupKind::Sponsor)],
            ..Default::default()
        };
        let asked = Fields {
            party: "sponsor".into(),
            ..Fields::default()
        };
        let form = Form::of(Hidden::sample(), &academy, asked.clone());
        assert_eq!(form.fields.purpose, "academy-concern");
        assert_eq!(form.parties.len(), 6);
        let maintained = v1::School::default();
        let form = Form::of(Hidden::sample(), &maintained, asked);
        assert_eq!(form.fields.purpose, "");
        assert_eq!(form.parties.len(), 3);
    }
}
