//! Files for `ImportService.UploadImport`.

use std::io::SeekFrom;
use std::path::Path;
use std::sync::Arc;

use llpr_proto::v1::upload_import_request::Content;
use llpr_proto::v1::{Import, Release, UploadImportHeader, UploadImportRequest};
use tokio::io::{AsyncRead, AsyncSeek, AsyncSeekExt};

use crate::chunks::{chunked, measure, unless_broken};
use crate::error::Error;
use crate::retry::{Retry, repeat};
use crate::session::Session;

/// What is uploaded: the header but for size and hash, which are taken from the file.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// The data set, `datasets/{id}`.
    pub dataset: String,
    /// Academic year such as `2018/19`; empty for registers.
    pub academic_year: String,
    /// How final the figures are; `Unspecified` for registers.
    pub release: Release,
    /// The file's name, for people.
    pub file_name: String,
    /// Whether to take a file with far fewer schools than stand.
    pub accept_missing: bool,
    /// The id of this write; empty for a new one. Give the same one again to repeat an upload
    /// whose outcome is not known.
    pub request_id: String,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The file is read for the first time, to know its size and hash.
    Hashing {
        /// Bytes read so far.
        bytes: u64,
    },
    /// The file is being sent. When `bytes` equals `total`, the server has the last of it and
    /// finishes its comparison.
    Sending {
        /// Bytes handed to the connection so far.
        bytes: u64,
        /// The file's size.
        total: u64,
    },
}

type Report = Arc<dyn Fn(Progress) + Send + Sync>;

/// Uploads a file and returns the staged (or rejected) import. Memory doesn't grow with the file.
///
/// An upload that finds the server away or busy is sent again with the same request id.
///
/// # Errors
/// [`Error::File`] where the file can't be read; refusals such as `DATASET_UNKNOWN` and
/// `UPLOAD_TOO_LARGE`. A file whose content is at fault is no error: its import is `REJECTED`.
pub async fn upload_file(
    session: &Session,
    upload: Upload,
    path: &Path,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Import, Error> {
    let progress: Report = Arc::new(progress);
    let mut file = tokio::fs::File::open(path).await?;
    let header = header(upload, &mut file, &progress).await?;
    drop(file);
    repeat(Retry::default(), || {
        let (header, progress) = (header.clone(), Arc::clone(&progress));
        async move {
            let file = tokio::fs::File::open(path).await?;
            send(session, header, file, progress).await
        }
    })
    .await
}

/// Uploads what `source` holds, from its current position on; see [`upload_file`].
///
/// The source is read twice: for its hash, and to send it. There is one attempt.
///
/// # Errors
/// As of [`upload_file`].
pub async fn upload_import<R>(
    session: &Session,
    upload: Upload,
    mut source: R,
    progress: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Import, Error>
where
    R: AsyncRead + AsyncSeek + Unpin + Send + 'static,
{
    let progress: Report = Arc::new(progress);
    let start = source.stream_position().await?;
    let header = header(upload, &mut source, &progress).await?;
    source.seek(SeekFrom::Start(start)).await?;
    send(session, header, source, progress).await
}

/// The SHA-256 of a file in lower-case hexadecimal, as an import has it. Memory doesn't grow with
/// the file.
///
/// # Errors
/// [`Error::File`] where the file can't be read.
pub async fn file_sha256(path: &Path) -> Result<String, Error> {
    let mut file = tokio::fs::File::open(path).await?;
    Ok(measure(&mut file, |_| {}).await?.0)
}

async fn header<R>(
    upload: Upload,
    source: &mut R,
    progress: &Report,
) -> Result<UploadImportHeader, Error>
where
    R: AsyncRead + Unpin + Send,
{
    let (sha256, bytes) = measure(source, |bytes| progress(Progress::Hashing { bytes })).await?;
    // Whole destructuring: a new field must find its way into the header.
    let Upload {
        dataset,
        academic_year,
        release,
        file_name,
        accept_missing,
        request_id,
    } = upload;
    Ok(UploadImportHeader {
        dataset,
        academic_year,
        release: release.into(),
        file_name,
        size_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        sha256,
        accept_missing,
        request_id: match request_id.as_str() {
            "" => crate::request_id(),
            _ => request_id,
        },
    })
}

async fn send<R>(
    session: &Session,
    header: UploadImportHeader,
    source: R,
    progress: Report,
) -> Result<Import, Error>
where
    R: AsyncRead + Unpin + Send + 'static,
{
    let total = u64::try_from(header.size_bytes).unwrap_or_default();
    let (messages, breaks) = chunked(
        message(Content::Header(header)),
        |chunk| message(Content::Chunk(chunk)),
        source,
        move |bytes| progress(Progress::Sending { bytes, total }),
    );
    let mut imports = session.imports();
    let answer = unless_broken(breaks, imports.upload_import(messages)).await?;
    answer.import.ok_or(Error::Protocol(
        "the answer to UploadImport holds no import",
    ))
}

fn message(content: Content) -> UploadImportRequest {
    UploadImportRequest {
        content: Some(content),
    }
}
