//! Makes the next version of a school's assessment.

use llpr_domain::risk::assessment::Wanted;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{AssessSchoolRequest, AssessSchoolResponse};
use llpr_store::Outcome;
use llpr_store::access::School;
use llpr_store::risk::NewAssessment;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<AssessSchoolRequest, School>,
) -> Result<AssessSchoolResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(AssessSchoolRequest::METHOD.path, &request_id, &request);
    let wanted = Wanted {
        state: convert::read_risk_state(request.state()),
        urgency: convert::read_urgency(request.urgency()),
        direction: convert::read_direction(request.direction()),
        reason: std::mem::take(&mut request.reason),
        effective: convert::read_date("effective_date", &request.effective_date)?
            .unwrap_or(access.today()),
    };
    let year = super::assessment_year(&request.name)?
        .ok_or_else(|| Problem::field("name", "must name the year"))?;
    let new = NewAssessment {
        wanted,
        etag: request.etag,
    };
    let assessment = match cx.store.assess(&access, intent, year, new).await? {
        Outcome::Done(assessment) => assessment,
        Outcome::Repeated(_) => {
            let now = cx.clock.micros();
            cx.store.assessment(&access, Some(year), now).await?
        }
    };
    Ok(AssessSchoolResponse {
        risk_assessment: Some(convert::risk_assessment(assessment)),
    })
}
