//! Reports of past visits, up to `ImportService` and down from `SchoolService`.

use std::path::Path;
use std::sync::Arc;

use llpr_proto::v1::upload_past_visit_report_request::Content;
use llpr_proto::v1::{
    ExportPastVisitReportRequest, PastVisitReport, UploadPastVisitReportHeader,
    UploadPastVisitReportRequest,
};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::chunks::{chunked, measure, unless_broken};
use crate::error::Error;
use crate::retry::{Retry, repeat};
use crate::session::Session;

/// What a report that is being received is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportFile {
    /// The file's name, as the list of past visits has it.
    pub file_name: String,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// Its size in bytes.
    pub size_bytes: i64,
}

/// Uploads a file as the report of a past visit of a school (`schools/{urn}`). Memory doesn't grow
/// with the file. `progress` is called with the bytes that were handed to the connection so far.
///
/// An upload that finds the server away or busy is sent again: what is there already is returned.
///
/// # Errors
/// [`Error::File`] where the file can't be read; refusals such as `REPORT_NOT_NAMED` and
/// `REPORT_TYPE_REFUSED`.
pub async fn upload_report(
    session: &Session,
    school: &str,
    path: &Path,
    progress: impl Fn(u64) + Send + Sync + 'static,
) -> Result<PastVisitReport, Error> {
    let progress = Arc::new(progress);
    let mut file = tokio::fs::File::open(path).await?;
    let (sha256, bytes) = measure(&mut file, |_| {}).await?;
    drop(file);
    let header = UploadPastVisitReportHeader {
        parent: school.to_owned(),
        size_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        sha256,
    };
    repeat(Retry::default(), || {
        let (header, progress) = (header.clone(), Arc::clone(&progress));
        async move {
            let file = tokio::fs::File::open(path).await?;
            let (messages, breaks) = chunked(
                message(Content::Header(header)),
                |chunk| message(Content::Chunk(chunk)),
                file,
                move |bytes| progress(bytes),
            );
            let mut imports = session.imports();
            let answer = unless_broken(breaks, imports.upload_past_visit_report(messages)).await?;
            answer.report.ok_or(Error::Protocol(
                "the answer to UploadPastVisitReport holds no report",
            ))
        }
    })
    .await
}

/// Writes a report (`schools/{urn}/pastVisitReports/{sha256}`) as it comes, and tells what it is.
/// Memory doesn't grow with the file.
///
/// # Errors
/// [`Error::File`] where it can't be written; [`Error::Protocol`] where less or more came than was
/// announced; refusals.
pub async fn export_report(
    session: &Session,
    name: &str,
    into: &mut (impl AsyncWrite + Unpin),
) -> Result<ReportFile, Error> {
    let request = ExportPastVisitReportRequest { name: name.into() };
    let mut parts = session
        .schools()
        .export_past_visit_report(request)
        .await?
        .into_inner();
    let mut file: Option<ReportFile> = None;
    let mut received = 0;
    while let Some(part) = parts.message().await? {
        received += i64::try_from(part.content.len()).unwrap_or(i64::MAX);
        into.write_all(&part.content).await?;
        file.get_or_insert(ReportFile {
            file_name: part.file_name,
            media_type: part.media_type,
            size_bytes: part.size_bytes,
        });
    }
    into.flush().await?;
    match file {
        Some(file) if file.size_bytes == received => Ok(file),
        Some(_) | None => Err(Error::Protocol("the report did not come whole")),
    }
}

fn message(content: Content) -> UploadPastVisitReportRequest {
    UploadPastVisitReportRequest {
        content: Some(content),
    }
}
