//! The contract: message types, clients and servers, the descriptor image, resource names and
//! who may call what.
//!
//! Everything here is generated from the `.proto` files beside it, except [`names`], which parses
//! resource names, [`access`], which gives the generated access table its types, and
//! [`documents`], which holds the guide.

pub mod access;
pub mod documents;
pub mod names;
#[cfg(feature = "tool")]
pub mod tool;

/// The messages and services of package `llpr.v1`.
#[expect(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    reason = "generated; the .proto files carry the comments"
)]
pub mod v1 {
    tonic::include_proto!("llpr.v1");
}

/// The options of package `llpr.options.v1`: scopes and roles.
pub mod options {
    /// Version 1 of the options.
    #[expect(
        clippy::doc_markdown,
        reason = "generated; the .proto file carries the comments"
    )]
    pub mod v1 {
        tonic::include_proto!("llpr.options.v1");
    }
}

mod validate;

/// The descriptor image (`google.protobuf.FileDescriptorSet`) of the contract with its imports,
/// comments and options: all that a code generator needs.
pub const DESCRIPTOR_IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/llpr.binpb"));

/// Domain of `google.rpc.ErrorInfo` in every refusal.
pub const ERROR_DOMAIN: &str = "llpr.v1";
