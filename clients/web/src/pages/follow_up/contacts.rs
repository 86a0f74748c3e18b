//! Contacts as any list shows them, and the page of a district: whom paragraph 13e asks to contact
//! about its academies at risk, and whom somebody has contacted.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use http::StatusCode;
use llpr_client::v1;
use serde::Deserialize;

use super::MANAGES;
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::risk::{View, below, district, urn};
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, anew, pages_around, render};
use crate::words::{count, date, follow_up};
use tonic::Code;

/// Contacts of a page.
const PAGE_SIZE: i32 = 50;

/// Which page.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    page_token: String,
}

#[derive(Template)]
#[template(path = "district_contacts.html")]
struct Page {
    layout: Layout,
    place: String,
    tabs: Tabs,
    /// None before a programme is approved.
    due: Option<Vec<SchoolDue>>,
    contacts: Contacts,
}

/// Contacts with their pages.
pub(crate) struct Contacts {
    pub(crate) rows: Vec<Row>,
    /// `3 contacts`.
    pub(crate) total: String,
    /// Whether the list goes beyond one school.
    pub(crate) with_schools: bool,
    /// Whether an action can be made of one.
    pub(crate) may_act: bool,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

/// A contact.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) urn: String,
    pub(crate) school: String,
    pub(crate) date: String,
    pub(crate) with: String,
    pub(crate) spoken_to: String,
    pub(crate) means: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) note: String,
    pub(crate) by: String,
    /// Why it was withdrawn; empty where it stands.
    pub(crate) withdrawn: String,
}

/// Whom to contact about a school.
pub(crate) struct SchoolDue {
    pub(crate) urn: String,
    pub(crate) school: String,
    pub(crate) contacts: Vec<Due>,
}

/// Somebody to contact.
pub(crate) struct Due {
    /// As the form names them.
    pub(crate) word: String,
    pub(crate) who: String,
    /// The last contact of the year; empty where there was none.
    pub(crate) last: String,
    /// Whether a contact with them waits.
    pub(crate) waits: bool,
}

/// Contacts of a school or district, the latest first.
pub(crate) async fn read(
    signed_in: &SignedIn,
    parent: &str,
    path: &str,
    page_token: &str,
) -> Result<Contacts, llpr_client::Error> {
    let request = v1::ListContactsRequest {
        parent: parent.to_owned(),
        programme_year: String::new(),
        page_size: PAGE_SIZE,
        page_token: page_token.to_owned(),
    };
    let answer = read!(signed_in, follow_up().list_contacts(request)).await?;
    let (first, next) = pages_around(path, page_token, &answer.next_page_token);
    Ok(Contacts {
        rows: answer.contacts.into_iter().map(Row::from).collect(),
        total: count(answer.total_size.into(), "contact"),
        with_schools: parent.starts_with("districts/"),
        may_act: false,
        first,
        next,
    })
}

/// Whom to contact, of a school or of all schools of a district; none before a programme is approved.
pub(crate) async fn due(
    signed_in: &SignedIn,
    parent: &str,
) -> Result<Option<Vec<SchoolDue>>, Failure> {
    let mut schools = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListContactsDueRequest {
            parent: parent.to_owned(),
            programme_year: String::new(),
            page_size: 200,
            page_token,
        };
        let answer = match read!(signed_in, follow_up().list_contacts_due(request)).await {
            Ok(answer) => answer,
            Err(error) if error.code() == Code::NotFound => return Ok(None),
            Err(error) => return Err(Failure::hidden(error)),
        };
        schools.extend(answer.schools.into_iter().map(SchoolDue::from));
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return Ok(Some(schools));
        }
    }
}

/// Shows it. Who is not the district's school improvement manager finds no such page.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    Query(Wanted { page_token }): Query<Wanted>,
) -> Result<Response, Failure> {
    let name = district(&signed_in, &slug, MANAGES).await?;
    let path = format!("/districts/{slug}/contacts");
    let parent = format!("districts/{slug}");
    let (due, contacts) = tokio::join!(
        due(&signed_in, &parent),
        read(&signed_in, &parent, &path, &page_token),
    );
    let contacts = match contacts {
        Ok(contacts) => contacts,
        Err(error) => return anew(error, &path),
    };
    let page = Page {
        layout: below(&signed_in, &slug, &name),
        place: name,
        tabs: View::Contacts.tabs(&signed_in.caller, &slug),
        due: due?,
        contacts,
    };
    Ok(render(StatusCode::OK, &page))
}

impl SchoolDue {
    /// Whether somebody is to be contacted.
    pub(crate) fn is_due(&self) -> bool {
        self.contacts.iter().any(|one| one.waits)
    }
}

impl From<v1::SchoolContactsDue> for SchoolDue {
    fn from(school: v1::SchoolContactsDue) -> Self {
        let contacts = school.contacts.iter().map(|one| Due {
            word: follow_up::party_word(one.party()),
            who: follow_up::named_party(one.party(), &one.party_display_name),
            last: date(&one.last_contact_date),
            waits: one.due,
        });
        Self {
            contacts: contacts.collect(),
            urn: urn(&school.school).to_owned(),
            school: school.school_display_name,
        }
    }
}

impl From<v1::Contact> for Row {
    fn from(contact: v1::Contact) -> Self {
        let id = contact.name.rsplit('/').next().unwrap_or_default();
        Self {
            id: id.to_owned(),
            urn: urn(&contact.school).to_owned(),
            date: date(&contact.contact_date),
            with: follow_up::named_party(contact.party(), &contact.party_display_name),
            means: follow_up::means(contact.means()),
            purpose: follow_up::purpose(contact.purpose()),
            school: contact.school_display_name,
            spoken_to: contact.spoken_to,
            note: contact.note,
            by: contact.author_display_name,
            withdrawn: contact.withdraw_reason,
        }
    }
}

#[cfg(test)]
impl Contacts {
    pub(crate) fn sample(with_schools: bool) -> Self {
        let contact = |id: &str, note: &str| v1::Contact {
            name: format!("schools/900001/contacts/{id}"),
            school: "schools/900001".into(),
            school_display_name: "St Mary's <Infant> School".into(),
            contact_date: "2024-10-01".into(),
            party: v1::ContactParty::Trust.into(),
            party_display_name: "Trust <b>Byron</b>".into(),
            means: v1::ContactMeans::Letter.into(),
            purpose: v1::ContactPurpose::AcademyConcern.into(),
            spoken_to: note.into(),
            note: note.into(),
            author_display_name: "Ada <b>Byron</b>".into(),
            ..Default::default()
        };
        let withdrawn = v1::Contact {
            withdraw_reason: "At the wrong school <b>Byron</b>".into(),
            ..contact("3", "")
        };
        Self {
            rows: vec![
                contact("1", "About <b>Byron</b>").into(),
                contact("2", "").into(),
                withdrawn.into(),
            ],
            total: "3 contacts".into(),
            with_schools,
            may_act: !with_schools,
            first: Some("/schools/900001/contacts".into()),
            next: Some("/schools/900001/contacts?page_token=x".into()),
        }
    }

    pub(crate) fn sample_empty() -> Self {
        Self {
            rows: Vec::new(),
            total: "0 contacts".into(),
            first: None,
            next: None,
            ..Self::sample(true)
        }
    }
}

#[cfg(test)]
impl SchoolDue {
    pub(crate) fn sample() -> Self {
        let due = |party: v1::ContactParty, name: &str, last: &str| v1::ContactDue {
            party: party.into(),
            party_display_name: name.into(),
            last_contact_date: last.into(),
            due: last.is_empty(),
        };
        Self::from(v1::SchoolContactsDue {
            school: "schools/900001".into(),
            school_display_name: "St Mary's <Infant> School".into(),
            at_risk: true,
            contacts: vec![
                due(v1::ContactParty::School, "", "2024-10-01"),
                due(v1::ContactParty::Trust, "Trust <b>Byron</b>", ""),
            ],
        })
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |due, contacts| Self {
            layout: Layout::sample(),
            place: "North <b>Byron</b>".into(),
            tabs: View::Contacts.sample(),
            due,
            contacts,
        };
        vec![
            page(Some(vec![SchoolDue::sample()]), Contacts::sample(true)),
            page(Some(Vec::new()), Contacts::sample_empty()),
            page(None, Contacts::sample_empty()),
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
    fn a_withdrawn_contact_says_why_and_no_action_is_made_of_it() {
        let page = Page {
            contacts: Contacts::sample(false),
            ..<Page as crate::pages::Sample>::samples().remove(0)
        };
        let page = page.render().unwrap();
        let (_, row) = page.split_once("id=\"contact-3\"").unwrap();
        assert!(
            row.contains("Withdrawn") && row.contains("At the wrong school"),
            "{row}"
        );
        assert_eq!(page.matches("Make an action of it").count(), 2);
    }

    #[test]
    fn p13e_whoever_was_not_contacted_this_year_is_due() {
        let school = SchoolDue::sample();
        assert!(school.is_due());
        let told: Vec<(&str, bool)> = school
            .contacts
            .iter()
            .map(|one| (one.word.as_str(), one.waits))
            .collect();
        assert_eq!(told, [("school", false), ("trust", true)]);
        assert_eq!(
            school.contacts[1].who,
            "The academy trust: Trust <b>Byron</b>"
        );
    }
}
