//! Takes a file as a stream and leaves a staged import.

use llpr_domain::figure::Release;
use llpr_domain::import::{Dataset, Issue, IssueCode, YearRule};
use llpr_domain::year::AcademicYear;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{UploadImportHeader, UploadImportRequest, UploadImportResponse};
use llpr_store::access::County;
use llpr_store::imports::{NewImport, Staging};
use llpr_store::{Access, Outcome};
use tonic::Streaming;
use tracing::Instrument as _;

use super::transfer::{Transfer, read_header};
use crate::context::Cx;
use crate::convert;
use crate::enter::{Authorised, Standing};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<Streaming<UploadImportRequest>, County>,
) -> Result<UploadImportResponse, Problem> {
    let (mut stream, access) = call.into_parts();
    let _place = cx.uploads.try_acquire().map_err(|_| Problem::busy())?;
    let mut header = read_header(&mut stream).await?;
    let new = new_import(&cx, &header)?;
    let request_id = std::mem::take(&mut header.request_id);
    let intent = cx.intent(UploadImportRequest::METHOD.path, &request_id, &header);
    if let Some(import) = cx.store.repeated_upload(&access, &intent).await? {
        return Ok(UploadImportResponse {
            import: Some(convert::import(import)),
        });
    }
    // Both ends run in tasks of their own: when the client goes away meanwhile, the beginning
    // comes to its end and is removed, and the end is made, as every other write.
    let begun = begin(cx.clone(), access.clone(), new).in_current_span();
    let mut transfer = tokio::spawn(begun)
        .await
        .map_err(|error| Problem::internal(&error))??;
    let mut standing = Standing::new(&cx, access.clone());
    let size = header.size_bytes;
    transfer
        .receive(&mut stream, size, &mut standing, |_| Ok(()))
        .await?;
    let differs = transfer.check(size, &header.sha256)?;
    let differs = differs.map(|message| Issue::new(IssueCode::HashMismatch, message));
    let staging = transfer.keep()?;
    // The moment of the end, not of the beginning.
    let intent = llpr_store::Intent {
        now: cx.clock.micros(),
        ..intent
    };
    let issues = differs.into_iter().collect();
    let finish = staging.finish(intent, issues).in_current_span();
    let finished = tokio::spawn(finish)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let import = match finished? {
        Outcome::Done(import) => import,
        Outcome::Repeated(name) => cx.store.import(&access, super::import_id(&name)).await?,
    };
    tracing::info!(import.name = %import.id, import.state = import.state.as_str(), import.bytes = import.size_bytes, "A file was read.");
    Ok(UploadImportResponse {
        import: Some(convert::import(import)),
    })
}

async fn begin(
    cx: Cx,
    access: Access<County>,
    new: NewImport,
) -> Result<Transfer<Staging>, Problem> {
    let staging = cx
        .store
        .begin_upload(&access, cx.clock.micros(), new)
        .await?;
    Ok(Transfer::new(cx, staging))
}

fn new_import(cx: &Cx, header: &UploadImportHeader) -> Result<NewImport, Problem> {
    let dataset = super::dataset(&header.dataset)?;
    if !dataset.is_data() {
        return Err(Problem::field(
            "header.dataset",
            format!(
                "The {} is loaded by an administrator, with `llpr user import` or \
                 UserService.ImportPeople. Nothing was kept.",
                dataset.title()
            ),
        ));
    }
    let limit = cx.config.import.max_bytes;
    if u64::try_from(header.size_bytes).unwrap_or(0) > limit {
        let instead = "Load a smaller extract";
        return Err(super::too_large(
            header.size_bytes,
            limit,
            "import.max_bytes",
            instead,
        ));
    }
    let year = year(dataset, &header.academic_year, cx)?;
    let release = release(dataset, convert::release(header.release()))?;
    Ok(NewImport {
        dataset,
        year,
        release,
        file_name: header.file_name.clone(),
        size_bytes: header.size_bytes,
        sha256: header.sha256.clone(),
        accept_missing: header.accept_missing,
    })
}

/// Most files don't say their year, so it must be told; results of a year to come are none.
fn year(dataset: Dataset, text: &str, cx: &Cx) -> Result<Option<AcademicYear>, Problem> {
    const FIELD: &str = "header.academic_year";
    let title = dataset.title();
    match (dataset.year_rule(), text.is_empty()) {
        (YearRule::None | YearRule::GivenOrInRows, true) => return Ok(None),
        (YearRule::None, false) => {
            return Err(Problem::field(
                FIELD,
                format!("The {title} has no year: leave it out."),
            ));
        }
        (YearRule::Given, true) => {
            return Err(Problem::field(
                FIELD,
                format!("The {title} does not say its year. Give it, such as 2018/19."),
            ));
        }
        (YearRule::Given | YearRule::GivenOrInRows, false) => {}
    }
    let year: AcademicYear =
        text.parse()
            .map_err(|error: llpr_domain::year::InvalidAcademicYear| {
                Problem::field(FIELD, error.to_string())
            })?;
    let current =
        AcademicYear::of_date(cx.clock.today()).map_err(|error| Problem::internal(&error))?;
    if year > current {
        return Err(Problem::field(
            FIELD,
            format!(
                "The year {year} has not begun. Give the year of the results, at most {current}."
            ),
        ));
    }
    Ok(Some(year))
}

fn release(dataset: Dataset, release: Option<Release>) -> Result<Option<Release>, Problem> {
    const FIELD: &str = "header.release";
    let title = dataset.title();
    match (dataset.has_figures(), release) {
        (true, None) => Err(Problem::field(
            FIELD,
            format!("Say how final the {title} is: unvalidated, provisional, revised or final."),
        )),
        (false, Some(_)) => Err(Problem::field(
            FIELD,
            format!("The {title} has no release: leave it out."),
        )),
        (_, release) => Ok(release),
    }
}
