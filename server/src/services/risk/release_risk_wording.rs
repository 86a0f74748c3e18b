//! Keeps a wording that a school was told.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ReleaseRiskWordingRequest, ReleaseRiskWordingResponse};
use llpr_store::Outcome;
use llpr_store::access::School;
use llpr_store::risk::NewWording;
use uuid::Uuid;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ReleaseRiskWordingRequest, School>,
) -> Result<ReleaseRiskWordingResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        ReleaseRiskWordingRequest::METHOD.path,
        &request_id,
        &request,
    );
    let new = NewWording {
        id: Uuid::now_v7().to_string(),
        year: super::required_year("programme_year", &request.programme_year)?,
        text: request.wording,
        told_to: request.told_to,
        told_on: convert::read_date("told_date", &request.told_date)?.unwrap_or(access.today()),
    };
    let (Outcome::Done(name) | Outcome::Repeated(name)) =
        cx.store.release_wording(&access, intent, new).await?;
    let urn = access.urn();
    let kept = cx.store.wordings(&access).await?.into_iter();
    let mut kept = kept.filter(|one| one.id == super::last(&name));
    let kept = kept.next().ok_or_else(|| Problem::not_found(&name))?;
    Ok(ReleaseRiskWordingResponse {
        risk_wording: Some(convert::risk_wording(urn, kept)),
    })
}
