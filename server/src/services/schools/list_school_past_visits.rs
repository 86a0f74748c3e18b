//! Lists a school's visits of years before this software.

use llpr_proto::v1::{ListSchoolPastVisitsRequest, ListSchoolPastVisitsResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ListSchoolPastVisitsRequest, School>,
) -> Result<ListSchoolPastVisitsResponse, Problem> {
    let (_, access) = call.into_parts();
    let visits = cx.store.past_visits(&access).await?;
    Ok(ListSchoolPastVisitsResponse {
        visits: visits.into_iter().map(convert::past_visit).collect(),
    })
}
