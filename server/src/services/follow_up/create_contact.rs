//! Keeps a contact.

use llpr_domain::follow_up::contact::NewContact as Wanted;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateContactRequest, CreateContactResponse};
use llpr_store::Outcome;
use llpr_store::access::School;
use llpr_store::follow_up::NewContact;
use uuid::Uuid;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateContactRequest, School>,
) -> Result<CreateContactResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(CreateContactRequest::METHOD.path, &request_id, &request);
    let contact = request.contact.unwrap_or_default();
    let on = convert::read_date("contact.contact_date", &contact.contact_date)?;
    let new = NewContact {
        id: Uuid::now_v7().to_string(),
        wanted: Wanted {
            party: convert::read_party(contact.party()),
            means: convert::read_means(contact.means()),
            purpose: convert::read_purpose(contact.purpose()),
            on: on.unwrap_or(access.today()),
        },
        spoken_to: contact.spoken_to,
        note: contact.note,
    };
    let contact = match cx.store.create_contact(&access, intent, new).await? {
        Outcome::Done(contact) => contact,
        Outcome::Repeated(name) => cx.store.contact(&access, super::last(&name)).await?,
    };
    Ok(CreateContactResponse {
        contact: Some(convert::contact(contact)),
    })
}
