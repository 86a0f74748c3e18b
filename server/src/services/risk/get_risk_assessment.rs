//! Returns where a school stands, as far as the caller's role may know.

use llpr_proto::v1::{GetRiskAssessmentRequest, GetRiskAssessmentResponse};
use llpr_store::access::School;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<GetRiskAssessmentRequest, School>,
) -> Result<GetRiskAssessmentResponse, Problem> {
    let (request, access) = call.into_parts();
    let year = super::assessment_year(&request.name)?;
    let now = cx.clock.micros();
    let assessment = cx.store.assessment(&access, year, now).await?;
    Ok(GetRiskAssessmentResponse {
        risk_assessment: Some(convert::risk_assessment(assessment)),
    })
}
