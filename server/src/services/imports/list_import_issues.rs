//! Lists what was found in a file.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ListImportIssuesRequest, ListImportIssuesResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::{Pages, total};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListImportIssuesRequest, County>,
) -> Result<ListImportIssuesResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        ListImportIssuesRequest::METHOD.path,
        &access,
        &request,
    );
    let class = convert::issue_class(request.class());
    let id = super::import_id(&request.parent);
    let slice = cx
        .store
        .import_issues(&access, id, class, pages.read(size, 200, &token)?)
        .await?;
    Ok(ListImportIssuesResponse {
        issues: slice.items.into_iter().map(convert::issue).collect(),
        next_page_token: pages.token(slice.next)?,
        total_size: total(slice.total),
    })
}
