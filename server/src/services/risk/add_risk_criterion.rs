//! Adds a criterion by judgement, or proposes one.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{AddRiskCriterionRequest, AddRiskCriterionResponse};
use llpr_store::Outcome;
use llpr_store::access::School;
use llpr_store::risk::NewJudgement;
use uuid::Uuid;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<AddRiskCriterionRequest, School>,
) -> Result<AddRiskCriterionResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(AddRiskCriterionRequest::METHOD.path, &request_id, &request);
    let letter = request.criterion.chars().next();
    let new = NewJudgement {
        id: Uuid::now_v7().to_string(),
        year: super::required_year("programme_year", &request.programme_year)?,
        letter: letter.ok_or_else(|| Problem::field("criterion", "is required"))?,
        note: request.note,
    };
    let criterion = match cx.store.add_criterion(&access, intent, new).await? {
        Outcome::Done(criterion) => criterion,
        Outcome::Repeated(name) => cx.store.criterion(&access, super::last(&name)).await?,
    };
    Ok(AddRiskCriterionResponse {
        risk_criterion: Some(convert::risk_criterion(criterion)),
    })
}
