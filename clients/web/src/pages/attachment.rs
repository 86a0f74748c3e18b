//! A file that a browser saves and does not show.

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use tokio_stream::{Stream, StreamExt as _};
use tonic::Status;
use url::form_urlencoded::byte_serialize;

/// A file's name, media type and size in bytes.
pub(crate) struct About {
    pub(crate) file_name: String,
    pub(crate) media_type: String,
    pub(crate) size_bytes: i64,
}

/// The file, as its parts come from the server. One that breaks off is shorter than was said, which
/// the browser tells.
pub(crate) fn attachment(
    about: &About,
    parts: impl Stream<Item = Result<Vec<u8>, Status>> + Send + 'static,
) -> Response {
    let headers = [
        (CONTENT_TYPE, about.media_type.clone()),
        (CONTENT_LENGTH, about.size_bytes.to_string()),
        (CONTENT_DISPOSITION, disposition(&about.file_name)),
    ];
    let parts = parts.map(|part| part.map(Bytes::from));
    (headers, Body::from_stream(parts)).into_response()
}

/// The name in plain letters for old browsers, and as it is (RFC 6266).
fn disposition(file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|letter| match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' | ' ' => letter,
            _ => '_',
        })
        .collect();
    let whole: String = byte_serialize(file_name.as_bytes()).collect();
    let whole = whole.replace('+', "%20").replace('*', "%2A");
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_breaks_out_of_the_header() {
        assert_eq!(
            disposition("Año \"1\";\r\n+*.pdf"),
            "attachment; filename=\"A_o _1______.pdf\"; \
            filename*=UTF-8''A%C3%B1o%20%221%22%3B%0D%0A%2B%2A.pdf"
        );
    }
}
