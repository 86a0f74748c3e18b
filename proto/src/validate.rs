//! The checks of the contract's constraints: generated, but for messages with a message inside a
//! oneof, which the generator can't do.

use prost_protovalidate::{Validate, ValidationError, Violation};

use crate::v1::{
    UploadImportRequest, UploadPastVisitReportRequest, upload_import_request,
    upload_past_visit_report_request,
};

/// The generator names types from the root of their package.
mod llpr {
    pub(super) use crate::v1;
}

#[expect(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::expect_used,
    reason = "generated from the constraints in the .proto files"
)]
mod generated {
    use super::llpr;

    include!(concat!(env!("OUT_DIR"), "/validate_impl.rs"));
}

/// The most bytes that one chunk of an upload holds; `bytes.max_len` in the contract.
const MAX_CHUNK: usize = 1024 * 1024;

impl Validate for UploadImportRequest {
    fn validate(&self) -> Result<(), ValidationError> {
        use upload_import_request::Content;
        match &self.content {
            None => Err(neither()),
            Some(Content::Header(header)) => in_header(header),
            Some(Content::Chunk(bytes)) => chunk(bytes),
        }
    }
}

impl Validate for UploadPastVisitReportRequest {
    fn validate(&self) -> Result<(), ValidationError> {
        use upload_past_visit_report_request::Content;
        match &self.content {
            None => Err(neither()),
            Some(Content::Header(header)) => in_header(header),
            Some(Content::Chunk(bytes)) => chunk(bytes),
        }
    }
}

/// The message is neither a header nor a chunk.
fn neither() -> ValidationError {
    let violation = Violation::new("content", "required", "content is required");
    ValidationError::single(violation.without_rule_path())
}

/// The check of a message's header, with the path of each field from the message.
fn in_header(header: &impl Validate) -> Result<(), ValidationError> {
    header.validate().map_err(|error| {
        let mut violations = error.into_violations();
        for violation in &mut violations {
            violation.prepend_field_path("header");
        }
        ValidationError::new(violations)
    })
}

fn chunk(bytes: &[u8]) -> Result<(), ValidationError> {
    if bytes.len() <= MAX_CHUNK {
        return Ok(());
    }
    Err(ValidationError::single(Violation::new(
        "chunk",
        "bytes.max_len",
        "value length must be at most 1048576 bytes",
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1;
    use crate::v1::upload_import_request::Content;

    fn fields(request: &impl Validate) -> Vec<String> {
        match request.validate() {
            Ok(()) => Vec::new(),
            Err(error) => error
                .violations()
                .iter()
                .map(Violation::field_path)
                .collect(),
        }
    }

    #[test]
    fn every_broken_field_is_named_at_once() {
        let request = v1::SignInRequest::default();
        assert_eq!(fields(&request), ["email", "password"]);
    }

    #[test]
    fn a_good_request_passes() {
        let request = v1::GetSchoolRequest {
            name: "schools/900001".into(),
        };
        assert!(fields(&request).is_empty());
    }

    #[test]
    fn an_upload_message_is_a_header_or_a_chunk_of_at_most_one_mebibyte() {
        let message = |content| UploadImportRequest { content };
        assert_eq!(fields(&message(None)), ["content"]);
        assert_eq!(
            fields(&message(Some(Content::Header(
                v1::UploadImportHeader::default()
            )))),
            ["header.dataset", "header.file_name", "header.sha256"]
        );
        assert!(fields(&message(Some(Content::Chunk(vec![0; MAX_CHUNK])))).is_empty());
        assert_eq!(
            fields(&message(Some(Content::Chunk(vec![0; MAX_CHUNK + 1])))),
            ["chunk"]
        );
        let header = v1::UploadPastVisitReportHeader::default();
        let report = UploadPastVisitReportRequest {
            content: Some(upload_past_visit_report_request::Content::Header(header)),
        };
        assert_eq!(fields(&report), ["header.parent", "header.sha256"]);
    }
}
