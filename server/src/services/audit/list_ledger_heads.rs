//! Lists the signed heads of the ledger.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListLedgerHeadsRequest, ListLedgerHeadsResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::Pages;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListLedgerHeadsRequest, County>,
) -> Result<ListLedgerHeadsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let path = ListLedgerHeadsRequest::METHOD.path;
    let pages = Pages::new(&cx.secret, path, &access, &request);
    let page = pages.read(size, 50, &token)?;
    let slice = cx.store.signed_heads(&access, page).await?;
    Ok(ListLedgerHeadsResponse {
        heads: slice.items.into_iter().map(convert::ledger_head).collect(),
        next_page_token: pages.token(slice.next)?,
        keys: convert::ledger_keys(&cx)?,
    })
}
