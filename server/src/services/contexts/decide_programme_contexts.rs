//! Decides the contexts of schools of a district, all or none.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{DecideProgrammeContextsRequest, DecideProgrammeContextsResponse};
use llpr_proto::{names, v1};
use llpr_store::Outcome;
use llpr_store::access::District;
use llpr_store::contexts::ContextChoice;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<DecideProgrammeContextsRequest, District>,
) -> Result<DecideProgrammeContextsResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let path = DecideProgrammeContextsRequest::METHOD.path;
    let intent = cx.intent(path, &request_id, &request);
    let year = super::required_year("programme_year", &request.programme_year)?;
    let only_look = request.validate_only;
    let choices = request.choices.into_iter().enumerate();
    let choices: Vec<ContextChoice> = choices
        .map(|(index, one)| choice(index, one))
        .collect::<Result<_, _>>()?;
    let count = choices.len();
    let done = cx
        .store
        .decide_contexts(&access, intent, year, choices, only_look)
        .await?;
    let decided = match done {
        Outcome::Done(decided) => decided,
        Outcome::Repeated(_) => count,
    };
    Ok(DecideProgrammeContextsResponse {
        decided_count: convert::whole(decided),
    })
}

fn choice(index: usize, one: v1::ProgrammeContextChoice) -> Result<ContextChoice, Problem> {
    let urn = names::id(&one.school, "schools").and_then(|urn| urn.parse().ok());
    let field = || format!("choices[{index}].school");
    Ok(ContextChoice {
        urn: urn.ok_or_else(|| Problem::field(&field(), "is not schools/{urn}"))?,
        context: convert::read_context(one.kind()),
        etag: one.etag,
        reason: one.reason,
    })
}
