//! The handlers of `ImportService`.

pub(super) mod apply_import;
pub(super) mod discard_import;
pub(super) mod get_import;
pub(super) mod get_import_diff;
pub(super) mod list_datasets;
pub(super) mod list_import_issues;
pub(super) mod list_imports;
pub(super) mod revert_import;
pub(super) mod upload_import;

use llpr_domain::import::Dataset;
use llpr_proto::names;
use llpr_proto::v1::ErrorReason;
use tonic::Code;

use crate::problem::Problem;

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
