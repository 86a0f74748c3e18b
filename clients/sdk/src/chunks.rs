//! Files as client streams: a first message that says what comes, then chunks.

use std::future::Future;

use futures::stream::{self, Stream};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::oneshot;
use tonic::{Response, Status};

use crate::error::Error;

/// Bytes of a chunk; the contract takes up to 1 MiB.
const CHUNK: usize = 256 * 1024;

/// The hash and the size of what a source holds.
pub(crate) async fn measure<R>(
    source: &mut R,
    report: impl Fn(u64) + Send,
) -> Result<(String, u64), Error>
where
    R: AsyncRead + Unpin + Send,
{
    let mut hash = Sha256::new();
    let mut bytes = 0_u64;
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = source.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
        report(bytes);
    }
    Ok((hex::encode(hash.finalize()), bytes))
}

struct Reading<M, C, R, F> {
    first: Option<M>,
    chunk: C,
    source: R,
    sent: u64,
    report: F,
    broken: Option<oneshot::Sender<std::io::Error>>,
}

/// The messages of an upload, and where it is told that the source can't be read on. `report` is
/// called with the bytes that were handed to the connection so far.
pub(crate) fn chunked<M, R>(
    first: M,
    chunk: impl Fn(Vec<u8>) -> M + Send + 'static,
    source: R,
    report: impl Fn(u64) + Send + 'static,
) -> (
    impl Stream<Item = M> + Send + 'static,
    oneshot::Receiver<std::io::Error>,
)
where
    M: Send + 'static,
    R: AsyncRead + Unpin + Send + 'static,
{
    let (broken, breaks) = oneshot::channel();
    let reading = Reading {
        first: Some(first),
        chunk,
        source,
        sent: 0,
        report,
        broken: Some(broken),
    };
    let messages = stream::unfold(reading, |mut reading| async move {
        if let Some(first) = reading.first.take() {
            return Some((first, reading));
        }
        let mut bytes = Vec::with_capacity(CHUNK);
        match (&mut reading.source)
            .take(CHUNK as u64)
            .read_to_end(&mut bytes)
            .await
        {
            Ok(0) => None,
            Ok(read) => {
                reading.sent += read as u64;
                (reading.report)(reading.sent);
                Some(((reading.chunk)(bytes), reading))
            }
            Err(error) => {
                if let Some(broken) = reading.broken.take() {
                    // Nobody listens when the call is over already.
                    broken.send(error).ok();
                }
                // Ending the stream would say that the file is complete.
                std::future::pending().await
            }
        }
    });
    (messages, breaks)
}

/// The answer to an upload. The stream can't carry an error: where the file can't be read on, the
/// call is dropped, which cancels the stream before the size that its first message promised.
pub(crate) async fn unless_broken<T>(
    breaks: oneshot::Receiver<std::io::Error>,
    call: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Error> {
    tokio::select! {
        biased;
        Ok(error) = breaks => Err(Error::from(error)),
        answer = call => Ok(answer?.into_inner()),
    }
}
