//! Confirms or dismisses a criterion by judgement.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{DecideRiskCriterionRequest, DecideRiskCriterionResponse};
use llpr_store::Outcome;
use llpr_store::access::School;
use llpr_store::risk::Answer;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<DecideRiskCriterionRequest, School>,
) -> Result<DecideRiskCriterionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        DecideRiskCriterionRequest::METHOD.path,
        &request_id,
        &request,
    );
    let answer = Answer {
        id: super::last(&request.name).to_owned(),
        state: convert::read_criterion_state(request.state()),
        version: convert::version(&request.etag).unwrap_or(0),
        note: request.answer,
    };
    let criterion = match cx.store.decide_criterion(&access, intent, answer).await? {
        Outcome::Done(criterion) => criterion,
        Outcome::Repeated(name) => cx.store.criterion(&access, super::last(&name)).await?,
    };
    Ok(DecideRiskCriterionResponse {
        risk_criterion: Some(convert::risk_criterion(criterion)),
    })
}
