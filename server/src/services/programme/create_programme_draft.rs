//! Starts the draft of a year.

use llpr_domain::programme;
use llpr_domain::year::AcademicYear;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{CreateProgrammeDraftRequest, CreateProgrammeDraftResponse};
use llpr_store::Outcome;
use llpr_store::access::{Access, County};
use llpr_store::programme::DraftChange;

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<CreateProgrammeDraftRequest, County>,
) -> Result<CreateProgrammeDraftResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(
        CreateProgrammeDraftRequest::METHOD.path,
        &request_id,
        &request,
    );
    let CreateProgrammeDraftRequest {
        parent,
        document,
        request_id: _,
        validate_only,
    } = request;
    let year = super::year("parent", &parent)?;
    let document = if document.is_empty() {
        copied(&cx, &access, year).await?
    } else {
        document
    };
    let programme = match super::read(year, &document) {
        Ok(programme) if validate_only => {
            return Ok(CreateProgrammeDraftResponse {
                programme_draft: Some(convert::programme_preview(document, programme)),
                violations: Vec::new(),
            });
        }
        Ok(programme) => programme,
        Err(violations) if validate_only => {
            let violations = violations.into_iter();
            return Ok(CreateProgrammeDraftResponse {
                programme_draft: None,
                violations: violations.map(convert::programme_violation).collect(),
            });
        }
        Err(violations) => return Err(Problem::document(&violations)),
    };
    let new = DraftChange {
        year,
        title: programme.title,
        document,
    };
    let draft = match cx
        .store
        .create_programme_draft(&access, intent, new)
        .await?
    {
        Outcome::Done(draft) => draft,
        Outcome::Repeated(_) => cx.store.programme_draft(&access, year).await?,
    };
    Ok(CreateProgrammeDraftResponse {
        programme_draft: Some(convert::programme_draft(draft)),
        violations: Vec::new(),
    })
}

/// A copy of what is in force, under this year.
async fn copied(cx: &Cx, access: &Access<County>, year: AcademicYear) -> Result<String, Problem> {
    let base = cx.store.programme_to_start_from(access, year).await?;
    let base = base.ok_or_else(|| {
        Problem::field(
            "document",
            "is empty, and there is no approved year before this one to copy; give a document",
        )
    })?;
    programme::for_year(&base.document, year)
        .ok_or_else(|| Problem::field("document", "is empty, and the last year can't be copied"))
}
