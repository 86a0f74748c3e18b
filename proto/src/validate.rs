//! The checks of the contract's constraints: generated, but for messages with a message inside a
//! oneof, which the generator can't do.

use prost_protovalidate::{Validate, ValidationError, Violation};

use crate::v1::UploadImportRequest;
use crate::v1::upload_import_request::Content;

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
        match &self.content {
            None => Err(ValidationError::single(
                Violation::new("content", "required", "content is required").without_rule_path(),
            )),
            Some(Content::Header(header)) => header.validate().map_err(|error| {
                let mut violations = error.into_violations();
                for violation in &mut violations {
                    violation.prepend_field_path("header");
                }
                ValidationError::new(violations)
            }),
            Some(Content::Chunk(chunk)) if chunk.len() > MAX_CHUNK => {
                Err(ValidationError::single(Violation::new(
                    "chunk",
                    "bytes.max_len",
                    "value length must be at most 1048576 bytes",
                )))
            }
            Some(Content::Chunk(_)) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1;

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
    }
}
