//! The shape of the workspace.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Which of our crates each crate may name, outside its own tests.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("llpr-proto", &[]),
    ("llpr-domain", &[]),
    ("llpr-migrations", &[]),
    ("llpr-county", &[]),
    ("llpr-store", &["llpr-domain", "llpr-migrations"]),
    ("llpr-paper", &[]),
    (
        "llpr-server",
        &["llpr-domain", "llpr-paper", "llpr-proto", "llpr-store"],
    ),
    ("llpr-client", &["llpr-proto"]),
    ("llpr-web", &["llpr-client", "llpr-proto"]),
    // The last three only with the feature `dev`, which starts server and web client in one process.
    (
        "llpr-cli",
        &[
            "llpr-client",
            "llpr-proto",
            "llpr-county",
            "llpr-server",
            "llpr-web",
        ],
    ),
    (
        "llpr-tests",
        &[
            "llpr-cli",
            "llpr-client",
            "llpr-county",
            "llpr-domain",
            "llpr-migrations",
            "llpr-proto",
            "llpr-server",
            "llpr-store",
            "llpr-web",
        ],
    ),
];

#[test]
fn dependencies_point_one_way() {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .expect("cargo metadata");
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        let may = allowed
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in the table of crates"));
        for dependency in package
            .dependencies
            .iter()
            .filter(|d| d.kind == DependencyKind::Normal)
        {
            let theirs = dependency.name.as_str();
            assert!(
                !theirs.starts_with("llpr-") || may.contains(&theirs),
                "{name} must not depend on {theirs}"
            );
            let server_side = matches!(theirs, "llpr-server" | "llpr-web" | "llpr-county");
            assert!(
                !(name == "llpr-cli" && server_side) || dependency.optional,
                "{theirs} belongs to the feature dev"
            );
            assert!(
                theirs != "sea-orm" || matches!(name, "llpr-store" | "llpr-tests"),
                "only the store names sea-orm"
            );
        }
    }
}

#[test]
fn the_store_is_bypassed_where_we_know_it() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/src");
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let uses = std::fs::read_to_string(&path)
                    .unwrap()
                    .matches(".system(")
                    .count();
                found.extend(std::iter::repeat_n(
                    path.strip_prefix(root).unwrap().display().to_string(),
                    uses,
                ));
            }
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            "admin.rs",
            "backup/mod.rs",
            "backup/mod.rs",
            "backup/postgres.rs",
            "enter.rs",
            "mail/outbox.rs",
            "programme.rs",
            "transport/jobs.rs",
            "transport/jobs.rs",
            "transport/jobs.rs"
        ],
        "each use of store.system needs a reason that a reviewer has seen"
    );
}
