//! The upload of a past visit's report, cut off.

use chrono::NaiveDate;
use futures::FutureExt as _;
use llpr_proto::v1::upload_past_visit_report_request::Content;
use llpr_proto::v1::{UploadPastVisitReportHeader, UploadPastVisitReportRequest};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use sha2::{Digest as _, Sha256};

use super::stage::{Repeat, Scenario, call};

const SCHOOL: &str = "900010";

pub(super) const UPLOAD: Scenario = Scenario {
    method: "ImportService/UploadPastVisitReport",
    effects: Some("SELECT COUNT(*) FROM past_reports"),
    ledgered: true,
    repeat: Repeat::SameOutcome,
    prepare: |stage, attempt, _| {
        async move {
            let bytes = report(attempt);
            let header = UploadPastVisitReportHeader {
                parent: format!("schools/{SCHOOL}"),
                size_bytes: i64::try_from(bytes.len()).expect("a small file"),
                sha256: hex::encode(Sha256::digest(&bytes)),
            };
            let (one, two) = bytes.split_at(bytes.len() / 2);
            let messages = [
                Content::Header(header),
                Content::Chunk(one.to_vec()),
                Content::Chunk(two.to_vec()),
            ]
            .map(|content| UploadPastVisitReportRequest {
                content: Some(content),
            });
            call(stage.token("DATA_OFFICER"), &messages)
        }
        .boxed()
    },
};

/// The report of an attempt.
fn report(attempt: i64) -> Vec<u8> {
    format!("%PDF-1.7\nThe report of attempt {attempt}.\n").into_bytes()
}

/// Lays a past visit for each attempt behind the server: no list names so many.
pub(super) async fn lay_visits(database: &DatabaseConnection, count: i64) {
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day");
    for attempt in 0..count {
        let day = first + chrono::Duration::days(attempt);
        let hash = hex::encode(Sha256::digest(report(attempt)));
        let sql = format!(
            "INSERT INTO past_visits (urn, visit_date, actions, document_name, document_sha256)
                VALUES ({SCHOOL}, '{day}', '', 'report.pdf', '{hash}')"
        );
        database.execute_unprepared(&sql).await.expect("a visit");
    }
}
