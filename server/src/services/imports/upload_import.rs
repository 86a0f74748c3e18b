//! Takes a file as a stream and leaves a staged import.

use llpr_domain::figure::Release;
use llpr_domain::import::{Dataset, Issue, IssueCode, YearRule};
use llpr_domain::year::AcademicYear;
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::upload_import_request::Content;
use llpr_proto::v1::{UploadImportHeader, UploadImportRequest, UploadImportResponse};
use llpr_store::access::County;
use llpr_store::imports::{NewImport, Staging};
use llpr_store::{Access, Outcome};
use prost_protovalidate::Validate as _;
use sha2::{Digest as _, Sha256};
use tonic::Streaming;
use tracing::Instrument as _;

use super::{broken_off, malformed};
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
    let begun = Upload::begin(cx.clone(), access.clone(), new).in_current_span();
    let mut upload = tokio::spawn(begun)
        .await
        .map_err(|error| Problem::internal(&error))??;
    let mut standing = Standing::new(&cx, access.clone());
    upload
        .receive(&mut stream, header.size_bytes, &mut standing)
        .await?;
    let transfer = upload.check(&header)?;
    let Some(staging) = upload.staging.take() else {
        return Err(Problem::busy());
    };
    // The moment of the end, not of the beginning.
    let intent = llpr_store::Intent {
        now: cx.clock.micros(),
        ..intent
    };
    let finish = staging.finish(intent, transfer).in_current_span();
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

/// An upload under way. Dropped before its end, because the client went away, it removes what it
/// brought.
struct Upload {
    staging: Option<Staging>,
    cx: Cx,
    hash: Sha256,
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(staging) = self.staging.take() {
            let now = self.cx.clock.micros();
            tokio::spawn(async move {
                if let Err(error) = staging.abandon(now).await {
                    tracing::warn!(error = %error, "An upload that broke off was not removed; the sweep will.");
                }
            });
        }
    }
}

impl Upload {
    async fn begin(cx: Cx, access: Access<County>, new: NewImport) -> Result<Self, Problem> {
        let now = cx.clock.micros();
        Ok(Self {
            staging: Some(cx.store.begin_upload(&access, now, new).await?),
            cx,
            hash: Sha256::new(),
        })
    }

    async fn receive(
        &mut self,
        stream: &mut Streaming<UploadImportRequest>,
        size: i64,
        standing: &mut Standing<County>,
    ) -> Result<(), Problem> {
        while let Some(message) = stream
            .message()
            .await
            .map_err(|status| broken_off(&status))?
        {
            standing.ask_if_old().await?;
            message.validate()?;
            let Some(Content::Chunk(bytes)) = message.content else {
                return Err(malformed(
                    "A second header came. Send the header once, then only chunks.",
                ));
            };
            self.hash.update(&bytes);
            let Some(staging) = &mut self.staging else {
                return Ok(());
            };
            let room = size.saturating_sub(staging.received());
            // What exceeds the announced size is counted and not read.
            if i64::try_from(bytes.len()).unwrap_or(i64::MAX) > room {
                return Err(malformed(
                    "More bytes came than the header said. Upload the file again; it may have changed meanwhile.",
                ));
            }
            staging.push(&bytes, self.cx.clock.micros()).await?;
        }
        Ok(())
    }

    /// What the transfer itself did wrong. A stream that the client cancels ends here like one
    /// that is complete, so too few bytes mean that it broke off.
    fn check(&mut self, header: &UploadImportHeader) -> Result<Vec<Issue>, Problem> {
        let received = self.staging.as_ref().map_or(0, Staging::received);
        if received != header.size_bytes {
            return Err(malformed(&format!(
                "The file has {} bytes and {received} arrived. Nothing was kept. Upload it again.",
                header.size_bytes
            )));
        }
        let hash = hex::encode(std::mem::take(&mut self.hash).finalize());
        if hash == header.sha256 {
            return Ok(Vec::new());
        }
        let message = "What arrived is not the file that was announced: its SHA-256 differs. Nothing was kept. Upload it again.";
        Ok(vec![Issue::new(IssueCode::HashMismatch, message)])
    }
}

async fn read_header(
    stream: &mut Streaming<UploadImportRequest>,
) -> Result<UploadImportHeader, Problem> {
    let first = stream
        .message()
        .await
        .map_err(|status| broken_off(&status))?;
    let first = first
        .ok_or_else(|| malformed("The upload is empty. Send the header first, then chunks."))?;
    first.validate()?;
    match first.content {
        Some(Content::Header(header)) => Ok(header),
        Some(Content::Chunk(_)) | None => Err(malformed(
            "The upload begins with a chunk. Send the header first.",
        )),
    }
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
