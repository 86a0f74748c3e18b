//! The documents in `docs/` are those of the contract.
#![cfg(feature = "tool")]

use std::path::Path;

use llpr_proto::tool;

#[test]
fn the_documents_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let documents = tool::documents().unwrap();
    let differing = tool::differing(&folder, &documents).unwrap();
    assert!(
        differing.is_empty(),
        "{differing:?} differ: cargo run -p llpr-proto --features tool -- docs"
    );
}

#[test]
fn what_is_written_no_longer_differs() {
    let folder = std::env::temp_dir().join(format!("llpr-docs-{}", std::process::id()));
    let documents = tool::documents().unwrap();
    assert_eq!(
        tool::differing(&folder, &documents).unwrap().len(),
        documents.len()
    );
    tool::write(&folder, &documents).unwrap();
    assert!(tool::differing(&folder, &documents).unwrap().is_empty());
    std::fs::remove_dir_all(&folder).unwrap();
}
