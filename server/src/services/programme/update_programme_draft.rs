//! Puts another document in a draft's place.

use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{UpdateProgrammeDraftRequest, UpdateProgrammeDraftResponse};
use llpr_store::access::County;
use llpr_store::programme::DraftChange;
use llpr_store::{Outcome, StoreError};

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<UpdateProgrammeDraftRequest, County>,
) -> Result<UpdateProgrammeDraftResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        UpdateProgrammeDraftRequest::METHOD.path,
        &request_id,
        &request,
    );
    let UpdateProgrammeDraftRequest {
        name,
        document,
        etag,
        request_id: _,
        validate_only,
    } = request;
    let year = super::year("name", &name)?;
    let version = convert::version(&etag).unwrap_or_default();
    if validate_only {
        let draft = cx.store.programme_draft(&access, year).await?;
        if draft.head.version != version {
            return Err(StoreError::EtagMismatch(name).into());
        }
        return Ok(match super::read(year, &document) {
            Ok(programme) => UpdateProgrammeDraftResponse {
                programme_draft: Some(convert::programme_preview(document, programme)),
                violations: Vec::new(),
            },
            Err(violations) => UpdateProgrammeDraftResponse {
                programme_draft: None,
                violations: violations
                    .into_iter()
                    .map(convert::programme_violation)
                    .collect(),
            },
        });
    }
    let programme =
        super::read(year, &document).map_err(|violations| Problem::document(&violations))?;
    let change = DraftChange {
        year,
        title: programme.title,
        document,
    };
    let draft = match cx
        .store
        .update_programme_draft(&access, intent, change, version)
        .await?
    {
        Outcome::Done(draft) => draft,
        Outcome::Repeated(_) => cx.store.programme_draft(&access, year).await?,
    };
    Ok(UpdateProgrammeDraftResponse {
        programme_draft: Some(convert::programme_draft(draft)),
        violations: Vec::new(),
    })
}
