//! Lists the programme years.

use llpr_proto::v1::{ListProgrammeYearsRequest, ListProgrammeYearsResponse};
use llpr_store::access::SelfOnly;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListProgrammeYearsRequest, SelfOnly>,
) -> Result<ListProgrammeYearsResponse, Problem> {
    let (ListProgrammeYearsRequest {}, access) = call.into_parts();
    let heads = cx.store.programme_years(&access).await?;
    let years = heads.into_iter().map(|head| {
        let name = head.name;
        convert::programme_year(convert::programme_version_head(head), name)
    });
    Ok(ListProgrammeYearsResponse {
        programme_years: years.collect(),
    })
}
