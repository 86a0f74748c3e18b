//! Returns what an import changes.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{GetImportDiffRequest, GetImportDiffResponse};
use llpr_store::access::County;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::paging::Pages;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetImportDiffRequest, County>,
) -> Result<GetImportDiffResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let token = std::mem::take(&mut request.page_token);
    let size = std::mem::take(&mut request.page_size);
    let pages = Pages::new(
        &cx.secret,
        GetImportDiffRequest::METHOD.path,
        &access,
        &request,
    );
    let page = pages.read(size, 200, &token)?;
    let (changes, next) = cx
        .store
        .import_diff(&access, super::import_id(&request.name), page)
        .await?;
    Ok(GetImportDiffResponse {
        changes: convert::changes(changes),
        next_page_token: pages.token(next)?,
    })
}
