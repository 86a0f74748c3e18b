//! The whole record as a file, to be kept elsewhere.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use llpr_client::ledger::export_lines;
use llpr_client::v1;
use tokio_stream::StreamExt;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::imports::upload::UPLOAD_TIMEOUT;

/// Gives it as it comes. If the stream breaks, so does the download: no file looks whole that is
/// not.
pub(crate) async fn download(signed_in: SignedIn) -> Result<Response, Failure> {
    let mut call = signed_in.call(v1::ExportLedgerRequest::default());
    call.set_timeout(UPLOAD_TIMEOUT);
    let parts = signed_in.session.audit().export_ledger(call).await?;
    let lines = parts
        .into_inner()
        .map(|part| part.map(|part| export_lines(&part)));
    let headers = [
        (CONTENT_TYPE, "application/jsonl; charset=utf-8"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"llpr-ledger.jsonl\"",
        ),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}
