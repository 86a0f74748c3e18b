//! What uploads have in common: a header that announces the file, then its bytes in chunks, and that
//! nothing of a file is left whose client goes away.

use std::future::Future;

use llpr_proto::v1::{
    ErrorReason, UploadImportHeader, UploadImportRequest, UploadPastVisitReportHeader,
    UploadPastVisitReportRequest, upload_import_request, upload_past_visit_report_request,
};
use llpr_store::StoreError;
use llpr_store::access::County;
use llpr_store::circumstances::report_upload::ReportUpload;
use llpr_store::imports::Staging;
use prost_protovalidate::Validate;
use sha2::{Digest as _, Sha256};
use tonic::{Code, Status, Streaming};

use crate::context::Cx;
use crate::enter::Standing;
use crate::problem::Problem;

/// A message of an upload.
pub(super) trait Message: Validate {
    type Header;

    /// What it holds; none where it is empty.
    fn piece(self) -> Option<Piece<Self::Header>>;
}

pub(super) enum Piece<H> {
    Header(H),
    Chunk(Vec<u8>),
}

impl Message for UploadImportRequest {
    type Header = UploadImportHeader;

    fn piece(self) -> Option<Piece<Self::Header>> {
        use upload_import_request::Content;
        self.content.map(|content| match content {
            Content::Header(header) => Piece::Header(header),
            Content::Chunk(bytes) => Piece::Chunk(bytes),
        })
    }
}

impl Message for UploadPastVisitReportRequest {
    type Header = UploadPastVisitReportHeader;

    fn piece(self) -> Option<Piece<Self::Header>> {
        use upload_past_visit_report_request::Content;
        self.content.map(|content| match content {
            Content::Header(header) => Piece::Header(header),
            Content::Chunk(bytes) => Piece::Chunk(bytes),
        })
    }
}

/// Reads the first message, which announces the file.
pub(super) async fn read_header<M: Message>(
    stream: &mut Streaming<M>,
) -> Result<M::Header, Problem> {
    let first = stream
        .message()
        .await
        .map_err(|status| broken_off(&status))?;
    let first = first
        .ok_or_else(|| malformed("The upload is empty. Send the header first, then chunks."))?;
    first.validate()?;
    match first.piece() {
        Some(Piece::Header(header)) => Ok(header),
        Some(Piece::Chunk(_)) | None => Err(malformed(
            "The upload begins with a chunk. Send the header first.",
        )),
    }
}

/// Where the bytes of an upload go.
pub(super) trait Destination: Send + Sized + 'static {
    fn push(
        &mut self,
        bytes: &[u8],
        now: i64,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Removes what it brought.
    fn abandon(self, now: i64) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl Destination for Staging {
    async fn push(&mut self, bytes: &[u8], now: i64) -> Result<(), StoreError> {
        Staging::push(self, bytes, now).await
    }

    async fn abandon(self, now: i64) -> Result<(), StoreError> {
        Staging::abandon(self, now).await
    }
}

impl Destination for ReportUpload {
    async fn push(&mut self, bytes: &[u8], now: i64) -> Result<(), StoreError> {
        ReportUpload::push(self, bytes, now).await
    }

    async fn abandon(self, now: i64) -> Result<(), StoreError> {
        ReportUpload::abandon(self, now).await
    }
}

/// An upload under way. Dropped before its end, because the client went away, it removes what it
/// brought.
pub(super) struct Transfer<D: Destination> {
    destination: Option<D>,
    cx: Cx,
    hash: Sha256,
    received: i64,
}

impl<D: Destination> Drop for Transfer<D> {
    fn drop(&mut self) {
        if let Some(destination) = self.destination.take() {
            let now = self.cx.clock.micros();
            tokio::spawn(async move {
                if let Err(error) = destination.abandon(now).await {
                    tracing::warn!(error = %error, "An upload that broke off was not removed; the sweep will.");
                }
            });
        }
    }
}

impl<D: Destination> Transfer<D> {
    pub(super) fn new(cx: Cx, destination: D) -> Self {
        Self {
            destination: Some(destination),
            cx,
            hash: Sha256::new(),
            received: 0,
        }
    }

    /// Takes the chunks to the end of the stream. `look` sees each before it is kept.
    pub(super) async fn receive<M: Message>(
        &mut self,
        stream: &mut Streaming<M>,
        size: i64,
        standing: &mut Standing<County>,
        mut look: impl FnMut(&[u8]) -> Result<(), Problem> + Send,
    ) -> Result<(), Problem> {
        while let Some(message) = stream
            .message()
            .await
            .map_err(|status| broken_off(&status))?
        {
            standing.ask_if_old().await?;
            message.validate()?;
            let Some(Piece::Chunk(bytes)) = message.piece() else {
                return Err(malformed(
                    "A second header came. Send the header once, then only chunks.",
                ));
            };
            let Some(destination) = &mut self.destination else {
                return Ok(());
            };
            let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            // What exceeds the announced size is counted and not read.
            if length > size.saturating_sub(self.received) {
                return Err(malformed(
                    "More bytes came than the header said. Upload the file again; it may have changed meanwhile.",
                ));
            }
            self.hash.update(&bytes);
            self.received += length;
            look(&bytes)?;
            destination.push(&bytes, self.cx.clock.micros()).await?;
        }
        Ok(())
    }

    /// Whether as many bytes came as were announced; what is wrong where they are others. A stream
    /// that the client cancels ends like one that is complete, so too few bytes mean that it broke
    /// off.
    pub(super) fn check(
        &mut self,
        size: i64,
        sha256: &str,
    ) -> Result<Option<&'static str>, Problem> {
        let received = self.received;
        if received != size {
            return Err(malformed(&format!(
                "The file has {size} bytes and {received} arrived. Nothing was kept. Upload it again."
            )));
        }
        let hash = hex::encode(std::mem::take(&mut self.hash).finalize());
        Ok((hash != sha256).then_some(
            "What arrived is not the file that was announced: its SHA-256 differs. Nothing was kept. Upload it again.",
        ))
    }

    /// Where the bytes went, for who keeps them: from here on nothing is removed.
    pub(super) fn keep(mut self) -> Result<D, Problem> {
        self.destination.take().ok_or_else(Problem::busy)
    }
}

/// An upload does not follow the protocol, or is not what was announced.
pub(super) fn malformed(message: &str) -> Problem {
    Problem::new(Code::InvalidArgument, ErrorReason::UploadMalformed, message)
}

/// An upload ended before its time.
fn broken_off(status: &Status) -> Problem {
    tracing::info!(rpc.status = ?status.code(), "An upload broke off.");
    match status.code() {
        Code::OutOfRange => malformed("A message is too large. Send chunks of at most 1 MiB."),
        _ => malformed("The upload broke off. Nothing was kept. Upload the file again."),
    }
}
