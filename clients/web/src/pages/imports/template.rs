//! The county's own templates, as files to start from.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use llpr_client::workbook;
use serde::Deserialize;

use super::{dataset_id, datasets};
use crate::browser::SignedIn;
use crate::failure::Failure;

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// In which format: CSV unless `xlsx` is asked for.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    format: String,
}

/// Gives the template of a data set to be saved.
pub(crate) async fn download(
    signed_in: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let dataset = datasets(&signed_in)
        .await?
        .into_iter()
        .find(|dataset| dataset_id(dataset) == id && !dataset.template.is_empty())
        .ok_or(Failure::NoSuchPage)?;
    // The server's ids are letters, digits and hyphens; this is only what is already known.
    let id = dataset_id(&dataset);
    let (kind, ending, bytes) = if wanted.format == "xlsx" {
        let workbook = workbook::template(id, &dataset.template);
        let bytes = workbook.map_err(|_| Failure::Fault("a workbook could not be made"))?;
        (WORKBOOK, "xlsx", bytes)
    } else {
        let bytes = dataset.template.clone().into_bytes();
        ("text/csv; charset=utf-8", "csv", bytes)
    };
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{id}.{ending}\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}
