//! Takes the report of a past visit as a stream.

use llpr_domain::past_report::{HEAD, ReportKind};
use llpr_domain::urn::Urn;
use llpr_proto::names;
use llpr_proto::v1::{
    ErrorReason, UploadPastVisitReportHeader, UploadPastVisitReportRequest,
    UploadPastVisitReportResponse,
};
use llpr_store::Access;
use llpr_store::access::County;
use llpr_store::circumstances::past_reports::PastReport;
use llpr_store::circumstances::report_upload::ReportUpload;
use tonic::{Code, Streaming};
use tracing::Instrument as _;

use super::transfer::{Transfer, malformed, read_header};
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
    let begun = begin(cx.clone(), access.clone(), urn, header.sha256.clone());
    let mut transfer = tokio::spawn(begun.in_current_span())
        .await
        .map_err(|error| Problem::internal(&error))??;
    let mut standing = Standing::new(&cx, access);
    let size = header.size_bytes;
    let mut head = Vec::new();
    let look = |bytes: &[u8]| {
        let known = head.len();
        let wanted = HEAD.saturating_sub(known).min(bytes.len());
        head.extend(bytes.iter().take(wanted));
        if known < HEAD && head.len() >= HEAD {
            // A file of the wrong kind need not come whole.
            recognise(&head)?;
        }
        Ok(())
    };
    transfer
        .receive(&mut stream, size, &mut standing, look)
        .await?;
    if let Some(differs) = transfer.check(size, &header.sha256)? {
        return Err(malformed(differs));
    }
    let kind = recognise(&head)?;
    let finish = transfer
        .keep()?
        .finish(cx.clock.micros(), kind)
        .in_current_span();
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

async fn begin(
    cx: Cx,
    access: Access<County>,
    urn: Urn,
    sha256: String,
) -> Result<Transfer<ReportUpload>, Problem> {
    let now = cx.clock.micros();
    let report = cx.store.begin_report(&access, now, urn, sha256).await?;
    Ok(Transfer::new(cx, report))
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
