//! Takes the report of a past visit as a stream.

use llpr_domain::past_report::{HEAD, ReportKind};
use llpr_domain::urn::Urn;
use llpr_proto::names;
use llpr_proto::v1::upload_past_visit_report_request::Content;
use llpr_proto::v1::{
    ErrorReason, UploadPastVisitReportHeader, UploadPastVisitReportRequest,
    UploadPastVisitReportResponse,
};
use llpr_store::Access;
use llpr_store::access::County;
use llpr_store::circumstances::past_reports::PastReport;
use llpr_store::circumstances::report_upload::ReportUpload;
use prost_protovalidate::Validate as _;
use sha2::{Digest as _, Sha256};
use tonic::{Code, Streaming};
use tracing::Instrument as _;

use super::{broken_off, malformed};
use crate::context::Cx;
use crate::convert;
use crate::enter::{Authorised, Standing};
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<Streaming<UploadPastVisitReportRequest>, County>,
) -> Result<UploadPastVisitReportResponse, Problem> {
    let (mut stream, access) = call.into_parts();
    let _place = cx.uploads.try_acquire().map_err(|_| Problem::busy())?;
    let header = read_header(&mut stream).await?;
    let urn = school(&header)?;
    if let Some(report) = cx.store.wanted_report(&access, urn, &header.sha256).await? {
        return Ok(answer(report));
    }
    check_size(&cx, header.size_bytes)?;
    // As with other uploads, both ends run in tasks of their own: a client that goes away does not
    // cut them off.
    let begun = Upload::begin(cx.clone(), access.clone(), urn, header.sha256.clone());
    let mut upload = tokio::spawn(begun.in_current_span())
        .await
        .map_err(|error| Problem::internal(&error))??;
    let mut standing = Standing::new(&cx, access);
    upload
        .receive(&mut stream, header.size_bytes, &mut standing)
        .await?;
    let kind = upload.check(&header)?;
    let Some(report) = upload.report.take() else {
        return Err(Problem::busy());
    };
    let finish = report.finish(cx.clock.micros(), kind).in_current_span();
    let finished = tokio::spawn(finish)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let report = finished?;
    tracing::info!(report.school = %report.urn, report.bytes = report.size_bytes, "A report of a past visit was kept.");
    Ok(answer(report))
}

fn answer(report: PastReport) -> UploadPastVisitReportResponse {
    UploadPastVisitReportResponse {
        report: Some(convert::past_report(report)),
    }
}

async fn read_header(
    stream: &mut Streaming<UploadPastVisitReportRequest>,
) -> Result<UploadPastVisitReportHeader, Problem> {
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

fn school(header: &UploadPastVisitReportHeader) -> Result<Urn, Problem> {
    let digits = names::id(&header.parent, "schools").unwrap_or_default();
    let urn = digits.parse().ok().and_then(|number| Urn::new(number).ok());
    urn.ok_or_else(|| Problem::field("header.parent", "is not schools/{urn}"))
}

fn check_size(cx: &Cx, size: i64) -> Result<(), Problem> {
    let limit = cx.config.import.report_max_bytes;
    if u64::try_from(size).unwrap_or(0) <= limit {
        return Ok(());
    }
    let instead = "Save the report again with smaller pictures, and put the new file's SHA-256 into the list of visits";
    Err(super::too_large(
        size,
        limit,
        "import.report_max_bytes",
        instead,
    ))
}

/// An upload under way. Dropped before its end, because the client went away, it removes what it
/// brought.
struct Upload {
    report: Option<ReportUpload>,
    cx: Cx,
    hash: Sha256,
    head: Vec<u8>,
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(report) = self.report.take() {
            let now = self.cx.clock.micros();
            tokio::spawn(async move {
                if let Err(error) = report.abandon(now).await {
                    tracing::warn!(error = %error, "An upload that broke off was not removed; the sweep will.");
                }
            });
        }
    }
}

impl Upload {
    async fn begin(
        cx: Cx,
        access: Access<County>,
        urn: Urn,
        sha256: String,
    ) -> Result<Self, Problem> {
        let now = cx.clock.micros();
        Ok(Self {
            report: Some(cx.store.begin_report(&access, now, urn, sha256).await?),
            cx,
            hash: Sha256::new(),
            head: Vec::new(),
        })
    }

    async fn receive(
        &mut self,
        stream: &mut Streaming<UploadPastVisitReportRequest>,
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
            let Some(report) = &mut self.report else {
                return Ok(());
            };
            let room = size.saturating_sub(report.received());
            if i64::try_from(bytes.len()).unwrap_or(i64::MAX) > room {
                return Err(malformed(
                    "More bytes came than the header said. Upload the file again; it may have changed meanwhile.",
                ));
            }
            self.hash.update(&bytes);
            let known = self.head.len();
            let wanted = HEAD.saturating_sub(known).min(bytes.len());
            self.head.extend(bytes.iter().take(wanted));
            if known < HEAD && self.head.len() >= HEAD {
                // A file of the wrong kind need not come whole.
                recognise(&self.head)?;
            }
            report.push(&bytes, self.cx.clock.micros()).await?;
        }
        Ok(())
    }

    /// Whether the file came whole and is the one that was announced; its kind.
    fn check(&mut self, header: &UploadPastVisitReportHeader) -> Result<ReportKind, Problem> {
        let received = self.report.as_ref().map_or(0, ReportUpload::received);
        if received != header.size_bytes {
            return Err(malformed(&format!(
                "The file has {} bytes and {received} arrived. Nothing was kept. Upload it again.",
                header.size_bytes
            )));
        }
        let hash = hex::encode(std::mem::take(&mut self.hash).finalize());
        if hash != header.sha256 {
            return Err(malformed(
                "What arrived is not the file that was announced: its SHA-256 differs. Nothing was kept. Upload it again.",
            ));
        }
        recognise(&self.head)
    }
}

fn recognise(head: &[u8]) -> Result<ReportKind, Problem> {
    ReportKind::recognise(head).map_err(|why| {
        let message = format!(
            "{why} Nothing was kept. Save the report as PDF, DOCX or ODT without a password, put the new file's name and \
             SHA-256 into the list of visits, and upload it."
        );
        Problem::new(
            Code::InvalidArgument,
            ErrorReason::ReportTypeRefused,
            message,
        )
    })
}
