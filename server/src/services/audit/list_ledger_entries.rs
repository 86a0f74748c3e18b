//! Lists entries of the ledger.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListLedgerEntriesRequest, ListLedgerEntriesResponse};
use llpr_store::LedgerFilter;
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::Pages;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListLedgerEntriesRequest, County>,
) -> Result<ListLedgerEntriesResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListLedgerEntriesRequest::METHOD.path,
        &access,
        &request,
    );
    let page = pages.read(size, 50, &token)?;
    let filter = LedgerFilter {
        user: request.actor.split_once('/').map(|(_, id)| id.to_owned()),
        method: request.method,
        target_prefix: request.target_prefix,
        from: request.start_time.as_ref().map(convert::micros),
        until: request.end_time.as_ref().map(convert::micros),
    };
    let slice = cx.store.ledger_entries(&access, &filter, page).await?;
    Ok(ListLedgerEntriesResponse {
        entries: slice.items.into_iter().map(convert::ledger_entry).collect(),
        next_page_token: pages.token(slice.next)?,
    })
}
