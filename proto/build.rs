//! Compiles the contract: message types, validation, the access table and the descriptor image.

#[path = "build/access.rs"]
mod access;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use prost::Message;
use prost_reflect::DescriptorPool;

/// Messages whose constraints the generator can't check: those with a message inside a oneof.
const CHECKED_BY_HAND: &[&str] = &["UploadImportRequest", "UploadPastVisitReportRequest"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=llpr");
    println!("cargo:rerun-if-changed=build");
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let image = compile(Path::new("."), &sources(Path::new("llpr"))?)?;
    fs::write(out.join("llpr.binpb"), &image)?;

    // The typed form drops custom options, which code generation does not need. The error
    // details are in the image for others; here they come with tonic-types.
    let mut typed = prost_types::FileDescriptorSet::decode(image.as_slice())?;
    typed.file.retain(|file| file.package() != "google.rpc");
    tonic_prost_build::configure()
        .extern_path(".buf.validate", "::prost_protovalidate::types")
        .compile_fds(typed)?;

    // A message of an extern path gets no check at all: never our whole package, only what
    // src/validate.rs checks by hand.
    let mut checks = prost_protovalidate_build::Builder::new();
    for message in CHECKED_BY_HAND {
        checks = checks.extern_path(
            format!(".llpr.v1.{message}"),
            format!("crate::v1::{message}"),
        );
    }
    checks
        .file_descriptor_set_bytes(image.clone())
        .fail_on_runtime_only(true)
        .compile()?;

    let pool = DescriptorPool::decode(image.as_slice())?;
    let validators = fs::read_to_string(out.join("validate_impl.rs"))?;
    let table = access::Table::read(&pool)?;
    fs::write(
        out.join("access.rs"),
        table.to_rust(&validators, CHECKED_BY_HAND),
    )?;
    Ok(())
}

/// Every `.proto` file below `folder`, sorted, relative to the crate.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "proto")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Compiles files to a descriptor image that keeps comments and custom options.
///
/// `buf/validate/validate.proto` comes out of the crate that carries its types, so that no copy
/// of it lives here; likewise google.rpc's status and error details, which no file of ours
/// imports and every client needs to read a refusal.
fn compile(include: &Path, files: &[PathBuf]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut resolver = protox::file::ChainFileResolver::new();
    resolver.add(protox::file::IncludeFileResolver::new(include.to_owned()));
    resolver.add(protox::file::DescriptorSetFileResolver::decode(
        prost_protovalidate_types::DESCRIPTOR_POOL
            .encode_to_vec()
            .as_slice(),
    )?);
    resolver.add(protox::file::DescriptorSetFileResolver::new(
        error_details()?
    ));
    resolver.add(protox::file::GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(files)?;
    compiler.open_files(["google/rpc/error_details.proto", "google/rpc/status.proto"])?;
    Ok(compiler.encode_file_descriptor_set())
}

/// The files of package `google.rpc`, under the paths by which the world knows them.
fn error_details() -> Result<prost_types::FileDescriptorSet, prost::DecodeError> {
    let mut set = prost_types::FileDescriptorSet::decode(tonic_types::pb::FILE_DESCRIPTOR_SET)?;
    set.file.retain(|file| file.package() == "google.rpc");
    for file in &mut set.file {
        file.name = Some(format!("google/rpc/{}", file.name()));
    }
    Ok(set)
}
