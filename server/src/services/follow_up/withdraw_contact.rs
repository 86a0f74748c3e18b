//! Withdraws a contact.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{WithdrawContactRequest, WithdrawContactResponse};
use llpr_store::Outcome;
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<WithdrawContactRequest, School>,
) -> Result<WithdrawContactResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = WithdrawContactRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let id = super::last(&request.name).to_owned();
    let done = cx
        .store
        .withdraw_contact(&access, intent, id, request.reason)
        .await?;
    let contact = match done {
        Outcome::Done(contact) => contact,
        Outcome::Repeated(name) => cx.store.contact(&access, super::last(&name)).await?,
    };
    Ok(WithdrawContactResponse {
        contact: Some(convert::contact(contact)),
    })
}
