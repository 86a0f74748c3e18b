//! The handlers of `ImportService`.

pub(super) mod apply_import;
pub(super) mod discard_import;
pub(super) mod get_import;
pub(super) mod get_import_diff;
pub(super) mod list_datasets;
pub(super) mod list_import_issues;
pub(super) mod list_imports;
pub(super) mod list_past_visit_documents;
pub(super) mod revert_import;
mod transfer;
pub(super) mod upload_import;
pub(super) mod upload_past_visit_report;

use llpr_domain::import::Dataset;
use llpr_proto::names;
use llpr_proto::v1::ErrorReason;
use tonic::Code;

use crate::problem::Problem;

/// A file is larger than a setting allows; `instead` says what to do.
fn too_large(size: i64, limit: u64, setting: &str, instead: &str) -> Problem {
    let message = format!(
        "The file has {size} bytes; the server takes at most {limit} ({setting}). {instead}, or ask the administrator to \
         raise the limit."
    );
    let problem = Problem::new(Code::InvalidArgument, ErrorReason::UploadTooLarge, message);
    problem.with("max_bytes", limit.to_string())
}

/// The id in `imports/{id}`; of any other text the whole, which no import has.
fn import_id(name: &str) -> &str {
    names::id(name, "imports").unwrap_or(name)
}

/// The data set of a resource name; a bare id will do.
fn dataset(name: &str) -> Result<Dataset, Problem> {
    let id = names::id(name, "datasets").unwrap_or(name);
    Dataset::parse(id).map_err(|_| {
        let known: Vec<_> = Dataset::ALL
            .iter()
            .filter(|dataset| dataset.is_data())
            .map(|dataset| dataset.as_str())
            .collect();
        let shown: String = id.chars().take(80).collect();
        let message = format!(
            "There is no data set \"{shown}\". Choose one of {}.",
            known.join(", ")
        );
        Problem::new(Code::InvalidArgument, ErrorReason::DatasetUnknown, message)
            .with("known", known.join(","))
    })
}
