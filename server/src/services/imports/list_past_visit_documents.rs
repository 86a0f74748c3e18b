//! Lists the files that past visits name, and which of them are there.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListPastVisitDocumentsRequest, ListPastVisitDocumentsResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListPastVisitDocumentsRequest, County>,
) -> Result<ListPastVisitDocumentsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListPastVisitDocumentsRequest::METHOD.path,
        &access,
        &request,
    );
    let page = pages.read(size, 100, &token)?;
    let slice = cx
        .store
        .named_documents(&access, request.missing_only, page)
        .await?;
    Ok(ListPastVisitDocumentsResponse {
        documents: slice
            .items
            .into_iter()
            .map(convert::past_document)
            .collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
