//! Lists mails.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListMailsRequest, ListMailsResponse};
use llpr_store::MailState;
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListMailsRequest, County>,
) -> Result<ListMailsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListMailsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let state = i16::try_from(request.state).ok();
    let state = state.and_then(MailState::from_code);
    let page = pages.read(size, 50, &token)?;
    let slice = cx.store.mails(&access, state, page).await?;
    Ok(ListMailsResponse {
        mails: slice.items.into_iter().map(convert::mail).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
        sends_mail: cx.mailer.sends(),
    })
}
