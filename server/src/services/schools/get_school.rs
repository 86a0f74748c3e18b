//! Returns a school.

use llpr_proto::v1::{GetSchoolRequest, GetSchoolResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetSchoolRequest, School>,
) -> Result<GetSchoolResponse, Problem> {
    let (_, access) = call.into_parts();
    let school = cx.store.school(&access).await?;
    Ok(GetSchoolResponse {
        school: Some(convert::school(school)),
    })
}
