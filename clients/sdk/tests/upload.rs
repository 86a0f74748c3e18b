//! An upload against a server of our own: what is sent, and that a broken file never arrives as
//! a whole one.
#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, and so may its helpers"
)]
#![expect(clippy::disallowed_methods, reason = "tokens expire by the real clock")]

use std::io::{Cursor, SeekFrom};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use llpr_client::v1::import_service_server::{ImportService, ImportServiceServer};
use llpr_client::v1::upload_import_request::Content;
use llpr_client::{
    Client, Error, MemoryTokens, Progress, Session, Upload, upload_file, upload_import, v1,
};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tokio::sync::Notify;
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};

#[derive(Clone, Default)]
struct Fake(Arc<State>);

#[derive(Default)]
struct State {
    headers: Mutex<Vec<v1::UploadImportHeader>>,
    bytes: Mutex<Vec<u8>>,
    largest: Mutex<usize>,
    broken_off: Notify,
    /// How many uploads to refuse first.
    away: Mutex<u32>,
}

macro_rules! unused {
    ($($method:ident: $request:ident -> $response:ident),* $(,)?) => {
        #[tonic::async_trait]
        impl ImportService for Fake {
            async fn upload_import(
                &self,
                request: Request<Streaming<v1::UploadImportRequest>>,
            ) -> Result<Response<v1::UploadImportResponse>, Status> {
                self.take(request.into_inner()).await
            }
            $(async fn $method(
                &self,
                _: Request<v1::$request>,
            ) -> Result<Response<v1::$response>, Status> {
                Err(Status::unimplemented(""))
            })*
            async fn upload_past_visit_report(
                &self,
                _: Request<Streaming<v1::UploadPastVisitReportRequest>>,
            ) -> Result<Response<v1::UploadPastVisitReportResponse>, Status> {
                Err(Status::unimplemented(""))
            }
        }
    };
}

unused! {
    list_datasets: ListDatasetsRequest -> ListDatasetsResponse,
    get_import: GetImportRequest -> GetImportResponse,
    list_imports: ListImportsRequest -> ListImportsResponse,
    list_import_issues: ListImportIssuesRequest -> ListImportIssuesResponse,
    get_import_diff: GetImportDiffRequest -> GetImportDiffResponse,
    apply_import: ApplyImportRequest -> ApplyImportResponse,
    discard_import: DiscardImportRequest -> DiscardImportResponse,
    revert_import: RevertImportRequest -> RevertImportResponse,
    list_past_visit_documents: ListPastVisitDocumentsRequest -> ListPastVisitDocumentsResponse,
}

/// Notices that a stream ended without being whole.
struct End<'a> {
    state: &'a State,
    whole: bool,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        if !self.whole {
            self.state.broken_off.notify_one();
        }
    }
}

impl Fake {
    async fn take(
        &self,
        mut stream: Streaming<v1::UploadImportRequest>,
    ) -> Result<Response<v1::UploadImportResponse>, Status> {
        let state = &self.0;
        state.bytes.lock().unwrap().clear();
        let mut end = End {
            state,
            whole: false,
        };
        while let Some(message) = stream.message().await? {
            match message.content.unwrap() {
                Content::Header(header) => {
                    state.headers.lock().unwrap().push(header);
                    let mut away = state.away.lock().unwrap();
                    if *away > 0 {
                        *away -= 1;
                        return Err(Status::unavailable("The server is starting."));
                    }
                }
                Content::Chunk(chunk) => {
                    let mut largest = state.largest.lock().unwrap();
                    *largest = (*largest).max(chunk.len());
                    state.bytes.lock().unwrap().extend_from_slice(&chunk);
                }
            }
        }
        // tonic's server takes a cancelled stream for one that ended, so only the size tells.
        let size = state.headers.lock().unwrap()[0].size_bytes;
        end.whole = size == i64::try_from(state.bytes.lock().unwrap().len()).unwrap();
        Ok(Response::new(v1::UploadImportResponse {
            import: Some(v1::Import::default()),
        }))
    }
}

async fn session(fake: &Fake) -> Session {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    tokio::spawn(
        Server::builder()
            .add_service(ImportServiceServer::new(fake.clone()))
            .serve_with_incoming(incoming),
    );
    let later = SystemTime::now() + Duration::from_hours(1);
    let tokens = v1::SessionTokens {
        access_token: "a".into(),
        access_token_expire_time: Some(later.into()),
        refresh_token: "r".into(),
        refresh_token_expire_time: Some(later.into()),
    };
    let client = Client::connect(&format!("http://{address}")).unwrap();
    Session::new(client, Arc::new(MemoryTokens::new(tokens)))
}

fn upload() -> Upload {
    Upload {
        dataset: "datasets/ks2".into(),
        academic_year: "2018/19".into(),
        release: v1::Release::Final,
        file_name: "ks2.csv".into(),
        ..Upload::default()
    }
}

fn bytes(length: usize) -> Vec<u8> {
    (0..=250).cycle().take(length).collect()
}

#[tokio::test]
async fn the_server_gets_the_file_its_size_and_its_hash() {
    let fake = Fake::default();
    let session = session(&fake).await;
    let content = bytes(700_001);
    let steps = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&steps);

    upload_import(
        &session,
        upload(),
        Cursor::new(content.clone()),
        move |step| {
            seen.lock().unwrap().push(step);
        },
    )
    .await
    .unwrap();

    let header = fake.0.headers.lock().unwrap()[0].clone();
    assert_eq!(header.size_bytes, 700_001);
    assert_eq!(header.sha256, hex::encode(Sha256::digest(&content)));
    assert_eq!(header.release(), v1::Release::Final);
    assert_eq!(header.request_id.len(), 36);
    assert_eq!(*fake.0.bytes.lock().unwrap(), content);
    assert_eq!(*fake.0.largest.lock().unwrap(), 256 * 1024);
    assert_eq!(
        steps.lock().unwrap().last(),
        Some(&Progress::Sending {
            bytes: 700_001,
            total: 700_001
        })
    );
}

#[tokio::test]
async fn an_empty_file_arrives_as_an_empty_file() {
    let fake = Fake::default();
    let session = session(&fake).await;
    upload_import(&session, upload(), Cursor::new(Vec::new()), |_| ())
        .await
        .unwrap();
    assert_eq!(fake.0.headers.lock().unwrap()[0].size_bytes, 0);
}

#[tokio::test]
async fn a_repeated_upload_keeps_its_request_id() {
    let fake = Fake::default();
    *fake.0.away.lock().unwrap() = 1;
    let session = session(&fake).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ks2.csv");
    std::fs::write(&path, bytes(10)).unwrap();

    upload_file(&session, upload(), &path, |_| ())
        .await
        .unwrap();

    let headers = fake.0.headers.lock().unwrap();
    assert_eq!(headers.len(), 2);
    assert_eq!(headers[0], headers[1]);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_an_error_of_the_file() {
    let session = session(&Fake::default()).await;
    let path = std::path::Path::new("/nowhere/ks2.csv");
    let error = upload_file(&session, upload(), path, |_| ())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::File(_)), "{error:?}");
}

/// Reads well to its end once, and fails in the middle the second time.
struct Failing {
    inner: Cursor<Vec<u8>>,
    rewound: bool,
}

impl AsyncRead for Failing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.rewound && self.inner.position() >= 300_000 {
            return Poll::Ready(Err(std::io::Error::other("the stick was pulled out")));
        }
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl AsyncSeek for Failing {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> std::io::Result<()> {
        self.rewound |= matches!(position, SeekFrom::Start(_));
        Pin::new(&mut self.inner).start_seek(position)
    }

    fn poll_complete(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<u64>> {
        Pin::new(&mut self.inner).poll_complete(context)
    }
}

#[tokio::test]
async fn a_file_that_fails_in_the_middle_breaks_the_stream_off() {
    let fake = Fake::default();
    let session = session(&fake).await;
    let source = Failing {
        inner: Cursor::new(bytes(700_000)),
        rewound: false,
    };

    let error = upload_import(&session, upload(), source, |_| ())
        .await
        .unwrap_err();

    assert!(matches!(error, Error::File(_)), "{error:?}");
    // The server sees an end before the size that the header promised.
    tokio::time::timeout(Duration::from_secs(10), fake.0.broken_off.notified())
        .await
        .expect("the stream was broken off");
}
