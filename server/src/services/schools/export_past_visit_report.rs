//! Sends the report of a past visit as a file.

use futures::{Stream, stream};
use llpr_proto::v1::{ExportPastVisitReportRequest, ExportPastVisitReportResponse};
use llpr_store::Access;
use llpr_store::access::School;
use llpr_store::circumstances::past_reports::PastReport;

use crate::context::Cx;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ExportPastVisitReportRequest, School>,
) -> Result<impl Stream<Item = Result<ExportPastVisitReportResponse, Problem>>, Problem> {
    let (request, access) = call.into_parts();
    let sha256 = request.name.rsplit('/').next().unwrap_or_default();
    let now = cx.clock.micros();
    let (report, file_name) = cx.store.read_past_report(&access, sha256, now).await?;
    // The first message alone says what comes.
    let first = ExportPastVisitReportResponse {
        content: Vec::new(),
        file_name,
        media_type: report.kind.media_type().to_owned(),
        size_bytes: report.size_bytes,
    };
    let export = Export {
        cx,
        access,
        report,
        first: Some(first),
        position: 0,
    };
    Ok(stream::try_unfold(export, async |mut export| {
        let message = export.next().await?;
        Ok(message.map(|message| (message, export)))
    }))
}

struct Export {
    cx: Cx,
    access: Access<School>,
    report: PastReport,
    first: Option<ExportPastVisitReportResponse>,
    /// Of the next piece.
    position: i32,
}

impl Export {
    /// The next piece; none behind the last.
    async fn next(&mut self) -> Result<Option<ExportPastVisitReportResponse>, Problem> {
        let piece = self
            .cx
            .store
            .past_report_piece(&self.access, &self.report, self.position)
            .await?;
        let Some(content) = piece else {
            return Ok(None);
        };
        self.position += 1;
        Ok(Some(ExportPastVisitReportResponse {
            content,
            ..self.first.take().unwrap_or_default()
        }))
    }
}
