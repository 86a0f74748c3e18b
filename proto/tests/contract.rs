//! What every element of the contract has: a comment, a check for each constraint, a home among
//! the known error reasons. Cheap guards for those without `buf` at hand.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use prost_reflect::{DescriptorPool, FileDescriptor, MessageDescriptor, MethodDescriptor};

fn pool() -> DescriptorPool {
    DescriptorPool::decode(llpr_proto::DESCRIPTOR_IMAGE).unwrap()
}

fn files(pool: &DescriptorPool) -> impl Iterator<Item = FileDescriptor> + '_ {
    pool.files()
        .filter(|file| file.package_name().starts_with("llpr."))
}

fn methods(pool: &DescriptorPool) -> Vec<MethodDescriptor> {
    files(pool)
        .flat_map(|file| file.services().collect::<Vec<_>>())
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .collect()
}

fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    info.and_then(|info| info.location.iter().find(|location| location.path == path))
        .map(|location| location.leading_comments().trim().to_owned())
        .unwrap_or_default()
}

/// Every named element of a message with its path, nested ones too.
fn elements(message: &MessageDescriptor) -> Vec<(String, Vec<i32>)> {
    if message.is_map_entry() {
        return Vec::new();
    }
    let mut found = vec![(message.full_name().to_owned(), message.path().to_vec())];
    for field in message.fields() {
        found.push((field.full_name().to_owned(), field.path().to_vec()));
    }
    for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
        found.push((oneof.full_name().to_owned(), oneof.path().to_vec()));
    }
    for nested in message.child_messages() {
        found.extend(elements(&nested));
    }
    found
}

#[test]
fn every_element_has_a_comment() {
    let pool = pool();
    let mut silent = Vec::new();
    for file in files(&pool) {
        let mut found = Vec::new();
        for message in file.messages() {
            found.extend(elements(&message));
        }
        for values in pool.all_enums().filter(|it| it.parent_file() == file) {
            found.push((values.full_name().to_owned(), values.path().to_vec()));
            for value in values.values() {
                found.push((value.full_name().to_owned(), value.path().to_vec()));
            }
        }
        for service in file.services() {
            found.push((service.full_name().to_owned(), service.path().to_vec()));
            for method in service.methods() {
                found.push((method.full_name().to_owned(), method.path().to_vec()));
            }
        }
        for extension in file.extensions() {
            found.push((extension.full_name().to_owned(), extension.path().to_vec()));
        }
        silent.extend(
            found
                .into_iter()
                .filter(|(_, path)| comment(&file, path).is_empty())
                .map(|(name, _)| name),
        );
    }
    assert!(silent.is_empty(), "without a comment: {silent:#?}");
}

#[test]
fn every_method_says_whether_it_can_be_repeated() {
    for method in methods(&pool()) {
        let comment = comment(&method.parent_service().parent_file(), method.path());
        assert!(
            comment.contains("Read only") || comment.contains("dempotent"),
            "{} says neither `Read only` nor `Idempotent` nor `Not idempotent`",
            method.full_name()
        );
    }
}

#[test]
fn every_reason_that_a_method_names_exists() {
    let pool = pool();
    let reasons: BTreeSet<_> = pool
        .get_enum_by_name("llpr.v1.ErrorReason")
        .unwrap()
        .values()
        .map(|value| value.name().to_owned())
        .collect();
    for method in methods(&pool) {
        let comment = comment(&method.parent_service().parent_file(), method.path());
        let Some((_, list)) = comment.split_once("Reasons:") else {
            continue;
        };
        for reason in list.trim().trim_end_matches('.').split(',') {
            let reason = format!("ERROR_REASON_{}", reason.trim());
            assert!(
                reasons.contains(&reason),
                "{}: {reason}",
                method.full_name()
            );
        }
    }
}

/// The generator skips what it takes for somebody else's message; a skipped request would pass
/// unchecked.
#[test]
fn every_message_with_constraints_has_a_check() {
    const BY_HAND: [&str; 2] = [
        "llpr.v1.UploadImportRequest",
        "llpr.v1.UploadPastVisitReportRequest",
    ];
    let generated = include_str!(concat!(env!("OUT_DIR"), "/validate_impl.rs"));
    let pool = pool();
    let constraint = pool.get_extension_by_name("buf.validate.field").unwrap();
    let mut constrained = 0;
    for message in pool.all_messages() {
        if message.package_name() != "llpr.v1"
            || !message
                .fields()
                .any(|field| field.options().has_extension(&constraint))
        {
            continue;
        }
        constrained += 1;
        assert!(
            generated.contains(&format!(" for llpr::v1::{} {{", message.name()))
                || BY_HAND.contains(&message.full_name()),
            "{} has constraints that nothing checks",
            message.full_name()
        );
    }
    assert!(
        constrained > 20,
        "only {constrained}: the option is not read"
    );
}

#[test]
fn the_image_holds_all_that_a_client_needs_and_nothing_of_this_machine() {
    let pool = pool();
    for file in [
        "buf/validate/validate.proto",
        "google/rpc/error_details.proto",
        "google/rpc/status.proto",
        "llpr/options/v1/access.proto",
    ] {
        assert!(pool.get_file_by_name(file).is_some(), "{file}");
    }
    for file in pool.files() {
        assert!(!file.name().starts_with('/'), "{}", file.name());
    }
}
