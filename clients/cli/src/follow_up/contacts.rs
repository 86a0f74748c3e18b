//! The log of contacts, and whom to contact about academies.

use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{
    Contact, ContactDue, ContactMeans, ContactParty, ContactPurpose, CreateContactRequest,
    ListContactsDueRequest, ListContactsRequest, SchoolContactsDue, WithdrawContactRequest,
};
use llpr_client::{Retry, items, request_id, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full, node};
use crate::output::{record, time};
use crate::risk::year_name;
use crate::words::{parser, word_of};

record!(
    Contact,
    table: [
        "Date" => |one| one.contact_date.clone(),
        "URN" => |one| bare(&one.school).to_owned(),
        "School" => |one| one.school_display_name.clone(),
        "With" => with,
        "How" => |one| word_of::<ContactMeans>(one.means),
        "Purpose" => |one| word_of::<ContactPurpose>(one.purpose),
        "By" => |one| one.author_display_name.clone(),
        "Note" => note,
        "Name" => |one| one.name.clone(),
    ],
    all: [
        "Name" => |one| one.name.clone(),
        "Date" => |one| one.contact_date.clone(),
        "URN" => |one| bare(&one.school).to_owned(),
        "School" => |one| one.school_display_name.clone(),
        "Year" => |one| bare(&one.programme_year).to_owned(),
        "With" => with,
        "Spoken to" => |one| one.spoken_to.clone(),
        "How" => |one| word_of::<ContactMeans>(one.means),
        "Purpose" => |one| word_of::<ContactPurpose>(one.purpose),
        "By" => |one| one.author_display_name.clone(),
        "Note" => |one| one.note.clone(),
        "Withdrawn" => |one| time(one.withdraw_time),
        "Withdrawn by" => |one| one.withdrawer_display_name.clone(),
        "Why" => |one| one.withdraw_reason.clone(),
    ]
);

/// What was said; of a withdrawn contact that it was withdrawn, and why.
fn note(contact: &Contact) -> String {
    match contact.withdraw_reason.as_str() {
        "" => contact.note.clone(),
        why => format!("WITHDRAWN: {why}"),
    }
}

fn with(contact: &Contact) -> String {
    named(contact.party, &contact.party_display_name)
}

record!(
    SchoolContactsDue,
    table: [
        "URN" => |school| bare(&school.school).to_owned(),
        "School" => |school| school.school_display_name.clone(),
        "At risk" => |school| if school.at_risk { "yes" } else { "no" }.to_owned(),
        "To contact" => due,
        "Contacted" => contacted,
    ]
);

fn due(school: &SchoolContactsDue) -> String {
    let due = school.contacts.iter().filter(|one| one.due);
    due.map(party).collect::<Vec<_>>().join(", ")
}

fn contacted(school: &SchoolContactsDue) -> String {
    let contacts = school.contacts.iter();
    let known = contacts.filter(|one| !one.last_contact_date.is_empty());
    let told = known.map(|one| format!("{} {}", party(one), one.last_contact_date));
    told.collect::<Vec<_>>().join(", ")
}

fn party(contact: &ContactDue) -> String {
    named(contact.party, &contact.party_display_name)
}

/// A party, with the register's name for it where there is one.
fn named(party: i32, name: &str) -> String {
    let party = word_of::<ContactParty>(party);
    match name {
        "" => party,
        name => format!("{party} ({name})"),
    }
}

/// Keep a contact with a school, or with those who answer for an academy
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up contact 900008 --means telephone --purpose agree-actions --with \"the headteacher\"
  llpr follow-up contact 900025 --party trust --means letter --purpose academy-concern --on 2024-10-01
  llpr follow-up contact 900008 --means visit --purpose capacity --note-file note.txt")]
pub(crate) struct NewContact {
    /// The school's URN
    urn: String,
    /// Who was contacted
    #[arg(long, value_parser = parser::<ContactParty>(), default_value = "school")]
    party: ContactParty,
    /// How
    #[arg(long, value_parser = parser::<ContactMeans>())]
    means: ContactMeans,
    /// What for
    #[arg(long, value_parser = parser::<ContactPurpose>())]
    purpose: ContactPurpose,
    /// With whom there, such as "the headteacher"
    #[arg(long, value_name = "WHO")]
    with: Option<String>,
    /// On which day, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// File with what was said, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    note_file: Option<PathBuf>,
}

impl NewContact {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CreateContactRequest {
            parent: full("schools", &self.urn),
            contact: Some(Contact {
                party: self.party.into(),
                means: self.means.into(),
                purpose: self.purpose.into(),
                spoken_to: self.with.unwrap_or_default(),
                contact_date: self.on.unwrap_or_default(),
                note: context.prose(self.note_file.as_deref())?,
                ..Contact::default()
            }),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.follow_up(), request.clone());
            async move { client.create_contact(request).await }
        })
        .await?;
        context.one(&answer.contact.ok_or_else(Failure::empty_answer)?)
    }
}

/// Withdraw a contact, such as one written at the wrong school: it stays with the reason
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up withdraw schools/900008/contacts/ID --reason \"written at the wrong school\"")]
pub(crate) struct Withdraw {
    /// The contact, as `llpr follow-up contacts` names it
    name: String,
    /// Why; name no pupil
    #[arg(long)]
    reason: String,
}

impl Withdraw {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = WithdrawContactRequest {
            name: self.name,
            reason: self.reason,
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.follow_up(), request.clone());
            async move { client.withdraw_contact(request).await }
        })
        .await?;
        context.one(&answer.contact.ok_or_else(Failure::empty_answer)?)
    }
}

/// List contacts, the latest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up contacts north-marl
  llpr follow-up contacts 900008 --year 2024/25")]
pub(crate) struct Contacts {
    /// A district's slug or a school's URN
    place: String,
    /// Only those of a programme year, such as 2024/25 [default: all]
    #[arg(long)]
    year: Option<String>,
}

impl Contacts {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let (parent, programme_year) = (node(&self.place), year_name(self.year.as_deref())?);
        let contacts = items(|page_token| {
            let mut client = session.follow_up();
            let request = ListContactsRequest {
                parent: parent.clone(),
                programme_year: programme_year.clone(),
                page_size: 200,
                page_token,
            };
            async move { client.list_contacts(request).await }
        });
        context
            .list(contacts, None, "There was no contact yet.")
            .await
    }
}

/// List whom to contact about academies at risk: school, trust, sponsor and Regional Director
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up due wenbourne-vale
  llpr follow-up due 900025                 one school, whatever its state")]
pub(crate) struct Due {
    /// A district's slug or a school's URN
    place: String,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
}

impl Due {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let (parent, programme_year) = (node(&self.place), year_name(self.year.as_deref())?);
        let schools = items(|page_token| {
            let mut client = session.follow_up();
            let request = ListContactsDueRequest {
                parent: parent.clone(),
                programme_year: programme_year.clone(),
                page_size: 200,
                page_token,
            };
            async move { client.list_contacts_due(request).await }
        });
        context.list(schools, None, "No academy is at risk.").await
    }
}
